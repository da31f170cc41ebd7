"""What one channel carries of each kind, prepared from the lines of its profile.

Law: what is carried follows from the channel's own lines alone; what is unknown of a file (its size, its type) is
carried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec import Struct

from pointsman.engine.downgrade.bounds import Lengths, Number, Refusal, lengths, numbers, sizes
from pointsman.engine.downgrade.steps import Step
from pointsman.language.ir import Carried
from pointsman.limits import TYPES_REMEMBERED_MAX
from pointsman.model.content import Button, Card, FileList, Media

_REGISTERED = {"image/jpg": "image/jpeg"}
_FAMILIES = {"image": "picture", "video": "video", "audio": "audio"}


class Line:
    """A kind of which nothing is bounded; `refusal` where the channel has it not."""

    __slots__ = ("native", "refusal")

    def __init__(self, carried: Carried) -> None:
        self.native = carried.support == "native"
        self.refusal = Refusal("", carried.source)


class TextLine(Line):
    """`plain` bounds a text without buttons, `buttoned` one with some."""

    __slots__ = ("buttoned", "plain")

    def __init__(self, carried: Carried) -> None:
        super().__init__(carried)
        self.plain = Lengths(lengths(carried, "", with_buttons=False))
        self.buttoned = Lengths(lengths(carried, ""))


class Types:
    """MIME types of which a file is to have one; none are named: any will do."""

    __slots__ = ("_families", "exact", "named")

    def __init__(self, types: Iterable[str]) -> None:
        known = [registered(each) for each in types]
        self.named = bool(known)
        self.exact = {each for each in known if not each.endswith("/*")}
        self._families = tuple(each[:-1] for each in known if each.endswith("/*"))

    def allow(self, mime: str | None) -> bool:
        """Whether a file of this type, or of an unknown one, is among them."""
        if not mime or not self.named or mime in self.exact:
            return True
        known = registered(mime)
        return not known or known in self.exact or known.startswith(self._families)


def registered(mime: str) -> str:
    """A MIME type as it is registered: without its parameters, in small letters, spelt rightly."""
    plain = mime.partition(";")[0].strip().casefold()
    return _REGISTERED.get(plain, plain)


@lru_cache(maxsize=TYPES_REMEMBERED_MAX)
def kind_of_file(mime: str | None) -> str:
    """Which kind of message a file of a type is; a picture where that is unknown."""
    known = registered(mime or "") or "image/"
    return _FAMILIES.get(known.partition("/")[0], "file")


class MediaLine(Line):
    """Pictures, videos, audio, files and lists of files."""

    __slots__ = ("_number", "_size", "buttoned", "plain", "thumbnail", "types")

    def __init__(self, carried: Carried) -> None:
        super().__init__(carried)
        self.types = Types(carried.types)
        self.plain = Lengths(lengths(carried, "caption", with_buttons=False))
        self.buttoned = Lengths(lengths(carried, "caption"))
        self.thumbnail = Number(sizes(carried, "thumbnail"))
        self._size = Number(sizes(carried, ""))
        self._number = Number(numbers(carried, ""), "files")

    def refuses(self, media: Media) -> Refusal | None:
        """Say why a file may not be sent as this kind."""
        if not self.native:
            return self.refusal
        size, mime = media.size, media.mime
        if size is not None and size > self._size.most:
            return self._size.refusal
        return None if mime is None or mime in self.types.exact or self.types.allow(mime) else self.refusal

    def refuses_list(self, content: FileList) -> Refusal | None:
        """Say why files may not be sent as one list."""
        if not self.native:
            return self.refusal
        if not self._number.least <= len(content.files) <= self._number.most:
            return self._number.refusal
        return next((found for media in content.files if (found := self.refuses(media))), None)


class ButtonLine(Line):
    """One kind of button. `rows` is how many fit where the channel shows choices as a list; 0: it does not.

    `steps` are its rungs; `step` is the one that counts where it is the same for all messages.
    """

    __slots__ = ("description", "kind", "label", "number", "rows", "step", "steps")

    def __init__(self, carried: Carried, steps: tuple[Step, ...]) -> None:
        super().__init__(carried)
        self.kind = carried.kind
        self.label = Lengths(lengths(carried, "caption"))
        self.description = Lengths(lengths(carried, "description"))
        self.number = Number(numbers(carried, ""), "buttons")
        self.rows = min((limit.most for limit in numbers(carried, "rows")), default=0)
        self.steps = steps
        self.step = steps[0] if steps and steps[0].when is None else None


class Plan(Struct, frozen=True):
    """What becomes of a row of buttons, by the kind of each.

    `down` are the places of those that go by their rung, and why; `steps` the rungs where they are the same for all
    messages and make lines of all of them; `shown` picks the others. `safe` code points of a label are whole.
    """

    down: tuple[tuple[int, ButtonLine, Refusal], ...]
    steps: tuple[tuple[int, Step, Refusal], ...]
    shown: Callable[[tuple[Button, ...]], tuple[Button, ...]]
    safe: int


class CardLine(Line):
    """A card, alone or in a carousel: `lines` are those that bound it, the card's own first.

    `plans` are remembered, by the kinds of a row in a card.
    """

    __slots__ = ("_files", "_size", "_types", "buttons", "description", "label", "plans", "title", "together")

    def __init__(self, lines: tuple[Carried, ...], files: dict[str, Types]) -> None:
        super().__init__(lines[-1])
        self.title = Lengths(limit for line in lines for limit in lengths(line, "title"))
        self.description = Lengths(limit for line in lines for limit in lengths(line, "description"))
        self.together = Lengths(limit for line in lines for limit in lengths(line, "together"))
        self.label = Lengths(limit for line in lines for limit in lengths(line, "caption"))
        self.buttons = Number((limit for line in lines for limit in numbers(line, "buttons")), "buttons")
        self._size = Number(limit for line in lines for limit in sizes(line, ""))
        self._types = [types for line in lines if (types := Types(line.types)).named]
        self._files = files
        self.plans: dict[tuple[type, ...], Plan] = {}

    def refuses_media(self, media: Media | None) -> Refusal | None:
        """Say why a card may not have this file."""
        if media is None:
            return None
        if media.size is not None and media.size > self._size.most:
            return self._size.refusal
        mime = media.mime
        if not mime:
            return None
        types = self._types or (self._files[kind_of_file(mime)],)
        for each in types:
            if mime not in each.exact and not each.allow(mime):
                return self.refusal
        return None

    def refuses_words(self, card: Card) -> Refusal | None:
        """Say which of a card's words are too long."""
        title, words = card.title, card.description
        if title is not None and len(title) > self.title.safe and not self.title.hold(title):
            return self.title.refusal(title)
        if words is not None and len(words) > self.description.safe and not self.description.hold(words):
            return self.description.refusal(words)
        return None


class CarouselLine(CardLine):
    """Bounds its cards by both lines, and how many there are."""

    __slots__ = ("cards",)

    def __init__(self, card: Carried, carousel: Carried, files: dict[str, Types]) -> None:
        super().__init__((card, carousel), files)
        self.cards = Number(numbers(carousel, ""), "cards")
