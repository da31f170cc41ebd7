"""From what was said of each variable to a world in which all of it is so, or to the reason why there is none.

Laws: variables keep their value of the world nearby where what was said allows it. What hangs together is settled
together: kind of message, words, file and choice; request and target; channel and sender; age and speech. Each of
these groups is settled exactly, texts as far as the theory of texts decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from pointsman.engine.scenario import ADDRESS
from pointsman.model.identity import PHONE_CHANNELS
from pointsman.proofs.choices import NOTHING, TRUE
from pointsman.proofs.domains import LAST_DRAW, Presence
from pointsman.proofs.knowledge import Knowledge
from pointsman.proofs.messages import Shape, put_number
from pointsman.proofs.moments import TooManyBoundaries
from pointsman.proofs.phrases import NUMBERS, ODDITIES, Phrases
from pointsman.proofs.store import Contradiction, Doubts, Store
from pointsman.proofs.times import settle_times
from pointsman.proofs.variables import BUTTONS, NOW
from pointsman.proofs.world import World

_MESSAGE_TEXTS = frozenset({"text", "choice", "message.url", "message.name", "message.mime", "sender"})
_AIMLESS = frozenset({"reset", "end"})
_POSITION = ("request.flow", "request.step")


def settle(known: Knowledge, store: Store, near: World, steps: int) -> World:
    """Return a world close to `near` in which everything said in `store` is so. `steps` bounds the work for each text.

    Raises `Contradiction`.
    """
    return _Settling(known, store, near, steps).world()


class _Settling:
    """One world in the making."""

    def __init__(self, known: Knowledge, store: Store, near: World, steps: int) -> None:
        self._known = known
        self._store = store
        self._near = near
        self._phrases = Phrases(known, store, near.texts, steps)
        self._now = near.now
        self._names: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def world(self) -> World:
        near, domains, doubts = self._near, self._store.domains, Doubts()
        age, spoke = settle_times(self._store, near)
        self._settle_name("account", self._store.mask("account"), ADDRESS.account)
        doubts.attempt(self._settle_now)
        if domains.trigger.kind == "request":
            doubts.attempt(self._settle_request)
        doubts.attempt(self._settle_address)
        if domains.has_message:
            doubts.attempt(self._settle_message)
        self._settle_other_texts(doubts)
        doubts.settle()
        attempts = self._store.within("attempts")
        put_number(self._numbers, "attempts", attempts, near.numbers.get("attempts"), (1,))
        return World(
            domains.trigger,
            self._names,
            self._texts,
            self._numbers,
            counters=self._family("count ", near.counters),
            enabled=self._enabled(),
            buttons=self._buttons(),
            now=self._now,
            age=age,
            spoke=spoke,
            draws=self._family("draw ", near.draws),
        )

    # What stands alone -----------------------------------------------------------------------------------------------

    def _settle_now(self) -> None:
        openings = {key: holds for key, (holds, _) in self._store.openings.items()}
        moments = self._known.moments
        wrong = [key for key, holds in openings.items() if moments.says(key, self._near.now) != holds]
        if not wrong:
            return
        if NOW in self._store.domains.kept:
            raise Contradiction(self._store.openings[wrong[0]][1])
        try:
            found = moments.when(openings)
        except TooManyBoundaries:
            raise Contradiction(self._store.why(NOW), "calendar") from None
        if found is None:
            raise Contradiction(self._store.why(NOW))
        self._now = found

    def _enabled(self) -> frozenset[str]:
        enabled = set(self._near.enabled)
        for variable, mask in self._store.masks.items():
            if variable.startswith("enabled "):
                name = variable.partition(" ")[2]
                (enabled.add if mask & TRUE else enabled.discard)(name)
        return frozenset(enabled)

    def _buttons(self) -> bool:
        mask = self._store.mask(BUTTONS)
        return self._near.buttons if mask & (TRUE if self._near.buttons else ~TRUE) else bool(mask & TRUE)

    def _family(self, head: str, near: Mapping[str, int]) -> dict[str, int]:
        """Counters or draws: those of the world nearby, changed where something was said of them."""
        found = dict(near)
        for variable, allowed in self._store.numbers.items():
            if variable.startswith(head):
                name = variable.removeprefix(head)
                put_number(found, name, allowed, near.get(name, _UNSAID[head]), (1,))
        return found

    def _settle_name(self, path: str, mask: int, *preferred: str) -> None:
        """Give a closed set's field a value of a mask that is not empty."""
        value = self._known.names[path].pick(mask, (self._near.names.get(path), *preferred))
        if value is not None:
            self._names[path] = value

    def _settle_other_texts(self, doubts: Doubts) -> None:
        store = self._store
        for path in dict.fromkeys([*self._near.texts, *store.reads, *store.there]):
            if path not in _MESSAGE_TEXTS and path not in self._texts:
                doubts.attempt(partial(self._settle_text, path))

    def _settle_text(self, path: str) -> None:
        if (value := self._phrases.value(path, self._store.domains.presence(path))) is not None:
            self._texts[path] = value

    # What hangs together ---------------------------------------------------------------------------------------------

    def _settle_request(self) -> None:
        """A request has the target that its kind has: none, a bot, or any component."""
        why, unknown = self._store.why("request", "target"), ""
        names, mask = self._known.names, self._store.mask("request")
        for request in _in_order(names["request"].members(mask), self._near.names.get("request")):
            targets = self._store.mask("target") & self._targets(request)
            if not targets:
                continue
            try:
                steps = {path: self._position(path) for path in _POSITION} if request == "position" else {}
            except Contradiction as failed:
                why, unknown = why | failed.why, unknown or failed.unknown
                continue
            self._names["request"] = str(request)
            self._settle_name("target", targets)
            self._texts |= steps
            return
        raise Contradiction(why, unknown)

    def _targets(self, request: str | None) -> int:
        if request in _AIMLESS:
            return NOTHING
        return self._known.names["target"].mask(self._known.bots) if request == "position" else ~NOTHING

    def _position(self, path: str) -> str:
        if self._store.domains.presence(path) is Presence.NEVER:
            raise Contradiction(0)
        return self._phrases.value(path, Presence.ALWAYS) or ""

    def _settle_address(self) -> None:
        """The sender is in the form of the channel: one channel of each form is tried, and odd forms last."""
        why, unknown = self._store.why("channel"), ""
        for channel, forms in self._channels():
            try:
                self._texts["sender"] = self._phrases.sender(channel, forms)
            except Contradiction as failed:
                why, unknown = why | failed.why, unknown or failed.unknown
                continue
            self._names["channel"] = channel
            return
        raise Contradiction(why, unknown)

    def _channels(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        channels = self._known.names["channel"].members(self._store.mask("channel"))
        firsts: dict[bool, str] = {}
        for channel in map(str, _in_order(channels, self._near.names.get("channel"), "WhatsApp")):
            firsts.setdefault(channel in PHONE_CHANNELS, channel)
        yield from ((channel, NUMBERS) for channel in firsts.values())
        if True in firsts:
            yield firsts[True], ODDITIES

    def _settle_message(self) -> None:
        why, unknown = self._store.why("message"), ""
        shape = Shape(self._store, self._phrases, self._near)
        kinds = self._known.names["message"].members(self._store.mask("message"))
        for kind in _in_order(kinds, self._near.names.get("message")):
            try:
                shape.take(str(kind))
            except Contradiction as failed:
                why, unknown = why | failed.why, unknown or failed.unknown
                continue
            self._names["message"] = str(kind)
            self._texts |= shape.texts
            self._numbers |= shape.numbers
            return
        raise Contradiction(why, unknown)


_UNSAID = {"count ": 0, "draw ": LAST_DRAW}
"""What a counter or a draw is where the world nearby does not say."""


def _in_order(values: Iterable[str | None], *preferred: str | None) -> list[str | None]:
    """The values, those preferred first."""
    known = list(values)
    first = [value for value in preferred if value in known]
    return list(dict.fromkeys([*first, *known]))
