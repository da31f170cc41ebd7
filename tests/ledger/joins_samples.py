"""Events by addresses that conversations may have joined."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from pointsman.ledger.ledger import Commit, Submission
from pointsman.model.conversation import Conversation, Wait
from pointsman.model.decision import Answer, Record
from pointsman.model.identity import Address

WHATSAPP, SMS, RCS = (
    Address("shop", channel, "+31612345678", "+31100000000") for channel in ("WhatsApp", "SMS", "RCS")
)
ON = {address.channel: address for address in (WHATSAPP, SMS, RCS)}


def joining(
    address: Address,
    *,
    joins: Iterable[str] = (),
    ends: bool = False,
    follows: bool = True,
    id_: str | None = None,
    waits: dict[str, Wait] | None = None,
) -> Submission:
    """Something that is said by an address: it opens the conversation that it belongs to, which joins channels or ends.

    The answer's reason is where it was handled, and as which event of that conversation.
    """

    def step(recall: Conversation | None, now: int) -> Commit:
        before = recall or Conversation(address)
        joined = frozenset() if ends else before.joined | frozenset(joins)
        after = structs.replace(
            before,
            revision=before.revision + 1,
            latest=now,
            session_id="" if ends else "session",
            joined=joined,
            waits=waits or {},
        )
        answer = Answer("accepted", reason=f"{before.address.channel} {after.revision}")
        key = before.address.conversation_id
        record = Record(key, after.revision, now, before.address, "", "", "", (), answer)
        parted = tuple(ON[channel] for channel in sorted(before.joined - joined))
        return Commit(after, (), record, answer, tuple(ON[channel] for channel in sorted(joins)), parted)

    return Submission(address.conversation_id, "gateway", id_, step, follows=follows)
