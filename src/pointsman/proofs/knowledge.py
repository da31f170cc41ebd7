"""What is worked out once for all questions about one program: names, normal forms, calendars, plain worlds, texts."""

from __future__ import annotations

from collections.abc import Hashable
from copy import copy
from weakref import WeakKeyDictionary

from msgspec import structs

from pointsman.engine.interpret import Lists
from pointsman.engine.view import draw
from pointsman.model.event import Trigger
from pointsman.proofs.domains import LAST_DRAW, Domains, names_of
from pointsman.proofs.moments import Moments
from pointsman.proofs.normal import Normal
from pointsman.proofs.plain import plain_world
from pointsman.proofs.question import Ground, Question
from pointsman.proofs.texts import TextAnswer
from pointsman.proofs.world import World, conversation_of

_REMEMBERED_MAX = 100_000
"""Conditions, and questions about texts: 10,000 rules have about 20,000 of each."""


class Knowledge:
    """See `knowledge_of`. Not for two threads at once."""

    def __init__(self, ground: Ground) -> None:
        self.hours = ground.hours
        self.lists: Lists = ground.lists
        self.names = names_of(ground)
        self.normal = Normal(self.names, ground.lists)
        self.moments = Moments(ground)
        self.bots = tuple(component.name for component in ground.ir.components if component.role == "bot")
        self.text_answers: dict[Hashable, TextAnswer] = {}
        """What was asked of texts before; see `forget`."""
        self._ground = copy(ground)  # not the ground itself, which would then never be let go
        self._plain: dict[Trigger, World] = {}
        self._wordless: dict[Trigger, World] = {}
        self._domains: dict[Trigger, Domains] = {}

    def forget(self) -> None:
        """Drop what is remembered of conditions and texts, if it has become much. Not while a question is answered."""
        if max(len(self.text_answers), len(self.normal)) > _REMEMBERED_MAX:
            self.text_answers.clear()
            self.normal.forget()

    def plain(self, trigger: Trigger) -> World:
        """The world of an event about which there is nothing to tell."""
        if trigger not in self._plain:
            self._plain[trigger] = plain_world(self._ground, trigger)
        return self._plain[trigger]

    def near(self, question: Question) -> World:
        """The world to stay close to, with a number for every sample that is asked about."""
        near = question.near or self._bare(question.trigger)
        salts = {salt for wanted in question.wanted for salt in self.normal.salts(wanted.condition)} - near.draws.keys()
        if not salts:
            return near
        draws = dict.fromkeys(sorted(salts), LAST_DRAW)
        if question.near is not None:
            conversation = conversation_of(near).address.conversation_id
            draws = {salt: draw(conversation, salt) for salt in draws}
        return structs.replace(near, draws={**near.draws, **draws})

    def _bare(self, trigger: Trigger) -> World:
        """The plain world without its words: a text gets them anyway, and a file needs no caption."""
        if trigger not in self._wordless:
            plain = self.plain(trigger)
            texts = {path: value for path, value in plain.texts.items() if path != "text"}
            self._wordless[trigger] = structs.replace(plain, texts=texts)
        return self._wordless[trigger]

    def domains(self, question: Question, near: World) -> Domains:
        """What variables can be; those that are kept are as in `near`, which is that of the question."""
        if question.near is not None and question.kept:
            return Domains(self._ground, self.names, question.trigger, near, question.kept)
        if question.trigger not in self._domains:
            self._domains[question.trigger] = Domains(self._ground, self.names, question.trigger)
        return self._domains[question.trigger]


_KNOWN: WeakKeyDictionary[Ground, Knowledge] = WeakKeyDictionary()


def knowledge_of(ground: Ground) -> Knowledge:
    """Return what is known of a program, kept for as long as its ground is."""
    known = _KNOWN.get(ground)
    if known is None:
        known = _KNOWN[ground] = Knowledge(ground)
    return known
