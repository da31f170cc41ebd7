"""Syntax errors in words: what was found, what could stand there, and what to write.

Laws:

- No terminal names: expected words are shown as they are written, and many of them as what they begin ("an action").
- A slip that people make often has its own entry in `_SLIPS`; the first that recognises itself speaks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from lark import Token
from msgspec import Struct

from pointsman.language.diagnostics import Diagnostic, did_you_mean, nearest, report, ticked
from pointsman.language.grammar import BAD, grammar
from pointsman.language.ir import Span
from pointsman.language.source import Source


class Scene(Struct, frozen=True):
    """Where reading stopped: token `at` of the piece `tokens` (None past its end), and what could have stood there."""

    source: Source
    tokens: Sequence[Token]
    at: int
    expected: frozenset[str]

    @property
    def token(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    @property
    def kind(self) -> str:
        return self.token.type if self.token else ""

    @property
    def word(self) -> str:
        return str(self.token) if self.token else ""

    @property
    def next_word(self) -> str:
        return str(self.tokens[self.at + 1]) if self.at + 1 < len(self.tokens) else ""

    @property
    def previous(self) -> Token | None:
        return self.tokens[self.at - 1] if self.at else None

    @property
    def span(self) -> Span:
        """The token's place, or the end of the last token."""
        if self.token is not None:
            return span_of(self.source, self.token)
        end = self.previous.end_pos if self.previous else 0
        return self.source.span(end or 0, end or 0)

    def could_be(self, rule: str) -> bool:
        """Whether everything that begins `rule` could stand here."""
        return grammar().first[rule] <= self.expected


def span_of(source: Source, token: Token) -> Span:
    """Return the place of a token."""
    return source.span(token.start_pos or 0, token.end_pos or 0)


def explain(scene: Scene) -> Diagnostic:
    """Return the report for the place where reading stopped."""
    for slip in _SLIPS:
        diagnostic = slip(scene)
        if diagnostic is not None:
            return diagnostic
    return _plainly(scene)


# Expectations in words ------------------------------------------------------------------------------------------------

_VERBS = ("is", "not", "in", "starts", "ends", "contains", "mentions", "matches", "exists", ">=", "<=", ">", "<")
_GROUPS = (
    ("item", "the next item", ""),
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
_NOUNS = ("rule", "policy", "test", "list", "component", "calendar", "channel", "downgrade")


def _expectations(expected: frozenset[str]) -> tuple[str, str]:
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
    if len(names) > 1 and names[0] == _GROUPS[0][1]:
        names.append(names.pop(0))
    words = sorted(_TERMINALS.get(terminal) or f"`{language.spelling[terminal]}`" for terminal in left)
    shown = [*words[:_WORDS_SHOWN_MAX], "…"] if len(words) > _WORDS_SHOWN_MAX else words
    return _listed([*shown, *names] if not names else [*names[:1], *shown, *names[1:]]), examples


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} or {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _plainly(scene: Scene) -> Diagnostic:
    expected, examples = _expectations(scene.expected)
    language = grammar()
    keywords = [language.spelling[terminal] for terminal in scene.expected if terminal in language.spelling]
    help_ = did_you_mean(scene.word, sorted(keywords)) if scene.word[:1].isalpha() else ""
    if not help_ and examples:
        help_ = f"for instance {examples}"
    if scene.token is None:
        return report("syntax", f"{_subject(scene)} ends too early: expected {expected}", scene.span, help=help_)
    return report("syntax", f"expected {expected}, found {ticked(scene.word)}", scene.span, help=help_)


def _subject(scene: Scene) -> str:
    """What the piece is, as a reader would call it."""
    first = str(scene.tokens[0]) if scene.tokens else ""
    return f"the {first}" if first in _NOUNS else ticked(first)


# Common slips ---------------------------------------------------------------------------------------------------------

_OPERATORS = {
    "=": "is",
    "==": "is",
    "!=": "is not",
    "<>": "is not",
    "≠": "is not",
    "&&": "and",
    "||": "or",
    "!": "not",
    "=>": ">=",
    "≥": ">=",
    "≤": "<=",
    "&": "and",
    "|": "or",
}
_OTHER_WORDS = {
    "if": "when",
    "unless": "when not",
    "else": "otherwise",
    "default": "otherwise",
    "equals": "is",
    "includes": "contains",
    "begins": "starts with",
    "isn't": "is not",
    "contain": "contains",
    "until": "for",
    "say": "reply",
    "respond": "reply",
    "transfer": "hand over to",
    "activate": "enable",
    "deactivate": "disable",
}
"""Words of other languages, and of English, for words of this one; offered only where the latter could stand."""

_UNITS = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    " KB": ("kb", "kilobyte", "kilobytes"),
    " MB": ("mb", "megabyte", "megabytes"),
    " GB": ("gb", "gigabyte", "gigabytes"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_NO_UNIT = "{} is not in a unit of the language"
_CURLY = "“”„«»‘’‚"


def _unreadable(scene: Scene) -> Diagnostic | None:
    """Tokens that the language does not have."""
    if scene.kind != BAD:
        return None
    word, span = scene.word, scene.span
    if word.startswith('"'):
        marks = '"""' if word.startswith('"""') else '"'
        opening = scene.source.span(span.start, span.start + len(marks))
        where = "after the text" if marks == '"""' else "on the same line"
        more = "" if marks == '"""' else '; a text over several lines stands between `"""` and `"""`'
        return report("syntax", "a text has no closing quote", opening, help=f"write `{marks}` {where}{more}")
    if word[0] in _CURLY:
        straight = "'" if word[0] in "‘’‚" else '"'
        help_ = f"write straight ones: `{straight}{word.strip(_CURLY)}{straight}`"
        return report("syntax", f"{ticked(word)} has curly quotes", span, help=help_)
    if word[0] == "'":
        return report("syntax", "a name has no closing quote", span, help="write `'` on the same line")
    if word in _OPERATORS:
        return _written_as(scene, _OPERATORS[word])
    if word[0].isdigit():
        return _no_number(scene)
    if word in "{}":
        help_ = "take it out: nothing needs to be closed, an item ends where the next begins"
        return report("syntax", f"{ticked(word)} stands outside of a text", span, help=help_)
    if word == "/":
        help_ = "write it on one line between slashes; a slash inside it is `\\/`"
        return report("syntax", "a regular expression has no closing slash", span, help=help_)
    if not word.isprintable() or unicodedata.category(word[0]) in ("Cf", "Mn"):
        return report("syntax", f"an invisible character stands here, U+{ord(word[0]):04X}", span, help="take it out")
    return report("syntax", f"{ticked(word)} is not part of the language", span, help="take it out")


def _no_number(scene: Scene) -> Diagnostic:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z]+)", scene.word)
    if found and found[2].lower() in _UNIT_OF:
        instead = f"{found[1]}{_UNIT_OF[found[2].lower()]}"
        return report("syntax", _NO_UNIT.format(ticked(scene.word)), scene.span, help=f"write `{instead}`")
    help_ = "write a number `12`, a size `5 MB`, a duration `1h30m`, a date `2026-12-25` or a time `09:00`"
    return report("syntax", f"{ticked(scene.word)} is not a number", scene.span, help=help_)


def _written_as(scene: Scene, instead: str) -> Diagnostic:
    return report(
        "syntax", f"{ticked(scene.word)} is not a word of the language", scene.span, help=f"write `{instead}`"
    )


def _equals_sign(scene: Scene) -> Diagnostic | None:
    if scene.kind == "EQUAL" and "IS" in scene.expected:
        return report("syntax", "expected `is`, found `=`", scene.span, help="write `is`")
    return None


def _second_when(scene: Scene) -> Diagnostic | None:
    if scene.kind == "WHEN" and scene.could_be("_action"):
        help_ = "join conditions with `and`, or begin another rule"
        return report("syntax", "a rule has one `when`, before its `then`", scene.span, help=help_)
    return None


def _then_without_when(scene: Scene) -> Diagnostic | None:
    if scene.kind == "THEN" and {"WHEN", "OTHERWISE"} <= scene.expected:
        help_ = "write `when` and a condition, or `otherwise`, before `then`"
        return report("syntax", "the rule does not say when it fires", scene.span, help=help_)
    return None


def _joined_actions(scene: Scene) -> Diagnostic | None:
    if scene.kind in ("AND", "COMMA") and scene.could_be("_action"):
        help_ = "take it out: one action follows another, each on its own line"
        return report("syntax", f"{ticked(scene.word)} stands between two actions", scene.span, help=help_)
    return None


def _spelled_out_unit(scene: Scene) -> Diagnostic | None:
    """`5 minutes`, whether the parser stopped at the number or at the word."""
    first = scene.at if scene.kind == "NUMBER" else scene.at - 1
    pair = scene.tokens[max(first, 0) : first + 2]
    if len(pair) < 2 or pair[0].type != "NUMBER" or pair[1].lower() not in _UNIT_OF:
        return None
    place = scene.source.span(pair[0].start_pos or 0, pair[1].end_pos or 0)
    written = scene.source.text[place.start : place.end]
    instead = f"{pair[0]}{_UNIT_OF[pair[1].lower()]}"
    return report("syntax", _NO_UNIT.format(ticked(written)), place, help=f"write `{instead}`")


def _negated_verb(scene: Scene) -> Diagnostic | None:
    if scene.word in ("does", "doesn", "doesnt", "not") and "CONTAINS" in scene.expected:
        help_ = 'write `not` before the condition: `not text contains "…"`'
        return report("syntax", f"expected a comparison, found {ticked(scene.word)}", scene.span, help=help_)
    return None


def _other_word(scene: Scene) -> Diagnostic | None:
    instead = _OTHER_WORDS.get(scene.word)
    language = grammar()
    if instead is None or language.keywords[instead.split()[0]] not in scene.expected:
        return None
    return _written_as(scene, instead)


def _misspelt_before(scene: Scene) -> Diagnostic | None:
    """A misspelt keyword was taken for a name, and reading stopped behind it."""
    previous, language = scene.previous, grammar()
    if previous is None or previous.type != "NAME":
        return None
    before = list(scene.tokens[: scene.at - 1])
    candidates = [language.spelling[terminal] for terminal in language.expected(before) & language.spelling.keys()]
    near = nearest(str(previous), sorted(candidates))
    following = scene.tokens[scene.at : scene.at + 1]
    if near is None or not language.fits([*before, Token(language.keywords.get(near, ""), near), *following]):
        return None
    expected, _ = _expectations(language.expected(before))
    message = f"expected {expected}, found {ticked(previous)}"
    return report("syntax", message, span_of(scene.source, previous), help=f"did you mean `{near}`?")


def _quoted_kind(scene: Scene) -> Diagnostic | None:
    """`message is file list`, `request is hand over`: closed words of two words need quotes."""
    previous = str(scene.previous) if scene.previous else ""
    pair = (previous, scene.word)
    if pair == ("file", "list"):
        phrase, place = "file list", scene.source.span(scene.previous.start_pos or 0, scene.span.end)  # type: ignore[union-attr] # there is one
    elif (scene.word, scene.next_word) == ("hand", "over") and scene.could_be("value"):
        phrase, place = "hand over", scene.source.span(scene.span.start, scene.span.start + len("hand over"))
    else:
        return None
    return report("syntax", f"`{phrase}` stands without quotes", place, help=f"write it in single quotes: `'{phrase}'`")


def _keyword_as_name(scene: Scene) -> Diagnostic | None:
    language = grammar()
    token = scene.token
    if token is None or "NAME" not in scene.expected or str(token) not in language.keywords:
        return None
    after = scene.tokens[scene.at + 1 : scene.at + 2]
    if not language.fits([*scene.tokens[: scene.at], token.update(type="NAME"), *after]):
        return None
    text = f', or in double quotes as a text: `"{token}"`' if "STRING" in scene.expected else ""
    return report(
        "reserved-word",
        f"{ticked(token)} is a word of the language and cannot be a name as it stands",
        scene.span,
        help=f"write it in single quotes: `'{token}'`{text}",
    )


def _text_without_quotes(scene: Scene) -> Diagnostic | None:
    if scene.token is None or "STRING" not in scene.expected or "NAME" in scene.expected:
        return None
    if not scene.word[0].isalpha() and scene.kind != "QUOTED_NAME":
        return None
    rest = scene.source.line(scene.span.line)[scene.span.column - 1 :].partition("#")[0].strip()
    words = re.match(r"[^\"/]*?(?=\s+(?:when|otherwise|then|with|from)\b|$)", rest)
    text = (
        (words[0] if words and words[0] else scene.word).strip("'") if scene.kind != "QUOTED_NAME" else scene.word[1:-1]
    )
    help_ = f'write `"{text}"`'
    return report("syntax", f"expected text in double quotes, found {ticked(scene.word)}", scene.span, help=help_)


def _name_in_double_quotes(scene: Scene) -> Diagnostic | None:
    if scene.kind != "STRING" or "NAME" not in scene.expected or "STRING" in scene.expected:
        return None
    inner = scene.word[1:-1]
    language = grammar()
    bare = re.fullmatch(r"[^\W\d_][\w-]*", inner) and inner not in language.keywords
    help_ = f"write `{inner}`" if bare else f"write it in single quotes: `'{inner}'`"
    return report("syntax", f"expected a name, found {ticked(scene.word)}", scene.span, help=help_)


_SLIPS: tuple[Callable[[Scene], Diagnostic | None], ...] = (
    _unreadable,
    _equals_sign,
    _second_when,
    _then_without_when,
    _joined_actions,
    _spelled_out_unit,
    _negated_verb,
    _other_word,
    _quoted_kind,
    _misspelt_before,
    _keyword_as_name,
    _text_without_quotes,
    _name_in_double_quotes,
)
