"""The nearest change in words, for people and for programs: what would have to be otherwise, and what was it.

Law: the shape is documented in docs/operating.md and stays; members that say nothing are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, assert_never

from msgspec import Struct

from pointsman.engine.coverage import tests_of
from pointsman.engine.explain_json import Place
from pointsman.engine.hours import written_whole
from pointsman.engine.loaded import Loaded
from pointsman.engine.seen import lasted, quoted, spelled
from pointsman.engine.triggers import sentence
from pointsman.language import ir
from pointsman.language.excerpts import visible
from pointsman.model.event import CUSTOMER
from pointsman.proofs.nearest import Change, FiresAlready, Nearest, Never, OtherEvent, Unsettled, rank
from pointsman.proofs.variables import value_in
from pointsman.proofs.witness import Witness
from pointsman.proofs.wording import size


class ShownChange(Struct, frozen=True):
    """One variable: `before` and `after` as JSON values, null where it is missing; `says` is both as a clause."""

    variable: str
    before: Any
    after: Any
    says: str


class ShownBy(Struct, frozen=True):
    rule: str
    place: Place


class ShownWhyNot(Struct, frozen=True, omit_defaults=True):
    """`outcome` is fires, change, other event, never or undecided; `says` is all of it as a sentence.

    `inexact`: a smaller change may exist. `test` is a transcript in which the rule fires. `events` are those that the
    rule is on, `by` the rules that cover it.
    """

    rule: str
    outcome: str
    says: str
    changes: tuple[ShownChange, ...] = ()
    inexact: bool = False
    test: str = ""
    events: tuple[str, ...] = ()
    by: tuple[ShownBy, ...] = ()


_WHY = {
    "applied": "what conditions would have to see is known, but no change of this event was seen to bring it about",
    "steps": "the search was given up at its bound",
    "text": "what it asks of texts is beyond what can be solved",
    "pattern": "what it asks of a regular expression is beyond what can be solved",
    "list": "its lists are beyond what can be solved",
    "calendar": "its calendars are beyond what can be solved",
    "length": "what it asks of a text's length is beyond what can be solved",
    "disagreement": "the solver and the rules disagree, which is a mistake of pointsman's own; please report it",
}


def shown_why_not(rule: str, found: Nearest, program: Loaded) -> ShownWhyNot:
    """Say why a rule did not fire and what would have made it."""
    name = f"rule {quoted(rule)}"
    match found:
        case FiresAlready():
            return ShownWhyNot(rule, "fires", f"{name} fires on this event")
        case Change():
            return _change(rule, found, program)
        case OtherEvent(triggers, witness):
            events = tuple(map(sentence, triggers))
            says = f"{name} is on another event: {' or '.join(events)}"
            return ShownWhyNot(rule, "other event", says, test=_test(witness), events=events)
        case Never(by):
            rules = tuple(ShownBy(it.name, Place(it.span.file, it.span.line, it.span.column)) for it in by)
            return ShownWhyNot(rule, "never", f"{name} can never fire: {_covering(by)}", by=rules)
        case Unsettled(why):
            return ShownWhyNot(rule, "undecided", f"whether a change would make {name} fire is undecided: {_WHY[why]}")
        case _:
            assert_never(found)


def told_why_not(why_not: ShownWhyNot) -> Iterator[str]:
    """The same as lines for a terminal: a change a line where there are several, and the test."""
    if len(why_not.changes) > 1:
        yield visible(f"rule {quoted(why_not.rule)} would fire if")
        *others, last = why_not.changes
        yield from (visible(f"  {it.says}, and") for it in others)
        yield visible(f"  {last.says}")
    else:
        yield visible(why_not.says)
    if why_not.inexact:
        yield "a smaller change may exist: not all could be ruled out"
    yield from (f"  {by.place.file}:{by.place.line} rule {visible(quoted(by.rule))}" for by in why_not.by)
    if why_not.test:
        yield ""
        yield "as a test in which it fires:"
        yield ""
        yield visible(why_not.test.rstrip())


def _test(witness: Witness | None) -> str:
    return "" if witness is None else witness.text


def _covering(by: Sequence[ir.Rule]) -> str:
    if not by:
        return "its conditions contradict one another"
    names = " and ".join(f"rule {quoted(it.name)}" for it in by)
    return f"whenever its condition is true, {names} {'take' if len(by) > 1 else 'takes'} the event first"


def _change(rule: str, found: Change, program: Loaded) -> ShownWhyNot:
    [policy] = [it for it in program.ir.policies if any(one.name == rule for one in it.rules)]
    clauses = _Clauses(found, program, policy)
    kind = {"message"} if value_in(found.before, "message") != value_in(found.after, "message") else set()
    names = sorted(found.variables | kind, key=lambda name: (rank(name), name))  # a file comes with its kind of message
    changes = tuple(
        ShownChange(name, value_in(found.before, name), value_in(found.after, name), clauses.of(name)) for name in names
    )
    says = f"rule {quoted(rule)} would fire if {' and '.join(it.says for it in changes)}"
    return ShownWhyNot(rule, "change", says, changes, not found.exact, _test(found.witness))


class _Clauses:
    """Says of one variable what it would have to be, in the subjunctive: what follows an `if`."""

    def __init__(self, found: Change, program: Loaded, policy: ir.Policy) -> None:
        self._found = found
        self._hours = {
            name: program.hours[name]
            for rule in policy.rules
            for name in dict.fromkeys(it.calendar for it in _tests(rule) if isinstance(it, ir.IsOpen))
        }
        tests = [it for one in program.ir.policies for rule in one.rules for it in _tests(rule)]
        self._shares = {it.salt: it.share for it in tests if isinstance(it, ir.Sample)}

    def of(self, variable: str) -> str:
        before, after = value_in(self._found.before, variable), value_in(self._found.after, variable)
        family, _, name = variable.partition(" ")
        match family:
            case "now":
                return self._moment(before, after)
            case "age":
                return f"the conversation were {lasted(after)} old instead of {lasted(before)}"
            case "buttons":
                return f"the message had {'buttons' if after else 'no buttons'}"
            case "enabled":
                return f"{name} were {'enabled' if after else 'disabled'}"
            case "count":
                return f"count of {name} were {after} instead of {before}"
            case "spoke":
                return _speech("the customer" if name == CUSTOMER else name, before, after)
            case "draw":
                return self._draw(name, after)
            case _:
                return _field(variable, before, after)

    def _moment(self, before: int, after: int) -> str:
        zones = [hours.zone for hours in self._hours.values()]
        where = zones[0] if zones else None
        states = [f"{name} is {'open' if hours.is_open(after) else 'closed'}" for name, hours in self._hours.items()]
        state = f" ({', '.join(states)})" if states else ""
        zone = "" if zones else " UTC"
        return f"it were {written_whole(after, where)}{zone}{state} instead of {written_whole(before, where)}{zone}"

    def _draw(self, salt: str, after: int) -> str:
        share = self._shares.get(salt, 0)
        inside = "in" if after < share else "not in"
        return f"this conversation were {inside} the sample of {share / 100:g}% of rule {quoted(salt)}"


def _speech(who: str, before: int | None, after: int | None) -> str:
    if after is None:
        return f"{who} had not spoken in this conversation"
    than = "" if before is None else f" instead of {lasted(before)}"
    return f"the last message from {who} were {lasted(after)} old{than}"


def _field(path: str, before: Any, after: Any) -> str:
    if after is None:
        return f"there were no `{spelled(path)}`"
    written = _writer(path, after)
    than = "" if before is None else f" instead of {_writer(path, before)(before)}"
    return f"`{spelled(path)}` were {written(after)}{than}"


def _writer(path: str, value: Any) -> Callable[[Any], str]:
    if path == "message.size":
        return lambda count: size(count).source
    plain = isinstance(value, int) or path in ("channel", "account", "message", "request", "target")
    return str if plain else quoted


def _tests(rule: ir.Rule) -> Iterator[ir.Atom]:
    if rule.when is not None:
        yield from (test for test, _ in tests_of(rule.when))
