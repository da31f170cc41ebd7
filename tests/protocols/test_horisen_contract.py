"""HORISEN's decoders keep to the contract of all protocols, and read what is recorded."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from contract_suite import ContractSuite, Sample, samples_of
from protocol_samples import ACCOUNT_ID, ADDRESS, mo, owed
from syrupy.assertion import SnapshotAssertion

from pointsman.model.decision import ToComponent
from pointsman.protocols.horisen import ComponentSettings, ErrorReport, decode_hook, encode_message, encode_replies
from pointsman.protocols.horisen_replies import decode_replies
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.wire import Sending

BOT = ComponentSettings(
    account="shop",
    message_url=Url("http://127.0.0.1:9101/webhook"),
    signature_key=Secret(("bot-key",), ("env:BOT_KEY",)),
)
SENDING = Sending(ACCOUNT_ID)


def write_everywhere(found: Any) -> None:
    """Write what was read on every wire that a message can leave by."""
    if isinstance(found, ErrorReport):
        msgspec.json.encode(found)
        return
    messages = getattr(found, "messages", None)
    for message in [found.message] if messages is None else messages:
        call = encode_message(owed(ToComponent("Bot", message)), BOT, SENDING)
        assert json.loads(call.body)["message"]["from"] == ADDRESS.customer
        assert "messages" in json.loads(encode_replies([message]))
        assert mo(message)["from"]


def event_id(found: Any) -> str | None:
    return getattr(found, "event_id", None)


def samples() -> tuple[Sample, ...]:
    decoders = {"request": decode_hook, "error": decode_hook, "replies": decode_replies}
    settings = {"opaque": frozenset({"custom", "layout", "meta", "story"}), "write": write_everywhere}
    found = samples_of("horisen", decoders, event_id=event_id, **settings)
    return tuple(with_expectations(sample) for sample in found)


def with_expectations(sample: Sample) -> Sample:
    message = json.loads(sample.body).get("message")
    expected = message.get("providerMsgID") if isinstance(message, dict) else None
    # A body of an unknown type and an error request are kept as they came.
    kept = sample.name.startswith("error") or sample.name == "request_unknown_type"
    return msgspec.structs.replace(sample, expected_id=expected, kept_whole=kept)


class TestContract(ContractSuite):
    samples = samples()


@pytest.mark.parametrize("sample", TestContract.samples, ids=lambda sample: sample.name)
def test_a_horisen_fixture_is_read_as_recorded(sample: Sample, snapshot: SnapshotAssertion) -> None:
    assert msgspec.to_builtins(sample.decode(sample.body)) == snapshot
