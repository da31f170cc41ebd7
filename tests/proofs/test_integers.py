"""Sets of whole numbers, against sets of the few numbers that matter here."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.proofs.integers import ANY, ANY_OR_MISSING, MISSING, Integers, among, compared

_LAST = 12
_NUMBERS = (None, *range(_LAST + 1))
sets = st.recursive(
    st.one_of(
        st.sampled_from((ANY, ANY_OR_MISSING, MISSING)),
        st.builds(compared, st.sampled_from(("==", "<", "<=", ">", ">=")), st.sampled_from((0.0, 2.0, 3.5, 5.0, 8.0))),
        st.lists(st.sampled_from((0.0, 1.0, 2.0, 2.5, 6.0, 7.0, 9.0)), max_size=5).map(among),
    ),
    lambda inner: st.one_of(inner.map(lambda it: it.opposite()), st.tuples(inner, inner).map(lambda it: it[0] & it[1])),
    max_leaves=6,
)


def members(numbers: Integers) -> set[int | None]:
    return {number for number in _NUMBERS if number in numbers}


@given(sets, sets)
@settings(derandomize=True, database=None, deadline=None, max_examples=500)
def test_sets_of_numbers_are_sets(one, other):
    assert members(one & other) == members(one) & members(other)
    assert members(one.opposite()) == set(_NUMBERS) - members(one)
    assert members(one.up_to(5)) == {number for number in members(one) if number is None or number <= 5}
    assert bool(one) == bool(members(one))
    assert one & one.opposite() == Integers(())
    assert one.opposite().opposite() == one


@given(sets)
@settings(derandomize=True, database=None, deadline=None, max_examples=500)
def test_the_spans_of_a_set_are_in_order_and_apart(one):
    for (_, high), (low, _) in zip(one.spans, one.spans[1:], strict=False):
        assert high + 1 < low
    assert all(low <= high for low, high in one.spans)


@pytest.mark.parametrize(
    ("numbers", "units", "first", "expected"),
    [
        (compared(">", 24), (60, 1), 0, 60),
        (compared(">", 60), (60, 1), 0, 120),
        (compared("<", 50), (60, 1), 0, 1),
        (among((0,)), (60, 1), 0, 0),
        (compared(">=", 0), (60, 1), 130, 180),
        (among((3, 7)), (1,), 4, 7),
    ],
)
def test_the_roundest_number_of_a_set(numbers, units, first, expected):
    assert numbers.roundest(units, first) == expected


def test_a_set_without_such_a_number_has_no_roundest():
    with pytest.raises(ValueError, match="no such number"):
        among((3,)).roundest((1,), 4)


@pytest.mark.parametrize(
    ("how", "value", "spans"),
    [
        ("<", 0.0, ()),
        ("<", 2.5, ((0, 2),)),
        ("<=", 2.5, ((0, 2),)),
        (">", 2.5, ((3, math.inf),)),
        (">=", 2.5, ((3, math.inf),)),
        ("==", 2.5, ()),
        ("==", 1e300, ((int(1e300), int(1e300)),)),
        ("<", math.inf, ((0, math.inf),)),
        (">", math.inf, ()),
        ("==", math.inf, ()),
    ],
)
def test_comparisons_with_what_is_not_whole_or_has_no_end(how, value, spans):
    assert compared(how, value) == Integers(spans)
