"""A message leaves for the customer: rendered for its channel, numbered, owed, and its options remembered.

Rules on `message to customer` have been handled before, in `handling`; what is decided here follows from the channel.
"""

from __future__ import annotations

from pointsman.engine.downgrade import Rendered, rendered
from pointsman.engine.draft import Draft
from pointsman.engine.interpret import holds
from pointsman.engine.view import View
from pointsman.language.ir import Condition
from pointsman.limits import CHOICES_MAX, GLANCE_CHARACTERS_MAX
from pointsman.model.content import Card, Carousel, Message, Reply, kind_of, text_of
from pointsman.model.conversation import Offer
from pointsman.model.decision import ToCustomer


def leave(draft: Draft, view: View, message: Message, author: str, rule: str) -> str:
    """Owe the customer a message in the form that the channel carries; return why it may not leave, if so.

    `view` is what rungs' conditions see of the conversation.
    """
    it = _rendered(draft, view, message)
    draft.sends += 1
    draft.effects.extend(
        ToCustomer(each, author, rule, send=draft.sends, part=part) for part, each in enumerate(it.messages)
    )
    draft.note("delivered" if author else "reply", author, _glance(message), rule)
    for loss in it.losses:
        draft.lose(loss, rule)
    _offer(draft, message)
    return ""


def _rendered(draft: Draft, view: View, message: Message) -> Rendered:
    def applies(condition: Condition, of: Message) -> bool:
        return holds(condition, view.later(view.conversation, of), draft.loaded.lists)

    return rendered(message, draft.loaded.ladders.get(draft.channel), applies)


def _glance(message: Message) -> str:
    """A message in one line, for those who read what happened."""
    words, kind = text_of(message), kind_of(message.content)
    shown = f'"{words[:GLANCE_CHARACTERS_MAX]}"' if words is not None else ""
    return shown if kind == "text" else f"{kind} {shown}".rstrip()


def _offer(draft: Draft, message: Message) -> None:
    """Remember the reply buttons of a message that left: a press is known by its label or its postback."""
    content = message.content
    cards = content.cards if isinstance(content, Carousel) else (content,) if isinstance(content, Card) else ()
    buttons = [*message.buttons, *(button for card in cards for button in card.buttons)]
    offers = [Offer(button.label, button.postback) for button in buttons if isinstance(button, Reply)]
    if offers:
        draft.choices = tuple(offers[:CHOICES_MAX])
