"""Messages of a world: the kind, and what hangs on it: words, a file and its members, a choice and its place.

Laws (`model.content`): a text has words, other kinds may have; pictures, videos, audio and files have a file, a card
may have one, no other kind has; name, type and size are those of the file; a choice's place is that of a choice.
"""

from __future__ import annotations

from functools import partial

from pointsman.proofs.domains import Presence
from pointsman.proofs.integers import Integers
from pointsman.proofs.phrases import Phrases
from pointsman.proofs.store import Contradiction, Doubts, Store
from pointsman.proofs.world import FILE_KINDS, World

_MEMBERS = ("message.name", "message.mime")
_SIZES = (1_000_000, 1_000, 1)


class Shape:
    """The texts and numbers of one message. `near` is the world nearby."""

    def __init__(self, store: Store, phrases: Phrases, near: World) -> None:
        self._store = store
        self._phrases = phrases
        self._near = near
        self.texts: dict[str, str] = {}
        self.numbers: dict[str, int] = {}

    def take(self, kind: str) -> None:
        """Make the message one of that kind. Raises `Contradiction`; its reason leaves out that of the kind."""
        self.texts, self.numbers = {}, {}
        doubts = Doubts()
        doubts.attempt(self._take_choice)
        doubts.attempt(partial(self._take_words, kind))
        doubts.attempt(partial(self._take_file, kind))
        doubts.settle()

    def _put(self, path: str, presence: Presence, near: str | None = None) -> None:
        own = self._store.domains.presence(path)
        if own is not Presence.MAYBE:
            if presence is not Presence.MAYBE and own is not presence:
                raise Contradiction(0)
            presence = own
        if (value := self._phrases.value(path, presence, near)) is not None:
            self.texts[path] = value

    def _take_words(self, kind: str) -> None:
        """Words; those of a button press are the button's label, where what was said allows it."""
        presence = Presence.ALWAYS if kind == "text" else Presence.MAYBE
        label = self.texts.get("choice")
        if label is None or kind != "text" or "choice" in self._near.texts:
            self._put("text", presence)
            return
        is_asked = "choice" in self._store.reads or "text" not in self._store.reads
        self._put("text", presence, label if is_asked else None)
        if self.texts["text"] != label:
            self._put("choice", Presence.ALWAYS, self.texts["text"])

    def _take_file(self, kind: str) -> None:
        store = self._store
        size = store.within("message.size")
        asks = [store.there[path] for path in _MEMBERS if path in store.there]
        asks += [0 for path in _MEMBERS if store.domains.presence(path) is Presence.ALWAYS]
        asks += [] if size.missing else [store.why("message.size")]
        if kind in FILE_KINDS or (kind == "card" and asks):
            presence = Presence.ALWAYS
        else:
            presence = Presence.MAYBE if kind == "card" else Presence.NEVER
        try:
            self._put("message.url", presence)
        except Contradiction as failed:
            raise Contradiction(failed.why | _first(asks), failed.unknown) from None
        if "message.url" not in self.texts:
            if asks:
                raise Contradiction(_first(asks))
            return
        for path in _MEMBERS:
            self._put(path, Presence.MAYBE)
        put_number(self.numbers, "message.size", size, self._near.numbers.get("message.size"), _SIZES)

    def _take_choice(self) -> None:
        index = self._store.within("choice index")
        try:
            self._put("choice", Presence.MAYBE if index.missing else Presence.ALWAYS)
        except Contradiction as failed:
            raise Contradiction(failed.why | self._store.why("choice index"), failed.unknown) from None
        if "choice" in self.texts:
            put_number(self.numbers, "choice index", index, self._near.numbers.get("choice index"), (1,))


def put_number(numbers: dict[str, int], name: str, allowed: Integers, near: int | None, units: tuple[int, ...]) -> None:
    """Give a number a value of a set that is not empty: the one nearby if it is in the set, else a round one."""
    value = near if near in allowed else allowed.roundest(units) if allowed.spans else None
    if value is not None:
        numbers[name] = value


def _first(reasons: list[int]) -> int:
    return reasons[0] if reasons else 0
