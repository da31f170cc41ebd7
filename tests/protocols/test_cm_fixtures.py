"""One table of messages shaped like the real thing, many harnesses: whole, cut, with unknown members, hostile values.

A decoder meets every fixture; whatever comes, the outcome is a value or `Malformed`. A value that was decoded can be
written again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from protocol_samples import encode_everything
from syrupy.assertion import SnapshotAssertion

from pointsman.protocols import cm_messaging, cm_router
from pointsman.protocols.wire import Malformed

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.json"), key=lambda path: path.name)
DECODERS: dict[str, Callable[[bytes], Any]] = {
    "hook": cm_messaging.decode_hook,
    "send": cm_messaging.decode_sends,
    "mutations": cm_router.decode_mutations,
    "position": cm_router.decode_position,
}
OPAQUE_MEMBERS = {"custom", "template", "contacts", "context", "meta", "Context"}
OPAQUE_OBJECTS = {"interactive", "listPicker", "payment", "calendarPicker"}
"""What travels as it came: the value of such a member, and the whole object that has such a member. An unknown member
in there is no noise but content."""

HOSTILE: list[Any] = [
    None,
    True,
    0,
    -1,
    10**400,
    1e308,
    "",
    " ",
    "\x00",
    "x" * 100_000,
    [],
    [[]],
    {},
    {"": None},
    [None, 1, "x"],
    json.loads("[" * 60 + "]" * 60),
    json.loads('{"a":' * 60 + "1" + "}" * 60),
]
each_fixture = pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)


def decoder(path: Path) -> Callable[[bytes], Any]:
    return DECODERS[path.stem.partition("_")[0]]


def outcome(decode: Callable[[bytes], Any], body: bytes) -> Any:
    """The value, or the `Malformed`; any other exception fails the test."""
    try:
        return decode(body)
    except Malformed as fault:
        return fault


@each_fixture
def test_a_fixture_is_read_as_recorded(path: Path, snapshot: SnapshotAssertion) -> None:
    assert msgspec.to_builtins(decoder(path)(path.read_bytes())) == snapshot


@each_fixture
def test_a_fixture_after_a_byte_order_mark_is_read_the_same(path: Path) -> None:
    assert decoder(path)(b"\xef\xbb\xbf" + path.read_bytes()) == decoder(path)(path.read_bytes())


@each_fixture
def test_a_fixture_cut_at_any_byte_is_malformed(path: Path) -> None:
    body = json.dumps(json.loads(path.read_bytes()), ensure_ascii=False).encode()
    for length in range(len(body)):
        assert isinstance(outcome(decoder(path), body[:length]), Malformed), body[:length]
        assert cm_messaging.token_in_body(body[:length]) is None


@each_fixture
def test_unknown_members_change_nothing(path: Path) -> None:
    whole = json.loads(path.read_bytes())
    noisy = json.dumps(with_unknown(whole)).encode()
    assert noisy != json.dumps(whole).encode()
    assert decoder(path)(noisy) == decoder(path)(path.read_bytes())


def with_unknown(value: Any) -> Any:
    match value:
        case dict() if not OPAQUE_OBJECTS.isdisjoint(value) or is_search(value.get("viewLocation")):
            return value
        case dict():
            inside = {key: item if key in OPAQUE_MEMBERS else with_unknown(item) for key, item in value.items()}
            return {"x-unknown": {"nested": [1]}, **inside, "zz": None}
        case list():
            return [with_unknown(item) for item in value]
        case _:
            return value


def is_search(location: Any) -> bool:
    """A place given in words only, which the model cannot hold."""
    return isinstance(location, dict) and "latitude" not in location


@each_fixture
def test_hostile_values_anywhere_are_read_or_refused_and_what_is_read_can_be_written(path: Path) -> None:
    whole = json.loads(path.read_bytes())
    for replace in places(whole):
        for hostile in HOSTILE:
            found = outcome(decoder(path), json.dumps(replace(hostile)).encode())
            if not isinstance(found, Malformed):
                encode_everything(found)


def places(whole: Any) -> Iterator[Callable[[Any], Any]]:
    """For every value inside `whole`, a function that returns `whole` with that value replaced."""
    yield lambda hostile: hostile
    children = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for key, child in list(children):
        for inner in places(child):
            yield lambda hostile, key=key, inner=inner: with_item(whole, key, inner(hostile))


def with_item(container: Any, key: Any, value: Any) -> Any:
    copy = container.copy()
    copy[key] = value
    return copy


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"5",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"messages":' * 50_000,
        b'{"channel":"SMS","from":{"number":"\\ud800"},"to":{"number":"1"},"message":{"text":"x"}}',
        b'{"channel":"SMS","from":{"number":"1"},"to":{"number":"1"},"message":{"text":"\\udc00 lone"}}',
        b'{"ChatId":"\xed\xa0\x80","FlowId":"f","StepId":"s"}',
    ],
    ids=lambda body: repr(body[:20]),
)
@pytest.mark.parametrize("name", DECODERS)
def test_what_is_no_message_at_all_is_malformed(name: str, body: bytes) -> None:
    assert isinstance(outcome(DECODERS[name], body), Malformed)
    assert cm_messaging.token_in_body(body) is None


def test_a_fault_names_its_place() -> None:
    body = b'{"channel":"SMS","from":{"number":[]},"to":{"number":"1"},"message":{"text":"x"}}'
    with pytest.raises(Malformed) as caught:
        cm_messaging.decode_hook(body)
    assert caught.value.path == "from.number"
    assert str(caught.value).startswith("from.number: ")
