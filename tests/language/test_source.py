"""Lines and places of a text."""

import pytest

from pointsman.language.source import Source


def test_a_place_has_its_line_and_column_counted_from_one() -> None:
    source = Source("a.rules", "ab\ncdé\n\nx")
    places = [(source.span(at, at + 1).line, source.span(at, at + 1).column) for at in range(len(source.text) + 1)]
    assert places == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (4, 1), (4, 2)]


@pytest.mark.parametrize("text", ["\ufeffa\nb", "a\r\nb", "a\rb"])
def test_line_ends_and_the_byte_order_mark_do_not_show(text: str) -> None:
    source = Source("a.rules", text)
    assert (source.text, source.line(1), source.line(2)) == ("a\nb", "a", "b")


def test_a_line_that_is_not_there_is_empty() -> None:
    source = Source("a.rules", "a")
    assert (source.line(0), source.line(2)) == ("", "")


def test_a_place_is_kept_inside_the_text() -> None:
    source = Source("a.rules", "abc")
    assert source.span(-5, 99) == source.whole
    assert source.span(99, 1).start == source.span(99, 1).end == 3
