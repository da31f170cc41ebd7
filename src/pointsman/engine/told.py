"""The members in which a situation is told in JSON, read strictly.

Law: a mistake names its place, as the member's path or by line and column, and says what to write.
"""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct

from pointsman.engine.scenario import ADDRESS
from pointsman.language.diagnostics import did_you_mean


class Misstated(Exception):
    """What is told cannot be read: at `place`, with `help` on what to write."""

    def __init__(self, place: str, message: str, help_: str = "") -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
        self.message = message
        self.help = help_


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """The members of a told situation. Durations are written as in rules, `size` in bytes or as `"6 MB"`."""

    event: str = "message from customer"
    text: str | None = None
    kind: str = "text"
    url: str | None = None
    name: str | None = None
    mime: str | None = None
    size: int | str | None = None
    buttons: tuple[str, ...] = ()
    choice: str | None = None
    offered: tuple[str, ...] = ()
    meta: dict[str, str] = {}
    request: str | None = None
    target: str | None = None
    flow: str | None = None
    step: str | None = None
    asked: dict[str, str] = {}
    reason: str | None = None
    attempts: int | None = None
    at: str | None = None
    channel: str = ADDRESS.channel
    account: str = ADDRESS.account
    sender: str = ADDRESS.customer
    business: str = ADDRESS.business
    enabled: tuple[str, ...] | None = None
    context: dict[str, str] = {}
    contact: dict[str, str] = {}
    counters: dict[str, int] = {}
    age: str | None = None
    spoke: dict[str, str] = {}
    sample: dict[str, bool] = {}


EXAMPLES: dict[str, str] = {
    "event": '"message from customer"',
    "text": '"I want a person"',
    "kind": '"picture"',
    "url": '"https://example.com/a.png"',
    "name": '"a.png"',
    "mime": '"image/png"',
    "size": '"6 MB"',
    "buttons": '["Yes", "No"]',
    "choice": '"Yes"',
    "offered": '["Yes", "No"]',
    "meta": '{"intent": "none"}',
    "request": '"disable"',
    "target": '"CmBot"',
    "flow": '"welcome"',
    "step": '"resume"',
    "asked": '{"team": "billing"}',
    "reason": '"expired"',
    "attempts": "12",
    "at": '"2026-11-20T10:00:00+01:00"',
    "channel": '"WhatsApp"',
    "account": '"shop"',
    "sender": '"+31612345678"',
    "business": '"+31100000000"',
    "enabled": '["CmBot"]',
    "context": '{"team": "billing"}',
    "contact": '{"language": "nl"}',
    "counters": '{"misses": 1}',
    "age": '"1h30m"',
    "spoke": '{"customer": "2h"}',
    "sample": '{"a rule\'s name": true}',
}
"""One value of each member, as it is shown to who wrote another."""
_AT = re.compile(r"^(?P<detail>.*) - at `\$\.?(?P<path>.*)`$", re.DOTALL)
_BYTE = re.compile(r"\(byte (\d+)\)")
_ESCAPE = re.compile(
    rb"\\(?:u(?P<high>d[89ab][0-9a-f]{2})(?P<rest>\\ud[c-f][0-9a-f]{2})?|u(?P<low>d[c-f][0-9a-f]{2})|.)",
    re.IGNORECASE | re.DOTALL,
)
_OBJECT = 'an event is an object, such as {"text": "hello"}'
_OTHER = re.compile(r"got `(.*)`")
_KINDS = {
    "array": "a list",
    "null": "null",
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
}
_UNKNOWN = re.compile(r"unknown field `(.*)`")


def decoded(told: bytes) -> Told:
    """Read the members. Raises `Misstated`."""
    try:
        return msgspec.json.decode(told, type=Told)
    except msgspec.ValidationError as fault:
        raise _misfit(str(fault)) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise _malformed(told, str(fault)) from fault


def check_unicode(told: bytes) -> None:
    """Raise `Misstated` where bytes are not UTF-8, or an escape in a JSON text is half of a character."""
    try:
        told.decode()
    except UnicodeDecodeError as fault:
        raise Misstated(_place(told, fault.start), "this is not UTF-8", "save it as UTF-8") from fault
    for escape in _ESCAPE.finditer(told):
        if escape["low"] or (escape["high"] and not escape["rest"]):
            half = escape.group().decode()
            help_ = "write the character itself, or the escapes of both its halves"
            raise Misstated(_place(told, escape.start()), f"`{half}` is no Unicode: half of a character", help_)


def _misfit(fault: str) -> Misstated:
    found = _AT.match(fault)
    place, detail = (found["path"], found["detail"]) if found else ("", fault)
    if unknown := _UNKNOWN.search(detail):
        members = ", ".join(f"`{name}`" for name in EXAMPLES)
        return Misstated(
            unknown[1], "there is no such member", did_you_mean(unknown[1], EXAMPLES) or f"it knows {members}"
        )
    if not place and (other := _OTHER.search(detail)):
        return Misstated("", f"a JSON object is needed, found {_KINDS.get(other[1], other[1])}", _OBJECT)
    member = re.split(r"[.\[]", place)[0]
    return Misstated(place, (detail[:1].lower() + detail[1:]).replace(" | null", ""), write(member))


def _malformed(told: bytes, fault: str) -> Misstated:
    try:
        check_unicode(told)
    except Misstated as half:
        return half
    at = _BYTE.search(fault)
    if at is None:
        return Misstated("", f"this is no JSON: {fault}", _OBJECT)
    detail = _BYTE.sub("", fault).strip().removeprefix("JSON is malformed: ")
    return Misstated(_place(told, int(at[1])), f"this is no JSON: {detail}", _OBJECT)


def _place(told: bytes, at: int) -> str:
    before = told[:at].decode("utf-8", "replace")
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def write(member: str) -> str:
    """Say what a member may look like."""
    return f'write for example "{member}": {EXAMPLES[member]}' if member in EXAMPLES else ""
