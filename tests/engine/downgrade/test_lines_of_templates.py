"""Texts of downgrades, line by line."""

from __future__ import annotations

import pytest

from pointsman.engine.downgrade.templates import Template
from pointsman.language.ir import Part, RungTemplate, Words
from pointsman.model.content import Card, Dial, Media, Reply

N, TITLE, DESCRIPTION, URL, TEXT = (Part(name) for name in ("n", "title", "description", "url", "text"))
BREAK = Words("\n")
FULL = Card("Title", "Words", Media("https://a.example"))


@pytest.mark.parametrize(
    ("template", "card", "expected"),
    [
        ((TITLE, BREAK, DESCRIPTION, BREAK, URL), FULL, "Title\nWords\nhttps://a.example"),
        ((TITLE, BREAK, DESCRIPTION, BREAK, URL), Card(None, "Words"), "Words"),
        ((TITLE, BREAK, DESCRIPTION), Card("", ""), ""),
        ((TITLE, BREAK, DESCRIPTION), Card("\n", " "), ""),
        ((N, Words(". "), TITLE, Words(": "), DESCRIPTION), FULL, "7. Title: Words"),
        ((N, Words(". "), TITLE, Words(": "), DESCRIPTION), Card("Title"), "7. Title:"),
        ((N, Words(". "), TITLE, Words(": "), DESCRIPTION), Card(None, "Words"), "7. : Words"),
        ((N, Words(". "), TITLE, Words(": "), DESCRIPTION), Card(), ""),
        ((N, Words(".")), Card(), "7."),
        ((TITLE, Words(" 100% "), DESCRIPTION), FULL, "Title 100% Words"),
        ((Words("100% of it\n"), TITLE), FULL, "100% of it\nTitle"),
        ((Words("About\n\n"), TITLE, Words("\n\n"), DESCRIPTION), FULL, "About\n\nTitle\n\nWords"),
        ((TITLE, Words("\n\n"), DESCRIPTION), Card(None, "Words"), "Words"),
        ((Part("title", "None"), Words(" / "), DESCRIPTION), Card(None, "Words"), "None / Words"),
        ((Part("title", "None"),), Card(), "None"),
        ((TITLE,), FULL, "Title"),
        ((TITLE,), Card(), ""),
        ((TITLE, TITLE), FULL, "TitleTitle"),
        ((TEXT,), FULL, "Title\nWords"),
        ((TEXT,), Card(), "the fallback"),
        ((Words("see "), URL), FULL, "see https://a.example"),
        ((Words("see "), URL), Card("Title"), ""),
        ((Part("phone"), BREAK, TITLE), FULL, "Title"),
        ((Words("{"), TITLE, Words("}")), FULL, "{Title}"),
        ((TITLE,), Card("{title} %s"), "{title} %s"),
        ((), FULL, ""),
    ],
)
def test_a_text_is_written_line_by_line(template: RungTemplate, card: Card, expected: str) -> None:
    write = Template(template).writer(Card)
    assert (write(card, 7, "the fallback") or "") == expected


def test_a_text_is_compiled_once_for_each_kind_of_subject() -> None:
    template = Template((Part("label"), Words(": "), Part("number")))
    dial, reply = template.writer(Dial), template.writer(Reply)
    assert dial(Dial("Call", "123"), 0, None) == "Call: 123"
    assert reply(Reply("Yes"), 0, None) == "Yes:"
    assert template.of == {Dial: dial, Reply: reply}
    assert not template.counts
