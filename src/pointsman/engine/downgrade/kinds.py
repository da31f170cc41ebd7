"""Each kind of message: carried, kept within its kind, or refused, whereupon its rung is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pointsman.engine.downgrade.bounds import Refusal
from pointsman.engine.downgrade.cards import card, carousel
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.engine.downgrade.under import attach
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Contact,
    Content,
    File,
    FileList,
    Location,
    Native,
    Picture,
    Template,
    Text,
    Video,
)

Kept: TypeAlias = list[Piece] | Refusal
_Keep: TypeAlias = Callable[[Run, Any, tuple[Button, ...], Path], Kept]


def _text(run: Run, content: Text, under: tuple[Button, ...], path: Path) -> Kept:
    if not run.ladder.text.native:
        return run.ladder.text.refusal
    return _under(run, Piece(None, [content.text] if content.text else [], (), path), under, path)


def _media(run: Run, content: Picture | Video | Audio | File, under: tuple[Button, ...], path: Path) -> Kept:
    if refusal := run.ladder.media[type(content)].refuses(content.media):
        return refusal
    return _under(run, Piece(content, [content.caption] if content.caption else [], (), path), under, path)


def _files(run: Run, content: FileList, under: tuple[Button, ...], path: Path) -> Kept:
    if refusal := run.ladder.media[FileList].refuses_list(content):
        return refusal
    return _under(run, Piece(content, [content.caption] if content.caption else [], (), path), under, path)


def _plain(run: Run, content: Location | Contact | Template, under: tuple[Button, ...], path: Path) -> Kept:
    line = run.ladder.plain[str(content.__struct_config__.tag)]
    if not line.native:
        return line.refusal
    return _native(run, content, under, path)


def _native(run: Run, content: Content, under: tuple[Button, ...], path: Path) -> Kept:
    return _under(run, Piece(content, [], (), path), under, path)


def _under(run: Run, piece: Piece, under: tuple[Button, ...], path: Path) -> list[Piece]:
    pieces = [piece]
    if under:
        attach(run, pieces, under, path)
    return pieces


KEEPERS: Mapping[type, _Keep] = {
    Text: _text,
    Picture: _media,
    Video: _media,
    Audio: _media,
    File: _media,
    FileList: _files,
    Location: _plain,
    Contact: _plain,
    Template: _plain,
    Native: _native,
    Card: card,
    Carousel: carousel,
}
"""Makes pieces of the same kind of a content and the buttons under it, or says why there are none."""
