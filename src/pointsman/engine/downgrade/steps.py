"""Rungs, prepared for one channel: their texts compiled, and what is asked of them again and again answered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from pointsman.engine.downgrade.parts import line_of
from pointsman.engine.downgrade.templates import Template
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

Write: TypeAlias = Callable[[Button, int], str]
"""(button, its number) -> its line; empty where it is left out."""


class Step:
    """One rung. `reads` are what its condition asks of the message; `counts`: what it writes shows a number.

    `write` writes a button by it.
    """

    __slots__ = (
        "actions",
        "counts",
        "each",
        "keeps_buttons",
        "kind",
        "links",
        "nothing",
        "reads",
        "remember_ms",
        "says",
        "when",
        "write",
    )

    def __init__(self, rung: Rung) -> None:
        self.kind = f"button {rung.kind}" if rung.button else rung.kind
        self.when = rung.when
        self.reads = tuple(dict.fromkeys(_reads(rung.when))) if rung.when else ()
        self.each = rung.each
        self.remember_ms = rung.remember_ms
        self.actions: tuple[tuple[RenderingHow, Template | None], ...] = tuple(
            (it.how, Template(it.text) if it.how == "text" else None) for it in rung.renderings
        )
        hows = {how for how, _ in self.actions}
        counts = any(template is not None and template.counts for _, template in self.actions)
        self.counts = counts or (rung.button and "numbered buttons" in hows)
        self.says = "text" in hows
        self.links = "link" in hows
        self.nothing = hows == {"nothing"}
        self.keeps_buttons = bool(hows & _KEEPS_BUTTONS)
        self.write = _together([_writer(how, template) for how, template in self.actions])


def _together(writers: list[Write]) -> Write:
    if len(writers) == 1:
        return writers[0]
    return lambda button, number: "\n".join(line for each in writers if (line := each(button, number)))


def _writer(how: RenderingHow, template: Template | None) -> Write:
    if template is not None:
        return lambda button, number: template.text(button, number, None)
    match how:
        case "numbered buttons":
            return lambda button, number: f"{number}. {button.label}"
        case "link":
            return lambda button, _number: line_of(button)
        case _:
            return lambda _button, _number: ""


def read(field: str, content: Content, buttons: tuple[Button, ...]) -> Any:
    """What a condition can see of a message that is rendered, where that is not the same in all that it becomes."""
    match field:
        case "message":
            return kind_of(content)
        case "buttons":
            return bool(buttons or (isinstance(content, Card) and content.buttons))
        case "text":
            return text_of(Message(content))
        case _:
            return getattr(getattr(content, "media", None), _MEDIA[field], None)


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
