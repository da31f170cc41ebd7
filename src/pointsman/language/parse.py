"""Text to syntax tree, with as many reports as there are mistakes.

Laws:

- A correct file is parsed in one go. Only when that fails is it cut at the words that begin items, and each piece is
  parsed alone, so that one mistake costs one item or one rule, and no report is caused by an earlier one.
- Line breaks mean nothing to the language; where to cut a broken file they are a hint.
- No text makes it raise, and no number of mistakes makes it slow: so many are explained, the others only found.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from lark import Token, Tree
from msgspec import Struct, structs

from pointsman import limits
from pointsman.language import tree
from pointsman.language.build import Abandoned, Builder
from pointsman.language.diagnostics import Diagnostic, Label, nearest, report, ticked
from pointsman.language.grammar import Stop, grammar
from pointsman.language.ir import Span
from pointsman.language.slips import Scene, explain, span_of
from pointsman.language.source import Source

Branch: TypeAlias = "Tree[Token]"


class Lexeme(Struct, frozen=True):
    """A token as shown to people: `kind` is keyword, name, string …, or bad for what is none."""

    kind: str
    text: str
    span: Span


class Parsed(NamedTuple):
    """What could be read of a file, and what is wrong with the rest."""

    file: tree.File
    diagnostics: tuple[Diagnostic, ...]


class _Broken(NamedTuple):
    """Tokens that could not be read; `word` is the item they seem to be."""

    word: str
    tokens: Sequence[Token]


_Part: TypeAlias = "Branch | _Broken"


def tokens(source: Source) -> tuple[Lexeme, ...]:
    """Return the tokens of a file, in order; comments and spaces are none."""
    language = grammar()
    return tuple(
        Lexeme("keyword" if str(token) in language.keywords else _kind_of(token), str(token), span_of(source, token))
        for token in language.scan(source.text)
    )


def parse(source: Source, explained: int = limits.DIAGNOSTICS_MAX) -> Parsed:
    """Return the syntax tree of a file. Never raises: what cannot be read is left out and reported.

    Behind `explained` mistakes, the others are reported by their places alone, so that they are counted.
    """
    diagnostics: list[Diagnostic] = []
    parts: Sequence[_Part]
    try:
        parts = _branches(grammar().scan(source.text))
    except Stop:
        parts = _piecewise(source, grammar().scan(source.text, torn=True), diagnostics, explained)
    file = _Assembly(source, diagnostics).file(parts)
    return Parsed(file, tuple(diagnostics))


def _kind_of(token: Token) -> str:
    return "punctuation" if token.type in grammar().spelling else token.type.lower().replace("_", " ")


def _branches(scanned: Sequence[Token]) -> list[Branch]:
    return [branch for branch in grammar().parse(scanned).children if isinstance(branch, Tree)]


# Recovery -------------------------------------------------------------------------------------------------------------


def _piecewise(source: Source, scanned: list[Token], diagnostics: list[Diagnostic], explained: int) -> list[_Part]:
    """Parse from one possible beginning of an item to the next."""
    parts: list[_Part] = []
    cuts = [at for at in range(1, len(scanned)) if _may_begin_item(source, scanned, at)]
    at = 0
    for end in [*cuts, len(scanned)]:
        while at < end:
            at += _piece(source, scanned[at:end], parts, diagnostics, explained)
    return parts


def _piece(
    source: Source, piece: list[Token], parts: list[_Part], diagnostics: list[Diagnostic], explained: int
) -> int:
    """Parse one piece into `parts`; return how many of its tokens are dealt with."""
    try:
        parts += _branches(piece)
    except Stop as stop:
        kept, broken = _salvage(piece, stop.at)
        parts += kept
        if kept and broken[0].type in grammar().first["item"]:
            return len(piece) - len(broken)
        known = len(diagnostics) < explained
        scene = Scene(source, piece, stop.at, grammar().expected(piece[: stop.at]) if known else frozenset())
        diagnostics.append(explain(scene) if known else _found(scene))
        parts.append(_Broken(_seeming_item(broken), broken))
    return len(piece)


def _found(scene: Scene) -> Diagnostic:
    word = ticked(scene.word) if scene.token else "the end"
    help_ = "mend the mistakes before it; then what to write here is told"
    return report("syntax", f"{word} cannot stand here", scene.span, help=help_)


_SOUND_ALONE = {"policy", "when_rule", "otherwise_rule", "test"}
"""Items that mean what they say although broken text follows them; a list or a component would mean something else."""
_CUTS_TRIED = 3
"""How many item words before the place where reading stopped are tried as the beginning of what is broken."""


def _salvage(piece: Sequence[Token], at: int) -> tuple[list[Branch], Sequence[Token]]:
    """Part the items that are whole from the tokens of the broken one, where reading stopped at token `at`."""
    words = [cut for cut in range(at - 1, 0, -1) if piece[cut].type in grammar().first["item"]]
    for cut in (at, *words[:_CUTS_TRIED]):
        kept = _whole_items(piece[:cut])
        if kept:
            break
    else:
        return [], piece
    if _seeming_item(piece[cut:]) or kept[-1].data in _SOUND_ALONE:
        return kept, piece[cut:]
    start = kept.pop().meta.start_pos
    return kept, [token for token in piece if (token.start_pos or 0) >= start]


def _whole_items(piece: Sequence[Token]) -> list[Branch]:
    try:
        return _branches(piece)
    except Stop:
        return []


def _seeming_item(broken: Sequence[Token]) -> str:
    """The item that broken text was meant to be, or empty text."""
    items = sorted(grammar().spelling[terminal] for terminal in grammar().first["item"])
    word = str(broken[0]) if broken else ""
    return word if word in items else nearest(word, items) or ""


_NOT_AFTER = {
    "RULE": {"EXPECT", "NO"},
    "CHANNEL": {"PREFER"},
    "COMPONENT": {"ANY"},
    "CALENDAR": {"BUTTON"},
}
"""Item words that mean something else behind these."""
_NOT_BEFORE = {"CHANNEL": {"IS", "IN", "NOT"}}
_INSIDE = {
    "WHEN", "AND", "OR", "NOT", "LPAR", "COMMA", "WITH", "TO", "OF", "IS", "FILE", "FROM",
    "COMPONENT", "LIST", "CALENDAR", "CHANNEL", "POLICY", "ENABLE", "DISABLE", "TELL", "TIMER",
}  # fmt: skip
"""What does not end an item: in the middle of a line, an item word behind one of these is a slip, a name or a key."""


_NAMES = ("NAME", "QUOTED_NAME", "STRING")
"""What most items have behind their word."""
_DECLARING = frozenset({"component", "list", "calendar", "channel"})
"""The items that others name."""
_BEHIND_NAMES = frozenset({"is", "=", "from", ","})
"""What stands behind the name of such an item; at the name's own place, the name was forgotten."""
_STUMBLE_MAX = 3
"""Tokens behind the word of a broken item among which its name is looked for: `component component CmBot is bot`."""


def _may_begin_item(source: Source, scanned: list[Token], at: int) -> bool:
    kind, before = scanned[at].type, scanned[at - 1].type
    after = scanned[at + 1].type if at + 1 < len(scanned) else ""
    first_of_line = "\n" in source.text[scanned[at - 1].end_pos : scanned[at].start_pos]
    if kind not in grammar().first["item"]:
        return kind == "NAME" and first_of_line and after in _NAMES and bool(_seeming_item(scanned[at : at + 1]))
    if before in _NOT_AFTER.get(kind, ()) or after in _NOT_BEFORE.get(kind, ()):
        return False
    return first_of_line or before not in _INSIDE


# Assembly -------------------------------------------------------------------------------------------------------------


class _Assembly:
    """Puts items in order, and rules into the policy before them."""

    def __init__(self, source: Source, diagnostics: list[Diagnostic]) -> None:
        self._source = source
        self._diagnostics = diagnostics
        self._builder = Builder(source, diagnostics.append)
        self._items: list[tree.Item] = []
        self._rules: list[tree.Rule] = []
        self._policy: tree.Policy | None = None
        self._policy_missed = False
        """Whether it was said that the rules at hand have no policy, or that it could not be read."""
        self._strays: list[tree.Rule] = []
        self._lost: set[str] = set()
        self._anything_lost = False

    def file(self, parts: Sequence[_Part]) -> tree.File:
        for part in parts:
            if isinstance(part, _Broken):
                self._broken(part)
            else:
                self._branch(part)
        self._close_policy()
        lost = None if self._anything_lost else frozenset(self._lost)
        return tree.File(tuple(self._items), tuple(self._strays), lost, self._source.whole)

    def _branch(self, branch: Branch) -> None:
        try:
            item = self._builder.item(branch)
        except Abandoned as abandoned:
            self._diagnostics.append(abandoned.diagnostic)
            scanned = grammar().scan(self._source.text, branch.meta.start_pos, branch.meta.end_pos)
            self._broken(_Broken(_seeming_item(scanned), scanned))
            return
        if isinstance(item, tree.Rule):
            self._rule(item)
            return
        self._close_policy()
        if isinstance(item, tree.Policy):
            self._policy = item
        else:
            self._items.append(item)

    def _rule(self, rule: tree.Rule) -> None:
        self._rules.append(rule)
        if self._policy is None and not self._policy_missed:
            self._policy_missed = True
            place = self._source.span(rule.span.start, rule.name.span.end)
            help_ = "put it under its policy, or write one before it: `policy NAME on message from customer`"
            message = f"the rule `{rule.name.text}` belongs to no policy"
            self._diagnostics.append(report("rule-outside-policy", message, place, help=help_))

    def _close_policy(self) -> None:
        """End the policy, or the rules that have none."""
        if self._policy is not None:
            end = self._rules[-1].span.end if self._rules else self._policy.span.end
            span = self._source.span(self._policy.span.start, end)
            self._items.append(structs.replace(self._policy, rules=tuple(self._rules), span=span))
        else:
            self._strays += self._rules
        self._diagnostics += _otherwise_not_last(self._rules)
        self._policy, self._policy_missed = None, False
        self._rules = []

    def _broken(self, broken: _Broken) -> None:
        """Note what is lost, so that no later report is caused by it: a policy, names that may be declared."""
        if broken.word == "policy":
            self._close_policy()
            self._policy_missed = True
        declaring = broken.tokens[1 : 1 + _STUMBLE_MAX] if broken.word else broken.tokens
        names = [str(token).strip("'\"") for token in declaring if token.type in _NAMES]
        self._lost.update((names[:1] if broken.word else names) or [broken.word])
        nameless = broken.word in _DECLARING and broken.tokens[1:2] and str(broken.tokens[1]) in _BEHIND_NAMES
        self._anything_lost = self._anything_lost or bool(nameless) or broken.word == "use"


def _otherwise_not_last(rules: Sequence[tree.Rule]) -> list[Diagnostic]:
    return [
        report(
            "otherwise-not-last",
            f"the rule `{rule.name.text}` is `otherwise` and not the last of its policy",
            rule.name.span,
            Label(follower.name.span, "this rule follows it"),
            help="move it to the end of its policy, or give it a `when`",
        )
        for rule, follower in pairwise(rules)
        if rule.when is None
    ]
