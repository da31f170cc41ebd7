"""What was said in a session, in order: for components that are told of earlier messages."""

from __future__ import annotations

from msgspec import Struct

from pointsman.model.content import Message


class Turn(Struct, frozen=True, omit_defaults=True):
    """One message as it was let through, before its downgrade. `author` is CUSTOMER, a component, or empty for a rule.

    `id` is the delivery's or the sender's own; `at` is when it was committed (ms). `number` counts the conversation's
    turns, through all its sessions. What was redacted stands nowhere.
    """

    at: int
    author: str
    message: Message
    id: str = ""
    channel: str = ""
    number: int = 0
