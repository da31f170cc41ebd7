"""Events into the ledger, in two acts: compute everything that a batch will write, then write it.

Laws:

- Nothing is written before every step of the batch has run and its results are encoded. A step that raises fails its
  own submission and leaves no trace; its neighbours in the batch do not notice.
- A batch means what its submissions would mean one by one: a later one sees the conversation as the earlier left it,
  and an id seen earlier in the batch has been seen.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

from msgspec import Struct, field

from pointsman import limits
from pointsman.ledger import blobs, rows
from pointsman.ledger.ledger import Outcome, Submission
from pointsman.ledger.memory import Known, Memory, Numbers
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Owed

Seen = tuple[str, str]
"""(source, id as it is kept)."""


class Due(Struct, frozen=True):
    """One delivery to be written: its queue by conversation's number and destination, and its encoding."""

    conversation: int
    destination: str
    owed: Owed
    body: bytes


class Intake(Struct):
    """What a batch of submissions will write. `outcomes` has one entry a submission, in their order."""

    numbers: Numbers
    before: dict[str, Known]
    after: dict[str, Known] = field(default_factory=dict)
    states: dict[str, bytes] = field(default_factory=dict)
    answers: dict[Seen, Answer] = field(default_factory=dict)
    outcomes: list[Outcome | Exception] = field(default_factory=list)
    seen: list[tuple[str, str, int, bytes]] = field(default_factory=list)
    records: list[tuple[int, bytes]] = field(default_factory=list)
    owed: list[Due] = field(default_factory=list)

    def changes(self) -> list[tuple[int, Conversation | None, Conversation]]:
        """What became of each conversation that the batch touched: (number, before, after)."""
        return [
            (known.number, self.before[key].conversation if key in self.before else None, known.conversation)
            for key, known in self.after.items()
        ]

    def known(self) -> dict[str, Known]:
        """All that may be remembered once the batch is committed."""
        return self.before | self.after


def compute(db: sqlite3.Connection, memory: Memory, submissions: Sequence[Submission], now: int) -> Intake:
    """Run the steps of a batch on what is remembered or recalled from `db`; write nothing."""
    intake = Intake(memory.numbers(), _recall(db, memory, {submission.key for submission in submissions}))
    intake.answers = _answers(db, [_identity(submission) for submission in submissions])
    for submission in submissions:
        try:
            outcome: Outcome | Exception = _take(intake, submission, now)
        except Exception as error:  # noqa: BLE001  # whatever a step raises is its own submission's outcome
            outcome = error
        intake.outcomes.append(outcome)
    return intake


def write(db: sqlite3.Connection, intake: Intake) -> None:
    """Write conversations, ids and records of the batch. Queues and waits have files of their own."""
    states = [
        (known.number, key, address.account, address.channel, address.customer, known.conversation.latest,
         intake.states[key])
        for key, known in intake.after.items()
        for address in (known.conversation.address,)
    ]  # fmt: skip
    rows.write(
        db,
        "INSERT INTO conversations(number, id, account, channel, customer, latest, state) VALUES {rows}"
        " ON CONFLICT(number) DO UPDATE SET latest = excluded.latest, state = excluded.state",
        states,
    )
    rows.write(db, "INSERT INTO seen(source, id, at, answer) VALUES {rows}", intake.seen)
    rows.write(db, "INSERT INTO records(conversation, body) VALUES {rows}", intake.records)
    for number in {known.number for known in intake.after.values() if _is_full(known.conversation)}:
        _trim(db, number)


def kept_id(event_id: str) -> str:
    """The id as it is kept: itself, or its digest where it is longer than `limits.EVENT_ID_CHARACTERS_MAX`."""
    if len(event_id) <= limits.EVENT_ID_CHARACTERS_MAX:
        return event_id
    return hashlib.sha256(event_id.encode()).hexdigest()


def _take(intake: Intake, submission: Submission, now: int) -> Outcome:
    identity = _identity(submission)
    if identity is not None and identity in intake.answers:
        return Outcome(intake.answers[identity], repeated=True)
    known = intake.after.get(submission.key) or intake.before.get(submission.key)
    recall = known.conversation if known else None
    moment = now if submission.received is None else submission.received
    commit = submission.step(recall, max(moment, recall.latest) if recall else moment)
    number = known.number if known else intake.numbers.conversations + 1
    owed = [Due(number, owed.effect.to, owed, blobs.encode(owed)) for owed in commit.owed]
    record, answer = blobs.encode(commit.record), blobs.encode(commit.answer)
    state = blobs.encode(commit.conversation)
    # From here on nothing fails: the batch takes all of a submission or nothing.
    intake.numbers.conversations = max(number, intake.numbers.conversations)
    intake.after[submission.key] = Known(number, commit.conversation)
    intake.states[submission.key] = state
    intake.owed += owed
    intake.records.append((number, record))
    if identity is not None:
        intake.answers[identity] = commit.answer
        intake.seen.append((*identity, now, answer))
    return Outcome(commit.answer, repeated=False, record=commit.record)


def _identity(submission: Submission) -> Seen | None:
    return None if submission.event_id is None else (submission.source, kept_id(submission.event_id))


def _recall(db: sqlite3.Connection, memory: Memory, keys: set[str]) -> dict[str, Known]:
    remembered = {key: known for key in keys if (known := memory.recall(key))}
    query = "SELECT id, number, state FROM conversations WHERE id IN (VALUES {rows})"
    found = rows.look_up(db, query, [(key,) for key in keys if key not in remembered])
    return remembered | {key: Known(number, blobs.decode_conversation(state)) for key, number, state in found}


def _answers(db: sqlite3.Connection, identities: Sequence[Seen | None]) -> dict[Seen, Answer]:
    query = (
        "SELECT source, id, answer FROM (VALUES {rows}) AS wanted CROSS JOIN seen ON source = column1 AND id = column2"
    )
    found = rows.look_up(db, query, [identity for identity in identities if identity is not None])
    return {(source, id_): blobs.decode_answer(answer) for source, id_, answer in found}


def _is_full(conversation: Conversation) -> bool:
    return conversation.revision > limits.DECISIONS_PER_CONVERSATION_MAX


def _trim(db: sqlite3.Connection, conversation: int) -> None:
    db.execute(
        "DELETE FROM records WHERE number IN (SELECT number FROM records WHERE conversation = ?"
        " ORDER BY number DESC LIMIT -1 OFFSET ?)",
        (conversation, limits.DECISIONS_PER_CONVERSATION_MAX),
    )
