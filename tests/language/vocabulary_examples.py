"""The examples of the vocabulary's records, each in a program in which it can stand; more than one test reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from pointsman.language import tree
from pointsman.language import vocabulary as words
from pointsman.language.parse import parse
from pointsman.language.source import Source
from pointsman.language.vocabulary import Occasion, Place

COMPONENTS = "component CmBot is bot\ncomponent CustomerContact is desk\ncomponent Desk is desk\n"
START = "start with CmBot\n"
CAST = """list words = "agent", "human"
list vips = "+31612345678"
calendar office
  mon-fri 09:00-17:30
policy cast_of on message from customer
rule "a rule"
  when sample 10% and text in words and sender in vips and office is open and count of misses > 1
  then add 1 to misses
       set timer reminder for 5m
       set timer remind for 5m
"""
EVENTS = {
    Occasion.MESSAGE_IN: "message from customer",
    Occasion.MESSAGE_OUT: "message from CmBot",
    Occasion.TO_CUSTOMER: "message to customer",
    Occasion.CHANGE: "CmBot enabled",
    Occasion.LIFETIME: "conversation starts",
    Occasion.WAIT: "timer reminder",
    Occasion.FAILURE: "delivery failed",
    Occasion.REQUEST: "request from Desk",
}


class Shown(Struct, frozen=True):
    """An example of the vocabulary: `text` is the program's part that holds it, behind the cast."""

    example: str
    text: str

    @property
    def files(self) -> Mapping[str, str]:
        cast = (
            "" if self.text.startswith("language") else COMPONENTS + ("" if "start with" in self.text else START) + CAST
        )
        return {"a.rules": cast + self.text, "words.rules": 'list others = "a"', "vips.txt": "a\n"}

    def items(self) -> tuple[tree.Item, ...]:
        """The tree of the part that holds the example."""
        file = parse(Source("a.rules", self.text)).file
        return (*file.items, *file.strays)  # type: ignore[arg-type]  # a rule alone stands under the cast's policy


def _rule(condition: str, actions: str = 'tag "x"', on: str = "message from customer") -> str:
    return f'policy shown on {on}\nrule "shown" when {condition}\nthen {actions}\n'


def _on(occasions: frozenset[Occasion]) -> str:
    return next(event for occasion, event in EVENTS.items() if occasion in occasions)


_BEFORE = {
    Place.TOP: "",
    Place.ITEM: "",
    Place.COMPONENT: "component Archive is service\n",
    Place.CALENDAR: "calendar shop\n",
    Place.CHANNEL: "channel Facebook\n",
    Place.POLICY: "policy shown on message from customer\n",
}


def _examples() -> Iterator[Shown]:
    for it in words.DECLARATIONS:
        yield Shown(it.example, _BEFORE[it.where] + it.example + "\n")
    for field in words.FIELDS:
        yield Shown(field.example, _rule(field.example, on=_on(field.on)))
    for field in words.CALENDAR_FIELDS:
        yield Shown(field.example, _rule("channel is SMS", f'reply "{field.example}"'))
    for quantity in words.QUANTITIES:
        yield Shown(quantity.example, _rule(quantity.example))
    for predicate in words.PREDICATES:
        yield Shown(predicate.example, _rule(predicate.example))
    for event in words.EVENTS:
        yield Shown(event.example, _rule("channel is SMS", on=event.example))
    for action in words.ACTIONS:
        yield Shown(action.example, _rule("channel is SMS", action.example, _on(action.on)))
    for step in (*words.FACTS, *words.HAPPENINGS, *words.EXPECTATIONS):
        for example in step.examples:
            yield Shown(example, f'test "shown"\n{example}\nexpect no rule\n')


EXAMPLES: tuple[Shown, ...] = tuple(_examples())
