"""A program that snippets of rules are checked in: its declarations stand in a file of their own."""

from __future__ import annotations

from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.pipeline import compile_rules

DECLARATIONS = """
component CmBot is bot
component CustomerContact is desk
  hears always
  speaks when CmBot is disabled
component Audit is service
  hears always
  speaks never
start with CmBot, CustomerContact
list words = "agent", "human"
list vips from "vips.txt"
list levels = 1, 2, 3
calendar office
  mon-fri 09:00-17:30
  zone "Europe/Amsterdam"
policy uses on message from customer
rule "uses" when text in words and count of n in levels and sender in vips and office is open then add 1 to n
policy lost on delivery failed
rule "lost" otherwise then tag "lost"
"""
"""Everything is used, so that a snippet that says nothing wrong gives no report."""

FILES = {"a.rules": DECLARATIONS, "vips.txt": "+15555550100\n"}


def when(condition: str) -> str:
    """A rule on a customer's message with this condition, on a line of its own, from column 6."""
    return f'policy p on message from customer\nrule "r"\nwhen {condition}\nthen stop\n'


def then(action: str) -> str:
    """A rule on a customer's message with this action, on a line of its own, from column 6."""
    return f'policy p on message from customer\nrule "r" otherwise\nthen {action}\n'


def on(event: str, rule: str = "otherwise then stop") -> str:
    return f'policy p on {event}\nrule "r" {rule}\n'


def transcript(step: str) -> str:
    """A test with this step on the second line."""
    return f'test "t"\n{step}\nexpect rule "uses"\n'


def reports(snippet: str) -> list[Diagnostic]:
    """What is reported of a snippet; each report says what to write."""
    found = list(compile_rules({**FILES, "b.rules": snippet}).diagnostics)
    assert [shown(diagnostic) for diagnostic in found if not diagnostic.help] == []
    return found


def slugs(snippet: str) -> list[str]:
    return [diagnostic.slug for diagnostic in reports(snippet)]


def shown(diagnostic: Diagnostic) -> str:
    """`line:column slug: message` of a report on the snippet."""
    place = diagnostic.span
    where = "" if place.file == "b.rules" else f"{place.file}:"
    return f"{where}{place.line}:{place.column} {diagnostic.slug}: {diagnostic.message}"


def lowered(snippet: str) -> ir.ProgramIR:
    """The IR of a snippet that has no error."""
    compiled = compile_rules({**FILES, "b.rules": snippet})
    assert compiled.ir is not None, [shown(diagnostic) for diagnostic in compiled.diagnostics]
    return compiled.ir
