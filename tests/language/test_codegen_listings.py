"""Generated Python, family by family of conditions: golden listings, the same under every hash seed, nothing left out.

Each family is a program in the language, so that the whole compiler stands behind a listing. Equality at the top of a
condition is the index's; the families put it under `or` and `not`, where it stays in the listing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import get_args

import pytest
from msgspec import Struct
from syrupy.assertion import SnapshotAssertion

from pointsman.language import ir
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import Program

CAST = """
component CmBot is bot
component Desk is desk
start with CmBot, Desk
list words = "Agent", "real  Person"
list vips from "vips.txt"
list levels = 1, 2.5
calendar office
  mon-fri 09:00-17:30
  zone "Europe/Amsterdam"
"""
VIPS = "+31612345678\n+31687654321\n"

FAMILIES = {
    "equality of texts": """
policy a on message from customer
rule "one value" when text is "STOP" or not text is "Go" then stop
rule "exactly one value" when text is exactly "STOP" or text is not exactly "Go" then stop
rule "several values" when context.team in ("Sales", "B2B") or context.team not in exactly ("x", "Y") then stop
rule "a list" when sender in vips or contact.name not in exactly words then stop
""",
    "parts of texts": """
policy a on message from customer
rule "beginnings" when text starts with "Order " or not text starts with exactly any ("A", "B") then stop
rule "beginnings in a list" when meta.mood starts with any words or not text starts with exactly any words then stop
rule "ends" when text ends with "?" or not context.team ends with exactly "S" then stop
rule "ends in a list" when text ends with exactly any vips or not text ends with any words then stop
rule "substrings" when text contains "Refund" or not text contains exactly any ("A", "b") then stop
rule "substrings in a list" when meta.mood contains any words or not text contains exactly any words then stop
rule "words" when text mentions "Real  Person" or not text mentions exactly any ("A", "b c") then stop
rule "words in a list" when contact.name mentions any words or not text mentions exactly any words then stop
""",
    "closed sets": """
policy a on message from customer
rule "one name" when channel is SMS or message is not picture then stop
rule "several names" when channel in (WhatsApp, 'Web Push') or message not in (picture, video) then stop
rule "an account" when account is shop or not account in (shop, school) then stop
policy b on request from Desk
rule "a request" when request is enable or target is not CmBot or request.team is "vip" then stop
""",
    "numbers": """
policy a on message from customer
rule "a size" when message.size > 5 MB or not message.size <= 1 MB then stop
rule "a length" when length of text >= 500 or not length of context.team < 2 or length of text is 7 then stop
rule "a count" when count of misses >= 2 or not count of misses < 1 or count of misses is 4 then stop
rule "several counts" when count of misses in (1, 3) or not count of misses in levels then stop
rule "an age" when conversation age > 24h or not conversation age <= 1h30m then stop
rule "a place" when choice index is 1 or choice index in (2, 3) or not choice index > 4 then stop
""",
    "expressions": r"""
policy a on message from customer
rule "a group" when text matches /order (?P<number>\d{6})\/x/ then reply "{number}"
rule "flags" when text matches /^a.b$/is or not context.order matches /['"\\]/i then stop
rule "the same again" when text matches /^a.b$/is then stop
""",
    "what is there": """
policy a on message from customer
rule "routing" when CmBot is enabled or Desk is disabled or not CmBot is not enabled then stop
rule "hours" when office is open or office is closed then stop
rule "fields" when context.order exists or not message.size exists or not choice exists then stop
rule "buttons" when message has buttons or not message has buttons then stop
rule "silences" when last message from customer older than 24h or not last message from any desk older than 1h then stop
rule "samples" when sample 10% or not sample 0.5% then stop
""",
    "nesting": """
policy a on message from customer
rule "or in and" when (CmBot is enabled or Desk is enabled) and (office is open or message has buttons) then stop
rule "and in or" when CmBot is enabled and office is open or Desk is enabled and message has buttons then stop
rule "not of and" when not (CmBot is enabled and office is open) and not (Desk is enabled or office is closed) then stop
rule "not of not" when not not CmBot is enabled and not not (not office is open or not not not Desk is disabled)
  then stop
rule "three deep" when ((CmBot is enabled or office is open) and Desk is enabled or message has buttons)
  and not ((text is "a" or not (text is "b" and text is "c")) and office is open) then stop
""",
    "rules without a function": """
policy a on message from customer
rule "the index's alone" when text is "stop" and channel is SMS then stop
rule "otherwise" otherwise then stop
policy b on conversation starts
rule "always" otherwise then stop
""",
    "one rule for many triggers": """
policy a on message from any component
rule "who" when CmBot is enabled then stop
policy b on message from any service
rule "nobody" when Desk is enabled then stop
""",
}


def compiled(text: str, **files: str) -> Program:
    sources = {"cast.rules": CAST, "policy.rules": text, "vips.txt": VIPS, **files}
    result = compile_rules(sources)
    assert result.program is not None, [diagnostic.message for diagnostic in result.diagnostics]
    return result.program


@pytest.mark.parametrize("family", FAMILIES)
def test_a_listing_of_the_family_reads_as_its_rules_do(family: str, snapshot: SnapshotAssertion) -> None:
    assert compiled(FAMILIES[family]).python == snapshot


def test_each_function_of_several_files_names_its_own(snapshot: SnapshotAssertion) -> None:
    late = 'policy late on message from customer\n\nrule "late"\n  when office is closed\n  then stop\n'
    text = 'use "sub/b.rules"\npolicy early on message from customer\nrule "early" when office is open then stop\n'
    assert compiled(text, **{"sub/b.rules": late}).python == snapshot


def test_every_condition_stands_in_a_family_both_as_it_is_and_denied() -> None:
    found = {
        (type(node).__name__, denied)
        for family in FAMILIES.values()
        for table in compiled(family).index
        for residual in table.residuals
        if residual is not None
        for node, denied in walk(residual, False)
    }
    nodes = {node.__name__ for node in get_args(ir.Condition)}
    assert {(name, denied) for name in nodes for denied in (False, True)} - {("Not", True)} == found, (
        "`not not` lowers away"
    )


def walk(condition: ir.Condition, denied: bool) -> Iterator[tuple[ir.Condition, bool]]:
    """Every node, and whether a `not` stands right before it."""
    yield condition, denied
    match condition:
        case ir.And(parts) | ir.Or(parts):
            for part in parts:
                yield from walk(part, False)
        case ir.Not(part):
            yield from walk(part, True)


def test_every_line_of_a_function_has_the_place_of_what_it_tests() -> None:
    for family in FAMILIES.values():
        program = compiled(family)
        residuals = [node for table in program.index for node in table.residuals if node is not None]
        lines = zip(program.python.splitlines(), program.listing.places, strict=True)
        unplaced = [line for line, place in lines if place is None and line and not line.startswith("# Conditions")]
        assert unplaced == []
        tested = {node.span for residual in residuals for node, _ in walk(residual, False) if isinstance(node, LEAVES)}
        assert tested <= set(program.listing.places) | denied_places(residuals)


LEAVES: tuple[type[Struct], ...] = get_args(ir.Atom)


def denied_places(residuals: list[ir.Condition]) -> set[ir.Span]:
    """A denied test stands on the line of its `not`."""
    return {node.span for residual in residuals for node, denied in walk(residual, False) if denied}


SEEDED = """
import sys
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import encode
sources = eval(sys.stdin.read())
sys.stdout.write(__import__("hashlib").sha256(encode(compile_rules(sources).program)).hexdigest())
"""


def test_the_artefact_is_the_same_whatever_the_hash_seed() -> None:
    rules = "".join(
        text.replace("policy a", f"policy a{n}").replace("policy b", f"policy b{n}").replace('rule "', f'rule "{n} ')
        for n, text in enumerate(FAMILIES.values())
    )
    sources = {"cast.rules": CAST, "policy.rules": rules, "vips.txt": VIPS}
    hashes = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", SEEDED],
            input=repr(sources),
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        hashes.add(run.stdout)
    assert len(hashes) == 1
    assert len(hashes.pop()) == 64
