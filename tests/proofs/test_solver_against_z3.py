"""The solver against z3: the same questions, told to z3 in words of its own, about everything but what texts say."""

from __future__ import annotations

from functools import cache

import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solver_samples import (
    BOT,
    CALENDARS,
    COMPONENTS,
    GROUND,
    MESSAGE,
    PARTIES,
    TRIGGERS,
    conditions,
    finite_atoms,
    worlds,
)

from pointsman.engine.hours import Hours
from pointsman.language import ir
from pointsman.language.vocabulary import CHANNELS, REQUESTS
from pointsman.limits import PROOF_STEPS_MAX
from pointsman.model.content import MESSAGE_KINDS
from pointsman.model.event import CUSTOMER, Trigger
from pointsman.proofs.question import Found, Impossible, Question, Wanted
from pointsman.proofs.solve import solve_strictly
from pointsman.proofs.variables import NAMES, differences, is_text, value_in, variables_of
from pointsman.proofs.world import World

KINDS = (*MESSAGE_KINDS, "native")
CODES = {
    name: number for number, name in enumerate((*CHANNELS, *KINDS, *REQUESTS, *COMPONENTS, "shop", "bank", "test"))
}
OTHER, NONE = -2, -1
_POSSIBLE = {
    "channel": CHANNELS,
    "message": KINDS,
    "request": REQUESTS,
    "target": COMPONENTS,
}


def code(name: str | None) -> int:
    return NONE if name is None else CODES.get(name, OTHER)


def there(path: str) -> z3.BoolRef:
    return z3.Bool(f"{path} is there")


def now(calendar: str, asks: str) -> z3.BoolRef:
    return z3.Bool(f"{calendar} {asks}")


@cache
def moments() -> frozenset[tuple[bool, ...]]:
    """What the calendars say together, seen by looking at every half hour of two years."""
    hours = [Hours(calendar) for calendar in CALENDARS]
    start = 946_857_600_000
    return frozenset(
        tuple(one.is_open(at) for one in hours) for at in range(start, start + 2 * 366 * 86_400_000, 1_800_000)
    )


def told(condition: ir.Condition) -> z3.BoolRef:
    """A condition as z3 has it."""
    match condition:
        case ir.And(parts):
            return z3.And(*map(told, parts))
        case ir.Or(parts):
            return z3.Or(*map(told, parts))
        case ir.Not(part):
            return z3.Not(told(part))
        case ir.ChoiceTest(path, names):
            return z3.Or(*(z3.Int(path) == code(name) for name in names))
        case ir.Compare(subject, how, value):
            return z3.And(given_number(subject), compared(z3.ToReal(number_of(subject)), how, z3.RealVal(value)))
        case ir.NumberIn(subject, values, name):
            wanted = next(it.numbers for it in GROUND.ir.lists if it.name == name) if name else values
            return z3.And(
                given_number(subject), z3.Or(*(z3.ToReal(number_of(subject)) == z3.RealVal(it) for it in wanted))
            )
        case ir.Exists(path):
            if path.endswith(".next_open"):
                return now(path.partition(".")[0], "next_open")
            return z3.Int(path) != NONE if path in NAMES else there(path)
        case ir.IsEnabled(component):
            return z3.Bool(f"enabled {component}")
        case ir.IsOpen(calendar):
            return now(calendar, "open")
        case ir.HasButtons():
            return z3.Bool("buttons")
        case ir.Sample(share, salt):
            return z3.Int(f"draw {salt}") < share
        case ir.LastOlder(parties, ms):
            spoken = [there(f"spoke {party}") for party in parties]
            late = [z3.Implies(there(f"spoke {party}"), z3.Int(f"spoke {party}") > ms) for party in parties]
            return z3.And(z3.Or(*spoken), *late)
        case _:
            raise AssertionError(condition)


def number_of(subject: ir.Quantity) -> z3.ArithRef:
    match subject:
        case ir.Field(path):
            return z3.Int(path)
        case ir.Count(counter):
            return z3.Int(f"count {counter}")
        case _:
            return z3.Int("age")


def given_number(subject: ir.Quantity) -> z3.BoolRef:
    return there(subject.path) if isinstance(subject, ir.Field) else z3.BoolVal(True)


def compared(number: z3.ArithRef, how: str, value: z3.ArithRef) -> z3.BoolRef:
    match how:
        case "==":
            return number == value
        case "<":
            return number < value
        case "<=":
            return number <= value
        case ">":
            return number > value
        case _:
            return number >= value


def lawful(trigger: Trigger) -> list[z3.BoolRef]:
    """What is true of all events on a trigger."""
    laws = [z3.Int("age") >= 0, there("sender"), now("office", "next_open"), z3.Not(now("never", "next_open"))]
    laws += [z3.Int(name) >= 0 for name in ("message.size", "attempts", "count misses", "count tries")]
    laws += [z3.And(z3.Int(f"draw {salt}") >= 0, z3.Int(f"draw {salt}") < 10_000) for salt in ("a", "b")]
    laws += [z3.Or(*(z3.Int("channel") == code(name) for name in CHANNELS)), z3.Int("account") != NONE]
    names = [calendar.name for calendar in CALENDARS]
    laws.append(
        z3.Or(
            *(
                z3.And(*(now(n, "open") == is_open for n, is_open in zip(names, moment, strict=True)))
                for moment in moments()
            )
        )
    )
    for party in PARTIES:
        laws.append(z3.And(z3.Int(f"spoke {party}") >= 0, z3.Int(f"spoke {party}") <= z3.Int("age")))
    return laws + _message_laws(trigger) + _request_laws(trigger) + _time_laws(trigger)


def _message_laws(trigger: Trigger) -> list[z3.BoolRef]:
    kind = z3.Int("message")
    texts = [there(path) for path in ("text", "choice", "choice index", "message.url", "message.name", "message.size")]
    if trigger.kind not in ("from customer", "from component", "to customer"):
        return [kind == NONE, z3.Not(z3.Bool("buttons")), *map(z3.Not, texts)]
    files = z3.Or(*(kind == code(name) for name in ("picture", "video", "audio", "file")))
    return [
        z3.Or(*(kind == code(name) for name in KINDS)),
        z3.Implies(kind == code("text"), there("text")),
        z3.Implies(files, there("message.url")),
        z3.Implies(there("message.url"), z3.Or(files, kind == code("card"))),
        *(z3.Implies(there(path), there("message.url")) for path in ("message.name", "message.size")),
        z3.Implies(there("choice index"), there("choice")),
        z3.Int("choice index") >= 1,
    ]


def _request_laws(trigger: Trigger) -> list[z3.BoolRef]:
    request, target = z3.Int("request"), z3.Int("target")
    laws = [there("attempts") == (trigger.kind == "delivery failed")]
    if trigger.kind != "request":
        return [*laws, request == NONE, target == NONE, z3.Not(there("request.flow"))]
    aimless = z3.Or(request == code("reset"), request == code("end"))
    return [
        *laws,
        z3.Or(*(request == code(name) for name in REQUESTS)),
        z3.If(aimless, target == NONE, z3.Or(*(target == code(name) for name in COMPONENTS))),
        z3.Implies(request == code("position"), z3.And(target == code(BOT), there("request.flow"))),
    ]


def _time_laws(trigger: Trigger) -> list[z3.BoolRef]:
    def long_ago(party: str) -> z3.BoolRef:
        return z3.Implies(there(f"spoke {party}"), z3.Int(f"spoke {party}") >= trigger.ms)

    match trigger.kind:
        case "starts":
            return [z3.Int("age") == 0, *(z3.Not(there(f"spoke {party}")) for party in PARTIES)]
        case "silence" | "silence of customer":
            return [z3.Int("age") >= trigger.ms, *map(long_ago, PARTIES)]
        case "no answer":
            return [z3.Int("age") >= trigger.ms, there(f"spoke {CUSTOMER}"), long_ago(trigger.name)]
        case _:
            return []


def as_in(world: World, variable: str) -> z3.BoolRef:
    """That a variable is as it is in a world."""
    value = value_in(world, variable)
    if variable in NAMES:
        return z3.Int(variable) == code(value)
    if is_text(variable):
        return there(variable) == (value is not None)
    if isinstance(value, bool):
        return z3.Bool(variable) == value
    if variable == "now":
        return z3.And(*(now(it.name, "open") == Hours(it).is_open(value) for it in CALENDARS))
    has_number = z3.BoolVal(True) if variable.startswith(("count", "draw", "age")) else there(variable)
    return z3.Not(has_number) if value is None else z3.And(has_number, z3.Int(variable) == value)


def satisfiable(trigger: Trigger, wanted: tuple[Wanted, ...], *besides: z3.BoolRef) -> bool:
    oracle = z3.Solver()
    oracle.add(*lawful(trigger), *besides)
    oracle.add(*(told(it.condition) if it.holds else z3.Not(told(it.condition)) for it in wanted))
    return oracle.check() == z3.sat


triggers = st.sampled_from((*(MESSAGE,) * len(TRIGGERS), *TRIGGERS))
asked = st.lists(st.builds(Wanted, conditions(finite_atoms, 8), st.booleans()), min_size=1, max_size=6).map(tuple)
_SETTINGS = settings(
    derandomize=True, database=None, deadline=None, max_examples=400, suppress_health_check=list(HealthCheck)
)


@given(triggers, asked)
@_SETTINGS
def test_the_solver_finds_a_world_where_z3_says_that_there_is_one_and_else_the_least_that_contradicts(trigger, wanted):
    answer = solve_strictly(GROUND, Question(trigger, wanted, PROOF_STEPS_MAX))
    if satisfiable(trigger, wanted):
        assert isinstance(answer, Found)
    else:
        assert isinstance(answer, Impossible)
        core = [wanted[place] for place in answer.core]
        assert not satisfiable(trigger, tuple(core))
        assert all(satisfiable(trigger, tuple(other for other in core if other is not one)) for one in core)


@given(st.data(), triggers, asked)
@_SETTINGS
def test_what_is_kept_of_a_world_stays_as_it_is_there_or_there_is_no_world(data, trigger, wanted):
    near = data.draw(worlds(trigger))
    variables = sorted({name for it in wanted for name in variables_of(it.condition)})
    kept = frozenset(data.draw(st.sets(st.sampled_from(variables))))
    answer = solve_strictly(GROUND, Question(trigger, wanted, PROOF_STEPS_MAX, near, kept))
    if satisfiable(trigger, wanted, *(as_in(near, variable) for variable in kept)):
        assert isinstance(answer, Found)
        assert not differences(near, answer.world) & kept
    else:
        assert isinstance(answer, Impossible)
