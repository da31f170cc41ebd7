"""Buttons under a message that is in the making, and the lines of those that the channel does not show.

Law: lines stand behind the words of the message that carries the buttons, where they fit; else they are a text of its
own, which then carries them.
"""

from __future__ import annotations

from pointsman.engine.downgrade.buttons import settled
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.model.content import Button, Card, Content, Text

_NO_TEXT = Text("")


def attach(run: Run, pieces: list[Piece], under: tuple[Button, ...], path: Path) -> None:
    """Put buttons under the last of `pieces`, of which there is one at least."""
    piece = pieces[-1]
    content = piece.content
    if type(content) is Card:
        again = run.render(run, content, piece.buttons + under, path)
        pieces[-1:] = again or [piece, Piece(None, [], under, path)]
        return
    shown, lines = settled(run, content or _NO_TEXT, piece.buttons + under, None, path)
    buttons = tuple([button for button in shown if button is not None])
    if lines and content is not None and not _room(run, content, piece, lines, buttons):
        piece.buttons = ()
        piece.open = False
        pieces.append(Piece(None, lines, buttons, path))
    else:
        piece.lines += lines
        piece.buttons = buttons


def _room(run: Run, content: Content, piece: Piece, lines: list[str], buttons: tuple[Button, ...]) -> bool:
    """Whether lines have a place in a caption, or follow as a text together with one that has none."""
    line = run.ladder.media.get(type(content))
    if line is None:
        return False
    bounds = line.buttoned if buttons else line.plain
    words = "\n".join(piece.lines)
    return bounds.hold("\n".join([*piece.lines, *lines])) or not (words == "" or bounds.hold(words))
