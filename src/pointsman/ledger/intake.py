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
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from msgspec import Struct, field, structs

from pointsman import limits
from pointsman.ledger import blobs, joins, rows, sent, turns
from pointsman.ledger.ledger import Commit, Outcome, Progress, Status, Submission
from pointsman.ledger.memory import Known, Memory, Numbers
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Owed

Seen = tuple[str, str]
"""(source, id as it is kept)."""
Recall: TypeAlias = Callable[[set[str]], dict[str, Known]]
"""What is known of the conversations with these ids."""

_VOID = Answer("void", reason="nothing new")


class Due(Struct, frozen=True):
    """One delivery to be written: its number, its queue by conversation's number and destination, and its encoding."""

    number: int
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
    turns: list[turns.Said] = field(default_factory=list)
    statuses: dict[sent.Place, Status | None] = field(default_factory=dict)
    """What is known of messages of which more is told, as the batch leaves it."""
    moved: set[sent.Place] = field(default_factory=set)

    def changes(self) -> list[tuple[int, Conversation | None, Conversation]]:
        """What became of each conversation that the batch touched: (number, before, after)."""
        return [
            (known.number, self.before[key].conversation if key in self.before else None, known.conversation)
            for key, known in self.after.items()
        ]

    def of(self, key: str) -> Known | None:
        """The conversation as the batch has left it so far."""
        return self.after.get(key) or self.before.get(key)

    def known(self) -> dict[str, Known]:
        """All that may be remembered once the batch is committed."""
        return self.before | self.after


def compute(db: sqlite3.Connection, memory: Memory, submissions: Sequence[Submission], now: int) -> Intake:
    """Run the steps of a batch on what is remembered or recalled from `db`; write nothing."""
    recall = partial(_recall, db, memory)
    intake = Intake(memory.numbers(), _with_joined(recall, {submission.key for submission in submissions}))
    intake.answers = _answers(db, [_identity(submission) for submission in submissions])
    intake.statuses = sent.states(db, _places(intake, submissions))
    for submission in submissions:
        try:
            outcome: Outcome | Exception = _take(intake, submission, now, recall)
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a step raises is its own submission's outcome
            outcome = error
        intake.outcomes.append(outcome)
    return intake


def write(db: sqlite3.Connection, intake: Intake) -> None:
    """Write conversations, ids and records of the batch. Queues and waits have files of their own."""
    states = [
        (known.number, key, address.account, address.channel, address.customer, known.conversation.latest,
         known.leads_to or None, intake.states[key])
        for key, known in intake.after.items()
        for address in (known.conversation.address,)
    ]  # fmt: skip
    rows.write(
        db,
        "INSERT INTO conversations(number, id, account, channel, customer, latest, leads_to, state) VALUES {rows}"
        " ON CONFLICT(number) DO UPDATE"
        " SET latest = excluded.latest, leads_to = excluded.leads_to, state = excluded.state",
        states,
    )
    rows.write(db, "INSERT INTO seen(source, id, at, answer) VALUES {rows}", intake.seen)
    rows.write(db, "INSERT INTO records(conversation, body) VALUES {rows}", intake.records)
    turns.write(db, intake.turns)
    sent.write(db, (((due.conversation, due.number), due.owed) for due in intake.owed))
    sent.move(db, [(place, status) for place in intake.moved if (status := intake.statuses[place])])
    for number in {known.number for known in intake.after.values() if _is_full(known.conversation)}:
        _trim(db, number)


def kept_id(event_id: str) -> str:
    """The id as it is kept: itself, or its digest where it is longer than `limits.EVENT_ID_CHARACTERS_MAX`."""
    if len(event_id) <= limits.EVENT_ID_CHARACTERS_MAX:
        return event_id
    return hashlib.sha256(event_id.encode()).hexdigest()


def _take(intake: Intake, submission: Submission, now: int, recall: Recall) -> Outcome:
    identity = _identity(submission)
    key = _place(intake, submission) if submission.follows else submission.key
    if identity is not None and identity in intake.answers:
        return Outcome(intake.answers[identity], repeated=True, conversation=key)
    known, progress = intake.of(key), submission.progress
    if progress is not None and not _says_more(intake, known, progress):
        return Outcome(_VOID, repeated=True, conversation=key)
    before = known.conversation if known else None
    moment = now if submission.received is None else submission.received
    commit = submission.step(before, max(moment, before.latest) if before else moment)
    number = known.number if known else intake.numbers.conversations + 1
    last = intake.numbers.owed
    owed = [
        Due(last + place, number, owed.queue, owed, blobs.encode(owed)) for place, owed in enumerate(commit.owed, 1)
    ]
    record, answer = blobs.encode(commit.record), blobs.encode(commit.answer)
    state = blobs.encode(commit.conversation)
    said = turns.said(number, commit.session_id, commit.turns)
    others = _others(intake, commit, recall) if commit.joins or commit.parts_from else None
    # From here on nothing fails: the batch takes all of a submission or nothing.
    intake.numbers.conversations = max(number, intake.numbers.conversations)
    intake.numbers.owed += len(owed)
    intake.after[key] = Known(number, commit.conversation, known.leads_to if known else "")
    intake.states[key] = state
    intake.owed += owed
    intake.turns += said
    intake.records.append((number, record))
    if others is not None:
        _lead(intake, others)
    if progress is not None and (place := (number, progress.row)) in intake.statuses:
        intake.statuses[place] = progress.status
        intake.moved.add(place)
    if identity is not None:
        intake.answers[identity] = commit.answer
        intake.seen.append((*identity, now, answer))
    return Outcome(commit.answer, repeated=False, conversation=key, record=commit.record)


# Messages of which more is told ---------------------------------------------------------------------------------------


def _places(intake: Intake, submissions: Iterable[Submission]) -> list[sent.Place]:
    return [
        (known.number, submission.progress.row)
        for submission in submissions
        if submission.progress is not None and (known := intake.of(submission.key)) is not None
    ]


def _says_more(intake: Intake, known: Known | None, progress: Progress) -> bool:
    """False as well where the conversation or the message is gone; what is given up may have been owed before rows."""
    if known is None:
        return False
    place = (known.number, progress.row)
    kept = place in intake.statuses or progress.status == "given up"
    return kept and sent.moves(intake.statuses.get(place), progress)


# Joined addresses -----------------------------------------------------------------------------------------------------


def _with_joined(recall: Recall, keys: set[str]) -> dict[str, Known]:
    """What is known of `keys`, and of the conversations that they lead to."""
    found = recall(keys)
    further = {known.leads_to for known in found.values() if known.leads_to} - keys
    return found | recall(further) if further else found


def _place(intake: Intake, submission: Submission) -> str:
    """The id of the conversation that a step which follows runs on."""
    own = intake.of(submission.key)
    if own is None or not own.leads_to:
        return submission.key
    other = intake.of(own.leads_to)
    belongs = joins.belongs(own.conversation, other.conversation if other else None)
    return own.leads_to if belongs else submission.key


def _others(intake: Intake, commit: Commit, recall: Recall) -> dict[str, Known]:
    """The addresses that a commit joins or parts from, as it leaves them; those new to the file have the number 0."""
    me = commit.conversation.address.conversation_id
    others = {}
    for address in (*commit.parts_from, *commit.joins):
        key, joined = address.conversation_id, address in commit.joins
        if intake.of(key) is None:
            intake.before |= recall({key})
        known = intake.of(key)
        if joined:
            others[key] = structs.replace(known, leads_to=me) if known else Known(0, Conversation(address), me)
        elif known is not None and known.leads_to == me:
            others[key] = structs.replace(known, leads_to="")
    return others


def _lead(intake: Intake, others: dict[str, Known]) -> None:
    for key, known in others.items():
        number = known.number or intake.numbers.conversations + 1
        intake.numbers.conversations = max(number, intake.numbers.conversations)
        intake.after[key] = structs.replace(known, number=number)
        intake.states[key] = blobs.encode(known.conversation)


def _identity(submission: Submission) -> Seen | None:
    return None if submission.event_id is None else (submission.source, kept_id(submission.event_id))


def _recall(db: sqlite3.Connection, memory: Memory, keys: set[str]) -> dict[str, Known]:
    remembered = {key: known for key in keys if (known := memory.recall(key))}
    query = "SELECT id, number, state, leads_to FROM conversations WHERE id IN (VALUES {rows})"
    found = rows.look_up(db, query, [(key,) for key in keys if key not in remembered])
    return remembered | {
        key: Known(number, blobs.decode_conversation(state), leads_to or "") for key, number, state, leads_to in found
    }


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
