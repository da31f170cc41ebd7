"""What is proved of programs: each kind of finding where it is, and not where it nearly is."""

from __future__ import annotations

import pytest

from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import run_test
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.pipeline import compile_rules
from pointsman.proofs.prove import prove

DECLARATIONS = """
component Bot is bot
component Helper is bot
component Desk is desk
  hears always
  speaks when Bot is disabled
component Audit is service
  hears always
  speaks never
start with Bot
list words = "agent", "human"
calendar office
  mon-fri 09:00-17:30
  zone "Europe/Amsterdam"
"""
UNUSED = {"unused-list", "unused-calendar", "unused-component", "counter-never-written", "counter-never-read"}


def proved(policies: str, *, notes: bool = False, accounts: frozenset[str] | None = None) -> tuple[Diagnostic, ...]:
    compiled = compile_rules({"a.rules": DECLARATIONS + policies}, accounts=accounts)
    assert not compiled.failed, [diagnostic.message for diagnostic in compiled.diagnostics]
    return prove(compiled, notes=notes, accounts=accounts).diagnostics[len(compiled.diagnostics) :]


def told(diagnostic: Diagnostic) -> str:
    labels = [f"{label.span.line - DECLARATIONS.count(chr(10))}: {label.text}" for label in diagnostic.labels]
    place = diagnostic.span.line - DECLARATIONS.count("\n")
    return " | ".join([f"{place} {diagnostic.slug}: {diagnostic.message}", *labels])


def on(event: str, *rules: str, mode: str = "") -> str:
    """A policy whose n-th rule stands on line n+1."""
    named = "\n".join(f'rule "{chr(97 + n)}" {rule}' for n, rule in enumerate(rules))
    return f"policy p {mode} on {event}\n{named}\n"


CUSTOMER = "message from customer"
TAG = 'then tag "x"'
TOGETHER = "conflicting-rules: `a` and `b` can fire on one event and set"
FINDINGS = {
    # always true, always false
    "contradiction": (
        on(CUSTOMER, f"when count of n > 3 and count of n < 2 {TAG}"),
        ["2 always-false: `count of n > 3 and count of n < 2` is always false"],
    ),
    "two channels at once": (
        on(CUSTOMER, f"when channel is SMS and (channel is RCS or channel is Email) {TAG}"),
        ["2 always-false: `channel is SMS and (channel is RCS or channel is Email)` is always false"],
    ),
    "one of all channels": (
        on(CUSTOMER, f"when channel is SMS or channel is not SMS {TAG}"),
        ["2 always-true: `channel is SMS or channel is not SMS` is always true"],
    ),
    "part of a condition": (
        on(CUSTOMER, f"when office is open and (count of n >= 0 or channel is SMS) {TAG}"),
        ["2 always-true: `count of n >= 0` is always true"],
    ),
    "the whole share": (on(CUSTOMER, f"when sample 100% {TAG}"), ["2 always-true: `sample 100%` is always true"]),
    "no share": (on(CUSTOMER, f"when sample 0% {TAG}"), ["2 always-false: `sample 0%` is always false"]),
    "one text is two": (
        on(CUSTOMER, f'when text is "stop" and text is "start" {TAG}'),
        ['2 always-false: `text is "stop" and text is "start"` is always false'],
    ),
    "a negated test of what cannot be": (
        on(CUSTOMER, f'when not (context.team is "a" and context.team is "b") {TAG}'),
        ['2 always-false: `context.team is "a" and context.team is "b"` is always false'],
    ),
    # never fires
    "covered by one": (
        on(CUSTOMER, f"when channel is SMS {TAG}", f"when channel is SMS and office is open {TAG}"),
        ["3 unreachable-rule: the rule `b` can never fire | 2: covers it when `channel is SMS`"],
    ),
    "covered by two": (
        on(
            CUSTOMER,
            f"when office is open {TAG}",
            f"when office is closed and Bot is enabled {TAG}",
            f"when Bot is enabled {TAG}",
        ),
        [
            (
                "4 unreachable-rule: the rule `c` can never fire | 2: covers part of it when `office is open` | "
                "3: covers part of it when `office is closed and Bot is enabled`"
            )
        ],
    ),
    "covered by ranges": (
        on(CUSTOMER, f"when count of n < 3 {TAG}", f"when count of n > 1 {TAG}", f"when count of n is 2 {TAG}"),
        ["4 unreachable-rule: the rule `c` can never fire | 2: covers it when `count of n < 3`"],
    ),
    "otherwise after everything": (
        on(CUSTOMER, f"when office is open {TAG}", f"when office is closed {TAG}", f"otherwise {TAG}"),
        [
            (
                "4 unreachable-rule: the rule `c` can never fire | 2: covers part of it when `office is open` | "
                "3: covers part of it when `office is closed`"
            )
        ],
    ),
    "stopped before": (
        (
            'policy q on message from customer\nrule "z" when channel is SMS then stop\n'
            'policy p every on message from customer\nrule "a" when channel is SMS and Bot is enabled then tag "x"\n'
        ),
        ["4 unreachable-rule: the rule `a` can never fire | 2: covers it when `channel is SMS`"],
    ),
    "stopped where the rule before the stop does not fire": (
        (
            'policy q on message from customer\nrule "z" when channel is SMS then tag "s"\n'
            'rule "y" when text is "x" then stop\n'
            + on(CUSTOMER, f'when text is "x" and channel is not SMS {TAG}', f'when text is "x" {TAG}')
        ),
        ['5 unreachable-rule: the rule `a` can never fire | 3: covers it when `text is "x"`'],
    ),
    "a gap where the rule before a stop fires": (
        (
            'policy q on message from customer\nrule "z" when channel is SMS then tag "s"\n'
            'rule "y" when text is "x" then stop\n' + on(CUSTOMER, f'when text is not "x" {TAG}', mode="complete")
        ),
        ["4 uncovered-event: `p` is complete, and no rule of it fires on some events"],
    ),
    "stopped by an otherwise": (
        (
            'policy q on message from customer\nrule "z" when channel is SMS then tag "s"\n'
            'rule "y" otherwise then stop\n'
            'policy p on message from customer\nrule "a" when channel is RCS then tag "x"\n'
        ),
        [
            (
                "5 unreachable-rule: the rule `a` can never fire | "
                "3: covers it: it fires where no other rule of its policy does, and stops"
            )
        ],
    ),
    "a longer word": (
        on(CUSTOMER, f'when text contains "agent" {TAG}', f'when text mentions "agent" {TAG}'),
        ['3 unreachable-rule: the rule `b` can never fire | 2: covers it when `text contains "agent"`'],
    ),
    # overlaps
    "unique rules overlap": (
        on(CUSTOMER, f"when channel is SMS {TAG}", f"when office is open {TAG}", mode="unique"),
        ["2 overlapping-rules: `a` and `b` can match together, and `p` is unique | 3: can match together with it"],
    ),
    "unique rules overlap at one number": (
        on(CUSTOMER, f"when count of n <= 2 {TAG}", f"when count of n >= 2 {TAG}", mode="unique"),
        ["2 overlapping-rules: `a` and `b` can match together, and `p` is unique | 3: can match together with it"],
    ),
    "two words in one message": (
        on(CUSTOMER, f'when text mentions "agent" {TAG}', f'when text mentions "refund" {TAG}', mode="unique"),
        ["2 overlapping-rules: `a` and `b` can match together, and `p` is unique | 3: can match together with it"],
    ),
    # gaps
    "incomplete by channel": (
        on(CUSTOMER, f"when channel is SMS {TAG}", f"when channel is WhatsApp {TAG}", mode="complete"),
        ["1 uncovered-event: `p` is complete, and no rule of it fires on some events"],
    ),
    "incomplete by a missing value": (
        on(
            CUSTOMER,
            f'when context.a is "x" {TAG}',
            f'when context.a exists and context.a is not "x" {TAG}',
            mode="complete",
        ),
        ["1 uncovered-event: `p` is complete, and no rule of it fires on some events"],
    ),
    "incomplete though a later policy is not": (
        on("silence for 5m", f"when Desk is enabled {TAG}", mode="every complete")
        + 'policy q on silence for 5m\nrule "z" otherwise then tag "z"\n',
        ["1 uncovered-event: `p` is complete, and no rule of it fires on some events"],
    ),
    # conflicts
    "one key, two values": (
        on(
            CUSTOMER,
            'when channel is SMS then set context.a to "1"',
            'when Bot is enabled then set context.a to "2"',
            mode="every",
        ),
        [(f'3 {TOGETHER} `context.a` differently | 2: sets it to `"1"`')],
    ),
    "hand over and enable": (
        (
            'policy q on message from customer\nrule "z" when channel is SMS then hand over to Desk\n'
            'policy p on message from customer\nrule "a" when office is open then enable Bot\n'
        ),
        [
            (
                "4 conflicting-rules: `z` and `a` can fire on one event and set the enablement of `Bot` differently | "
                "2: disables it"
            )
        ],
    ),
    "withhold wins": (
        on(CUSTOMER, "when channel is SMS then withhold", "when office is open then also send to Audit", mode="every"),
        [(f"3 {TOGETHER} whether the message goes on differently | 2: withholds it, and wins")],
    ),
    "reset and a timer": (
        'policy q on timer t\nrule "y" otherwise then tag "t"\n'
        + on(CUSTOMER, "when channel is SMS then set timer t for 5m", "when office is open then reset", mode="every"),
        ["5 conflicting-rules: `a` and `b` can fire on one event and set the timer `t` differently | 4: sets it"],
    ),
    "two refusals": (
        on(
            "request from Desk",
            'when request is reset then refuse "no"',
            'when office is open then refuse "never"',
            mode="every",
        ),
        [f'3 {TOGETHER} the refusal differently | 2: says `"no"`'],
    ),
    "two texts": (
        on(
            CUSTOMER,
            'when channel is SMS then replace text with "a"',
            'when office is open then replace text with "{sender}"',
            mode="every",
        ),
        [f'3 {TOGETHER} the text differently | 2: makes it `"a"`'],
    ),
    "two receivers": (
        on(
            CUSTOMER,
            "when channel is SMS then send to Desk only",
            "when office is open then send to Audit only",
            mode="every",
        ),
        [f"3 {TOGETHER} the only receiver differently | 2: makes it `Desk`"],
    ),
    "one expression, two redactions": (
        on(
            CUSTOMER,
            'when channel is SMS then redact /x+/ with "1"',
            'when office is open then redact /x+/ with "2"',
            mode="every",
        ),
        [(f'3 {TOGETHER} what `/x+/` is replaced by differently | 2: puts `"1"`, and wins')],
    ),
    "two positions, and another thing": (
        on(
            CUSTOMER,
            'when channel is SMS then position Bot at flow "f" step "1" set context.a to "1"',
            'when office is open then position Bot at flow "f" step "2" clear context.a',
            mode="every",
        ),
        [(f'3 {TOGETHER} the position of `Bot` differently, and 1 more | 2: sets it to flow `"f"` step `"1"`')],
    ),
    "counted and cleared": (
        on(CUSTOMER, "when channel is SMS then add 2 to n", "when office is open then clear n", mode="every"),
        [f"3 {TOGETHER} `count of n` differently | 2: adds 2 to it"],
    ),
    "an otherwise of another policy": (
        on(CUSTOMER, "when channel is SMS then enable Desk", "otherwise then disable Desk")
        + 'policy q on message from customer\nrule "z" when office is open then enable Desk\n',
        [
            (
                "5 conflicting-rules: `b` and `z` can fire on one event and set the enablement of `Desk` differently | "
                "3: disables it"
            )
        ],
    ),
}
NEAR_MISSES = {
    "the special case first": on(
        CUSTOMER, f"when channel is SMS and office is open {TAG}", f"when channel is SMS {TAG}"
    ),
    "nearly covered": on(
        CUSTOMER, f"when count of n < 2 {TAG}", f"when count of n > 2 {TAG}", f"when count of n < 9 {TAG}"
    ),
    "a missing value is not another": on(
        CUSTOMER,
        f'when context.a is "x" {TAG}',
        f'when context.a exists and context.a is not "x" {TAG}',
        f"otherwise {TAG}",
    ),
    "every fires all": on(CUSTOMER, f"when channel is SMS {TAG}", f"when channel is SMS {TAG}", mode="every"),
    "a stop that the rule before it keeps from firing": (
        'policy q on message from customer\nrule "z" when channel is SMS then tag "s"\n'
        'rule "y" when text is "x" then stop\n' + on(CUSTOMER, f'when text is "x" {TAG}')
    ),
    "stop in a later policy": on(CUSTOMER, f"when channel is SMS {TAG}")
    + 'policy q on message from customer\nrule "z" when channel is SMS then stop\n',
    "reached on one of two triggers": on("message from any bot", f'when meta.a is "x" {TAG}')
    + 'policy q on message from Bot\nrule "z" otherwise then stop\n',
    "unique by an equality": on(
        CUSTOMER,
        f'when context.a is "x" {TAG}',
        f'when context.a is "y" {TAG}',
        f'when context.a is "z" {TAG}',
        mode="unique",
    ),
    "unique by hours": on(
        CUSTOMER, f"when office is open {TAG}", f"when office is closed {TAG}", mode="unique complete"
    ),
    "unique by an enablement in a group": on(
        CUSTOMER,
        f"when Bot is enabled and (channel is SMS or office is open) {TAG}",
        f"when Bot is disabled {TAG}",
        mode="unique",
    ),
    "unique and complete, for the rest is stopped": "policy q on message from customer\n"
    'rule "z" when channel is not SMS and channel is not RCS then stop\n'
    + on(CUSTOMER, f"when channel is SMS {TAG}", f"when channel is RCS {TAG}", mode="unique complete"),
    "complete with an otherwise": on(
        CUSTOMER, f"when channel is SMS {TAG}", f"otherwise {TAG}", mode="unique complete"
    ),
    "equal templates": on(
        CUSTOMER,
        'when channel is SMS then set context.a to "{contact.name}"',
        'when office is open then set context.a to "{contact.name}"',
        mode="every",
    ),
    "other slots": on(
        CUSTOMER,
        'when channel is SMS then set context.a to "1"',
        'when office is open then set context.b to "2"',
        mode="every",
    ),
    "two expressions": on(
        CUSTOMER,
        'when channel is SMS then redact /x+/ with "1"',
        'when office is open then redact /y+/ with "2"',
        mode="every",
    ),
    "both receive it": on(
        CUSTOMER,
        "when channel is SMS then send to Desk only",
        "when office is open then also send to Audit",
        mode="every",
    ),
    "counts add up": on(
        CUSTOMER, "when channel is SMS then add 1 to n", "when office is open then add 2 to n", mode="every"
    ),
    "never together": on(
        CUSTOMER,
        'when channel is SMS then set context.a to "1"',
        'when channel is RCS then set context.a to "2"',
        mode="every",
    ),
    "one of a first policy": on(
        CUSTOMER, "when channel is SMS then enable Desk", "when office is open then disable Desk"
    ),
    "the otherwise of its own policy": on(
        CUSTOMER, "when channel is SMS then enable Desk", "otherwise then disable Desk", mode="every"
    ),
    "what is refused is not set": on(
        "request from Desk",
        'when request is reset then refuse "no"\n  set context.a to "1"',
        'when office is open then set context.a to "2"',
        mode="every",
    ),
    "stopped between": 'policy q on message from customer\nrule "z" when channel is SMS then enable Desk stop\n'
    'policy p on message from customer\nrule "a" when channel is SMS or channel is RCS then disable Desk\n',
    "hands over to the same": 'policy q on message from customer\nrule "z" when channel is SMS then hand over to Desk\n'
    'policy p on message from customer\nrule "a" when office is open then enable Desk disable Bot\n',
    "sometimes open": on(CUSTOMER, f"when office is open or conversation age > 1h {TAG}"),
    "any number in a set": on(CUSTOMER, f"when count of n in (1, 2, 3) and count of n > 2 {TAG}"),
}


def listed(policies: str) -> list[str]:
    return [told(diagnostic) for diagnostic in proved(policies)]


@pytest.mark.parametrize(("policies", "expected"), FINDINGS.values(), ids=FINDINGS)
def test_a_fault_is_found(policies: str, expected: list[str]) -> None:
    assert listed(policies) == expected


@pytest.mark.parametrize("policies", NEAR_MISSES.values(), ids=NEAR_MISSES)
def test_what_is_nearly_a_fault_is_none(policies: str) -> None:
    assert listed(policies) == []


EXAMPLES = [policies for policies, _ in FINDINGS.values()]


@pytest.mark.parametrize("policies", EXAMPLES, ids=FINDINGS)
def test_every_example_compiles_beside_its_rules_and_passes(policies: str) -> None:
    for diagnostic in proved(policies, notes=True):
        assert bool(diagnostic.example) == (not diagnostic.slug.startswith("always-")), diagnostic.slug
        if diagnostic.example:
            files = {"a.rules": DECLARATIONS + policies, "b.rules": diagnostic.example}
            compiled = compile_rules(files)
            assert compiled.program is not None, [it.message for it in compiled.diagnostics]
            for program in (load(compiled.program), load_plain(compiled.program)):
                assert run_test(program, compiled.program.ir.tests[0]).passed, diagnostic.example
