"""Names are declared, and are of the sort that their place asks for; words of closed sets exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from msgspec import structs

from pointsman.language import tree
from pointsman.language.check.scope import Scope, walk
from pointsman.language.check.suggest import suggestion
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.ir import Span
from pointsman.model.content import MESSAGE_KINDS

_COMPONENT_OF: dict[type[tree.Node], str] = {
    tree.MessageFrom: "party",
    tree.Switched: "component",
    tree.NoAnswer: "component",
    tree.DeliveryFailed: "to",
    tree.RequestFrom: "party",
    tree.LastOlder: "party",
    tree.Enable: "component",
    tree.Disable: "component",
    tree.HandOver: "component",
    tree.Position: "component",
    tree.Tell: "component",
    tree.SendOnly: "component",
    tree.AlsoSend: "component",
    tree.EnabledFact: "component",
    tree.Says: "party",
    tree.Sends: "party",
    tree.DeliveryFails: "to",
    tree.ExpectEnabled: "component",
    tree.ExpectGets: "party",
    tree.ExpectNothing: "party",
    tree.ExpectPosition: "component",
    tree.ExpectNotified: "component",
}
"""Where a node names a component. What is no Name there (`customer`, `any bot`, nothing) needs no declaration."""


class Use(NamedTuple):
    """A name where it is used; `sort` is what it has to be."""

    name: str
    sort: str
    span: Span


def check_names(scope: Scope) -> Iterator[Diagnostic]:
    """Report names of the shared namespace that are not declared, or are declared as something else."""
    unknown: dict[tuple[str, str], list[Use]] = {}
    for use in uses_in(_nodes(scope)):
        if use.name not in scope.declared_as(use.sort) and not scope.may_be_lost(use.name):
            unknown.setdefault((use.name, use.sort), []).append(use)
    for first, *others in unknown.values():
        yield _used_again(_unknown(first, scope), others)


def check_known_words(scope: Scope) -> Iterator[Diagnostic]:
    """Report message kinds that do not exist, in tests and in the expectations of tests."""
    for node in _nodes(scope):
        match node:
            case tree.Sends(kind=tree.Name(text, span)) | tree.ExpectGets(what=tree.Name(text, span)):
                if text not in MESSAGE_KINDS:
                    yield unknown_word("message kind", text, span, MESSAGE_KINDS)
            case _:
                pass


def check_accounts(scope: Scope) -> Iterator[Diagnostic]:
    """Report accounts in tests that the configuration does not have, where it is known."""
    for node in _nodes(scope):
        if isinstance(node, tree.AccountFact) and (found := unknown_account(node.account, scope)):
            yield found


def unknown_account(account: tree.Name | tree.String, scope: Scope) -> Diagnostic | None:
    if scope.accounts is None or account.text in scope.accounts:
        return None
    help_ = suggestion(account.text, sorted(scope.accounts)) or "accounts are declared in pointsman.toml"
    return report("unknown-name", f"there is no account `{account.text}`", account.span, help=help_)


def unknown_word(what: str, text: str, span: Span, known: Iterable[str]) -> Diagnostic:
    """Report a word that a closed set does not have."""
    words = tuple(known)
    every = ", ".join(f"`{word}`" for word in words)
    return report(
        "unknown-word",
        f"there is no {what} `{text}`",
        span,
        help=suggestion(text, words) or f"it is one of {every}",
    )


def unknown_name(name: str, sort: str, span: Span, scope: Scope) -> Diagnostic:
    """Report a name that is not declared as a `sort`."""
    return _unknown(Use(name, sort, span), scope)


def _unknown(use: Use, scope: Scope) -> Diagnostic:
    other = scope.sort_of(use.name)
    known = scope.declared_as(use.sort)
    if other:
        place = scope.place_of(use.name)
        labels = (Label(place, "declared here"),) if place else ()
        message = f"`{use.name}` is a {other}, and a {use.sort} belongs here"
        return report("wrong-kind", message, use.span, *labels, help=_instead(use, other) or _known(use.sort, known))
    help_ = suggestion(use.name, known) or _known(use.sort, known) + ("" if known else _declared(use))
    return report("unknown-name", f"there is no {use.sort} `{use.name}`", use.span, help=help_)


def _used_again(found: Diagnostic, others: list[Use]) -> Diagnostic:
    """One slip in a declaration is one report, however often the name is used."""
    labels = [Label(use.span, "and here") for use in others[:_PLACES_SHOWN_MAX]]
    if more := len(others) - len(labels):
        labels[-1] = Label(labels[-1].span, f"and here, and in {more} more place{'s' if more > 1 else ''}")
    return structs.replace(found, labels=(*found.labels, *labels))


_PLACES_SHOWN_MAX = 3
"""Further uses of an unknown name that its report shows."""
_DECLARED = {
    "component": "component {} is bot",
    "list": 'list {} = "…"',
    "calendar": "calendar {} mon-fri 09:00-17:30",
}


def _declared(use: Use) -> str:
    """How to declare what is not."""
    form = _DECLARED.get(use.sort)
    return f"; one is declared with `{form.format(quoted(use.name))}`" if form else ""


def _instead(use: Use, other: str) -> str:
    """What can be asked of a component whose hours are asked for: no place but a condition names a calendar."""
    if (use.sort, other) == ("calendar", "component"):
        return f"write `{use.name} is enabled` or `{use.name} is disabled`"
    return ""


def quoted(name: str) -> str:
    """A name as it is written: in single quotes where it has other characters than names have."""
    bare = name.replace("-", "_").isidentifier() and not name.startswith("_")
    return name if bare else f"'{name}'"


def _known(sort: str, known: Collection[str]) -> str:
    if not known:
        return f"no {sort} is declared"
    every = ", ".join(f"`{name}`" for name in islice(known, 10))
    return f"known {sort}s: {every}{' …' if len(known) > 10 else ''}"


def _nodes(scope: Scope) -> Iterator[tree.Node]:
    yield from scope.elsewhere
    for policy in scope.policies:
        yield policy.event
    for site in scope.sites:
        yield from site.nodes
    for test in scope.tests:
        yield from walk(test)


def uses_in(nodes: Iterable[tree.Node]) -> Iterator[Use]:
    """The names of components, lists, calendars and channels that nodes ask for; fields and values are none."""
    for node in nodes:
        attribute = _COMPONENT_OF.get(type(node))
        if attribute:
            name = getattr(node, attribute)
            if isinstance(name, tree.Name):
                yield Use(name.text, "component", name.span)
            if isinstance(node, tree.Says | tree.Sends | tree.ExpectGets) and node.over:
                yield Use(node.over.text, "channel", node.over.span)
        else:
            yield from _other_uses(node)


def _other_uses(node: tree.Node) -> Iterator[Use]:
    match node:
        case tree.StartWith(components):
            yield from (Use(name.text, "component", name.span) for name in components)
        case tree.StateTest(tree.Name(name, span), state):
            yield Use(name, "component" if state in ("enabled", "disabled") else "calendar", span)
        case tree.AnyIn(tree.Name(name, span)):
            yield Use(name, "list", span)
        case tree.Requests(party, target=target):
            yield from (Use(name.text, "component", name.span) for name in (party, target) if name)
        case tree.ChannelFact(tree.Name(name, span)) | tree.Channel(like=tree.Name(name, span)):
            yield Use(name, "channel", span)
        case tree.PreferChannel(tree.Name(name, span)) | tree.FallBack(tree.Name(name, span)):
            yield Use(name, "channel", span)
        case tree.Presses(over=tree.Name(name, span)):
            yield Use(name, "channel", span)
        case tree.Downgrade(channels=channels):
            yield from (Use(name.text, "channel", name.span) for name in channels)
        case _:
            pass
