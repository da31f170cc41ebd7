"""Buttons under a message that is in the making, and the lines of those that the channel does not show.

Law: lines stand behind the words of the message that carries the buttons, where they fit; else they are a text of its
own, which then carries them.
"""

from __future__ import annotations

from pointsman.engine.downgrade.buttons import settled
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.model.content import Audio, Button, Card, Content, File, FileList, Picture, Text, Video

MEDIA = (Picture, Video, Audio, File, FileList)
_NO_TEXT = Text("")


def attach(run: Run, pieces: list[Piece], under: tuple[Button, ...], path: Path) -> None:
    """Put buttons under the last of `pieces`, of which there is one at least."""
    if not under:
        return
    piece = pieces[-1]
    content = piece.content
    if isinstance(content, Card):
        again = run.render(run, content, piece.buttons + under, path)
        pieces[-1:] = again or [piece, Piece(None, [], under, path)]
        return
    shown, lines = settled(run, content or _NO_TEXT, piece.buttons + under, None, path)
    buttons = tuple([button for button in shown if button is not None])
    if not lines or content is None or (isinstance(content, MEDIA) and _room(run, content, piece, lines, buttons)):
        piece.lines += lines
        piece.buttons = buttons
    else:
        piece.buttons = ()
        piece.open = False
        pieces.append(Piece(None, lines, buttons, path))


def _room(run: Run, content: Content, piece: Piece, lines: list[str], buttons: tuple[Button, ...]) -> bool:
    """Whether lines have a place in a caption, or follow as a text together with one that has none."""
    line = run.ladder.media[type(content)]
    bounds = line.buttoned if buttons else line.plain
    return bounds.hold("\n".join([*piece.lines, *lines])) or (
        bool(piece.lines) and not bounds.hold("\n".join(piece.lines))
    )
