"""The items of a file, but for its tests and channels: what each looks like on the page."""

from __future__ import annotations

from typing import assert_never

from pointsman.language import tree
from pointsman.language.format import spelling
from pointsman.language.format.actions import action
from pointsman.language.format.channels import channel, downgrade
from pointsman.language.format.conditions import condition, event, listed, phrase
from pointsman.language.format.layout import Align, Break, Doc, Group, Line, Nest, Tail, hanging
from pointsman.language.format.transcripts import test


def item(node: tree.Item) -> Doc:
    """Return an item; a policy with its rules."""
    match node:
        case tree.Policy():
            return (policy(node), *((Line("always"), rule(each)) for each in node.rules))
        case tree.Test():
            return test(node)
        case tree.Component():
            return _component(node)
        case tree.Calendar():
            lines = tuple((Line("kept"), Nest(2, _calendar_line(line))) for line in node.lines)
            return ("calendar", spelling.name(node.name), Nest(2, (lines, Tail())))
        case tree.Channel():
            return channel(node)
        case tree.Downgrade():
            return downgrade(node)
        case _:
            return Nest(2, (_sentence(node), Tail()))


def _sentence(node: tree.Language | tree.Use | tree.UseStandard | tree.StartWith | tree.ListOf | tree.ListFrom) -> Doc:
    match node:
        case tree.Language(version):
            return ("language", spelling.number(version))
        case tree.Use(file):
            return ("use", spelling.string(file))
        case tree.UseStandard(profile):
            return (*phrase("use standard"), spelling.string(profile))
        case tree.StartWith(components):
            return (*phrase("start with"), Align(listed(spelling.name(each) for each in components)))
        case tree.ListFrom(name, file):
            return ("list", spelling.name(name), "from", spelling.string(file))
        case tree.ListOf(name, values):
            return Group(("list", spelling.name(name), "=", _rows(values)))
        case _:
            assert_never(node)


def _rows(values: tuple[tree.String | tree.Number, ...]) -> Doc:
    """The values of a list: beside its name, or each on a line of its own."""
    written = [spelling.string(each) if isinstance(each, tree.String) else spelling.number(each) for each in values]
    return (*((Break(), each, ",") for each in written[:-1]), Break(), written[-1])


def _component(node: tree.Component) -> Doc:
    lines = tuple((Line("kept"), Nest(2, _clause(line))) for line in node.lines)
    return ("component", spelling.name(node.name), "is", node.role, Nest(2, (lines, Tail())))


def _clause(node: tree.Clause | tree.StrictLine) -> Doc:
    if isinstance(node, tree.StrictLine):
        return "strict"
    return (node.verb, node.mode) if node.when is None else (node.verb, "when", condition(node.when))


def _calendar_line(node: tree.CalendarLine) -> Doc:
    match node:
        case tree.WeekLine(days, hours):
            return (listed(_days(each) for each in days), listed(_hours(each) for each in hours))
        case tree.ClosedLine(dates):
            return ("closed", Align(listed(each.text for each in dates)))
        case tree.OpenLine(dates, hours):
            return ("open", Align((listed(each.text for each in dates), listed(_hours(each) for each in hours))))
        case tree.ZoneLine(zone):
            return ("zone", spelling.string(zone))
        case _:
            assert_never(node)


def _days(node: tree.Days) -> str:
    return node.first if node.first == node.last else f"{node.first}-{node.last}"


def _hours(node: tree.Hours) -> str:
    return f"{spelling.clock(node.opens)}-{spelling.clock(node.closes)}"


# Policies and rules ---------------------------------------------------------------------------------------------------


def policy(node: tree.Policy) -> Doc:
    """Return the line of a policy, without its rules."""
    mode = () if node.mode is None else (node.mode,)
    complete = ("complete",) if node.complete else ()
    return Nest(2, ("policy", spelling.name(node.name), *mode, *complete, "on", event(node.event), Tail()))


def rule(node: tree.Rule) -> Doc:
    when = ("otherwise",) if node.when is None else ("when", condition(node.when))
    first, *others = (hanging(action(each)) for each in node.actions)
    actions = ("then", Nest(5, (first, *((Line(), each) for each in others), Tail())))
    return ("rule", Nest(2, (spelling.string(node.name), Line(), *when, Line(), *actions)))
