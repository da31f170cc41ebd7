"""What conditions and templates see: one event on one conversation, as they were when the event arrived.

Both evaluators read events through this class, so that a field means the same to both; what is costly (folding, the
words of the text) is computed once, when it is first asked for. A field that is missing is None.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, assert_never

from pointsman.engine.hours import Hours, duration, written
from pointsman.language.folding import fold, words_of
from pointsman.language.ir import Age, Count, Field, Length, Quantity
from pointsman.model.content import Card, Message, kind_of, media_of, text_of
from pointsman.model.conversation import Conversation

_NOTHING: Mapping[str, str] = {}
_NOTHING_DRAWN: Mapping[str, int] = {}
_PER_CENT_PARTS = 10_000
IN_EVERY_SHARE, IN_NO_SHARE = -1, _PER_CENT_PARTS
"""What nobody draws: such a conversation is in, or out of, every `sample`, whatever its share."""


class View:
    """`conversation` and `message` are the state on arrival; `details` holds what only some events have.

    `details` keys: `request`, `target`, `reason` (text), `attempts` (number), `asked` (mapping behind `request.KEY`).
    `drawn` overrides the numbers behind `sample` by rule name (see `draw`), for tests.
    """

    def __init__(
        self,
        conversation: Conversation,
        message: Message | None,
        now: int,
        hours: Mapping[str, Hours],
        *,
        enabled: frozenset[str],
        details: Mapping[str, Any] = _NOTHING,
        drawn: Mapping[str, int] = _NOTHING_DRAWN,
    ) -> None:
        self.conversation = conversation
        self.message = message
        self.now = now
        self.enabled = enabled
        self.context = conversation.context
        self.contact = conversation.contact
        self.counters = conversation.counters
        self.sender = conversation.address.customer
        self.text = text_of(message) if message else None
        self.meta = message.meta if message else _NOTHING
        self._folded: str | None = None
        self._words: str | None = None
        self._open: dict[str, bool] = {}
        self.request: Mapping[str, str] = details.get("asked", _NOTHING)
        self._hours = hours
        self._details = details
        self._drawn = drawn

    def later(self, conversation: Conversation, message: Message | None) -> View:
        """The same event, seen after some of its actions."""
        return View(
            conversation,
            message,
            self.now,
            self._hours,
            enabled=conversation.enabled,
            details=self._details,
            drawn=self._drawn,
        )

    @property
    def folded(self) -> str | None:
        """The text as it is compared."""
        if self._folded is None and self.text is not None:
            self._folded = fold(self.text)
        return self._folded

    @property
    def words(self) -> str | None:
        """The folded text with single blanks between words."""
        if self._words is None and (folded := self.folded) is not None:
            self._words = words_of(folded)
        return self._words

    @property
    def has_buttons(self) -> bool:
        content = self.message.content if self.message else None
        return bool(self.message and (self.message.buttons or (isinstance(content, Card) and content.buttons)))

    @property
    def age(self) -> int:
        return self.now - self.conversation.started

    def name(self, path: str) -> str | None:
        """The value of a closed-set field: channel, message, account, request, target."""
        match path:
            case "channel":
                return self.conversation.channel
            case "message":
                return kind_of(self.message.content) if self.message else None
            case "account":
                return self.conversation.address.account
            case "request" | "target":
                return self._details.get(path)
            case _:
                return None

    def value(self, path: str) -> str | None:
        """The value of any field that is text or a name."""
        head, _, key = path.partition(".")
        match head:
            case "text" | "sender":
                return getattr(self, head)  # type: ignore[no-any-return]  # both are `str | None`
            case "context" | "contact" | "meta":
                return getattr(self, head).get(key)  # type: ignore[no-any-return]  # mappings of text to text
            case "request" if key:
                return self.request.get(key)
            case "choice":
                return self.message.choice.label if self.message and self.message.choice else None
            case "message" if key:
                media = media_of(self.message) if self.message and key in ("url", "name", "mime") else None
                return getattr(media, key, None)
            case "reason":
                return self._details.get("reason")
            case _:
                return self.name(path)

    def number(self, path: str) -> float | None:
        """The value of a field that is a number or a size."""
        match path:
            case "message.size":
                media = media_of(self.message) if self.message else None
                return media.size if media else None
            case "choice index":
                return self.message.choice.index if self.message and self.message.choice else None
            case "attempts":
                return self._details.get("attempts")
            case _:
                return None

    def quantity(self, subject: Quantity) -> float | None:
        """The value of anything that is compared as a number."""
        match subject:
            case Field(path):
                return self.number(path)
            case Length(path):
                value = self.value(path)
                return None if value is None else len(value)
            case Count(counter):
                return self.counters.get(counter, 0)
            case Age():
                return self.age
            case _:
                assert_never(subject)

    def moment(self, path: str) -> int | None:
        calendar, _, which = path.rpartition(".")
        hours = self._hours.get(calendar)
        if hours is None:
            return None
        return hours.next_open(self.now) if which == "next_open" else hours.next_close(self.now)

    def exists(self, path: str) -> bool:
        return any(found is not None for found in (self.value(path), self.number(path), self.moment(path)))

    def is_open(self, calendar: str) -> bool:
        known = self._open.get(calendar)
        if known is None:
            known = self._open[calendar] = self._hours[calendar].is_open(self.now)
        return known

    def last_older(self, parties: tuple[str, ...], ms: int) -> bool:
        spoke = [at for party in parties if (at := self.conversation.spoke.get(party)) is not None]
        return bool(spoke) and self.now - max(spoke) > ms

    def sampled(self, salt: str, share: int) -> bool:
        """Whether this conversation is in the share (hundredths of a percent) drawn for `salt`; stable for ever."""
        if salt in self._drawn:
            return self._drawn[salt] < share
        return draw(self.conversation.address.conversation_id, salt) < share

    def written(self, subject: Quantity) -> str | None:
        """The value of a field as a template shows it."""
        match subject:
            case Field(path):
                return self._written_field(path)
            case Age():
                return duration(self.age)
            case _:
                number = self.quantity(subject)
                return None if number is None else _number(number)

    def _written_field(self, path: str) -> str | None:
        if (text := self.value(path)) is not None:
            return text
        if (number := self.number(path)) is not None:
            return _size(int(number)) if path == "message.size" else _number(number)
        at = self.moment(path)
        return None if at is None else written(at, self.now, self._hours[path.rpartition(".")[0]].zone)


def draw(conversation: str, salt: str) -> int:
    """A number from 0 to 9,999 that depends on nothing but its arguments."""
    digest = hashlib.blake2b(f"{len(salt)}:{salt}{conversation}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _PER_CENT_PARTS


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _size(count: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= factor and count % factor == 0:
            return f"{count // factor} {unit}"
    return f"{count} bytes"
