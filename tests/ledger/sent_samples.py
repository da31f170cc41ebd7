"""Messages for a customer, under references, and what carriers report of them."""

from __future__ import annotations

from msgspec import structs

from pointsman.ledger.ledger import Commit, Progress, Status, Step, Submission
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Owed, Record, ToCustomer
from pointsman.model.identity import Address, derived_id

ANNA = "+31612345678"


def step(customer: str, references: tuple[str, ...], connection: str = "gateway") -> Step:
    """Owe the customer one message for each of `references`, numbered by revision and place."""
    address = Address("shop", "WhatsApp", customer, "business")

    def run(recall: Conversation | None, now: int) -> Commit:
        before = recall or Conversation(address)
        after = structs.replace(before, revision=before.revision + 1, latest=now)
        conversation = address.conversation_id
        owed = tuple(
            Owed(
                id=derived_id(f"{conversation}/{after.revision}", str(place)),
                conversation=conversation,
                address=address,
                session_id="session",
                effect=ToCustomer(Message(Text("hi"), reference=name or None), "bot", send=after.revision, part=place),
                connection=connection,
                generation="hash",
                at=now,
                reference=name or derived_id(f"{conversation}/{after.revision}", str(place)).replace("-", ""),
            )
            for place, name in enumerate(references)
        )
        answer = Answer("accepted", reason=f"revision {after.revision}")
        return Commit(after, owed, Record(conversation, after.revision, now, address, "", "", "", (), answer), answer)

    return run


def says(*references: str, customer: str = ANNA, connection: str = "gateway") -> Submission:
    conversation = Address("shop", "WhatsApp", customer, "business").conversation_id
    return Submission(conversation, "bot", None, step(customer, references, connection))


def told(row: int, status: Status, customer: str = ANNA) -> Submission:
    return structs.replace(says(customer=customer), progress=Progress(row, status))
