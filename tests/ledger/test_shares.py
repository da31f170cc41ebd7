"""Places that destinations share: what one may take, and what it leaves."""

from __future__ import annotations

import pytest

from pointsman.ledger.shares import Shares


def filled(shares: Shares, destination: str) -> int:
    taken = 0
    while shares.take(destination):
        taken += 1
    return taken


@pytest.mark.parametrize(
    ("places", "each", "alone"), [(512, 256, 256), (512, 100, 100), (6, 6, 3), (1, 1, 1), (0, 1, 0)]
)
def test_one_takes_no_more_than_its_bound_and_than_it_leaves(places: int, each: int, alone: int) -> None:
    shares = Shares(places, each)
    assert filled(shares, "slow") == alone
    assert shares.free == places - alone
    assert shares.full() == (["slow"] if alone else [])


def test_a_newcomer_finds_room_while_several_are_full() -> None:
    shares = Shares(64, 64)
    assert [filled(shares, f"slow {number}") for number in range(4)] == [32, 16, 8, 4]
    assert len(shares.full()) == 4
    assert shares.has_room("new")


def test_as_places_are_given_back_the_shares_even_out() -> None:
    shares = Shares(60, 60)
    names = ["first", "second", "third"]
    held = {name: filled(shares, name) for name in names}
    for _ in range(100):
        for name in names:  # each ends one that is under way, and all want as many as they can have
            shares.give(name)
            held[name] -= 1
            for other in names:
                held[other] += filled(shares, other)
    assert max(held.values()) - min(held.values()) <= 2
    assert shares.has_room("new")


def test_what_is_tried_out_on_a_copy_is_not_taken() -> None:
    shares = Shares(4, 4)
    shares.add("bot")
    copied = shares.copy()
    assert filled(copied, "bot") == 1
    assert (shares.free, copied.free) == (3, 2)
    shares.give("bot")
    assert (shares.free, shares.full()) == (4, [])
