"""What the checks look at: a program's declarations by name, and its rules laid out flat.

A `Scope` is built once from the tree and never changed. Of two declarations with one name the first counts; the second
is reported by `duplicates`. Names that a broken part of the text may have declared are `lost`: nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from pointsman.language import tree
from pointsman.language.check.words import event_record
from pointsman.language.ir import Span
from pointsman.language.lists import Values
from pointsman.language.patterns import groups_of
from pointsman.language.vocabulary import CHANNELS, EventRecord

Item = TypeVar("Item", bound=tree.Node)


class Place(Struct, frozen=True):
    """Where a condition is asked: the event whose fields it can name, and all nodes there, outer before inner.

    `groups` are the named groups of its matches.
    """

    event: EventRecord | None
    nodes: tuple[tree.Node, ...]
    groups: frozenset[str]


class Site(Place, frozen=True):
    """One rule: its policy, and the nodes of its condition and actions.

    A rule whose policy could not be read has neither policy nor event.
    """

    policy: tree.Policy | None
    rule: tree.Rule


class RungSite(Place, frozen=True):
    """One downgrade; its nodes are those of its condition, asked of a message that is about to leave."""

    downgrade: tree.Downgrade


class Scope(Struct, frozen=True):
    """A program: its declarations by name, its rules (`sites`), its downgrades (`rungs`), its tests.

    `elsewhere` are the nodes of items that name others and are neither policy nor test. `accounts` None: any may be
    named. `lost` None: any name may have been lost with a broken part.
    """

    items: tuple[tree.Item, ...]
    components: dict[str, tree.Component]
    lists: dict[str, tree.ListOf | tree.ListFrom]
    values: Mapping[str, Values]
    calendars: dict[str, tree.Calendar]
    channels: tuple[str, ...]
    policies: tuple[tree.Policy, ...]
    sites: tuple[Site, ...]
    rungs: tuple[RungSite, ...]
    tests: tuple[tree.Test, ...]
    elsewhere: tuple[tree.Node, ...]
    accounts: frozenset[str] | None = None
    lost: frozenset[str] | None = frozenset()

    @property
    def whole(self) -> bool:
        """Whether all of the text could be read, so that what is missing was not written."""
        return self.lost == frozenset()

    @property
    def places(self) -> tuple[Place, ...]:
        """Everywhere that the program asks something."""
        return (*self.sites, *self.rungs)

    def of_type(self, kind: type[Item]) -> Iterator[Item]:
        """The items of one type, in program order."""
        return (item for item in self.items if isinstance(item, kind))

    def may_be_lost(self, name: str) -> bool:
        return self.lost is None or name in self.lost

    def declared_as(self, sort: str) -> Collection[str]:
        """The names of one sort: component, list, calendar or channel."""
        match sort:
            case "component":
                return self.components
            case "list":
                return self.lists
            case "calendar":
                return self.calendars
            case _:
                return self.channels

    def sort_of(self, name: str) -> str:
        """What `name` is declared as in the namespace that lists, calendars, components and channels share."""
        sorts = ("component", "list", "calendar", "channel")
        return next((sort for sort in sorts if name in self.declared_as(sort)), "")

    def place_of(self, name: str) -> Span | None:
        """Where the text declares `name` in that namespace."""
        item = self.components.get(name) or self.lists.get(name) or self.calendars.get(name)
        return item.name.span if item else None


def survey(
    items: tuple[tree.Item, ...],
    values: Mapping[str, Values],
    *,
    accounts: frozenset[str] | None = None,
    lost: frozenset[str] | None = frozenset(),
    strays: tuple[tree.Rule, ...] = (),
) -> Scope:
    """Lay a program out for the checks. `values` are the contents of its lists by name."""
    sites = (_site(policy, rule) for policy in _policies(items) for rule in policy.rules)
    blocks = (tree.Component, tree.StartWith, tree.Channel, tree.Downgrade)
    return Scope(
        items=items,
        components=_first_of(items, tree.Component),
        lists=_first_of(items, tree.ListOf, tree.ListFrom),
        values=values,
        calendars=_first_of(items, tree.Calendar),
        channels=tuple(dict.fromkeys((*CHANNELS, *_first_of(items, tree.Channel)))),
        policies=tuple(_policies(items)),
        sites=(*sites, *(_site(None, rule) for rule in strays)),
        rungs=tuple(_rung(item) for item in items if isinstance(item, tree.Downgrade)),
        tests=tuple(item for item in items if isinstance(item, tree.Test)),
        elsewhere=tuple(node for item in items if isinstance(item, blocks) for node in walk(item)),
        accounts=accounts,
        lost=lost,
    )


def walk(root: tree.Node) -> Iterator[tree.Node]:
    """`root` and every node inside it, in the order of the text."""
    stack: list[tree.Node] = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed([child for name in node.__struct_fields__ for child in _nodes(getattr(node, name))])


def _nodes(value: Any) -> Iterable[tree.Node]:
    if isinstance(value, tree.Node):
        return (value,)
    if isinstance(value, tuple):
        return (item for item in value if isinstance(item, tree.Node))
    return ()


def _policies(items: tuple[tree.Item, ...]) -> Iterator[tree.Policy]:
    return (item for item in items if isinstance(item, tree.Policy))


def _site(policy: tree.Policy | None, rule: tree.Rule) -> Site:
    nodes = tuple(walk(rule))[1:]
    return Site(event_record(policy.event) if policy else None, nodes, _groups(nodes), policy, rule)


def _rung(item: tree.Downgrade) -> RungSite:
    nodes = tuple(walk(item.when)) if item.when else ()
    return RungSite(event_record(tree.MessageToCustomer(item.span)), nodes, _groups(nodes), item)


def _groups(nodes: Iterable[tree.Node]) -> frozenset[str]:
    groups = (groups_of(node.regex.pattern) for node in nodes if isinstance(node, tree.Matches))
    return frozenset(name for names in groups for name in names)


def _first_of(items: tuple[tree.Item, ...], *kinds: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        if isinstance(item, kinds):
            found.setdefault(item.name.text, item)
    return found
