"""What became of a component's messages, and that the customer is typing: for components that have asked to hear it.

Laws:

- No rule sees a receipt, and none changes it. It is owed to the author of the message alone, under the name that the
  author gave it; a message without a name cannot be told from others, and has no receipts.
- A message that goes out again by another channel has not failed.
- Where a message was cut into several, the event says which part is told: its last one's arrival, any one's failure.
"""

from __future__ import annotations

from pointsman.engine.draft import Draft
from pointsman.engine.loaded import Loaded
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Receipt
from pointsman.model.event import DeliveryFailed, Reported
from pointsman.model.wiring import Wiring


def tell(draft: Draft, event: DeliveryFailed | Reported) -> None:
    """Owe the author of a message what was reported of it."""
    seat = draft.wiring.seats.get(event.author)
    if seat is None or not seat.receipts or not event.reference:
        return
    if isinstance(event, Reported):
        receipt = Receipt(event.author, event.status, event.reference)
    else:
        receipt = Receipt(event.author, "failed", event.reference, event.reason)
    draft.effects.append(receipt)
    draft.note("notified", event.author, receipt.status)


def receipts_of_typing(program: Loaded, wiring: Wiring, conversation: Conversation) -> tuple[Receipt, ...]:
    """What is told while the customer is typing: all who hear, of those who have asked. Nothing without a session."""
    if not conversation.open:
        return ()
    hears = program.routing(conversation.enabled).hears
    asked = (name for name in hears if name in wiring.seats and wiring.seats[name].receipts)
    return tuple(Receipt(name, "typing") for name in asked)
