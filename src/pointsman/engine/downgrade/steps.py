"""Rungs, prepared for one channel: their texts compiled, and what is asked of them again and again answered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from pointsman.engine.downgrade.parts import LINES
from pointsman.engine.downgrade.templates import Line, Template
from pointsman.language.ir import (
    And,
    ChoiceTest,
    Compare,
    Condition,
    Exists,
    Field,
    HasButtons,
    Length,
    Matches,
    Not,
    NumberIn,
    Or,
    RenderingHow,
    Rung,
    TextTest,
)
from pointsman.model.content import Button, Card, Content, Message, kind_of, text_of

_KEEPS_BUTTONS = frozenset({"buttons", "numbered buttons", "card", "cards"})

LossKind: TypeAlias = Literal["split", "truncated", "emulated", "linked", "dropped"]
Read: TypeAlias = Callable[[Content, tuple[Button, ...]], object]
"""Reads of a message that is rendered all that decides whether a condition holds for it, of what is not the same in all
that one message becomes."""


class Step:
    """One rung, of a button of type `button` if it is of one. `counts`: what it writes shows a number.

    `read` is for its condition, `write` writes a button by it, which is all that it does if it is `plain`. `caption` is
    its text if it is a picture, a text and buttons.
    """

    __slots__ = (
        "actions",
        "caption",
        "counts",
        "each",
        "keeps_buttons",
        "kind",
        "links",
        "nothing",
        "plain",
        "read",
        "remember_ms",
        "says",
        "when",
        "write",
    )

    def __init__(self, rung: Rung, button: type | None = None) -> None:
        self.kind = f"button {rung.kind}" if rung.button else rung.kind
        self.when = rung.when
        self.read = _reader(list(dict.fromkeys(_reads(rung.when))) if rung.when else [])
        self.each = rung.each
        self.remember_ms = rung.remember_ms
        self.actions: tuple[tuple[RenderingHow, Template | None], ...] = tuple(
            (it.how, Template(it.text) if it.how == "text" else None) for it in rung.renderings
        )
        hows = {how for how, _ in self.actions}
        counts = any(template is not None and template.counts for _, template in self.actions)
        self.counts = counts or (rung.button and "numbered buttons" in hows)
        self.plain = not self.counts and not rung.remember_ms
        self.says = "text" in hows
        self.caption = self._caption()
        self.links = "link" in hows
        self.nothing = hows == {"nothing"}
        self.keeps_buttons = bool(hows & _KEEPS_BUTTONS)
        self.write: Line = _together([_writer(how, it, button) for how, it in self.actions]) if button else _left_out

    def _caption(self) -> Template | None:
        match self.actions:
            case (("picture", None), ("text", Template(counts=False) as template), ("buttons", None)) if not self.each:
                return template
            case _:
                return None


def _together(writers: list[Line]) -> Line:
    if len(writers) == 1:
        return writers[0]
    return lambda button, number, _: "\n".join(line for each in writers if (line := each(button, number, None)))


def _writer(how: RenderingHow, template: Template | None, button: type) -> Line:
    if template is not None:
        return template.writer(button)
    match how:
        case "numbered buttons":
            return lambda button, number, _: f"{number}. {button.label}"
        case "link":
            write = LINES[button]
            return lambda button, _number, _: write(button)
        case _:
            return _left_out


def _left_out(_subject: Any, _number: int, _fallback: str | None) -> None:
    return None


def _reader(fields: list[str]) -> Read:
    if len(fields) == 1 and fields[0] in _MEDIA:
        return _media_reader(_MEDIA[fields[0]])
    return lambda content, buttons: tuple([_read(field, content, buttons) for field in fields])


def _media_reader(name: str) -> Read:
    read = attrgetter(name)

    def member(content: Any, _buttons: tuple[Button, ...]) -> object:
        media = getattr(content, "media", None)
        return None if media is None else read(media)

    return member


def _read(field: str, content: Content, buttons: tuple[Button, ...]) -> Any:
    match field:
        case "message":
            return kind_of(content)
        case "buttons":
            return bool(buttons or (isinstance(content, Card) and content.buttons))
        case "text":
            return text_of(Message(content))
        case _:
            return _media_reader(_MEDIA[field])(content, buttons)


_MEDIA: Mapping[str, str] = {f"message.{name}": name for name in ("url", "name", "mime", "size")}
_CHANGING = frozenset({"message", "text", *_MEDIA})


def _reads(condition: Condition) -> Iterator[str]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _reads(part)
        case Not(part):
            yield from _reads(part)
        case HasButtons():
            yield "buttons"
        case TextTest(path) | ChoiceTest(path) | Matches(path) | Exists(path):
            yield from _CHANGING & {path}
        case Compare(Field(path) | Length(path)) | NumberIn(Field(path) | Length(path)):
            yield from _CHANGING & {path}
        case _:
            return
