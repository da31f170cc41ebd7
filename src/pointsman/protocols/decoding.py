"""Bytes of JSON into wire structs, with one kind of failure: `Malformed`, which names the place.

Laws:

- Whatever the bytes are, the outcome is a value or `Malformed`; never another exception.
- What is kept as the sender wrote it (templates, vendor bodies) is bounded in depth, so that nobody above needs care
  when walking it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sized
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from pointsman import limits
from pointsman.model.identity import canonical
from pointsman.protocols.wire import Malformed

T = TypeVar("T")
_AT = re.compile(r"^(?P<detail>.*) - at `\$\.?(?P<path>.*)`$", re.DOTALL)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decode(body: bytes | msgspec.Raw, as_type: type[T], path: str = "") -> T:
    """Read `body`, which stands at `path` of the whole, as `as_type`. Raises `Malformed`."""
    if isinstance(body, bytes):
        body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        value: T = _decoder(cast(Hashable, as_type)).decode(body)
    except msgspec.ValidationError as fault:
        found = _AT.match(str(fault))
        place, detail = (found["path"], found["detail"]) if found else ("", str(fault))
        raise Malformed(join(path, place), detail) from fault
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Malformed(path, f"not JSON: {fault}") from fault
    except RecursionError as fault:
        raise Malformed(path, "nested too deep") from fault
    return value


@cache
def _decoder(as_type: Hashable) -> msgspec.json.Decoder[Any]:
    """One decoder for each struct of the wire: making one costs more than decoding a message."""
    return msgspec.json.Decoder(as_type)


def decode_opaque(body: msgspec.Raw, path: str) -> dict[str, Any]:
    """Read an object that is passed on as it is. Raises `Malformed`, also where it nests too deep to be handled."""
    value = decode(body, dict[str, Any], path)
    check_depth(value, path)
    return value


def check_depth(value: Any, path: str) -> None:
    """Raise `Malformed` where `value` nests deeper than `limits.BODY_DEPTH_MAX`."""
    if not isinstance(value, dict | list):
        return
    level = [value]
    for _ in range(limits.BODY_DEPTH_MAX):
        level = [item for one in level for item in _children(one)]
        if not level:
            return
    raise Malformed(path, f"nested deeper than {limits.BODY_DEPTH_MAX} levels")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def check_count(items: Sized, most: int, path: str) -> None:
    """Raise `Malformed` where there are more than `most` items."""
    if len(items) > most:
        raise Malformed(path, f"more than {most} items")


def join(path: str, place: str) -> str:
    """Put a place inside `path`: `a` and `b[0]` make `a.b[0]`, `a` and `[0]` make `a[0]`."""
    if not path or not place:
        return path or place
    return f"{path}{place}" if place.startswith("[") else f"{path}.{place}"


def as_text(value: Any, path: str) -> str | None:
    """A value that should be a text: numbers and truths are written out, null is None. Raises `Malformed`."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            raise Malformed(path, f"expected a text, found {'an object' if isinstance(value, dict) else 'a list'}")


def as_address(channel: str, value: Any, path: str) -> str:
    """One end of a conversation, as rules see it. Raises `Malformed` where it is empty or too long for an address."""
    text = "" if value is None else str(value).strip()
    if not text:
        raise Malformed(path, "missing" if value is None else "is empty")
    if len(text) > limits.ADDRESS_CHARACTERS_MAX:
        raise Malformed(path, f"longer than {limits.ADDRESS_CHARACTERS_MAX} characters")
    return canonical(channel, text)


def as_texts(value: dict[str, Any], path: str, keys_max: int) -> dict[str, str]:
    """An object of texts; members that are null are left out. Raises `Malformed` past `keys_max` members."""
    if len(value) > keys_max:
        raise Malformed(path, f"more than {keys_max} members")
    texts = {key: as_text(item, join(path, key)) for key, item in value.items()}
    return {key: text for key, text in texts.items() if text is not None}
