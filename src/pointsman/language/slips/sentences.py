"""Slips in the order of words, and words that stand where others belong."""

from __future__ import annotations

import re

from lark import Token

from pointsman.language.diagnostics import Diagnostic, nearest, report, ticked
from pointsman.language.grammar import grammar
from pointsman.language.slips.expected import expectations
from pointsman.language.slips.lexical import written_as
from pointsman.language.slips.scene import Scene, span_of
from pointsman.language.vocabulary import FIELDS, Kind
from pointsman.model.event import CUSTOMER

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
    "handover": "hand over",
    "escalate": "hand over",
    "do": "then",
    "activate": "enable",
    "deactivate": "disable",
}
"""Words of other languages, and of English, for words of this one; offered only where the latter could stand."""
_NEVER_BEHIND_NOT = frozenset({"CONTAINS", "MENTIONS", "STARTS", "ENDS", "MATCHES", "EXISTS"})
"""What begins a test and is negated in front of the whole of it: `x not in LIST` alone has its `not` inside."""
_LINE_LOOKED_AT = 200
"""Characters of a line behind a place; it may hold megabytes."""


def equals_sign(scene: Scene) -> Diagnostic | None:
    if scene.kind == "EQUAL" and "IS" in scene.expected:
        return report("syntax", "expected `is`, found `=`", scene.span, help="write `is`")
    return None


def then_without_when(scene: Scene) -> Diagnostic | None:
    if scene.kind == "THEN" and {"WHEN", "OTHERWISE"} <= scene.expected:
        help_ = "write `when` and a condition, or `otherwise`, before `then`"
        return report("syntax", "the rule does not say when it fires", scene.span, help=help_)
    return None


def joined_actions(scene: Scene) -> Diagnostic | None:
    if scene.kind in ("AND", "COMMA") and scene.could_be("_action"):
        help_ = "take it out: one action follows another, each on its own line"
        return report("syntax", f"{ticked(scene.word)} stands between two actions", scene.span, help=help_)
    return None


def negated_verb(scene: Scene) -> Diagnostic | None:
    if scene.word in ("does", "doesn", "doesnt", "not") and "CONTAINS" in scene.expected:
        help_ = 'write `not` before the condition: `not text contains "…"`'
        return report("syntax", f"expected a comparison, found {ticked(scene.word)}", scene.span, help=help_)
    if scene.kind in _NEVER_BEHIND_NOT and scene.kind_at(scene.at - 1) == "NOT" and "IN" in scene.expected:
        help_ = f"write `not` before it: `not {scene.tokens[scene.at - 2]} {scene.word} …`"
        return report("syntax", f"`not` stands before {ticked(scene.word)}", scene.span, help=help_)
    return None


def other_word(scene: Scene) -> Diagnostic | None:
    instead = _OTHER_WORDS.get(scene.word)
    language = grammar()
    if instead is None or language.keywords[instead.split()[0]] not in scene.expected:
        return None
    return written_as(scene, instead)


def misspelt_before(scene: Scene) -> Diagnostic | None:
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
    begins_item = language.keywords[near] in language.first["item"]
    expected = "a new item" if begins_item else expectations(language.expected(before))[0]
    message = f"expected {expected}, found {ticked(previous)}"
    return report("syntax", message, span_of(scene.source, previous), help=f"did you mean `{near}`?")


def quoted_kind(scene: Scene) -> Diagnostic | None:
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


_FAMILIES = frozenset(field.path.partition(".")[0] for field in FIELDS if "." in field.path)
_NAMED = frozenset(field.path for field in FIELDS if field.kind is Kind.CHOICE)
_IN_OPERAND = frozenset({"LPAR", "COMMA", "NAME", "QUOTED_NAME", "STRING", "NUMBER", "NOT", "EXACTLY", "ANY"})
_NEVER_NAMES = {"COMPONENT": frozenset({CUSTOMER}), "CALENDAR": _FAMILIES}
"""Item words to the names that such items cannot have, in quotes or without."""


def keyword_as_name(scene: Scene) -> Diagnostic | None:
    language = grammar()
    token = scene.token
    if token is None or "NAME" not in scene.expected or str(token) not in language.keywords:
        return None
    after = scene.tokens[scene.at + 1 : scene.at + 2]
    if not language.fits([*scene.tokens[: scene.at], token.update(type="NAME"), *after]):
        return None
    return report(
        "reserved-word",
        f"{ticked(token)} is a word of the language and cannot be a name as it stands",
        scene.span,
        help=_instead_of_keyword(scene, token),
    )


def _instead_of_keyword(scene: Scene, token: Token) -> str:
    if token in _NEVER_NAMES.get(scene.kind_at(scene.at - 1), ()):
        return "choose another name: it has a meaning of its own"
    if token in _FAMILIES and "PATH" in scene.expected:
        return f"write `{token}.KEY` for one of its fields"
    if "STRING" in scene.expected and not _names_follow(scene):
        return f'write it in double quotes, as a text: `"{token}"`'
    return f"write it in single quotes: `'{token}'`"


def _names_follow(scene: Scene) -> bool:
    """Whether what is compared here is compared with names: `channel is …`, `target in (A, …`."""
    at = scene.at - 1
    while scene.kind_at(at) in _IN_OPERAND:
        at -= 1
    return scene.kind_at(at) in ("IS", "IN") and scene.written(at - 1, at) in _NAMED


def text_without_quotes(scene: Scene) -> Diagnostic | None:
    if scene.token is None or "STRING" not in scene.expected or "NAME" in scene.expected:
        return None
    if not scene.word[0].isalpha() and scene.kind != "QUOTED_NAME":
        return None
    line = scene.source.text[scene.span.start : scene.span.start + _LINE_LOOKED_AT].partition("\n")[0]
    rest = line.partition("#")[0].strip()
    words = re.match(r"[^\"/]*?(?=\s+(?:when|otherwise|then|with|from)\b|$)", rest)
    text = (
        (words[0] if words and words[0] else scene.word).strip("'") if scene.kind != "QUOTED_NAME" else scene.word[1:-1]
    )
    help_ = f'write `"{text}"`'
    return report("syntax", f"expected text in double quotes, found {ticked(scene.word)}", scene.span, help=help_)


def name_in_double_quotes(scene: Scene) -> Diagnostic | None:
    if scene.kind != "STRING" or "NAME" not in scene.expected or "STRING" in scene.expected:
        return None
    inner = scene.word[1:-1]
    language = grammar()
    if not inner:
        return report("syntax", "a name is empty", scene.span, help="write a name of at least one character")
    bare = re.fullmatch(r"[^\W\d_][\w-]*", inner) and inner not in language.keywords
    help_ = f"write `{inner}`" if bare else f"write it in single quotes: `'{inner}'`"
    return report("syntax", f"expected a name, found {ticked(scene.word)}", scene.span, help=help_)
