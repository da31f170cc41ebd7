"""What there is in the place of what was expected: the value as it stands, or the text that comes nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from rich.cells import cell_len

from pointsman.engine.expectations import describe, gets, lost
from pointsman.language import ir
from pointsman.language.quoting import quoted
from pointsman.model.content import Message, kind_of, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, Effect, PositionAt, Step, ToCustomer

_BEFORE, _AFTER = 24, 36
"""Characters of two texts that are shown around the first place where they differ."""


class Instead(Struct, frozen=True):
    """`sentence` is what is so instead, in the words of the language; `texts` are what was expected and what was found.

    At most one of the two is there.
    """

    sentence: str = ""
    texts: tuple[str, str] | None = None


def instead(expectation: ir.TestStep, now: Conversation, since: Sequence[Decision]) -> Instead:
    """Find what there is in the place of an expectation that does not hold; nothing where there is nothing like it."""
    effects = [effect for decision in since for effect in decision.effects]
    steps = [step for decision in since for step in decision.steps]
    match expectation:
        case ir.ExpectReply(expected):
            replies = (effect.message for effect in effects if isinstance(effect, ToCustomer) and not effect.author)
            return _nearest(expected, _words(replies), "reply")
        case ir.ExpectGets(party, None):
            kinds = [kind_of(it.content) if isinstance(it, Message) else "a note" for it in gets(party, effects)]
            return Instead(f"{party} gets {', '.join(dict.fromkeys(kinds))}" if kinds else "")
        case ir.ExpectGets(party, expected):
            return _nearest(expected, _words(gets(party, effects)), f"{party} gets")
        case ir.ExpectContext(key, expected):
            found = [now.context[key]] if key in now.context else []
            return _nearest(expected, found, f"context.{key} is") if found else Instead(f"there is no context.{key}")
        case ir.ExpectCount(counter):
            return Instead(f"count of {counter} is {now.counters.get(counter, 0)}")
        case ir.ExpectPosition(component):
            return Instead(_positions(component, effects, expectation))
        case ir.ExpectWithheld(reason):
            return _nearest(reason, _details("withheld", steps), "withheld")
        case ir.ExpectRefused(reason):
            return _nearest(reason, _details("refused", steps), "refused")
        case ir.ExpectTag(label):
            return _nearest(label, [step.subject for step in steps if step.what == "tag"], "tag")
        case ir.ExpectLoss(loss):
            return _nearest(loss, [lost(step) for step in steps if step.what == "loss"], "loss")
        case _:
            return Instead()


def _words(messages: Iterable[Message | str]) -> list[str]:
    said = (text_of(it) if isinstance(it, Message) else it for it in messages)
    return [words for words in said if words is not None]


def _details(what: str, steps: Iterable[Step]) -> list[str]:
    return [step.detail for step in steps if step.what == what]


def _positions(component: str, effects: Iterable[Effect], expected: ir.ExpectPosition) -> str:
    found = (
        ir.ExpectPosition(component, ir.Whole(it.flow), ir.Whole(it.step), expected.span)
        for it in effects
        if isinstance(it, PositionAt) and it.component == component
    )
    return ", ".join(map(describe, found))


def _nearest(expected: ir.Expected | None, found: Sequence[str], head: str) -> Instead:
    """The text that agrees longest with what was expected; what a search finds nothing in is told as it is."""
    match expected:
        case ir.Whole(text) if found:
            return Instead(texts=(text, max(found, key=lambda it: _agreement(text, it))))
        case ir.Search() if found:
            return Instead(f"{head} {quoted(found[0])}")
        case _:
            return Instead()


def _agreement(one: str, other: str) -> int:
    """How many characters two texts have in common from the start."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


# How it reads ---------------------------------------------------------------------------------------------------------


def marked(expected: str, found: str) -> Iterator[str]:
    """Yield two texts around the first place where they differ, one under the other, and a mark below that place."""
    at = _agreement(expected, found)
    yield f"expected {_around(expected, at)}"
    yield f"got      {_around(found, at)}"
    before = f"got      {_around(expected[:at], at)}"
    yield f"{' ' * (cell_len(before) - 1)}^{_unseen(expected[at : at + 1], found[at : at + 1])}"


def _around(text: str, at: int) -> str:
    start = max(at - _BEFORE, 0)
    shown = quoted(text[start : at + _AFTER])
    return f"{'…' if start else ''}{shown}{'…' if len(text) > at + _AFTER else ''}"


def _unseen(expected: str, found: str) -> str:
    """Which characters differ, where a reader may not see it."""
    if all("!" <= char <= "~" or not char for char in (expected, found)):
        return ""
    return f" expected {_named(expected)}, got {_named(found)}"


def _named(char: str) -> str:
    return f"U+{ord(char):04X}" if char else "the end"
