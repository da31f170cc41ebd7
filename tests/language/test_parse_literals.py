"""What literals mean, and what is said of those that mean nothing."""

from typing import Any

import pytest

from pointsman.language import tree as t
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.parse import parse
from pointsman.language.source import Source
from pointsman.language.tree import NOWHERE as O


def read(text: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    parsed = parse(Source("a.rules", text))
    (item,) = parsed.file.items
    return item, parsed.diagnostics


def plain(spelling: str) -> str:
    """The text of a string that is no template."""
    item, diagnostics = read(f"use {spelling}")
    assert diagnostics == ()
    return item.file.text


def template(spelling: str) -> tuple[Any, ...]:
    item, diagnostics = read(f'policy p on conversation starts rule "r" otherwise then reply {spelling}')
    assert diagnostics == ()
    return t.without_spans(item.rules[0].actions[0].text.parts)


def faults(text: str) -> list[tuple[str, str]]:
    """The slug of each report and the text that it points at."""
    source = Source("a.rules", text)
    shown = sorted(parse(source).diagnostics, key=lambda each: each.span.start)
    return [(each.slug, source.text[each.span.start : each.span.end]) for each in shown]


@pytest.mark.parametrize(
    ("spelling", "text"),
    [
        (r'""', ""),
        (r'"a b"', "a b"),
        (r'"\n\t\"\\"', '\n\t"\\'),
        (r'"\u{1F600}\u{e9}"', "😀é"),
        (r'"{{a}} }}{{"', "{a} }{"),
        (r'"a # b"', "a # b"),
        ('\'"""one"""\''[1:-1], "one"),
        ('"""a "quoted" word"""', 'a "quoted" word'),
        ('"""\n  a\n    b\n  c\n"""', "a\n  b\nc"),
        ('"""\n  a\n  """', "a"),
        ('"""\n\ta\n\t\tb\n"""', "a\n\tb"),
        ('"""\n  a\n\n   \n  b\n"""', "a\n\n\nb"),
        ('"""first\n  second\n  third"""', "first\nsecond\nthird"),
        ('"""\n\n  a\n\n"""', "\na\n"),
        ('"""\n  a\\n  b\n"""', "a\n  b"),
        ('"""\n"""', ""),
        ('"""   """', "   "),
        ('"""\r\n  a\r\n  b\r\n"""', "a\nb"),
    ],
)
def test_a_string_means_its_text(spelling: str, text: str) -> None:
    assert plain(spelling) == text


def words(text: str) -> t.Words:
    return t.Words(text, O)


def slot(subject: t.Subject, default: str | None = None) -> t.Slot:
    return t.Slot(subject, None if default is None else t.String(default, f'"{default}"', O), O)


@pytest.mark.parametrize(
    ("spelling", "parts"),
    [
        ('""', ()),
        ('"{text}"', (slot(t.Field("text", O)),)),
        (
            '"Hi {contact.first_name or "there"}!"',
            (words("Hi "), slot(t.Field("contact.first_name", O), "there"), words("!")),
        ),
        ('"{{{text}}}"', (words("{"), slot(t.Field("text", O)), words("}"))),
        ('"{count of misses}"', (slot(t.Count(t.Name("misses", O), O)),)),
        ('"{choice index}{length of text}"', (slot(t.Field("choice index", O)), slot(t.Length(t.Field("text", O), O)))),
        ('"{conversation age}"', (slot(t.Age(O)),)),
        ('"{ number }"', (slot(t.Name("number", O)),)),
        ('"{title}"', (slot(t.Name("title", O)),)),
        ('"{intent}"', (slot(t.Field("intent", O)),)),
        ('"{office.next_open}"', (slot(t.Field("office.next_open", O)),)),
        ('"a\\n{{b}}"', (words("a\n{b}"),)),
        ('"""\n  a {text or "x"}\n    b\n"""', (words("a "), slot(t.Field("text", O), "x"), words("\n  b"))),
    ],
)
def test_a_template_is_words_and_slots(spelling: str, parts: tuple[Any, ...]) -> None:
    assert template(spelling) == parts


RULE = 'policy p on conversation starts rule "r" otherwise then '


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'use "a\qb"', [("bad-escape", r"\q")]),
        (r'use "\u{D800}"', [("bad-escape", r"\u{D800}")]),
        (r'use "\u{110000} \u41"', [("bad-escape", r"\u{110000}"), ("bad-escape", r"\u")]),
        ('use "a{b}"', [("bad-template", "{b}")]),
        ('use "a{b"', [("bad-template", "{")]),
        ('use "a}b"', [("bad-template", "}")]),
        (RULE + 'reply "a {b c} {} } {"', [("bad-template", each) for each in ("{b c}", "{}", "}", "{")]),
        (
            RULE + 'reply "{text or there} {Count of x}"',
            [("bad-template", "{text or there}"), ("bad-template", "{Count of x}")],
        ),
        (RULE + 'redact /a/gix with ""', [("bad-regex", "/a/gix")]),
        (RULE + "set timer t for 5m1h", [("bad-number", "5m1h")]),
        (RULE + "set timer t for 1h1h", [("bad-number", "1h1h")]),
        (RULE + "set timer t for 99999999999d", [("bad-number", "99999999999d")]),
        (RULE + "add 12345678901234567890 to x", [("bad-number", "12345678901234567890")]),
        ("component A is bot speaks when sample 101%", [("bad-number", "101%")]),
        ("component A is bot speaks when sample 1.234%", [("bad-number", "1.234%")]),
        ("calendar c closed 2026-02-30, 2026-1-1", [("bad-time", "2026-02-30"), ("bad-time", "2026-1-1")]),
        ("calendar c mon 9:00-10:00", [("bad-time", "9:00")]),
        ("calendar c mon 09:60-24:01", [("bad-time", "09:60"), ("bad-time", "24:01")]),
        ("calendar c mon 22:00-02:00", [("bad-time", "22:00-02:00")]),
        ('test "t" at 2026-01-01 25:00', [("bad-time", "25:00")]),
    ],
)
def test_a_literal_without_meaning_is_reported_at_its_place_and_costs_nothing_else(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert faults(text) == expected
    assert len(parse(Source("a.rules", text)).file.items) == 1


@pytest.mark.parametrize(
    ("spelling", "milliseconds"),
    [("30s", 30_000), ("5m", 300_000), ("2h", 7_200_000), ("7d", 604_800_000), ("1h30m", 5_400_000), ("0s", 0)],
)
def test_a_duration_is_milliseconds(spelling: str, milliseconds: int) -> None:
    item, _ = read(f"policy p on silence for {spelling}")
    assert item.event.duration.value == milliseconds


@pytest.mark.parametrize(
    ("spelling", "size"),
    [("512 KB", 512_000), ("5MB", 5_000_000), ("1.5 GB", 1_500_000_000), ("16 MiB", 16 * 1024**2), ("1 KiB", 1024)],
)
def test_a_size_is_bytes(spelling: str, size: int) -> None:
    item, _ = read(f"channel C video native {spelling}")
    assert item.lines[0].limits[0].amount.value == size
