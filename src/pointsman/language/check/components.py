"""Components: who is enabled at first, what their clauses ask, and whether a handover leaves somebody who speaks."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.language import tree
from pointsman.language.check.scope import Scope
from pointsman.language.diagnostics import Diagnostic, Label, report

_CLAUSE_HELP = "`hears` and `speaks` know only `NAME is enabled`, `NAME is disabled`, `and`, `or` and `not`"


def check_start(scope: Scope) -> Iterator[Diagnostic]:
    """Report a program that has components and does not say which of them are enabled at first."""
    first = next(scope.of_type(tree.Component), None)
    if first and scope.whole and not any(scope.of_type(tree.StartWith)):
        yield report(
            "missing-start-with",
            "nobody is enabled when a conversation starts",
            first.name.span,
            help=f"add `start with {first.name.text}`, or the components that are enabled at first",
        )


def check_clauses(scope: Scope) -> Iterator[Diagnostic]:
    """Report clauses that stand twice, and clauses that ask about anything but enablement."""
    for component in scope.of_type(tree.Component):
        seen: dict[str, tree.Clause] = {}
        for clause in component.clauses:
            if clause.verb in seen:
                before = Label(seen[clause.verb].span, "first written here")
                message = f"`{component.name.text}` says twice when it {clause.verb}"
                yield report("duplicate", message, clause.span, before, help="keep one of them")
            seen.setdefault(clause.verb, clause)
            yield from _condition(clause)
        yield from _strict_twice(component)


def _strict_twice(component: tree.Component) -> Iterator[Diagnostic]:
    stricts = [line for line in component.lines if isinstance(line, tree.StrictLine)]
    for again in stricts[1:]:
        before = Label(stricts[0].span, "first written here")
        yield report(
            "duplicate", f"`{component.name.text}` is `strict` twice", again.span, before, help="keep one of them"
        )


def _condition(clause: tree.Clause) -> Iterator[Diagnostic]:
    stranger = clause.when and _stranger(clause.when)
    if stranger:
        message = "this condition can only ask whether components are enabled"
        yield report("wrong-kind", message, stranger.span, help=_CLAUSE_HELP)


def _stranger(condition: tree.Condition) -> tree.Condition | None:
    """The first part that asks about anything but enablement."""
    match condition:
        case tree.Grouped(part) | tree.Not(part):
            return _stranger(part)
        case tree.And(parts) | tree.Or(parts):
            return next((found for part in parts if (found := _stranger(part))), None)
        case tree.StateTest(state="enabled" | "disabled"):
            return None
        case _:
            return condition


def check_handovers(scope: Scope) -> Iterator[Diagnostic]:
    """Report `hand over to NAME` where NAME may still not speak afterwards."""
    for site in scope.sites:
        for action in site.rule.actions:
            if not isinstance(action, tree.HandOver) or action.component.text not in scope.components:
                continue
            component = scope.components[action.component.text]
            speaks = next((clause for clause in component.clauses if clause.verb == "speaks"), None)
            if speaks and not _speaks(speaks, _afterwards(component.name.text, scope)):
                yield report(
                    "handover-mute",
                    f"after this handover `{component.name.text}` may still not speak",
                    action.span,
                    Label(speaks.span, "when it speaks"),
                    help="enable or disable what its `speaks` asks for, or hand over to another component",
                )


def never_speaks(component: tree.Component) -> bool:
    """Whether the component is declared `speaks never`."""
    return any(clause.verb == "speaks" and clause.mode == "never" for clause in component.clauses)


def _afterwards(name: str, scope: Scope) -> dict[str, bool | None]:
    """Who is enabled after a handover to `name`; None for those that it leaves as they are."""
    return {
        other: True if other == name else None if never_speaks(component) else False
        for other, component in scope.components.items()
    }


def _speaks(clause: tree.Clause, enabled: dict[str, bool | None]) -> bool:
    if clause.when is None:
        return clause.mode == "always"
    return _holds(clause.when, enabled) is True


def _holds(condition: tree.Condition, enabled: dict[str, bool | None]) -> bool | None:
    """The condition's value where it is certain (Kleene's logic), else None."""
    match condition:
        case tree.Grouped(part):
            return _holds(part, enabled)
        case tree.Not(part):
            return _opposite(_holds(part, enabled))
        case tree.And(parts):
            return _all([_holds(part, enabled) for part in parts])
        case tree.Or(parts):
            return _opposite(_all([_opposite(_holds(part, enabled)) for part in parts]))
        case tree.StateTest(name, state, negated):
            value = enabled.get(name.text)
            return _opposite(value) if (state == "disabled") != negated else value
        case _:
            return None


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True
