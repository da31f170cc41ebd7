"""From what a message has become to what leaves: texts split, captions set apart, labels cut, the sender's wishes kept.

Laws: nothing that leaves is an empty text. The last message has the buttons under the whole, the sender's reference and
meta; each has the sender's wishes to the carrier, but those for one item go with the last. A message of which nothing
changed leaves as it is; a fallback goes with the content that it stands for. Where there would be too many, those in
the middle do not leave, so that the buttons under the whole do.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import structs

from pointsman.engine.downgrade.bounds import Lengths, Refusal
from pointsman.engine.downgrade.cut import ELLIPSIS, cut_short
from pointsman.engine.downgrade.labels import dressed
from pointsman.engine.downgrade.lines import MediaLine
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.engine.split import split
from pointsman.limits import MESSAGES_RENDERED_MAX
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Content,
    File,
    FileList,
    Media,
    Message,
    Picture,
    Text,
    Video,
)

_Files: TypeAlias = Picture | Video | Audio | File | FileList
_Made: TypeAlias = tuple[Content, tuple[Button, ...]]
_ROOM_OF_LAST = 2
"""What the last piece may need at least: a file and its words."""
_ITEM = "item"
"""The option that holds what a sender adds to one item of a message, in the words of its protocol."""
_TOO_MANY = Refusal(f"{MESSAGES_RENDERED_MAX} messages")


def finish(run: Run, pieces: list[Piece]) -> tuple[Message, ...]:
    """Finish pieces, in order."""
    made = _finished(run, pieces, MESSAGES_RENDERED_MAX)
    if not made:
        return ()
    message = run.message
    (content, buttons), early = made[-1], made[:-1]
    if not early and content is message.content and buttons == message.buttons:
        return (message,)
    fallback = message.fallback if content is message.content else None
    last = structs.replace(message, content=content, buttons=buttons, fallback=fallback)
    return (*_early(message, early), last) if early else (last,)


def _early(message: Message, made: list[_Made]) -> list[Message]:
    options = message.options
    if _ITEM in options:
        options = {name: value for name, value in options.items() if name != _ITEM}
    return [
        Message(content, buttons, message.fallback if content is message.content else None, None, None, {}, options)
        for content, buttons in made
    ]


def _finished(run: Run, pieces: list[Piece], most: int) -> list[_Made]:
    made: list[_Made] = []
    left_out = False
    for place, piece in enumerate(pieces, 1):
        room = most - len(made) - (_ROOM_OF_LAST if place < len(pieces) else 0)
        content = piece.content
        if room <= 0:
            left_out = True
        elif content is None:
            made += _texts(run, "\n".join(piece.lines), piece.buttons, piece.path, room)
        elif type(content) in run.ladder.media:
            _caption(run, content, piece, made, room)  # type: ignore[arg-type]  # what has a line of media
        else:
            made.append(_one(run, content, piece.buttons))
    if left_out:
        run.lose("truncated", "message", f"{len(made)} messages", _TOO_MANY)
    return made


def _one(run: Run, content: Content, buttons: tuple[Button, ...]) -> _Made:
    if isinstance(content, Card):
        line = run.ladder.card
        inside = dressed(run, content.buttons, line) if content.buttons else content.buttons
        if inside is not content.buttons:
            content = structs.replace(content, buttons=inside)
        return content, dressed(run, buttons, line) if buttons else buttons
    if isinstance(content, Carousel):
        content = _carousel(run, content)
    return content, dressed(run, buttons) if buttons else buttons


def _carousel(run: Run, content: Carousel) -> Carousel:
    line, changed, cards = run.ladder.carousel, False, []
    for card in content.cards:
        inside = dressed(run, card.buttons, line)
        if inside is not card.buttons:
            changed, card = True, structs.replace(card, buttons=inside)
        cards.append(card)
    return structs.replace(content, cards=tuple(cards)) if changed else content


# Files ----------------------------------------------------------------------------------------------------------------


def _caption(run: Run, content: _Files, piece: Piece, made: list[_Made], room: int) -> None:
    """Add a file with its words to what is made, or the words behind it where they are too long."""
    line, buttons, lines = run.ladder.media[type(content)], piece.buttons, piece.lines
    if type(content) is FileList or content.media.thumbnail_size is not None:  # type: ignore[union-attr]  # one file
        content = _without_thumbnails(run, content, line)
    words = lines[0] if len(lines) == 1 else "\n".join(lines) or None
    bounds = line.buttoned if buttons else line.plain
    if words is None or len(words) <= bounds.safe or bounds.hold(words):
        if content.caption != words:
            content = _with_caption(content, words)
        made.append((content, dressed(run, buttons) if buttons else buttons))
        return
    if words.strip():
        run.lose("split", "caption", "text", bounds.refusal(words))
    else:
        run.lose("dropped", "caption", "nothing", bounds.refusal(words))
        words = ""
    made.append((_with_caption(content, None), ()))
    made += _texts(run, words, buttons, piece.path, room - 1)


def _with_caption(content: _Files, words: str | None) -> _Files:
    return FileList(content.files, words) if isinstance(content, FileList) else type(content)(content.media, words)


def _without_thumbnails(run: Run, content: _Files, line: MediaLine) -> _Files:
    most = line.thumbnail.most
    files = content.files if isinstance(content, FileList) else (content.media,)
    for media in files:
        if media.thumbnail_size is not None and media.thumbnail_size > most:
            run.lose("dropped", "thumbnail", "nothing", line.thumbnail.refusal)
            small = tuple([_without_thumbnail(media, most) for media in files])
            return (
                FileList(small, content.caption)
                if isinstance(content, FileList)
                else type(content)(small[0], content.caption)
            )
    return content


def _without_thumbnail(media: Media, most: int) -> Media:
    if media.thumbnail_size is None or media.thumbnail_size <= most:
        return media
    return structs.replace(media, thumbnail_url=None, thumbnail_name=None, thumbnail_mime=None, thumbnail_size=None)


# Texts ----------------------------------------------------------------------------------------------------------------


def _texts(run: Run, words: str, buttons: tuple[Button, ...], path: Path, room: int) -> list[_Made]:
    """One text, or as many as it takes; buttons without words stand under their labels."""
    line = run.ladder.text
    if not line.native:
        return _otherwise(run, words, buttons, path, room)
    bounds = line.buttoned if buttons else line.plain
    if not words.strip() and (buttons or not words or not bounds.hold(words)):
        if not buttons:
            return _nothing(run, words, bounds)
        words = _words_over(buttons, run.message.fallback)
    if not bounds.hold(words):
        return _parts(run, words.rstrip(), buttons, room)
    original = run.message.content
    text = original if isinstance(original, Text) and original.text == words else Text(words)
    return [(text, dressed(run, buttons) if buttons else buttons)]


def _words_over(buttons: tuple[Button, ...], fallback: str | None) -> str:
    """What stands over buttons that came without words."""
    if fallback and fallback.strip():
        return fallback
    return "\n".join([button.label for button in buttons if button.label.strip()]) or ELLIPSIS


def _nothing(run: Run, words: str, bounds: Lengths) -> list[_Made]:
    if isinstance(run.message.content, Text):
        run.lose("dropped", "text", "nothing", bounds.refusal(words))
    return []


def _parts(run: Run, words: str, buttons: tuple[Button, ...], room: int) -> list[_Made]:
    line = run.ladder.text
    bounds = line.buttoned if buttons else line.plain
    refusal = bounds.refusal(words)
    found = [part.text for part in split(words, line.plain.limits, bounds.limits, room + 1)]
    if len(found) > room:
        found[room - 1 :] = [cut_short(found[room - 1], bounds.limits)]
        run.lose("truncated", "text", _counted(room), _TOO_MANY)
    *early, last = found
    early = [text for text in early if text.strip()]
    run.lose("split", "text", _counted(len(early) + 1), refusal)
    return [*((Text(text), ()) for text in early), (Text(last), dressed(run, buttons))]


def _counted(parts: int) -> str:
    return "1 part" if parts == 1 else f"{parts} parts"


def _otherwise(run: Run, words: str, buttons: tuple[Button, ...], path: Path, room: int) -> list[_Made]:
    """Render a text where the channel has none."""
    pieces = run.render(run, Text(words), buttons, path)
    if not pieces:
        drop_buttons(run, buttons, run.ladder.text.refusal)
    return _finished(run, pieces, room)


def drop_buttons(run: Run, buttons: tuple[Button, ...], refusal: Refusal) -> None:
    """Tell of buttons for which no message is left."""
    for button in buttons:
        run.lose("dropped", f"button `{button.label}`", "nothing", refusal)
