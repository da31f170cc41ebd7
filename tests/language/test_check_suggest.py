"""Suggestions: the nearest of a few names, one slip away among many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pointsman.language.check.suggest import suggestion

MANY = {f"the customer asks for order number {number}": None for number in range(1_000)}


@pytest.mark.parametrize("slip", ["CmBt", "CmBto", "CmBoot", "CmBat", "cmbot", "CBot"])
def test_among_a_few_the_nearest_is_meant(slip: str) -> None:
    assert suggestion(slip, ("CmBot", "CustomerContact")) == "did you mean `CmBot`?"


@pytest.mark.parametrize(
    "change", [("asks", "aks"), ("asks", "akss"), ("asks", "assks"), ("asks", "usks"), ("asks", "Asks")]
)
def test_among_many_one_slip_is_found(change: tuple[str, str]) -> None:
    name = "the customer asks for order number 77"
    assert suggestion(name.replace(*change), MANY) == f"did you mean `{name}`?"


def test_what_is_far_from_all_is_not_suggested() -> None:
    assert suggestion("Nobody", ("CmBot", "CustomerContact")) == ""
    assert suggestion("teh customer aks for order number 77", MANY) == ""
    assert suggestion("anything", ()) == ""


def test_among_many_a_name_costs_no_more_than_its_own_slips() -> None:
    """Looking through all of a hundred thousand names for each of as many mistakes would take hours."""

    class Counted(dict[str, None]):
        looked_through = 0

        def __iter__(self) -> Iterator[str]:
            for name in super().__iter__():
                Counted.looked_through += 1
                yield name

    names = Counted.fromkeys(f"list_{number}" for number in range(5_000))
    assert suggestion("lst_4321", names) == "did you mean `list_4321`?"
    assert Counted.looked_through <= 200
