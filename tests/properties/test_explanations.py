"""What an explanation says of generated events is so: it decides as `decide` does, and what it blames decides alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from hypothesis import HealthCheck, given, settings

from pointsman.engine.decide import decide
from pointsman.engine.explain import Explanation, Failed, Finding, Fired, NotTried, OtherMatched, Verdict, explain
from pointsman.engine.interpret import Lists, holds
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load_plain
from pointsman.engine.scenario import CLOCK
from pointsman.engine.situation import Situation
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.model.conversation import Conversation
from pointsman.model.event import Due, Event
from pointsman.model.identity import Address
from pointsman.model.wiring import Seat, Wiring
from properties.generated import histories, programs

SHOP = Address("shop", "WhatsApp", "+31612345678", "+31600000000")
WIRING = Wiring("shop", {name: Seat(copies=name != "CmBot") for name in ("CmBot", "CustomerContact", "Helper")})
PROGRAMS = 250
seen: Counter[str] = Counter()


def situations(program: Loaded, history: list[tuple[int, Event]]) -> Iterator[Situation]:
    """Play a history, with what falls due in it; yield what each event is decided on."""
    state: Conversation | None = None
    now = CLOCK
    for pause, event in history:
        now += pause
        for happening in (*_due(state, now), event):
            situation = Situation(SHOP, happening, now, WIRING, state)
            yield situation
            state = situation.decided(program).conversation


def _due(state: Conversation | None, now: int) -> list[Due]:
    waits = state.waits.items() if state else ()
    return [Due(key, wait.number) for key, wait in waits if wait.due is not None and wait.due <= now]


@settings(
    max_examples=PROGRAMS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs(), histories)
def _are_so(program_ir: ir.ProgramIR, history: list[tuple[int, Event]]) -> None:
    program = load_plain(build(program_ir))
    lists: Lists = {item.name: item.texts or item.numbers for item in program_ir.lists}
    for situation in situations(program, history):
        explanation = explain(program, situation)
        assert explanation.decision == decide(
            program, situation.wiring, situation.recall, situation.event, situation.now, address=SHOP
        )
        _tells_of_every_rule(program, explanation)
        for occasion in explanation.occasions:
            for verdict in occasion.verdicts:
                _is_so(verdict, occasion.view, lists)


def _tells_of_every_rule(program: Loaded, explanation: Explanation) -> None:
    for occasion in explanation.occasions:
        policies = [policy for policy in program.ir.policies if occasion.trigger in policy.triggers]
        told = [verdict.rule for verdict in occasion.verdicts]
        assert told == [rule for policy in policies for rule in policy.rules]
        fired = [verdict.rule for verdict in occasion.verdicts if isinstance(verdict.outcome, Fired)]
        assert fired == program.match(occasion.trigger, occasion.view)
    fired_names = [
        verdict.rule.name
        for occasion in explanation.occasions
        for verdict in occasion.verdicts
        if isinstance(verdict.outcome, Fired)
    ]
    assert sorted(fired_names) == sorted(explanation.fired)


def _is_so(verdict: Verdict, view: View, lists: Lists) -> None:
    when = verdict.rule.when
    seen[type(verdict.outcome).__name__] += 1
    match verdict.outcome:
        case Failed(findings):
            assert when is not None
            assert not holds(when, view, lists)
            _decide(when, findings, view, lists)
        case NotTried(_, _, findings):
            assert bool(findings) == (when is not None and not holds(when, view, lists))
            if when is not None and findings:
                _decide(when, findings, view, lists)
        case OtherMatched(by):
            assert when is None
            assert by
        case Fired():
            pass


def _decide(when: ir.Condition, findings: Sequence[Finding], view: View, lists: Lists) -> None:
    """The tests told have the truth that is told of them, and with these alone known the condition is false."""
    assert findings
    known: list[tuple[ir.Condition, bool]] = []
    for finding in findings:
        truth = holds(finding.test, view, lists)
        assert finding.holds == (truth != finding.negated)
        assert finding.saw
        known.append((finding.test, truth))
    assert _known(when, known) is False


def _known(condition: ir.Condition, known: list[tuple[ir.Condition, bool]]) -> bool | None:
    """The truth of a condition of which only some tests are known; None where that is not enough."""
    match condition:
        case ir.And(parts):
            truths = [_known(part, known) for part in parts]
            return False if False in truths else None if None in truths else True
        case ir.Or(parts):
            truths = [_known(part, known) for part in parts]
            return True if True in truths else None if None in truths else False
        case ir.Not(part):
            truth = _known(part, known)
            return None if truth is None else not truth
        case _:
            return next((truth for test, truth in known if test == condition), None)


def test_an_explanation_decides_as_decide_does_and_what_it_blames_decides_alone() -> None:
    seen.clear()
    _are_so()
    assert {name for name in ("Fired", "Failed", "NotTried", "OtherMatched") if seen[name] < 3} == set()
