"""What could stand where reading stopped, in words, and the word that is probably missing there.

Laws: no terminal names; expected words are shown as they are written, and many of them as what they begin ("an
action"). A word is called missing only where the text goes on behind it.
"""

from __future__ import annotations

from pointsman.language.diagnostics import Diagnostic, did_you_mean, report, ticked
from pointsman.language.grammar import grammar
from pointsman.language.slips.scene import Scene

_VERBS = ("is", "not", "in", "starts", "ends", "contains", "mentions", "matches", "exists", ">=", "<=", ">", "<")
_GROUPS = (
    ("item", "a new item", ""),
    ("verbs", "a comparison", '`is "…"`, `contains "…"`, `in LIST`, `>= 2`'),
    ("_action", "an action", '`reply "…"`, `disable NAME`, `set context.team to "…"`'),
    ("expectation", "an expectation", '`reply "…"`, `rule "…"`, `NAME is enabled`, `nothing`'),
    ("_step", "a step of the test", '`customer says "…"`, `expect reply "…"`, `after 5m`'),
    ("event", "an event", "`message from customer`, `NAME enabled`, `silence for 15m`, `timer NAME`"),
    ("condition", "a condition", '`text contains "…"`, `NAME is enabled`, `count of NAME >= 2`'),
    ("_calendar_line", "hours", '`mon-fri 09:00-17:30`, `closed 2026-12-25`, `zone "Europe/Amsterdam"`'),
    ("_channel_line", "a line of the channel", "`text 1000 characters`, `card native`, `button url none`"),
    ("rendering", "a rendering", '`text "…"`, `picture`, `numbered buttons`, `link`'),
    ("value", "a value", ""),
    ("any_of_role", "a role", ""),
    ("role", "a role", "`bot`, `desk`, `service`"),
    ("days", "weekdays such as `mon-fri`", ""),
    ("kind", "a kind of message", "`text`, `picture`, `card`"),
    ("name", "a name", ""),
    ("string", "text in double quotes", ""),
)
"""Rules of the grammar (and `_VERBS`) that are said as one, from large to small, with examples."""

_TERMINALS = {
    "NUMBER": "a number",
    "SIZE": "a size such as `5 MB`",
    "DURATION": "a duration such as `5m`",
    "PERCENT": "a share such as `10%`",
    "DATE": "a date such as `2026-12-25`",
    "TIME": "a time such as `09:00`",
    "HOURS": "hours such as `09:00-17:30`",
    "DAY_RANGE": "weekdays such as `mon-fri`",
    "MEDIA_TYPE": "a type such as `image/png`",
    "REGEX": "a regular expression such as `/order [0-9]+/`",
    "PATH": "a field such as `context.team`",
}
_WORDS_SHOWN_MAX = 6
_BEGINNINGS = ("item", "_action", "expectation", "_step", "event", "condition", "_calendar_line", "_channel_line")
"""What their first words would begin is too much to be all that is missing."""
_MISSING_MAX = 3
"""Words that may be missing at one place and are offered; among more, none is probable."""
_NOUNS = ("rule", "policy", "test", "list", "component", "calendar", "channel", "downgrade")


def expectations(expected: frozenset[str]) -> tuple[str, str]:
    """Return what could stand here, and examples of the first of it."""
    language = grammar()
    left = set(expected) - {"$END"}
    names, examples = [], ""
    for rule, name, example in _GROUPS:
        first = language.first.get(rule) or frozenset(
            t for t, written in language.spelling.items() if written in _VERBS
        )
        if first <= left:
            left -= first
            names.append(name)
            examples = examples or example
    words = sorted(_TERMINALS.get(terminal) or f"`{language.spelling[terminal]}`" for terminal in left)
    shown = [*words[:_WORDS_SHOWN_MAX], "…"] if len(words) > _WORDS_SHOWN_MAX else words
    last = [names.pop(0)] if names[:1] == [_GROUPS[0][1]] else []
    return _listed([*names[:1], *shown, *names[1:], *last]), examples


def plainly(scene: Scene) -> Diagnostic:
    """Return what was found and what was expected, for a mistake that no slip recognises."""
    expected, examples = expectations(scene.expected)
    help_ = _missing(scene) or _near(scene) or (f"for instance {examples}" if examples else _where(scene))
    if scene.token is None:
        return report("syntax", f"{_subject(scene)} ends too early: expected {expected}", scene.span, help=help_)
    return report("syntax", f"expected {expected}, found {ticked(scene.word)}", scene.span, help=help_)


def _where(scene: Scene) -> str:
    """The help where the message has said all that could be written: where it goes."""
    if scene.token is not None:
        return f"write it before {ticked(scene.word)}, or in its place"
    return f"write it after {ticked(str(scene.previous))}, where the text stops"


def missing_word(scene: Scene) -> Diagnostic | None:
    """The plain report where a word is missing: what is found is not to blame."""
    return plainly(scene) if _missing(scene) else None


def _missing(scene: Scene) -> str:
    """The help that names the words of which one is missing, or empty text where none would help."""
    language = grammar()
    begun = (language.first[rule] for rule in _BEGINNINGS if scene.could_be(rule))
    among = scene.expected.difference(*begun) & language.spelling.keys()
    words = language.bridges(scene.tokens[: scene.at], among, scene.tokens[scene.at : scene.at + 2])
    if not 0 < len(words) <= _MISSING_MAX or _replaces(scene, among):
        return ""
    where = f"before {ticked(scene.word)}" if scene.token else f"after {ticked(str(scene.previous))}"
    return f"write {_listed([f'`{word}`' for word in words])} {where}"


def _replaces(scene: Scene, among: frozenset[str]) -> bool:
    """Whether what is found may as well be a wrong word in place of the one that is missing: `customer sagt "x"`."""
    if scene.kind != "NAME" or scene.at + 1 >= len(scene.tokens):
        return False
    return bool(grammar().bridges(scene.tokens[: scene.at], among, scene.tokens[scene.at + 1 : scene.at + 2]))


def _near(scene: Scene) -> str:
    language = grammar()
    keywords = [language.spelling[terminal] for terminal in scene.expected if terminal in language.spelling]
    return did_you_mean(scene.word, sorted(keywords)) if scene.word[:1].isalpha() else ""


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} or {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _subject(scene: Scene) -> str:
    """What the piece is, as a reader would call it."""
    first = str(scene.tokens[0]) if scene.tokens else ""
    return f"the {first}" if first in _NOUNS else ticked(first)
