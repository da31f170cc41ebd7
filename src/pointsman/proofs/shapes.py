"""The messages that a proof about one channel looks at: each kind in each combination of parts that can matter there.

Laws: what a message may be too much for is taken from the channel's own profile, just beyond each bound; of what is
bounded together, the parts are crossed; the plainest of a kind comes first. Wherever the language of tests can say a
shape, it is said as a test would make it, so that it can be shown. Equal profiles have equal shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from msgspec import structs

from pointsman.engine.happenings import message_of
from pointsman.language.ir import Carried, Limit, LimitOf, Profile
from pointsman.model.content import (
    Button,
    CalendarEvent,
    Card,
    Carousel,
    Compose,
    Contact,
    Dial,
    FileList,
    Location,
    Media,
    Message,
    Native,
    NativeButton,
    OpenUrl,
    Reply,
    ShowLocation,
    Template,
    Text,
)

URL = "https://example.com/file"
WORDS = "Hello"
_UNHEARD = "application/x-unheard-of"
_TYPE_OF = {"picture": "image/jpeg", "video": "video/mp4", "audio": "audio/mpeg", "file": "application/pdf"}
_MEDIA = tuple(_TYPE_OF)


class Shapes:
    """The messages to be looked at on the channel of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._lines = {line.kind: line for line in profile.messages}
        self._buttons = {line.kind: line for line in profile.buttons}
        self._postback = profile.postback
        self._few = tuple(self._under())
        self._long = _too_long(self._lines["text"], "")

    def all(self) -> Iterator[Message]:
        """Yield the messages of all kinds, in the order of the vocabulary, and one that is of none."""
        yield from self._texts()
        yield from self._files()
        yield from self._lists()
        yield from self._places()
        yield from self._people()
        yield from self._cards()
        yield from self._carousels()
        yield from self._templates()
        yield from (Message(Native("test", "test", {}), buttons) for buttons in self._few)

    # Kinds ------------------------------------------------------------------------------------------------------------

    def _texts(self) -> Iterator[Message]:
        for words, buttons in product((WORDS, *_all_too_long(self._lines["text"], "")), self._few):
            yield Message(Text(words), buttons)
        for words in self._long:
            yield Message(Text(words * 3))
        for buttons in self._many_buttons():
            yield Message(Text(WORDS), buttons)

    def _files(self) -> Iterator[Message]:
        for kind in _MEDIA:
            captions = (None, WORDS, *_too_long(self._lines[kind], "caption"))
            for media, words, buttons in product(self._media(kind), captions, self._few):
                yield structs.replace(message_of(kind, media, words), buttons=buttons)
            for media, words in product(self._media(kind), self._long):
                yield structs.replace(message_of(kind, media, words), buttons=self._few[-1])

    def _lists(self) -> Iterator[Message]:
        line = self._lines["file list"]
        numbers = {1, 2, *(limit.most + 1 for limit in line.limits if limit.unit == "number")}
        captions = (None, WORDS, *_too_long(line, "caption"))
        for media, words, buttons in product(self._media("file list"), captions, self._few):
            yield Message(FileList((media,), words), buttons)
            for number in sorted(numbers - {1}):
                yield Message(FileList((*(Media(URL),) * (number - 1), media), words), buttons)

    def _places(self) -> Iterator[Message]:
        for label, url, buttons in product((None, WORDS), (URL, None), self._few):
            yield Message(Location(0.0, 0.0, label, url), buttons)
        for label in self._long:
            yield Message(Location(0.0, 0.0, label), self._few[-1])

    def _people(self) -> Iterator[Message]:
        whole = Contact(WORDS, "+15555550101", "hello@example.com", "1 Main Street")
        for contact, buttons in product((Contact(WORDS), whole, Contact()), self._few):
            yield Message(contact, buttons)
        yield Message(whole, fallback=WORDS)
        for words in self._long:
            yield Message(Contact(words, address=words), self._few[-1])

    def _cards(self) -> Iterator[Message]:
        line = self._lines["card"]
        titles = (None, WORDS, *_too_long(line, "title"))
        descriptions = (None, WORDS, *_too_long(line, "description"), *_too_long(line, "together"))
        media = tuple(self._media("card"))
        for words, title, file in product(descriptions, titles, (None, *media)):
            yield Message(Card(title, words, file))
        for words, file, inside, under in product(descriptions, (None, media[0], media[-1]), self._inside(), self._few):
            yield Message(Card(words, words, file, inside), under)

    def _carousels(self) -> Iterator[Message]:
        line = self._lines["carousel"]
        bounds = {bound for limit in line.limits if limit.unit == "number" for bound in (limit.least, limit.most)}
        numbers = sorted({1, 2, *(bound + more for bound in bounds - {0} for more in (0, 1)), max(bounds or {2}) * 2})
        plain = Card(media=Media(URL))
        odd = tuple(self._odd_cards())
        for under in self._few:
            for number in (2, *(it for it in numbers if it != 2)):
                yield Message(Carousel((plain,) * number), under)
            for card in odd:
                yield Message(Carousel((card, card)), under)
        yield Message(Carousel((plain, plain)), fallback=WORDS)
        for number, card in product(numbers, odd):
            yield Message(Carousel((*(plain,) * (number - 1), card)))

    def _templates(self) -> Iterator[Message]:
        for text, buttons in product((None, WORDS), self._few):
            yield Message(Template("test", {}, name=""), buttons, fallback=text)
        for text in self._long:
            yield Message(Template("test", {}, name=""), self._few[-1], fallback=text)

    # Parts ------------------------------------------------------------------------------------------------------------

    def _media(self, kind: str) -> Iterator[Media]:
        """Files of which nothing is known, or all, or of which a line of this channel may refuse one thing, or all."""
        yield Media(URL)
        yield Media(URL, size=1_000)
        yield Media(URL, mime=_TYPE_OF.get(kind, "image/jpeg"), size=1_000)
        lines = [self._lines[it] for it in ("card", "carousel", "file list", *_MEDIA)]
        sizes = sorted({limit.most + 1 for line in lines for limit in line.limits if limit.unit == "size"})
        own = () if kind in ("picture", "video", "audio") else tuple(_TYPE_OF.values())
        types = (*own, _UNHEARD) if any(line.types for line in lines) or kind == "card" else ()
        for size in sizes:
            yield Media(URL, size=size)
        for mime in types:
            yield Media(URL, mime=mime)
        if any(limit.of == "thumbnail" for line in lines for limit in line.limits):
            yield Media(URL, thumbnail_url=URL, thumbnail_size=max(sizes))
        if sizes and types:
            yield Media(URL, mime=_UNHEARD, size=max(sizes))

    def _under(self) -> Iterator[tuple[Button, ...]]:
        """Buttons for kinds whose parts are crossed: none, one, all kinds, more than a message may have, too long."""
        replies = self._buttons["reply"]
        bounds = [limit.most for limit in replies.limits if limit.unit == "number"] or [2]
        yield ()
        yield (_reply("reply"),)
        for words in _too_long(replies, "caption"):
            yield (_reply(words),)
        yield _replies(max(bounds) + 1)
        yield tuple(_each_kind())

    def _many_buttons(self) -> Iterator[tuple[Button, ...]]:
        """Each number of buttons of a kind that is just within or beyond what a line allows, alone and among others."""
        numbers = sorted(
            {limit.most + more for it in self._buttons.values() for limit in it.limits for more in (0, 1)
             if limit.unit == "number"}
        )  # fmt: skip
        for button in _others():
            yield (button,)
        for number in numbers:
            yield _replies(number)
            for button in _others():
                yield (button,) * number
                yield (*_replies(max(number - 1, 1)), button)
        for line in self._buttons.values():
            for words in _all_too_long(line, "caption"):
                yield tuple(structs.replace(it, label=words) for it in _each_kind() if it.label == line.kind)
                yield (_reply(f"{words} one"), _reply(f"{words} two"))
        for words in _over(self._postback):
            yield tuple(structs.replace(it, postback=words) for it in _each_kind() if not isinstance(it, NativeButton))
        for words in _too_long(self._buttons["reply"], "description"):
            yield tuple(Reply(f"Option {number}", description=words) for number in range(max(numbers or [2])))

    def _inside(self) -> tuple[tuple[Button, ...], ...]:
        """Buttons of a card: none, one, each kind, and too many or too long ones."""
        line = self._lines["card"]
        most = max([limit.most for limit in line.limits if limit.of == "buttons"] or [2])
        long = tuple((_reply(words),) for words in _too_long(line, "caption"))
        return ((), (_reply(WORDS),), tuple(_each_kind()), _replies(most + 1), *long)

    def _odd_cards(self) -> Iterator[Card]:
        """Cards that are no longer plain by one thing."""
        card = self._lines["card"]
        for line in (card, self._lines["carousel"]):
            yield from (Card(words) for words in _too_long(line, "title"))
            yield from (Card(WORDS, words) for words in _too_long(line, "description"))
            yield from (Card(WORDS, words) for words in _too_long(line, "together"))
        yield from (Card(WORDS, WORDS, media) for media in self._media("card"))
        yield from (Card(WORDS, WORDS, buttons=inside) for inside in self._inside()[1:])
        yield Card(WORDS)
        yield Card()


def _each_kind() -> Iterator[Button]:
    """One button of each kind, labelled with it."""
    yield Reply("reply", postback="reply")
    yield OpenUrl("url", URL)
    yield Dial("dial", "+15555550102")
    yield Compose("compose", "+15555550102", WORDS)
    yield ShowLocation("location", Location(0.0, 0.0))
    yield CalendarEvent("calendar", WORDS, "2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z")
    yield NativeButton("native", "test", {})


def _others() -> list[Button]:
    return [button for button in _each_kind() if not isinstance(button, Reply)]


def _reply(label: str) -> Reply:
    return Reply(label, postback=label)


def _replies(number: int) -> tuple[Reply, ...]:
    return tuple(_reply(f"Option {place}") for place in range(1, number + 1))


def _too_long(line: Carried, of: LimitOf) -> list[str]:
    """A text of many words beyond each bound of a length."""
    return list(dict.fromkeys(words for limit in _lengths(line, of) for words in _over(limit)[:1]))


def _all_too_long(line: Carried, of: LimitOf) -> list[str]:
    """As `_too_long`, with texts of a single word besides, just beyond the bound."""
    return list(dict.fromkeys(words for limit in _lengths(line, of) for words in _over(limit)))


def _lengths(line: Carried, of: LimitOf) -> list[Limit]:
    return [limit for limit in line.limits if limit.of == of and limit.unit in ("characters", "bytes", "gsm")]


def _over(limit: Limit | None) -> tuple[str, ...]:
    if limit is None:
        return ()
    most = limit.most
    wide = ("漢" * (most + 1),) if limit.unit != "characters" else ()
    return ("word " * most)[:most] + ".", "a" * (most + 1), *wide
