"""Messages that leave in responses, and the requests that they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger_samples import event, key
from msgspec import structs

from pointsman.ledger.ledger import Asked, Commit, Responded, Step, Submission
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Owed, ToComponent, ToCustomer, response_queue

UNTIL = 1_008_000
"""Eight seconds after the samples' clock begins."""


def _telling(step: Step, texts: Sequence[str], until: int, copied: bool) -> Step:
    """The step, and these texts for the customer beside what it owes, which may be copies."""

    def run(recall: Conversation | None, now: int) -> Commit:
        commit = step(recall, now)
        record, here = commit.record, commit.conversation.address
        owed = tuple(
            Owed(
                id=f"{record.revision}/{place}",
                conversation=here.conversation_id,
                address=here,
                session_id="session",
                effect=ToCustomer(Message(Text(text)), "bot", send=place + 1, connection="dialog", until=until),
                connection="dialog",
                generation="hash",
                at=now,
            )
            for place, text in enumerate(texts)
        )
        return structs.replace(commit, owed=(*(_copied(each) if copied else each for each in commit.owed), *owed))

    return run


def _copied(owed: Owed) -> Owed:
    assert isinstance(owed.effect, ToComponent)
    return structs.replace(owed, effect=structs.replace(owed.effect, author="bot"))


def telling(
    name: str, *texts: str, to: Sequence[str] = (), copied: bool = False, until: int = UNTIL, **members: Any
) -> Submission:
    """An event by `dialog` of the customer `name`, who is told `texts`; components `to` are owed something too."""
    plain = event(name, *to, source="dialog", **members)
    return structs.replace(plain, step=_telling(plain.step, texts, until, copied))


def asked(name: str = "anna", id_: str | None = "m1", channel: str = "WhatsApp") -> Asked:
    return Asked(key(name), "dialog", id_, response_queue("dialog", channel))


def written(owed: Sequence[Owed]) -> bytes:
    """The texts, in order."""
    return " ".join(text(each) for each in owed).encode()


def text(owed: Owed) -> str:
    assert isinstance(owed.effect, ToCustomer)
    assert isinstance(owed.effect.message.content, Text)
    return owed.effect.message.content.text


def body(response: Responded | None) -> bytes:
    assert response is not None
    return response.body
