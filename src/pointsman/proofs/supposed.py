"""From what was guessed of conditions to conversations in which it is so, and to a message that is as they see it.

Law: `Impossible` is never wrong: no conversation on the channel, with a message that has the parts of this one, has
the guesses come out together. What is yielded need not be so of messages that were made of the first on the way; that
is for the engine to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from pointsman.language import ir
from pointsman.language.tree.node import NOWHERE
from pointsman.model.content import Card, FileList, Location, Media, Message, Text, kind_of, media_of, text_of
from pointsman.model.event import Trigger
from pointsman.proofs.asking import Asker
from pointsman.proofs.guesses import Guessed, has_buttons, same_of
from pointsman.proofs.question import Found, Impossible, Undecided, Wanted
from pointsman.proofs.world import FILE_KINDS, World

TO_CUSTOMER = Trigger("to customer")
_MEMBERS = ("mime", "size")


class Supposed:
    """The worlds of one message on one channel, if what was guessed is so."""

    def __init__(self, asker: Asker, channel: str, message: Message, guessed: Guessed) -> None:
        self._asker = asker
        self._channel = channel
        self._message = message
        self._guessed = guessed

    def worlds(self) -> Iterator[tuple[Message, World]] | Impossible | Undecided:
        """The worlds that were found, each with the message as it is there."""
        found: list[World] = []
        for message in self._messages():
            answer = self._asker.ask(TO_CUSTOMER, [*self._of(message), *_shape(message, self._channel)])
            if isinstance(answer, Found):
                found.append(answer.world)
            elif isinstance(answer, Impossible) or not found:
                return answer
        return self._each(found)

    def _each(self, found: Sequence[World]) -> Iterator[tuple[Message, World]]:
        """The message as it is, if it can be; else with as little changed as was found; and as others want it."""
        message, wanted = self._message, [*self._of(self._message), *_shape(self._message, self._channel)]
        for kept in _KEPT:
            answer = self._asker.ask(TO_CUSTOMER, [*wanted, *_exactly(message, kept)])
            if isinstance(answer, Found):
                yield _as_in(message, answer.world, kept), answer.world
        for world in found:
            yield _as_in(message, world, frozenset()), world
        yield from ((message, world) for world in found[1:])

    def _messages(self) -> list[Message]:
        """The message, and those made of it of which something was guessed."""
        found = [self._message]
        for guess in self._guessed:
            found += [guess.message] if guess.message not in found else []
        return found

    def _of(self, message: Message) -> list[Wanted]:
        """What was guessed of a message, of the conversation, and of others in what they have in common with it."""
        return [
            Wanted(guess.condition, guess.holds)
            for guess in self._guessed
            if same_of(guess.condition, guess.message, message)
        ]


# What a message is ----------------------------------------------------------------------------------------------------


def _shape(message: Message, channel: str) -> Iterator[Wanted]:
    """That a message has the parts that it has."""
    kind, media = kind_of(message.content), media_of(message)
    yield Wanted(ir.ChoiceTest("channel", (channel,), NOWHERE))
    yield Wanted(ir.ChoiceTest("message", (kind,), NOWHERE))
    yield Wanted(ir.HasButtons(NOWHERE), has_buttons(message))
    yield Wanted(ir.Exists("text", NOWHERE), text_of(message) is not None)
    if kind in FILE_KINDS or kind == "card":
        yield Wanted(ir.Exists("message.url", NOWHERE), media is not None)
    for member in _MEMBERS if media else ():
        yield Wanted(ir.Exists(f"message.{member}", NOWHERE), getattr(media, member) is not None)


_KEPT = (frozenset({"text", "mime", "size"}), frozenset({"text", "mime"}), frozenset({"mime", "size"}))
"""What is kept of a message, where that can be: first everything, then all but the size, then all but the words."""


def _exactly(message: Message, kept: frozenset[str]) -> Iterator[Wanted]:
    """That a message's parts are what they are."""
    media, words = media_of(message), text_of(message)
    if words is not None and "text" in kept:
        yield _is("text", words)
    if media is not None:
        yield _is("message.url", media.url)
        if media.mime is not None:
            yield _is("message.mime", media.mime)
        if media.size is not None and "size" in kept:
            yield Wanted(ir.Compare(ir.Field("message.size"), "==", media.size, NOWHERE))


def _is(path: str, value: str) -> Wanted:
    return Wanted(ir.TextTest(path, "is", True, (value,), "", NOWHERE))


def _as_in(message: Message, world: World, kept: frozenset[str]) -> Message:
    """The message with the words and the file that it has in a world, where they are not those that it has."""
    words, content = world.texts.get("text"), message.content
    if "text" in kept:
        words = text_of(message)
    match content:
        case Card() if "text" in kept:
            file = content.media and _file_in(content.media, world)
            return structs.replace(message, content=structs.replace(content, media=file))
        case Text():
            return structs.replace(message, content=Text(words or ""))
        case Card(media=media):
            file = media and _file_in(media, world)
            return structs.replace(message, content=structs.replace(content, title=None, description=words, media=file))
        case Location():
            return structs.replace(message, content=structs.replace(content, label=words))
        case FileList():
            return structs.replace(message, content=structs.replace(content, caption=words))
        case _ if (media := media_of(message)) is not None:
            file = _file_in(media, world)
            return structs.replace(message, content=structs.replace(content, media=file, caption=words))
        case _:
            return structs.replace(message, fallback=words)


def _file_in(media: Media, world: World) -> Media:
    texts, size = world.texts, world.numbers.get("message.size")
    url, name, mime = (texts.get(f"message.{member}") for member in ("url", "name", "mime"))
    return structs.replace(media, url=url or media.url, name=name, mime=mime, size=size)
