"""The one function that decides an event. Pure: same inputs, same decision."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from pointsman.engine import receipts
from pointsman.engine.draft import Draft
from pointsman.engine.handling import Handling
from pointsman.engine.loaded import Loaded
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Decision, Step
from pointsman.model.event import (
    DeliveryFailed,
    Due,
    Ends,
    Event,
    FromComponent,
    FromCustomer,
    Problems,
    Reported,
    Requested,
    Starts,
)
from pointsman.model.identity import Address
from pointsman.model.wiring import Wiring

_NOTHING_DRAWN: Mapping[str, int] = {}


def decide(
    program: Loaded,
    wiring: Wiring,
    recall: Conversation | None,
    event: Event,
    now: int,
    *,
    address: Address,
    drawn: Mapping[str, int] = _NOTHING_DRAWN,
    preset: frozenset[str] | None = None,
) -> Decision:
    """Decide one event at `now` (ms): the new state, what is owed, what happened, and the sender's answer.

    `recall` is the conversation's state, None if it has none. Never raises on a checked program. `drawn` fixes what
    `sample` draws by rule name and `preset` what a session starts with; both are for tests.
    """
    before = recall or Conversation(address=address)
    draft = Draft(program, wiring, before, max(now, before.latest))
    if isinstance(event, FromCustomer):
        draft.customer_wrote[event.channel or address.channel] = draft.now
        draft.connection = event.connection or draft.connection
    if before.open and before.generation != program.hash:
        draft.repair()
    answer = _run(Handling(draft, drawn), before.open, event, preset)
    after = structs.replace(draft.freeze(), revision=before.revision + 1)
    answer = structs.replace(answer, generation=program.hash)
    effects = (structs.replace(effect, quiet=True) for effect in draft.effects) if draft.quiet else draft.effects
    session_id = draft.session_id or draft.closed_session_id
    return Decision(after, session_id, tuple(effects), tuple(draft.steps), answer, tuple(draft.said))


def _run(handling: Handling, is_open: bool, event: Event, preset: frozenset[str] | None) -> Answer:
    draft = handling.draft
    match event:
        case Due(key, number):
            wait = draft.waits.get(key)
            if not is_open or wait is None or wait.number != number or wait.due is None or wait.due > draft.now:
                draft.steps.append(Step("void", key, "no longer armed"))
                return Answer("void")
        case Requested() | Ends() if not is_open:
            return Answer("closed", "no conversation is under way")
        case DeliveryFailed() | Reported() if not is_open:
            draft.note("void", "a message", "the conversation that it was sent in is over")
            receipts.tell(draft, event)
            return Answer("void")
        case Problems(party, problems):
            draft.steps.extend(Step("problem", party, problem) for problem in problems)
            return Answer("accepted")
        case FromCustomer() | FromComponent() | Starts() if not is_open:
            handling.start(preset)
        case _:
            pass
    answer = Answer("accepted")
    if isinstance(event, Ends):
        draft.ending = "conversation ends"
    elif not isinstance(event, Starts):
        answer = handling.run(event)
    if draft.ending:
        handling.end()
    return answer
