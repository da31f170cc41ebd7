"""Channels for tests of renderings, written as rules: one carries everything, and a test restates lines of it."""

from __future__ import annotations

from functools import cache

from pointsman.engine.downgrade import Rendered, rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.interpret import holds
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.engine.view import View
from pointsman.language.ir import Condition
from pointsman.language.lower import standard_rungs
from pointsman.language.lower_channels import standard
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import Button, Card, Media, Message, Reply, text_of
from pointsman.model.conversation import Conversation
from pointsman.proofs.carried import violations

EVERYTHING = """
component Shop is bot
start with Shop
channel Whole
  text native
  picture native
  video native
  audio native
  file native
  'file list' native
  location native
  contact native
  card native
  carousel native
  template native
  button reply native
  button url native
  button dial native
  button compose native
  button location native
  button calendar native
"""
PICTURE = Media("https://shop.example/table.jpg", mime="image/jpeg")
YES, NO = Reply("Yes", "yes"), Reply("No", "no")


TITLES = "{title}\\n{description}"
"""What a card says, as a template of the rules."""


@cache
def channel(lines: str = "", rungs: str = "") -> Ladder:
    """The channel `Test`, which carries everything but for what `lines` state, with `rungs` above the standard ones."""
    compiled = compile_rules({"a.rules": f"{EVERYTHING}channel Test like Whole\n{lines}\n{rungs}\n"})
    assert compiled.ir is not None, compiled.diagnostics
    profile = next(profile for profile in compiled.ir.profiles if profile.name == "Test")
    return Ladder(profile, compiled.ir.rungs)


def standard_channel(name: str) -> Ladder:
    return Ladder(standard()[name], standard_rungs())


def applies(condition: Condition, message: Message) -> bool:
    return holds(condition, View(Conversation(ADDRESS), message, CLOCK, {}, enabled=frozenset()), {})


def sent(message: Message, ladder: Ladder) -> Rendered:
    """Render a message; what leaves is carried."""
    it = rendered(message, ladder, applies)
    assert violations(it.messages, ladder.profile) == ()
    return it


def texts(it: Rendered) -> list[str | None]:
    return [text_of(message) for message in it.messages]


def told(it: Rendered) -> list[str]:
    return [f"{loss.kind} {loss.told}" for loss in it.losses]


def labels(buttons: tuple[Button, ...]) -> list[str]:
    return [button.label for button in buttons]


def card(number: int, *buttons: Button) -> Card:
    return Card(f"Title {number}", f"Words {number}", PICTURE, buttons)
