"""The forms of canonical addresses that the solver asks for are those that the engine writes addresses in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.language.ir import Matches
from pointsman.language.patterns import compile_pattern
from pointsman.model.identity import PHONE_CHANNELS, canonical
from pointsman.proofs.phrases import CANONICAL

_CHANNEL = min(PHONE_CHANNELS)
_NOISE = "".join(chr(point) for point in range(0x11_0000) if chr(point).isspace()) + "().-/"


def has_form(address: str) -> bool:
    for form in CANONICAL:
        assert isinstance(form.atom, Matches)
        if (compile_pattern(form.atom.pattern).search(address) is not None) == form.holds:
            return True
    return False


@given(st.text(st.sampled_from("0012+" + "x９" + _NOISE), max_size=6))
@settings(derandomize=True, database=None, deadline=None, max_examples=2_000)
def test_an_address_is_canonical_where_it_has_one_of_the_forms(address):
    assert has_form(address) == (canonical(_CHANNEL, address) == address)


@pytest.mark.parametrize("sign", _NOISE)
def test_every_sign_that_is_dropped_from_a_number_makes_it_uncanonical(sign):
    assert canonical(_CHANNEL, f"+1{sign}2") == "+12"
    assert not has_form(f"+1{sign}2")
