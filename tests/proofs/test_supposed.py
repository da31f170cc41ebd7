"""Worlds in which guesses about conditions are so, and messages as they are there."""

from __future__ import annotations

import pytest

from pointsman.engine.interpret import holds
from pointsman.language import ir
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Contact,
    Content,
    FileList,
    Location,
    Media,
    Message,
    Picture,
    Text,
    kind_of,
    text_of,
)
from pointsman.proofs.asking import Asker
from pointsman.proofs.guesses import Guess
from pointsman.proofs.question import Ground, Impossible, Undecided
from pointsman.proofs.supposed import Supposed
from pointsman.proofs.world import view_of

HEAD = """component Bot is bot
start with Bot
calendar office
  mon 09:00-17:00
policy p on message to customer
"""
MEDIA = Media("https://example.com/a", mime="image/png", size=5)
ALL: tuple[Content, ...] = (
    Text("hello"),
    Picture(MEDIA, "hello"),
    Audio(MEDIA, "hello"),
    FileList((MEDIA,), "hello"),
    Location(1, 2, "hello"),
    Card("hello", "you", MEDIA),
    Card(description="hello"),
    Carousel((Card("a"), Card("b"))),
    Contact("Ann"),
)


def program(*conditions: str) -> tuple[Ground, list[ir.Condition]]:
    rules = "".join(f'rule "r{n}" when {it} then tag "x"\n' for n, it in enumerate(conditions))
    compiled = compile_rules({"a.rules": HEAD + rules})
    assert compiled.ir is not None, compiled.diagnostics
    found = [rule.when for rule in compiled.ir.policies[0].rules]
    return Ground(compiled.ir), [it for it in found if it is not None]


def supposed(ground: Ground, message: Message, *guessed: Guess) -> Supposed:
    return Supposed(Asker(ground, 1_000), "SMS", message, guessed)


@pytest.mark.parametrize("content", ALL, ids=kind_of)
@pytest.mark.parametrize("text", ['text contains "refund"', "length of text > 20", 'not text is "hello"'])
def test_a_message_gets_the_words_that_a_condition_asks_for(content: Content, text: str) -> None:
    ground, (condition,) = program(text)
    message = Message(content, fallback="hello" if isinstance(content, Carousel | Contact) else None)
    found = supposed(ground, message, Guess(condition, message, holds=True)).worlds()
    assert not isinstance(found, Impossible | Undecided)
    pairs = [(one, view_of(world, ground.hours)) for one, world in found]
    assert {view.name("channel") for _, view in pairs} == {"SMS"}
    assert {kind_of(one.content) for one, _ in pairs} == {kind_of(content)}
    assert any(holds(condition, view.later(view.conversation, one), {}) for one, view in pairs)
    assert any(text_of(one) != text_of(message) for one, _ in pairs) or text.startswith("not")


def test_a_message_gets_the_file_that_a_condition_asks_for_and_keeps_its_words() -> None:
    ground, (condition,) = program('message.size > 7 MB and message.name is "x.png"')
    message = Message(Picture(MEDIA, "hello"))
    found = supposed(ground, message, Guess(condition, message, holds=True)).worlds()
    assert not isinstance(found, Impossible | Undecided)
    one, _ = next(found)
    assert isinstance(one.content, Picture)
    assert (one.content.media.name, one.content.media.mime, one.content.caption) == ("x.png", "image/png", "hello")
    assert one.content.media.size is not None
    assert one.content.media.size > 7_000_000


def test_a_message_that_need_not_change_does_not() -> None:
    ground, (condition,) = program("office is open")
    for content in ALL:
        message = Message(content)
        found = supposed(ground, message, Guess(condition, message, holds=True)).worlds()
        assert not isinstance(found, Impossible | Undecided)
        assert next(found)[0] == message


def test_guesses_that_contradict_one_another_are_impossible() -> None:
    ground, (opened, closed, long) = program("office is open", "office is closed", "length of text > 5")
    one, other = Message(Text("hello")), Message(Card("hello"))
    both = Guess(opened, one, holds=True), Guess(closed, other, holds=True)
    assert isinstance(supposed(ground, one, *both).worlds(), Impossible)
    sizes = Guess(long, one, holds=True), Guess(long, one, holds=False)
    assert isinstance(supposed(ground, one, *sizes).worlds(), Impossible)


def test_guesses_of_messages_made_on_the_way_are_held_against_one_another_in_what_they_share() -> None:
    ground, (small, large) = program("message.size < 1 MB", "message.size > 2 MB")
    picture, card = Message(Picture(MEDIA)), Message(Card("a", media=MEDIA))
    guesses = Guess(small, picture, holds=True), Guess(large, card, holds=True)
    assert isinstance(supposed(ground, picture, *guesses).worlds(), Impossible)
    other = Message(Card("a", media=Media("https://example.com/b", size=9)))
    found = supposed(ground, picture, guesses[0], Guess(large, other, holds=True)).worlds()
    assert not isinstance(found, Impossible | Undecided)
    assert len(list(found)) > 1


def test_what_the_solver_may_not_be_asked_is_undecided() -> None:
    ground, (condition,) = program("office is open")
    message = Message(Text("hello"))
    asker = Asker(ground, 0)
    found = Supposed(asker, "SMS", message, (Guess(condition, message, holds=True),)).worlds()
    assert isinstance(found, Undecided)
