"""Names are declared once, and components, lists and calendars do not take a name that has a meaning already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pointsman.language import tree
from pointsman.language.check.scope import Scope
from pointsman.language.check.words import FIELD_NAMES
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.event import CUSTOMER


def check_duplicates(scope: Scope) -> Iterator[Diagnostic]:
    """Report a second declaration of a name, and names that a component cannot have."""
    shared = (tree.Component, tree.ListOf, tree.ListFrom, tree.Calendar, tree.Channel)
    yield from _twice((item.name, _shared_word(item)) for item in scope.items if isinstance(item, shared))
    yield from _twice((policy.name, "policy") for policy in scope.policies)
    yield from _twice((site.rule.name, "rule") for site in scope.sites)
    yield from _twice((test.name, "test") for test in scope.tests)
    yield from _twice_started(scope)
    for item in scope.items:
        if isinstance(item, tree.Component) and item.name.text == CUSTOMER:
            yield report(
                "reserved-word",
                "a component cannot be called `customer`",
                item.name.span,
                help="`customer` is the person at the other end; choose another name",
            )
        elif isinstance(item, shared) and item.name.text in CHANNELS and not isinstance(item, tree.Channel):
            yield report(
                "duplicate",
                f"`{item.name.text}` is a channel of the standard library",
                item.name.span,
                help="lists, calendars, components and channels share one set of names; choose another",
            )


def check_calendar_names(scope: Scope) -> Iterator[Diagnostic]:
    """Report calendars whose fields could not be told from other fields: `context.next_open`."""
    heads = {path.partition(".")[0] for path in FIELD_NAMES if "." in path}
    for calendar in scope.of_type(tree.Calendar):
        name = calendar.name
        if name.text in heads:
            message = f"a calendar cannot be called `{name.text}`"
            help_ = f"fields that begin with `{name.text}.` have a meaning already; choose another name"
            yield report("reserved-word", message, name.span, help=help_)


def _twice(names: Iterable[tuple[tree.Name | tree.String, str]]) -> Iterator[Diagnostic]:
    first: dict[str, tuple[tree.Name | tree.String, str]] = {}
    for name, what in names:
        if name.text not in first:
            first[name.text] = (name, what)
            continue
        before, before_what = first[name.text]
        already = "already declared" if before_what == what else f"already declared as a {before_what}"
        yield report(
            "duplicate",
            f"the {what} `{name.text}` is {already}",
            name.span,
            Label(before.span, "first declared here"),
            help="give one of them another name",
        )


def _shared_word(item: tree.Item) -> str:
    match item:
        case tree.Component():
            return "component"
        case tree.Calendar():
            return "calendar"
        case tree.Channel():
            return "channel"
        case _:
            return "list"


def _twice_started(scope: Scope) -> Iterator[Diagnostic]:
    starts = list(scope.of_type(tree.StartWith))
    for again in starts[1:]:
        yield report(
            "duplicate",
            "`start with` stands twice",
            again.span,
            Label(starts[0].span, "first written here"),
            help="name all components that start enabled in one `start with`",
        )
