"""What a rung renders, taken apart: a carousel into its cards, a list into its files, a card into its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Content,
    File,
    FileList,
    Media,
    Message,
    Picture,
    Video,
    text_of,
)

FileAndWords = tuple[Media, str | None]


def subjects_of(content: Content, each: str) -> Sequence[Content]:
    """What a whole rendering is repeated for; a list's words go with its first file."""
    if each == "card" and isinstance(content, Carousel):
        return content.cards
    if each == "file" and isinstance(content, FileList):
        return singles_of(content)
    return (content,)


def singles_of(content: Content) -> Sequence[Content]:
    """Each card or file as a content of its own."""
    match content:
        case Carousel(cards):
            return cards
        case FileList():
            return [File(media, words) for media, words in files_of(content)]
        case _:
            return (content,)


def files_of(content: Content) -> Sequence[FileAndWords]:
    """Each file, with the words that go with it."""
    if type(content) is Card:
        return ((content.media, None),) if content.media is not None else ()
    match content:
        case Picture(media, words) | Video(media, words) | Audio(media, words) | File(media, words):
            return ((media, words),)
        case FileList(files, words):
            return [(media, None if place else words) for place, media in enumerate(files)]
        case Carousel(cards):
            return [(card.media, None) for card in cards if card.media is not None]
        case _:
            return ()


def as_cards(content: Content) -> Sequence[Card]:
    """A card of it, or of each of its files."""
    match content:
        case Card():
            return (content,)
        case Carousel(cards):
            return cards
        case Picture() | Video() | Audio() | File() | FileList():
            return [Card(description=words, media=media) for media, words in files_of(content)]
        case _:
            return (Card(description=text_of(Message(content))),)
