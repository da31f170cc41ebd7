"""The interpreter and the compiled program decide alike, on generated programs and events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
from hypothesis import HealthCheck, given, settings

from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load, load_plain
from pointsman.language.ir import ProgramIR
from pointsman.language.program import build
from pointsman.model.decision import Decision
from pointsman.model.event import Event
from pointsman.model.wiring import Seat, Wiring
from properties import played
from properties.generated import BOT, COMPONENTS, VOCABULARY, constructs, histories, programs, rendered_programs
from properties.played import SHOP, _earliest

__all__ = ["SHOP", "WIRING", "_earliest", "play"]

PROGRAMS = 2_000
WIRING = Wiring("shop", {name: Seat(copies=name != BOT) for name in COMPONENTS})
seen: Counter[str] = Counter()


def play(loaded: Loaded, history: list[tuple[int, Event]]) -> Iterator[Decision]:
    """Decide a history of the generated components, with everything that falls due on the way."""
    return played.play(loaded, WIRING, history)


RENDERED = 200
"""Programs with downgrades; each costs several times as much."""
steps: Counter[str] = Counter()


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


@settings(
    max_examples=RENDERED,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(rendered_programs(), histories)
def _agree_on_what_leaves(ir: ProgramIR, history: list[tuple[int, Event]]) -> None:
    program = build(ir)
    for fast, plain in zip(play(load(program), history), play(load_plain(program), history), strict=True):
        assert msgspec.msgpack.encode(fast) == msgspec.msgpack.encode(plain)
        steps.update(step.what for step in fast.steps)


def test_they_agree_on_what_messages_become_by_downgrades_with_conditions() -> None:
    steps.clear()
    _agree_on_what_leaves()
    assert steps["loss"] > RENDERED // 4, "messages that are hardly ever rendered"
