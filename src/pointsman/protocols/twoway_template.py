"""The user's template of a hand-over notification: JSON with variables such as `{{$chatId}}`.

CM's own templates (protocols section 1.5) put values into the text as they are: a quote in a reason, or a context that
is missing, then makes a body that is no JSON.

Laws:

- What is made is JSON, whatever the values are. Inside a string of the template a value is escaped; outside of one it
  is a whole JSON value of its own: a text with its quotes, `context` an object.
- So whether a template makes JSON does not depend on values, and is found out once, when the configuration is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from pointsman.language.diagnostics import did_you_mean
from pointsman.protocols.decoding import decode
from pointsman.protocols.wire import Malformed

TEXTS = (
    *("chatId", "sessionId", "accountId", "channel", "conversationHostId", "conversationClientId"),
    *("id", "event", "from", "to", "reason", "flowId", "stepId", "text"),
)
"""Variables that are texts, empty where they do not apply."""
SHAPES: dict[str, Any] = {"context": {}, "enabled": [], "changed": {}, "conversationHistory": []}
"""Variables of another shape, with their empty value."""
VARIABLES = (*TEXTS, *SHAPES)

_VARIABLE = re.compile(r"\{\{\s*\$?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*\}\}", re.ASCII)
_QUOTE_OR_ESCAPE = re.compile(r'"|\\.?', re.DOTALL)
_PROBE = "~"
"""A text that may follow no backslash and stand in no `\\u....`: a template that takes it takes every text."""


class Slot(Struct, frozen=True):
    """Where a value goes. `quoted`: inside a string of the template."""

    name: str
    quoted: bool


@lru_cache(maxsize=256)
def _parts(template: str) -> tuple[str | Slot, ...]:
    """The template's texts as they stand, and its variables, in order."""
    return tuple(_cut(template))


def _cut(template: str) -> Iterator[str | Slot]:
    quoted, end = False, 0
    for found in _VARIABLE.finditer(template):
        before = template[end : found.start()]
        quoted ^= sum(mark == '"' for mark in _QUOTE_OR_ESCAPE.findall(before)) % 2 == 1
        yield before
        yield Slot(found["name"], quoted)
        end = found.end()
    yield template[end:]


def check_template(template: str) -> str | None:
    """Say what is wrong with a template, in words; None: nothing is."""
    names = [part.name for part in _parts(template) if isinstance(part, Slot)]
    unknown = next((name for name in names if name not in VARIABLES), None)
    if unknown is not None:
        near = did_you_mean(unknown, VARIABLES) or f"variables are: {', '.join(VARIABLES)}"
        return f"unknown variable `{unknown}`; {near}"
    try:
        decode(fill(template, dict.fromkeys(TEXTS, _PROBE)), Any)
    except Malformed as fault:
        return f"makes no JSON: {fault.detail.removeprefix('not JSON: ')}"
    return None


def fill(template: str, values: Mapping[str, Any]) -> bytes:
    """Write a template that `check_template` has passed; variables that `values` does not have are empty."""
    return "".join(_written(part, values) for part in _parts(template)).encode()


def _written(part: str | Slot, values: Mapping[str, Any]) -> str:
    if isinstance(part, str):
        return part
    value = values.get(part.name, SHAPES.get(part.name, ""))
    if not part.quoted:
        return _json(value)
    return _json(value if isinstance(value, str) else _json(value))[1:-1]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
