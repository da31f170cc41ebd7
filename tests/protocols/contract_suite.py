"""What every decoder of every protocol keeps to: one table of samples a protocol, many harnesses.

Whole, cut at every byte, with unknown members at every level, sent twice, hostile values in every place, and bytes that
are no message at all. Whatever comes, the outcome is a value or `Malformed`, and a value that was read can be written
again. A protocol joins with

    class TestContract(ContractSuite):
        samples = (Sample("hook text", body, decode), …)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from msgspec import Struct

from pointsman.protocols.wire import Heard, Malformed

FIXTURES = Path(__file__).parent / "fixtures"


def write_nothing(_: Any) -> None:
    """Of what was read, nothing is written."""


def refused(found: Any) -> bool:
    """Whether a decoder found a fault: `Malformed`, or where it reads what it can, a problem told."""
    return isinstance(found, Malformed) or (isinstance(found, Heard) and bool(found.problems))


class Sample(Struct, frozen=True):
    """One JSON body as it may arrive, and the decoder that it meets.

    `opaque` are members whose value travels as it came, so that an unknown member in there is no noise but content;
    `kept_whole`: that is so of the whole body. `event_id` tells the id of what was read, `expected_id` is what it
    should be. `write` encodes what was read in every way there is. `secrets` may appear in no fault.
    """

    name: str
    body: bytes
    decode: Callable[[bytes], Any]
    opaque: frozenset[str] = frozenset()
    kept_whole: bool = False
    write: Callable[[Any], None] = write_nothing
    event_id: Callable[[Any], str | None] | None = None
    expected_id: str | None = None
    secrets: tuple[str, ...] = ()


def samples_of(folder: str, decoders: Mapping[str, Callable[[bytes], Any]], **settings: Any) -> tuple[Sample, ...]:
    """A sample for each `fixtures/FOLDER/DECODER_NAME.json`, by the decoder that its name begins with."""
    paths = sorted((FIXTURES / folder).glob("*.json"))
    assert paths
    return tuple(
        Sample(path.stem, path.read_bytes(), decoders[path.stem.partition("_")[0]], **settings) for path in paths
    )


HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**19,
    10**400,
    1e308,
    "",
    " ",
    "\x00",
    "x" * 100_000,
    "é\u202e\U0001f600",
    [],
    [[]],
    {},
    {"": None},
    [None, 1, "x"],
    ["x"] * 5_000,
    json.loads("[" * 60 + "]" * 60),
    json.loads('{"a":' * 60 + "1" + "}" * 60),
)
"""Values as JSON can hold them: empty, of the wrong kind, huge, deep."""

HOSTILE_RAW = (b"NaN", b"Infinity", b"1e999", b'"\\ud800"', b'"\\udc00 lone"', b'"\xed\xa0\x80"', b'"\xff"')
"""Values that JSON cannot hold, though some writers make them."""

NO_MESSAGE = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"5",
    b'"text"',
    b"{",
    b"{}",
    b"\xff\xfe",
    b"\x00",
    b"[" * 100_000,
    b'{"messages":' * 50_000,
    b'{"message":{"body":' * 50_000,
)

Replace = Callable[[Any], Any]


class ContractSuite:
    """The harnesses; a subclass names the `samples`."""

    samples: ClassVar[tuple[Sample, ...]] = ()

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        if "sample" in metafunc.fixturenames:
            assert cls.samples
            metafunc.parametrize("sample", cls.samples, ids=[sample.name.replace(" ", "_") for sample in cls.samples])

    def test_a_sample_is_read_and_what_was_read_can_be_written(self, sample: Sample) -> None:
        found = outcome(sample, sample.body)
        assert not refused(found), found
        sample.write(found)

    def test_a_byte_order_mark_changes_nothing(self, sample: Sample) -> None:
        assert sample.decode(b"\xef\xbb\xbf" + sample.body) == sample.decode(sample.body)

    def test_a_sample_sent_twice_is_one_event(self, sample: Sample) -> None:
        first, second = sample.decode(sample.body), sample.decode(sample.body)
        assert first == second
        if sample.event_id is not None:
            assert sample.event_id(first) == sample.event_id(second) == sample.expected_id

    def test_a_sample_cut_at_any_byte_is_refused(self, sample: Sample) -> None:
        body = json.dumps(json.loads(sample.body), ensure_ascii=False).encode()
        for length in range(1, len(body)):
            assert refused(outcome(sample, body[:length])), body[:length]

    def test_unknown_members_at_every_level_change_nothing(self, sample: Sample) -> None:
        whole = json.loads(sample.body)
        noisy = with_unknown(whole, sample.opaque)
        assert noisy != whole
        found = outcome(sample, json.dumps(noisy).encode())
        assert not refused(found) if sample.kept_whole else found == sample.decode(sample.body)

    def test_hostile_values_anywhere_are_read_or_refused(self, sample: Sample) -> None:
        for replace in places(json.loads(sample.body)):
            for hostile in HOSTILE:
                found = outcome(sample, json.dumps(replace(hostile)).encode())
                if not isinstance(found, Malformed):
                    sample.write(found)

    def test_what_no_json_can_hold_is_refused_anywhere(self, sample: Sample) -> None:
        mark = "hostile-mark"
        for replace in places(json.loads(sample.body)):
            for raw in HOSTILE_RAW:
                found = outcome(sample, json.dumps(replace(mark)).encode().replace(b'"%b"' % mark.encode(), raw))
                if not isinstance(found, Malformed):
                    # Where nobody looks into a value it need not be refused; but nothing of it may be kept.
                    sample.write(found)

    @pytest.mark.parametrize("body", NO_MESSAGE, ids=lambda body: repr(body[:12]))
    def test_what_is_no_message_at_all_is_a_value_or_refused(self, sample: Sample, body: bytes) -> None:
        outcome(sample, body)


def outcome(sample: Sample, body: bytes) -> Any:
    """The value, or the `Malformed`; any other exception fails the test, and so does a fault that tells a secret."""
    try:
        found = sample.decode(body)
    except Malformed as fault:
        found = fault
    told = str(found) if isinstance(found, Malformed) else str(found.problems) if isinstance(found, Heard) else ""
    assert not any(secret in told for secret in sample.secrets)
    return found


def with_unknown(value: Any, opaque: frozenset[str]) -> Any:
    """The value with members that nobody knows, first and last in each object."""
    match value:
        case dict():
            inside = {key: item if key in opaque else with_unknown(item, opaque) for key, item in value.items()}
            return {"x-unknown": {"nested": [1]}, **inside, "zz": None}
        case list():
            return [with_unknown(item, opaque) for item in value]
        case _:
            return value


def places(whole: Any) -> Iterator[Replace]:
    """For every value inside `whole`, a function that returns `whole` with that value replaced."""
    yield lambda hostile: hostile
    children = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for key, child in list(children):
        for inner in places(child):
            yield lambda hostile, key=key, inner=inner: _with_item(whole, key, inner(hostile))


def _with_item(container: Any, key: Any, value: Any) -> Any:
    copy = container.copy()
    copy[key] = value
    return copy
