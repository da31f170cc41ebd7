"""Fields exist, and the event of the rule has them: in conditions and in templates.

A match group is a field of its rule, in templates only: what a condition asks of it, the expression itself can ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pointsman.language import tree
from pointsman.language.check.scope import Place, RungSite, Scope, Site
from pointsman.language.check.suggest import suggestion
from pointsman.language.check.words import field_record, subject_record
from pointsman.language.diagnostics import Diagnostic, Label, nearest, report
from pointsman.language.ir import Span
from pointsman.language.patterns import groups_of
from pointsman.language.vocabulary import CALENDAR_FIELDS, FIELDS, MESSAGES, Occasion


def check_fields(scope: Scope) -> Iterator[Diagnostic]:
    """Report fields that do not exist, and fields that the event of their rule does not have."""
    for place in scope.places:
        for node in place.nodes:
            match node:
                case tree.Field():
                    yield from _field(node, place, scope)
                case tree.Comparison(tree.Name() as name, operand=operand):
                    yield from _lone_name(name, place, scope, _as_counter(name, operand))
                case tree.Matches(tree.Name() as name):
                    yield from _lone_name(name, place, scope)
                case tree.Exists(tree.Name() as name) | tree.Length(tree.Name() as name):
                    yield from _lone_name(name, place, scope)
                case tree.Slot(tree.Name(text, span)) if text not in place.groups:
                    yield _no_field(text, span, place, scope)
                case tree.SetContext(value=tree.Name(text, span)) if text not in place.groups:
                    yield _no_field(text, span, place, scope, f'; a text stands in quotes: `"{text}"`')
                case tree.HasButtons(span):
                    yield from _missing("message", MESSAGES, place, span)
                case _:
                    pass


def check_groups(scope: Scope) -> Iterator[Diagnostic]:
    """Report a group that has the name of a field, or of another group of the rule."""
    for site in scope.sites:
        seen: dict[str, Span] = {}
        for node in site.nodes:
            if isinstance(node, tree.Matches):
                for group in groups_of(node.regex.pattern):
                    yield from _clash(group, node.regex.span, seen)
                    seen.setdefault(group, node.regex.span)


def _clash(group: str, span: Span, seen: dict[str, Span]) -> Iterator[Diagnostic]:
    help_ = "give the group another name"
    if field_record(group, ()):
        yield report("duplicate", f"the group `{group}` has the name of a field", span, help=help_)
    elif group in seen:
        other = [Label(seen[group], "the other one")] if seen[group] != span else []
        yield report("duplicate", f"the rule has two groups `{group}`", span, *other, help=help_)


def _field(field: tree.Field, place: Place, scope: Scope) -> Iterator[Diagnostic]:
    record = subject_record(field, scope.calendars)
    if record is None:
        if not scope.may_be_lost(field.path.rpartition(".")[0]):
            yield _no_field(field.path, field.span, place, scope)
    else:
        yield from _missing(field.path, record.on, place, field.span)


def _missing(path: str, on: frozenset[Occasion], place: Place, span: Span) -> Iterator[Diagnostic]:
    """A report where the event is known, and does not have the field."""
    if place.event is None or place.event.occasion in on:
        return
    having = " · ".join(occasion for occasion in Occasion if occasion in on)
    help_ = f"`{path}` is known on: {having}"
    match place:
        case Site(policy=tree.Policy(event=event)):
            label = Label(event.span, "the policy's event")
            yield report("no-such-field", f"the event `{place.event.form}` has no `{path}`", span, label, help=help_)
        case RungSite(downgrade=downgrade):
            label = Label(downgrade.kind.span, "what is downgraded")
            yield report("no-such-field", f"a message that is downgraded has no `{path}`", span, label, help=help_)
        case _:
            pass


def _no_field(path: str, span: Span, place: Place, scope: Scope, more: str = "") -> Diagnostic:
    head, _, key = path.rpartition(".")
    if head in scope.calendars:
        known = [record.path for record in CALENDAR_FIELDS]
        help_ = suggestion(key, known) or "a calendar has `next_open` and `next_close`"
        return report("unknown-name", f"the calendar `{head}` has no `{key}`", span, help=help_)
    if head and key in {record.path for record in CALENDAR_FIELDS}:
        help_ = suggestion(head, scope.calendars) or "no calendar of that name is declared"
        return report("unknown-name", f"there is no calendar `{head}`", span, help=help_)
    return report("unknown-name", f"there is no field `{path}`", span, help=_near_field(head, key, place) + more)


def _near_field(head: str, key: str, place: Place) -> str:
    """What may have been meant by `head.key`, or by `key` alone, of what the event has."""
    having = [record.path for record in FIELDS if place.event is None or place.event.occasion in record.on]
    keys: dict[str, list[str]] = {}
    for path in having:
        if "." in path:
            keys.setdefault(path.partition(".")[0], []).append(path.partition(".")[2])
    words = [path for path in having if "." not in path]
    if not head:
        if key in keys and key not in words:
            return f"write `{key}.KEY`"
        return suggestion(key, (*words, *place.groups)) or _fields_are(words)
    if (head, key) == ("text", "length"):
        return f"write `length of {head}`"
    family = head if head in keys else nearest(head, keys)
    if family is None:
        return _fields_are(f"{one}.{_shown(member)}" for one, members in keys.items() for member in members)
    members = keys[family]
    meant = key if key in members or "*" in members else nearest(key, members)
    return f"did you mean `{family}.{meant}`?" if meant else _fields_are(f"{family}.{member}" for member in members)


def _shown(member: str) -> str:
    return "KEY" if member == "*" else member


def _fields_are(names: Iterable[str]) -> str:
    return "the fields of this event are " + ", ".join(f"`{name}`" for name in names)


def _as_counter(name: tree.Name, operand: tree.Operand) -> str:
    """What else may be meant by a name that is compared with a number."""
    if isinstance(operand, tree.One) and isinstance(operand.value, tree.Number):
        return f"; a counter is written `count of {name.text}`"
    return ""


def _lone_name(name: tree.Name, place: Place, scope: Scope, more: str = "") -> Iterator[Diagnostic]:
    """A name where a field belongs: a match group, or a slip."""
    if name.text in place.groups:
        yield report(
            "wrong-kind",
            f"the match group `{name.text}` can stand in templates only",
            name.span,
            help="ask for it in the expression itself",
        )
        return
    sort = scope.sort_of(name.text)
    if sort:
        yield report(
            "wrong-kind", f"`{name.text}` is a {sort}, and a field belongs here", name.span, help=_asks(name.text, sort)
        )
    elif not scope.may_be_lost(name.text):
        yield _no_field(name.text, name.span, place, scope, more)


def _asks(name: str, sort: str) -> str:
    match sort:
        case "component":
            return f"write `{name} is enabled` or `{name} is disabled`"
        case "calendar":
            return f"write `{name} is open` or `{name} is closed`"
        case "list":
            return f"write `text in {name}` or `text mentions any {name}`"
        case _:
            return f"write `channel is {name}`"
