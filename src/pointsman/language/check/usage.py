"""What is declared and never used, counted and never looked at, waited for and never set: warnings."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.language import tree
from pointsman.language.check.names import uses_in
from pointsman.language.check.scope import Scope, walk
from pointsman.language.check.suggest import near, suggestion
from pointsman.language.check.words import triggers_of
from pointsman.language.diagnostics import Diagnostic, Label, report


def check_unused(scope: Scope) -> Iterator[Diagnostic]:
    """Report lists, calendars and components that nothing names."""
    used = used_names(scope)
    for name, item in (*scope.lists.items(), *scope.calendars.items()):
        if name not in used:
            sort = scope.sort_of(name)
            use = f"text mentions any {name}" if sort == "list" else f"{name} is open"
            help_ = f"remove it, or use it in a condition: `{use}`"
            yield report(f"unused-{sort}", f"nothing uses the {sort} `{name}`", item.name.span, help=help_)
    for name, component in scope.components.items():
        if name not in used and not component.clauses:
            message = f"nothing names the component `{name}`, so that it is never enabled"
            help_ = "name it in `start with`, enable it in a rule, or say when it hears and speaks"
            yield report("unused-component", message, component.name.span, help=help_)


def check_counters(scope: Scope) -> Iterator[Diagnostic]:
    """Report counters that are counted and never read, or read and never counted."""
    read: dict[str, tree.Name] = {}
    added: dict[str, tree.Name] = {}
    cleared: dict[str, tree.Name] = {}
    for place in scope.places:
        for node in place.nodes:
            match node:
                case tree.Count(name):
                    read.setdefault(name.text, name)
                case tree.Add(_, name):
                    added.setdefault(name.text, name)
                case tree.ClearCounter(name):
                    cleared.setdefault(name.text, name)
                case _:
                    pass
    slips: set[str] = set()
    for text, name in read.items():
        if text not in added:
            meant = near(text, [other for other in added if other not in read])
            slips.add(meant)
            labels = [Label(added[meant].span, "this one is counted, and never read")] if meant else []
            help_ = f"count with `add 1 to {text}`, or remove it"
            help_ = suggestion(text, added) or help_
            yield report("counter-never-written", f"the counter `{text}` is always 0", name.span, *labels, help=help_)
    for text, name in (cleared | added).items():
        if text not in read and text not in slips:
            help_ = suggestion(text, read) or f"ask for it with `count of {text}`, or remove it"
            yield report("counter-never-read", f"the counter `{text}` is never read", name.span, help=help_)


def check_timers(scope: Scope) -> Iterator[Diagnostic]:
    """Report timers that are waited for or cancelled and that no rule sets."""
    nodes = [node for site in scope.sites for node in site.nodes]
    is_set = tuple(dict.fromkeys(node.timer.text for node in nodes if isinstance(node, tree.SetTimer)))
    waited = [policy.event.timer for policy in scope.policies if isinstance(policy.event, tree.TimerEvent)]
    waited += [node.timer for node in nodes if isinstance(node, tree.CancelTimer)]
    for text, name in {name.text: name for name in reversed(waited)}.items():
        if text not in is_set:
            help_ = suggestion(text, is_set) or f"set it with `set timer {text} for …`, or remove this"
            yield report("timer-never-set", f"no rule sets the timer `{text}`", name.span, help=help_)


def check_events(scope: Scope) -> Iterator[Diagnostic]:
    """Report policies whose event speaks of any component of a role, where no such component is declared."""
    for policy in scope.policies:
        if triggers_of(policy.event, scope.components):
            continue
        role = next((node.role for node in walk(policy.event) if isinstance(node, tree.AnyRole)), "component")
        message = f"there is no {role}, so that the policy `{policy.name.text}` never runs"
        declared = "component NAME is bot" if role == "component" else f"component NAME is {role}"
        help_ = f"declare one with `{declared}`, name another party, or remove the policy"
        yield report("event-of-nobody", message, policy.event.span, help=help_)


def used_names(scope: Scope) -> set[str]:
    """The names of the shared namespace that anything but a declaration or a test uses."""
    nodes = [*scope.elsewhere, *(node for site in scope.sites for node in site.nodes)]
    nodes += [node for policy in scope.policies for node in walk(policy.event)]
    used = {use.name for use in uses_in(nodes)}
    used |= {node.path.rpartition(".")[0] for node in nodes if isinstance(node, tree.Field)}
    return used | {name.text for node in nodes for name in _targets(node)}


def _targets(node: tree.Node) -> Iterator[tree.Name]:
    """The components that `target is NAME` and `target in (NAME, …)` ask for."""
    match node:
        case tree.Comparison(tree.Field("target"), operand=tree.One(tree.Name() as name)):
            yield name
        case tree.Comparison(tree.Field("target"), operand=tree.AnyOf(values)):
            yield from (value for value in values if isinstance(value, tree.Name))
        case _:
            pass
