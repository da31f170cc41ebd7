"""Conditions on the shape of a message: what follows from it, and each way in which the rest can come out."""

from __future__ import annotations

import pytest

from pointsman.engine.downgrade import Holds
from pointsman.language import ir
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import Card, Location, Media, Message, Picture, Reply, Text
from pointsman.proofs.guesses import runs, settled

HEAD = """component Bot is bot
start with Bot
calendar office
  mon 09:00-17:00
policy p on message from Bot
"""
PLAIN = Message(Text("hello"))
PICTURE = Message(Picture(Media("https://example.com/a", mime="image/png", size=5), "words"))
BARE = Message(Picture(Media("https://example.com/a")))


def condition(text: str) -> ir.Condition:
    compiled = compile_rules({"a.rules": f'{HEAD}rule "r"\n  when {text}\n  then tag "x"\n'})
    assert compiled.ir is not None, compiled.diagnostics
    found = compiled.ir.policies[0].rules[0].when
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "message", "follows"),
    [
        ("channel is SMS", PLAIN, True),
        ("channel in (RCS, Viber)", PLAIN, False),
        ("message is text", PLAIN, True),
        ("message in (card, picture)", PLAIN, False),
        ("message has buttons", PLAIN, False),
        ("message has buttons", Message(Text("a"), (Reply("b"),)), True),
        ("message has buttons", Message(Card("a", buttons=(Reply("b"),))), True),
        ('text is "hello"', PLAIN, None),
        ("length of text > 500", PLAIN, None),
        ("text exists", PLAIN, True),
        ("text exists", BARE, False),
        ('text contains "a"', BARE, False),
        ("text matches /a/", BARE, False),
        ("length of text < 500", BARE, False),
        ("message.size > 5 MB", PICTURE, None),
        ("message.size > 5 MB", BARE, False),
        ("message.size exists", PICTURE, True),
        ("message.mime exists", BARE, False),
        ('message.mime starts with "image/"', PICTURE, None),
        ('message.name is "a"', BARE, None),
        ('message.name is "a"', PLAIN, False),
        ("message.url exists", PLAIN, False),
        ("office is open", PLAIN, None),
        ("Bot is enabled", PLAIN, None),
        ("count of misses > 2", PLAIN, None),
        ('context.team is "a"', PLAIN, None),
        ("not office is open", PLAIN, None),
        ("not channel is SMS", PLAIN, False),
        ("channel is SMS and office is open", PLAIN, None),
        ("channel is RCS and office is open", PLAIN, False),
        ("channel is SMS or office is open", PLAIN, True),
        ("channel is RCS or office is open", PLAIN, None),
        ("channel is RCS or message is picture", Message(Location(1, 2)), False),
    ],
)
def test_what_follows_from_the_shape_is_settled_and_the_rest_is_open(
    text: str, message: Message, follows: bool | None
) -> None:
    assert settled(condition(text), message, "SMS") is follows


def asked(*questions: tuple[ir.Condition, Message]) -> list[tuple[bool, ...] | None]:
    def run(holds: Holds) -> tuple[bool, ...]:
        found = []
        for it, message in questions:
            found.append(holds(it, message))
            if found[-1]:
                break
        return tuple(found)

    return [None if it is None else it[0] for it in runs("SMS", run, 10)]


def test_each_way_is_tried_once_and_only_as_far_as_it_is_asked() -> None:
    one, other = condition("office is open"), condition("Bot is enabled")
    assert asked() == [()]
    assert asked((one, PLAIN), (other, PLAIN)) == [(False, False), (False, True), (True,)]


def test_messages_that_do_not_differ_in_what_is_read_get_the_same_answer_within_one_run() -> None:
    it = condition("office is open")
    assert asked((it, PLAIN), (it, Message(Text("hello")))) == [(False, False), (True,)]
    assert asked((it, PLAIN), (it, PICTURE)) == [(False, False), (True,)]
    words = condition('text contains "a"')
    assert asked((words, PLAIN), (words, PICTURE)) == [(False, False), (False, True), (True,)]
    assert asked((words, PLAIN), (words, Message(Picture(Media("b"), "hello")))) == [(False, False), (True,)]


def test_more_ways_than_may_be_tried_are_said_to_be_more() -> None:
    many = [(condition('text contains "a"'), Message(Text(str(number)))) for number in range(12)]
    found = asked(*many)
    assert len(found) == 11
    assert found[-1] is None


def test_what_was_guessed_is_told_with_the_result() -> None:
    it = condition("office is open")
    [first, second] = [way for way in runs("SMS", lambda holds: holds(it, PLAIN), 4) if way is not None]
    assert [(guess.condition, guess.message, guess.holds) for guess in first[1]] == [(it, PLAIN, False)]
    assert (second[0], second[1][0].holds) == (True, True)
