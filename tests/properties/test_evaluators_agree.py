"""The interpreter and the compiled program decide alike, on generated programs and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings

from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.language.ir import ProgramIR
from pointsman.language.program import build
from pointsman.model.decision import Decision
from pointsman.model.event import Due, Event
from pointsman.model.wiring import Seat, Wiring
from properties.generated import BOT, COMPONENTS, VOCABULARY, constructs, histories, programs

PROGRAMS = 2_000
WIRING = Wiring("shop", {name: Seat(copies=name != BOT) for name in COMPONENTS})
SHOP = msgspec.structs.replace(ADDRESS, account="shop", customer="+31612345678")
seen: Counter[str] = Counter()


def play(loaded: Loaded, history: list[tuple[int, Event]]) -> Iterator[Decision]:
    """Decide a history, with everything that falls due on the way."""
    now, state = CLOCK, None
    for pause, event in history:
        now += pause
        while state is not None and (due := _earliest(state.waits, now)) is not None:
            decision = decide(loaded, WIRING, state, due, now, address=SHOP)
            state = decision.conversation
            yield decision
        decision = decide(loaded, WIRING, state, event, now, address=SHOP)
        state = decision.conversation
        yield decision


def _earliest(waits: dict[str, Any], now: int) -> Due | None:
    due = [(wait.due, key, wait.number) for key, wait in waits.items() if wait.due is not None and wait.due <= now]
    return Due(min(due)[1], min(due)[2]) if due else None


@settings(
    max_examples=PROGRAMS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs(), histories)
def _agree(ir: ProgramIR, history: list[tuple[int, Event]]) -> None:
    program = build(ir)
    seen.update(constructs(ir))
    for fast, plain in zip(play(load(program), history), play(load_plain(program), history), strict=True):
        assert fast == plain
        assert msgspec.msgpack.encode(fast) == msgspec.msgpack.encode(plain)


def test_the_interpreter_and_the_compiled_program_agree_and_every_construct_occurs() -> None:
    seen.clear()
    _agree()
    rare = {construct for construct in VOCABULARY if seen[construct] < 10}
    assert rare == set(), "constructs that generated programs hardly hold"
    assert set(seen) <= VOCABULARY | {"field number"}, "constructs that the vocabulary does not know"
