"""The grammar itself: it loads strictly, its tables are complete, and its tokens are the same under every lexer."""

from pathlib import Path

import pytest
from lark import Lark, Token

from pointsman.language import build
from pointsman.language.grammar import BAD, grammar
from pointsman.language.shipped import shipped_text

SAMPLE = Path(__file__).parent / "sample" / "policy.rules"


@pytest.fixture(scope="module", params=["contextual", "basic"])
def strict(request: pytest.FixtureRequest) -> Lark:
    return Lark(
        shipped_text("grammar/rules.lark"),
        parser="lalr",
        lexer=request.param,
        strict=True,
        propagate_positions=True,
        start=["start", "slot"],
    )


def test_the_grammar_has_no_conflicts_and_reads_the_sample_alike_under_every_lexer(strict: Lark) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    language = grammar()
    assert strict.parse(text, start="start") == language.parse(language.scan(text))


def test_the_grammar_loads_with_its_default_start() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    grammar_text = shipped_text("grammar/rules.lark")
    lark = Lark(grammar_text, parser="lalr", lexer="contextual", strict=True, propagate_positions=True)
    assert lark.parse(text) == grammar().parse(grammar().scan(text))


def test_every_rule_of_the_grammar_is_built() -> None:
    inlined = {"start", "slot"}
    rules = {rule.alias or str(rule.origin.name) for rule in grammar()._lark.rules if not rule.options.expand1}
    aliases = {rule.alias for rule in grammar()._lark.rules if rule.alias}
    named = {name for name in rules | aliases if not name.startswith("_")} - inlined
    handled_by_parent = {"with_buttons", "with_ucs2", "authority"}
    assert named - handled_by_parent == set(build._CONSTRUCTS)


def test_every_keyword_may_be_a_key_but_buttons() -> None:
    language = grammar()
    keys = {language.spelling[terminal] for terminal in language.first["keyword"]}
    assert set(language.keywords) - keys == {"buttons"}


def test_scanning_loses_no_character_but_spaces_and_comments() -> None:
    text = "rule “a” 12abc ~ 'x # no comment' # comment\n\"open {field\n/ ==\u200b"
    tokens = grammar().scan(text)
    assert all(text[token.start_pos : token.end_pos] == token for token in tokens)
    gaps = text
    for token in reversed(tokens):
        gaps = gaps[: token.start_pos] + gaps[token.end_pos :]
    assert gaps.split() == ["#", "comment"]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("botnet is-open starts_with Über", ["NAME"] * 4),
        ("bot is open", ["BOT", "IS", "OPEN"]),
        ("Bot", ["NAME"]),
        ("'text' 'Web Push'", ["QUOTED_NAME"] * 2),
        ("context.list office.next_open contact.first_name a.b.c", ["PATH"] * 4),
        ("12 2.5", ["NUMBER"] * 2),
        ("5 MB 512KB 16 MiB 1.5 GiB", ["SIZE"] * 4),
        ("30s 5m 2h 1d 1h30m", ["DURATION"] * 5),
        ("10% 0.5 %", ["PERCENT"] * 2),
        ("2026-12-25", ["DATE"]),
        ("09:00 24:00", ["TIME"] * 2),
        ("09:00-17:30 09:00 - 17:30", ["HOURS"] * 2),
        ("mon-fri mon - fri", ["DAY_RANGE"] * 2),
        ("mon, wed", ["MON", "COMMA", "WED"]),
        ("mon-frigate", ["NAME"]),
        (r"/a\/b/is /x/", ["REGEX"] * 2),
        ("image/jpeg video/*", ["MEDIA_TYPE"] * 2),
        ('"" "a" "\\"" "{{" "{a or "b"}"', ["STRING"] * 5),
        ('""" "quoted" """ """\na\n"""', ["LONG_STRING"] * 2),
        ("5minutes 12:345", [BAD] * 2),
        (">= <= > < = ( ) ,", ["AT_LEAST", "AT_MOST", "MORETHAN", "LESSTHAN", "EQUAL", "LPAR", "RPAR", "COMMA"]),
        ("# all of it is a comment", []),
    ],
)
def test_tokens_are_read_as_the_language_says(text: str, types: list[str]) -> None:
    tokens: list[Token] = grammar().scan(text)
    assert [token.type for token in tokens] == types
