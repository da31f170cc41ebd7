"""Who a conversation is between: canonical addresses and repeatable ids."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from pointsman.model.identity import NAMESPACE, Address, canonical, derived_id

SHOP = Address("shop", "WhatsApp", "+31612345678", "+31100000000")


@pytest.mark.parametrize("channel", ["SMS", "WhatsApp", "RCS", "Viber"])
@pytest.mark.parametrize(
    "written", ["+31612345678", "0031612345678", "31612345678", "+31 6 1234-5678", "00 31 (6) 12345678"]
)
def test_on_phone_channels_a_number_has_one_form(channel: str, written: str) -> None:
    assert canonical(channel, written) == "+31612345678"


@pytest.mark.parametrize(
    ("channel", "written"),
    [("Telegram", "0031612345678"), ("Email", "Ada@example.com"), ("SMS", "Shop"), ("WhatsApp", ""), ("SMS", "٣١٦")],
)
def test_other_addresses_stay_as_they_are(channel: str, written: str) -> None:
    assert canonical(channel, written) == written


@given(st.text(), st.text(), st.text(), st.text())
def test_an_id_is_the_uuid5_of_the_length_prefixed_parts(
    account: str, channel: str, customer: str, business: str
) -> None:
    parts = (account, channel, customer, business)
    name = "".join(f"{len(part)}:{part}" for part in parts)
    assert Address(*parts).conversation_id == str(uuid.uuid5(NAMESPACE, name))


@pytest.mark.parametrize("part", ["account", "channel", "customer", "business"])
def test_each_part_makes_another_conversation(part: str) -> None:
    assert structs.replace(SHOP, **{part: "other"}).conversation_id != SHOP.conversation_id


def test_parts_cannot_run_into_each_other() -> None:
    assert Address("a", "bc", "d", "e").conversation_id != Address("ab", "c", "d", "e").conversation_id


def test_a_derived_id_depends_on_parent_and_name() -> None:
    assert derived_id("a", "b") == derived_id("a", "b")
    assert len({derived_id("a", "b"), derived_id("a", "c"), derived_id("ab", ""), derived_id("", "ab")}) == 4
