"""The checked tree to the intermediate representation: names resolved, forms made one, places kept.

The tree has passed `check` without an error, so nothing here reports anything. The laws of the result stand at the head
of `ir`. Tests are lowered by `lower_tests`, channels by `lower_channels`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import assert_never

from msgspec import structs

from pointsman.language import ir, tree
from pointsman.language.check.kinds import lists_compared
from pointsman.language.check.scope import Scope, survey
from pointsman.language.check.words import parties_of, subject_record, triggers_of
from pointsman.language.lower_channels import lower_channels
from pointsman.language.lower_downgrades import lower_downgrades, ranked, standard_downgrades
from pointsman.language.lower_tests import lower_test
from pointsman.language.patterns import groups_of
from pointsman.language.vocabulary import Kind
from pointsman.language.weekdays import WEEK, days_of

_HOW: dict[str, ir.TextHow] = {
    "is": "is",
    "in": "is",
    "starts with": "starts",
    "ends with": "ends",
    "contains": "contains",
    "mentions": "mentions",
}
_SHORT = {"intent": "meta.intent"}
"""Fields that are short for another."""


def lower(scope: Scope, language: int) -> ir.ProgramIR:
    """Return the program of a checked tree; `language` is its version."""
    lowering = _Lowering(scope)
    policies = tuple(lowering.policy(policy) for policy in scope.policies)
    return ir.ProgramIR(
        language=language,
        components=tuple(lowering.component(item) for item in scope.components.values()),
        start_with=lowering.start_with(),
        lists=tuple(lowering.value_list(item) for item in scope.lists.values()),
        calendars=tuple(_calendar(item) for item in scope.calendars.values()),
        policies=policies,
        channels=scope.channels,
        tests=tuple(lower_test(test) for test in scope.tests),
        profiles=lower_channels(scope.items),
        rungs=lower_downgrades(scope.items, lowering.condition, standard_rungs()),
    )


@cache
def standard_rungs() -> tuple[ir.Rung, ...]:
    """Return the standard ladder in order of precedence, each rung with the channels that it names."""
    items = standard_downgrades()
    return ranked(items, _Lowering(survey(items, {})).condition, standard=True)


class _Lowering:
    """Lowers the items of one program. `rule` is the name of the rule under way: the salt of its samples."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._numeric = lists_compared(scope, Kind.NUMBER)
        self._rule = ""

    # Declarations

    def component(self, item: tree.Component) -> ir.Component:
        clauses = {clause.verb: self._clause(clause) for clause in item.clauses}
        while_enabled = ir.Clause("enabled")
        hears, speaks = clauses.get("hears", while_enabled), clauses.get("speaks", while_enabled)
        strict = any(isinstance(line, tree.StrictLine) for line in item.lines)
        return ir.Component(item.name.text, item.role, hears, speaks, item.span, strict)

    def _clause(self, clause: tree.Clause) -> ir.Clause:
        return ir.Clause(clause.mode, None if clause.when is None else self.condition(clause.when))

    def start_with(self) -> tuple[str, ...]:
        named = {name.text for item in self._scope.of_type(tree.StartWith) for name in item.components}
        return tuple(name for name in self._scope.components if name in named)

    def value_list(self, item: tree.ListOf | tree.ListFrom) -> ir.ValueList:
        name = item.name.text
        values = self._scope.values[name]
        if values.texts is None or name in self._numeric:
            return ir.ValueList(name, (), values.numbers or (), item.span)
        return ir.ValueList(name, values.texts, (), item.span)

    def policy(self, item: tree.Policy) -> ir.Policy:
        triggers = triggers_of(item.event, self._scope.components)
        rules = tuple(self.rule(rule) for rule in item.rules)
        return ir.Policy(item.name.text, item.mode or "first", item.complete, triggers, rules, item.span)

    def rule(self, rule: tree.Rule) -> ir.Rule:
        self._rule = rule.name.text
        when = None if rule.when is None else self.condition(rule.when)
        return ir.Rule(rule.name.text, when, tuple(self.action(action) for action in rule.actions), rule.span)

    # Conditions

    def condition(self, condition: tree.Condition) -> ir.Condition:
        match condition:
            case tree.Grouped(part):
                return self.condition(part)
            case tree.And(parts, span):
                return ir.And(_flat(map(self.condition, parts), ir.And), span)
            case tree.Or(parts, span):
                return ir.Or(_flat(map(self.condition, parts), ir.Or), span)
            case tree.Not(part, span):
                return _opposite(self.condition(part), span)
            case tree.Comparison(negated=negated, span=span):
                test = self._comparison(condition)
                return _opposite(test, span) if negated else test
            case tree.StateTest(name, state, negated, span):
                asks = ir.IsEnabled if state in ("enabled", "disabled") else ir.IsOpen
                test = asks(name.text, span)
                return _opposite(test, span) if (state in ("disabled", "closed")) != negated else test
            case tree.Matches(subject, regex, span):
                groups = tuple(dict.fromkeys(groups_of(regex.pattern)))
                return ir.Matches(_path(subject), regex.pattern, regex.flags, groups, span)
            case tree.Exists(subject, span):
                return ir.Exists(_path(subject), span)
            case tree.HasButtons(span):
                return ir.HasButtons(span)
            case tree.LastOlder(party, duration, span):
                return ir.LastOlder(parties_of(party, self._scope.components), duration.value, span)
            case tree.Sample(share, span):
                return ir.Sample(share.value, self._rule, span)
            case _:
                assert_never(condition)

    def _comparison(self, test: tree.Comparison) -> ir.Condition:
        record = subject_record(test.subject, self._scope.calendars)
        kind = record.kind if record else Kind.TEXT
        operand, span = test.operand, test.span
        named = operand.list.text if isinstance(operand, tree.AnyIn) else ""
        values = () if isinstance(operand, tree.AnyIn) else _values(operand)
        if kind == Kind.TEXT:
            texts = tuple(str(value) for value in values)
            return ir.TextTest(_path(test.subject), _HOW[test.relation], test.exactly, texts, named, span)
        if kind == Kind.CHOICE:
            return ir.ChoiceTest(_path(test.subject), tuple(str(value) for value in values), span)
        numbers = tuple(float(value) for value in values)
        if isinstance(operand, tree.One):
            how = "==" if test.relation == "is" else test.relation
            return ir.Compare(_quantity(test.subject), how, numbers[0], span)  # type: ignore[arg-type]  # checked
        return ir.NumberIn(_quantity(test.subject), numbers, named, span)

    # Actions

    def action(self, action: tree.Action) -> ir.Action:
        match action:
            case tree.Enable(name, span):
                return ir.EnableAction(name.text, span)
            case tree.Disable(name, span):
                return ir.DisableAction(name.text, span)
            case tree.HandOver(name, span):
                return ir.HandOverAction(name.text, span)
            case tree.Reset(span):
                return ir.ResetAction(span)
            case tree.EndConversation(span):
                return ir.EndAction(span)
            case tree.Position(name, flow, step, span):
                return ir.PositionAction(name.text, _template(flow), _template(step), span)
            case tree.SetContext(field, value, span):
                return ir.SetContext(_key(field), _context_value(value), span)
            case tree.ClearContext(field, span):
                return ir.ClearContext(_key(field), span)
            case tree.Add(amount, counter, span):
                return ir.AddToCounter(counter.text, int(amount.value), span)
            case tree.ClearCounter(counter, span):
                return ir.ClearCounter(counter.text, span)
            case tree.Reply(text, buttons, span):
                return ir.ReplyText(_template(text), tuple(map(_template, buttons)), span)
            case tree.ReplyPicture(url, buttons, span):
                return ir.ReplyPicture(_template(url), tuple(map(_template, buttons)), span)
            case tree.Tell(name, text, span):
                return ir.Tell(name.text, _template(text), span)
            case tree.SetTimer(timer, duration, span):
                return ir.SetTimer(timer.text, duration.value, span)
            case tree.CancelTimer(timer, span):
                return ir.CancelTimer(timer.text, span)
            case tree.Tag(label, span):
                return ir.TagAction(label.text, span)
            case tree.Stop(span):
                return ir.Stop(span)
            case tree.SendOnly(name, span):
                return ir.SendOnly(name.text, span)
            case tree.AlsoSend(name, span):
                return ir.AlsoSend(name.text, span)
            case tree.Withhold(span):
                return ir.Withhold(span)
            case tree.Redact(regex, replacement, span):
                return ir.Redact(regex.pattern, regex.flags, _template(replacement), span)
            case tree.ReplaceText(text, span):
                return ir.ReplaceText(_template(text), span)
            case tree.DropButtons(span):
                return ir.DropButtons(span)
            case tree.PreferChannel(channel, span):
                return ir.PreferChannel(channel.text, span)
            case tree.FallBack(channel, duration, span):
                return ir.FallBack(channel.text, duration.value, span)
            case tree.Refuse(reason, span):
                return ir.Refuse(_template(reason), span)
            case _:
                assert_never(action)


def _opposite(condition: ir.Condition, span: ir.Span) -> ir.Condition:
    """The opposite, at `span`: the text there is true exactly when what is returned is."""
    return structs.replace(condition.part, span=span) if isinstance(condition, ir.Not) else ir.Not(condition, span)


def _flat(parts: Iterable[ir.Condition], kind: type[ir.And] | type[ir.Or]) -> tuple[ir.Condition, ...]:
    """The parts, those of the same kind replaced by their own."""
    return tuple(leaf for part in parts for leaf in (part.parts if isinstance(part, kind) else (part,)))


def _values(operand: tree.One | tree.AnyOf) -> tuple[str | float, ...]:
    values = (operand.value,) if isinstance(operand, tree.One) else operand.values
    plain = (value.text if isinstance(value, tree.String | tree.Name) else value.value for value in values)
    return tuple(dict.fromkeys(plain))


def _path(subject: tree.Subject) -> str:
    match subject:
        case tree.Field(path):
            return _SHORT.get(path, path)
        case tree.Name(name):
            return name
        case _:
            raise AssertionError("checked: only a field has a path")


def _quantity(subject: tree.Subject) -> ir.Quantity:
    match subject:
        case tree.Count(counter):
            return ir.Count(counter.text)
        case tree.Length(of):
            return ir.Length(_path(of))
        case tree.Age():
            return ir.Age()
        case _:
            return ir.Field(_path(subject))


def _key(field: tree.Field) -> str:
    return field.path.removeprefix("context.")


def _context_value(value: tree.Template | tree.Number | tree.Subject) -> ir.Template:
    match value:
        case tree.Template():
            return _template(value)
        case tree.Number(source=source):
            return (ir.Words(source),)
        case _:
            return (ir.Slot(_quantity(value)),)


def _template(template: tree.Template) -> ir.Template:
    return tuple(
        ir.Words(part.text)
        if isinstance(part, tree.Words)
        else ir.Slot(_quantity(part.subject), part.default.text if part.default else "")
        for part in template.parts
    )


def _calendar(item: tree.Calendar) -> ir.Calendar:
    week: dict[str, list[tuple[int, int]]] = {day: [] for day in WEEK}
    special: dict[str, list[tuple[int, int]]] = {}
    zone = "UTC"
    for line in item.lines:
        match line:
            case tree.WeekLine(days, hours):
                for day in dict.fromkeys(day for part in days for day in days_of(part)):
                    week[day] += _minutes(hours)
            case tree.ClosedLine(dates):
                special |= {date.text: [] for date in dates}
            case tree.OpenLine(dates, hours):
                for day_text in dict.fromkeys(date.text for date in dates):
                    special.setdefault(day_text, []).extend(_minutes(hours))
            case tree.ZoneLine(name):
                zone = name.text
            case _:
                assert_never(line)
    weekdays = tuple(tuple(sorted(week[day])) for day in WEEK)
    special_days = tuple(ir.SpecialDay(day, tuple(sorted(hours))) for day, hours in sorted(special.items()))
    return ir.Calendar(item.name.text, zone, weekdays, special_days, item.span)


def _minutes(hours: tuple[tree.Hours, ...]) -> list[tuple[int, int]]:
    return [(one.opens.value, one.closes.value) for one in hours]
