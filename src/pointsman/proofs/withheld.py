"""A message that is withheld, since nothing renders it, as a test that shows it.

Laws: the test was run, from its text, before anybody sees it; what it does not need is left out. A message that the
language of tests cannot say has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from pointsman.engine import happenings
from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import run_test
from pointsman.language import ir, tree
from pointsman.language.format import formatted_item
from pointsman.language.tree.node import NOWHERE
from pointsman.model.content import (
    Carousel,
    Contact,
    FileList,
    Location,
    Message,
    Reply,
    Template,
    Text,
    kind_of,
    media_of,
    text_of,
)
from pointsman.model.event import FromComponent
from pointsman.proofs import wording
from pointsman.proofs.occasions import Ways
from pointsman.proofs.script import line
from pointsman.proofs.witness import read_test
from pointsman.proofs.world import World

_WAYS_MAX = 8
"""Transcripts that are tried for one message."""


def as_test(program: Loaded, ways: Ways, world: World, message: Message, reason: str) -> str | None:
    """The text of a test in which `message`, sent in the conversation of `world`, is withheld for `reason`."""
    if not can_be_said(message):
        return None
    for script in islice(ways.scripts(world), _WAYS_MAX):
        *before, last = (it.written for it in script.lines)
        if isinstance(last, tree.Sends | tree.Says):
            sent = sends(last.party, message)
            steps = [*before, sent, tree.ExpectWithheld(wording.string(reason), NOWHERE)]
            name = wording.string(f"a {kind_of(message.content)} on {world.names['channel']} has no rendering")
            if _passes(program, name, steps):
                return formatted_item(tree.Test(name, tuple(_shortened(program, name, steps)), NOWHERE))
    return None


def can_be_said(message: Message) -> bool:
    """Whether a step of a test makes this message."""
    step = line(sends(wording.name("CmBot"), message)).played
    event = happenings.event_of(step) if isinstance(step, ir.Sends) else None
    return isinstance(event, FromComponent) and event.message == message


def sends(party: tree.Name | tree.Customer, message: Message) -> tree.Sends:
    """The step that says of a message what a step can say."""
    kind, media, words = kind_of(message.content), media_of(message), text_of(message)
    said = {f"message.{key}": value for key in ("name", "mime") if (value := getattr(media, key, None)) is not None}
    said |= {} if words is None or kind == "text" else {"message.text": words}
    size = media.size if media else None
    return tree.Sends(
        party=party,
        kind=wording.name(kind),
        url=wording.string(_address(message)),
        size=None if size is None else wording.size(size),
        over=None,
        buttons=tuple(wording.string(it.label) for it in message.buttons if isinstance(it, Reply)),
        meta=wording.meta(said),
        span=NOWHERE,
    )


def _address(message: Message) -> str:
    """What a step says first of a message: its file's address, or what stands in the place of one."""
    match message.content:
        case Text(text):
            return text
        case Contact(name) | Template(name=name):
            return name or ""
        case Location(url=url):
            return url or ""
        case FileList((file, *_)):
            return file.url
        case Carousel((card, *_)) if card.media:
            return card.media.url
        case _:
            media = media_of(message)
            return media.url if media else ""


def _passes(program: Loaded, name: tree.String, steps: Sequence[tree.TestStep]) -> bool:
    test = read_test(formatted_item(tree.Test(name, tuple(steps), NOWHERE)))
    return test is not None and run_test(program, test).passed


def _shortened(program: Loaded, name: tree.String, steps: list[tree.TestStep]) -> list[tree.TestStep]:
    """Leave out each step before the last two without which it passes as well."""
    place = 0
    while place < len(steps) - 2:
        shorter = steps[:place] + steps[place + 1 :]
        if _passes(program, name, shorter):
            steps = shorter
        else:
            place += 1
    return steps
