"""Closed sets as masks."""

from __future__ import annotations

from pointsman.proofs.choices import ANY_NAME, NOTHING, Names


def test_names_have_bits_in_order_of_mention_and_a_missing_value_has_the_first():
    names = Names(("a", "b"))
    assert (names.bit(None), names.bit("a"), names.bit("b"), names.bit("c")) == (1, 2, 4, 8)
    assert names.members(names.mask(("b", "c"))) == ["b", "c"]
    assert names.members(names.mask(("c",)) | NOTHING) == ["c", None]


def test_a_preferred_name_is_picked_then_a_known_one_then_a_new_one():
    names = Names(("a", "b"))
    assert names.pick(ANY_NAME, ("b", "a")) == "b"
    assert names.pick(names.mask(("a",)), ("b",)) == "a"
    assert names.pick(NOTHING, ("b",)) is None
    assert names.pick(ANY_NAME & ~names.mask(("a", "b", "other 1")), ()) == "other 2"
