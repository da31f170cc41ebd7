"""Buttons under a message that is in the making, and the lines of those that the channel does not show.

Law: lines stand behind the words of the message that carries the buttons, where they fit; else they are a text of its
own, which then carries them.
"""

from __future__ import annotations

from msgspec import structs

from pointsman.engine.downgrade.buttons import settled
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.model.content import Audio, Button, Card, Content, File, FileList, Picture, Text, Video

_NO_TEXT = Text("")


def attach(run: Run, pieces: list[Piece], under: tuple[Button, ...], path: Path) -> None:
    """Put buttons under the last of `pieces`, of which there is one at least."""
    piece = pieces[-1]
    content = piece.content
    if type(content) is Card:
        again = run.render(run, content, piece.buttons + under, path)
        for each in again:
            each.open = False
        pieces[-1:] = again or [piece, Piece(None, [], under, path)]
        return
    shown = _as_said(piece) if run.ladder.asks_of_buttons else content or _NO_TEXT
    buttons, lines = settled(run, shown, piece.buttons + under if piece.buttons else under, None, path)
    if not lines:
        piece.buttons = buttons
    elif content is None:
        piece.lines += lines
        piece.buttons = buttons
    elif (words := _caption(run, content, piece, lines, buttons)) is not None:
        piece.lines = [words]
        piece.buttons = buttons
    else:
        piece.buttons = ()
        piece.open = False
        pieces.append(Piece(None, lines, buttons, path))


def _as_said(piece: Piece) -> Content:
    """What is in the making, with the words that it has so far."""
    words = "\n".join(piece.lines)
    match piece.content:
        case None:
            return Text(words)
        case (Picture() | Video() | Audio() | File() | FileList()) as content:
            return structs.replace(content, caption=words or None)
        case content:
            return content


def _caption(run: Run, content: Content, piece: Piece, lines: list[str], buttons: tuple[Button, ...]) -> str | None:
    """A caption with lines behind it, where they fit, or where it is too long anyway and will be a text."""
    line = run.ladder.media.get(type(content))
    if line is None:
        return None
    bounds, said = line.buttoned if buttons else line.plain, piece.lines
    words = "\n".join(said + lines)
    if len(words) <= bounds.safe or bounds.hold(words):
        return words
    return words if said and not bounds.hold("\n".join(said)) else None
