"""Tests of the rules file: what they name exists, and they expect something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from pointsman.language import tree
from pointsman.language.check.calendars import zone_fault
from pointsman.language.check.scope import Scope
from pointsman.language.check.suggest import suggestion
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.zones import local_time, moment_of, wall_time

Known: TypeAlias = dict[str, dict[str, None]]
"""What rules name, by sort, in order."""


def check_test_names(scope: Scope) -> Iterator[Diagnostic]:
    """Report rules, counters and timers in tests that no rule has."""
    rules = dict.fromkeys(site.rule.name.text for site in scope.sites)
    known: Known = {"rule": rules, "counter": counters(scope), "timer": timers(scope)}
    for test in scope.tests:
        for step in test.steps:
            match step:
                case tree.ExpectRule(tree.String() as name) | tree.SampleFact(name):
                    yield from _unknown("rule", name, known, scope)
                case tree.CountFact(name) | tree.ExpectCount(name):
                    yield from _unknown("counter", name, known, scope)
                case tree.ExpectTimer(name):
                    yield from _unknown("timer", name, known, scope)
                case _:
                    pass


def check_transcripts(scope: Scope) -> Iterator[Diagnostic]:
    """Report times that do not exist, keys given twice, and fields that a test cannot set or look at."""
    for test in scope.tests:
        for step in test.steps:
            match step:
                case tree.AtFact():
                    yield from _at(step)
                case tree.Sends(meta=meta):
                    yield from _customers_channel(step.party, step.over)
                    yield from _meta(meta, "message.text", "message.name", "message.mime")
                case tree.DeliveryFails(key=tree.Name() as key) if key.text != "attempts":
                    help_ = "write `with attempts 3`: how often it was tried"
                    yield report("wrong-kind", f"a failed delivery has no `{key.text}`", key.span, help=help_)
                case tree.Says(meta=meta):
                    yield from _customers_channel(step.party, step.over)
                    yield from _meta(meta)
                case tree.Presses(meta=meta) | tree.Requests(context=meta):
                    yield from _meta(meta)
                case tree.ExpectGets():
                    yield from _customers_channel(step.party, step.over)
                case tree.FieldFact(field) if not field.path.startswith(("contact.", "context.")):
                    help_ = "a test can set `contact.KEY` and `context.KEY`"
                    yield _strange_field(field, help_ + _behind_message(field.path))
                case tree.ExpectContext(field) if not field.path.startswith("context."):
                    yield _strange_field(field, "a test can look at `context.KEY`")
                case _:
                    pass


def check_assertions(scope: Scope) -> Iterator[Diagnostic]:
    """Report tests that can never fail."""
    for test in scope.tests:
        if not any(isinstance(step, tree.Expectation) for step in test.steps):
            help_ = 'add what should have happened, such as `expect rule "…"`'
            yield report("asserts-nothing", f"the test `{test.name.text}` expects nothing", test.name.span, help=help_)


def counters(scope: Scope) -> dict[str, None]:
    """The counters that rules name, in order."""
    nodes = (node for place in scope.places for node in place.nodes)
    found = (node.counter.text for node in nodes if isinstance(node, tree.Count | tree.Add | tree.ClearCounter))
    return dict.fromkeys(found)


def timers(scope: Scope) -> dict[str, None]:
    """The timers that policies and rules name, in order."""
    found = [policy.event.timer.text for policy in scope.policies if isinstance(policy.event, tree.TimerEvent)]
    for site in scope.sites:
        found += [node.timer.text for node in site.nodes if isinstance(node, tree.SetTimer | tree.CancelTimer)]
    return dict.fromkeys(found)


def _unknown(what: str, name: tree.Name | tree.String, known: Known, scope: Scope) -> Iterator[Diagnostic]:
    names = known[what]
    if name.text not in names and (scope.whole or what == "rule") and not scope.may_be_lost(name.text):
        help_ = suggestion(name.text, names) or f"no rule uses a {what} of that name"
        help_ = help_ if what != "rule" or "?" in help_ else "rules are named by their whole name"
        yield report("unknown-name", f"there is no {what} `{name.text}`", name.span, help=help_)


def _at(fact: tree.AtFact) -> Iterator[Diagnostic]:
    if fact.zone is None:
        return
    if fault := zone_fault(fact.zone):
        yield fault
        return
    shown = local_time(moment_of(fact.date.text, fact.time.value, fact.zone.text), fact.zone.text)
    if shown != wall_time(fact.date.text, fact.time.value):
        message = f"clocks in {fact.zone.text} skip {fact.time.source} on {fact.date.text}"
        yield report("bad-time", message, fact.time.span, help=f"write `{shown:%H:%M}`")


def _meta(meta: tuple[tree.Meta, ...], *members: str) -> Iterator[Diagnostic]:
    """Report keys given twice, and dotted ones that are not members of the message that can be given."""
    first: dict[str, tree.Name | tree.Field] = {}
    for key in (pair.key for pair in meta):
        name = key.path if isinstance(key, tree.Field) else key.text
        if isinstance(key, tree.Field) and name not in members:
            plain = f"a key is a plain word: `with {name.rpartition('.')[2]} …`"
            yield _strange_field(key, f"`{'`, `'.join(members)}` can be given; {plain}" if members else plain)
        elif (before := first.setdefault(name, key)) is not key:
            label = Label(before.span, "first given here")
            yield report("duplicate", f"`{name}` is given twice", key.span, label, help="keep one of them")


def _customers_channel(party: tree.Name | tree.Customer, over: tree.Name | None) -> Iterator[Diagnostic]:
    if over and isinstance(party, tree.Name):
        message = f"`{party.text}` is a component, and only customers write and read over channels"
        yield report("wrong-kind", message, over.span, help=f"leave out `over {over.text}`")


def _behind_message(path: str) -> str:
    """Where what comes with a message stands."""
    head, _, key = path.partition(".")
    return f'; meta stands behind the message: `customer says "…" with {key} "…"`' if head == "meta" else ""


def _strange_field(field: tree.Field, help_: str) -> Diagnostic:
    return report("wrong-kind", f"`{field.path}` does not belong here", field.span, help=help_)
