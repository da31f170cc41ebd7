"""A change of what conditions see, carried out where it comes from: on the event and on the conversation it meets.

Laws: nothing is changed but what was asked for and what cannot be without it (a picture has an address); all moments
of a conversation move with its clock. Whether the change has the effect that it was made for is for `decide` to say.
"""

from __future__ import annotations

from msgspec import structs

from pointsman.engine.actions import with_text
from pointsman.engine.loaded import Loaded
from pointsman.engine.situation import Situation
from pointsman.model.content import Card, Choice, Media, Message, Reply, kind_of, media_of
from pointsman.model.conversation import Conversation, Offer, Wait
from pointsman.model.event import (
    DeliveryFailed,
    Disable,
    Enable,
    End,
    FromComponent,
    FromCustomer,
    HandOver,
    Mutation,
    Position,
    Requested,
    Reset,
)
from pointsman.model.identity import canonical, derived_id
from pointsman.proofs.variables import differences
from pointsman.proofs.world import World, message_of

_CONTENT = frozenset({"message", "message.url", "message.name", "message.mime", "message.size"})


def changed(
    program: Loaded,
    situation: Situation,
    seen: World,
    wanted: World,
    *,
    drawn: frozenset[str] = frozenset(),
    mutation: int = 0,
) -> Situation:
    """The situation in which conditions see `wanted` where they now see `seen`, as far as the event can make it so.

    `drawn` are rules whose samples draw what they draw in `wanted`, also where that is no change: with another address
    a conversation draws anew. `mutation` counts the changes that a request asks for, from 0.
    """
    names = differences(seen, wanted)
    state = _conversation(program, situation, seen, wanted, names)
    now = wanted.now
    event = situation.event
    match event:
        case FromCustomer(message, contact):
            said = _message(message, wanted, names)
            event = structs.replace(
                event,
                message=said,
                contact={key: it for key, it in contact.items() if f"contact.{key}" not in names},
                channel="" if "channel" in names else event.channel,
            )
            if said.choice is not None and names & {"choice", "choice index"}:
                state = structs.replace(state, choices=_offers(wanted))
        case FromComponent(_, message):
            event = structs.replace(event, message=_message(message, wanted, names))
        case Requested():
            event = _request(event, wanted, names, mutation)
        case DeliveryFailed(_, reason, attempts):
            event = structs.replace(
                event,
                reason=wanted.texts["reason"] if "reason" in names else reason,
                attempts=wanted.numbers["attempts"] if "attempts" in names else attempts,
            )
        case _:
            pass
    draws = {salt: number for salt, number in wanted.draws.items() if salt in drawn or f"draw {salt}" in names}
    begins = not state.open
    preset = situation.preset
    if begins and any(name.startswith("enabled ") for name in names):
        preset = _enabled(wanted, names, program.ir.start_with if preset is None else preset)
    address = state.address
    wiring = structs.replace(situation.wiring, account=address.account)
    return Situation(address, event, now, wiring, state, situation.drawn | draws, preset if begins else None)


# The conversation -----------------------------------------------------------------------------------------------------


def _conversation(
    program: Loaded, situation: Situation, seen: World, wanted: World, names: frozenset[str]
) -> Conversation:
    state = situation.recall or Conversation(situation.address)
    state = _shifted(state, wanted.now - max(situation.now, state.latest))
    address = structs.replace(
        state.address,
        channel=wanted.names["channel"] if "channel" in names else state.address.channel,
        account=wanted.names["account"],
        customer=canonical(wanted.names["channel"], wanted.texts["sender"])
        if "sender" in names
        else state.address.customer,
    )
    state = structs.replace(
        state,
        address=address,
        via="" if "channel" in names else state.via,
        context=_texts(state.context, "context", wanted, names),
        contact=_texts(state.contact, "contact", wanted, names),
        counters=state.counters | {name: wanted.counters.get(name, 0) for name in _named("count", names)},
    )
    past = "age" in names or bool(_named("spoke", names))
    if past and not state.open:
        state = _begun(program, situation, seen, state)
    if state.open:
        state = structs.replace(
            state,
            started=wanted.now - wanted.age if "age" in names else state.started,
            enabled=_enabled(wanted, names, state.enabled),
        )
    spoke = {party: at for party, at in state.spoke.items() if party not in _named("spoke", names)}
    said = {party: wanted.now - wanted.spoke[party] for party in _named("spoke", names) if party in wanted.spoke}
    return structs.replace(state, spoke=spoke | said)


def _begun(program: Loaded, situation: Situation, seen: World, state: Conversation) -> Conversation:
    """A session under way in the place of one that the event begins, for something to be said of its past."""
    return structs.replace(
        state,
        session=1,
        session_id=derived_id(state.address.conversation_id, "session 1"),
        started=state.latest - seen.age,
        enabled=seen.enabled if situation.preset is None else situation.preset,
        generation=program.hash,
    )


def _shifted(state: Conversation, by: int) -> Conversation:
    """The conversation with all its moments so many ms later."""
    if not by:
        return state
    waits = {key: Wait(wait.number, None if wait.due is None else wait.due + by) for key, wait in state.waits.items()}
    return structs.replace(
        state,
        started=state.started + by if state.open else 0,
        latest=state.latest + by if state.latest else 0,
        waits=waits,
        spoke={party: at + by for party, at in state.spoke.items()},
        choices_until=state.choices_until + by if state.choices_until else 0,
        customer_wrote={channel: at + by for channel, at in state.customer_wrote.items()},
    )


def _named(family: str, names: frozenset[str]) -> list[str]:
    """The names behind a family's prefix: the counters of `count misses`, in order."""
    return sorted(name.removeprefix(f"{family} ") for name in names if name.startswith(f"{family} "))


def _texts(values: dict[str, str], head: str, wanted: World, names: frozenset[str]) -> dict[str, str]:
    touched = {name.partition(".")[2] for name in names if name.startswith(f"{head}.")}
    kept = {key: value for key, value in values.items() if key not in touched}
    return kept | {key: wanted.texts[f"{head}.{key}"] for key in sorted(touched) if f"{head}.{key}" in wanted.texts}


def _enabled(wanted: World, names: frozenset[str], before: frozenset[str] | tuple[str, ...]) -> frozenset[str]:
    return frozenset(before) ^ {
        name for name in _named("enabled", names) if (name in wanted.enabled) != (name in before)
    }


# The message ----------------------------------------------------------------------------------------------------------


def _message(message: Message, wanted: World, names: frozenset[str]) -> Message:
    if "message" in names and wanted.names.get("message") not in (None, kind_of(message.content)):
        made = message_of(wanted)
        assert made is not None  # noqa: S101 - a world with a kind of message has one
        return structs.replace(
            message,
            content=made.content,
            buttons=made.buttons,
            fallback=made.fallback,
            choice=made.choice,
            meta=_meta(message, wanted, names),
        )
    if _CONTENT & names:
        message = _with_file(message, wanted)
    if "text" in names and "text" in wanted.texts:
        message = with_text(message, wanted.texts["text"])
    elif "text" in names:
        message = _without_text(message)
    if "buttons" in names:
        message = _with_buttons(message) if wanted.buttons else _without_buttons(message)
    if names & {"choice", "choice index"}:
        label = wanted.texts.get("choice")
        choice = None if label is None else Choice(label, index=wanted.numbers.get("choice index"))
        message = structs.replace(message, choice=choice)
    return structs.replace(message, meta=_meta(message, wanted, names))


def _meta(message: Message, wanted: World, names: frozenset[str]) -> dict[str, str]:
    return _texts(message.meta, "meta", wanted, names)


def _with_file(message: Message, wanted: World) -> Message:
    url = wanted.texts.get("message.url")
    media = (
        None
        if url is None
        else structs.replace(
            media_of(message) or Media(url),
            url=url,
            name=wanted.texts.get("message.name"),
            mime=wanted.texts.get("message.mime"),
            size=wanted.numbers.get("message.size"),
        )
    )
    if not hasattr(message.content, "media") or (media is None and not isinstance(message.content, Card)):
        return message
    return structs.replace(message, content=structs.replace(message.content, media=media))


def _without_text(message: Message) -> Message:
    content = message.content
    for member in ("caption", "label", "title", "description"):
        if hasattr(content, member):
            content = structs.replace(content, **{member: None})
    return structs.replace(message, content=content, fallback=None)


def _with_buttons(message: Message) -> Message:
    return structs.replace(message, buttons=(Reply("Yes", postback="Yes"),))


def _without_buttons(message: Message) -> Message:
    content = message.content
    bare = structs.replace(content, buttons=()) if isinstance(content, Card) else content
    return structs.replace(message, buttons=(), content=bare)


def _offers(wanted: World) -> tuple[Offer, ...]:
    """The options among which the pressed button has its place; none where it has no place."""
    label, index = wanted.texts.get("choice"), wanted.numbers.get("choice index")
    if label is None or index is None:
        return ()
    return (*(Offer(f"Option {number}", f"option {number}") for number in range(1, index)), Offer(label, label))


# The request ----------------------------------------------------------------------------------------------------------


def _request(event: Requested, wanted: World, names: frozenset[str], place: int) -> Requested:
    """Conditions see a position's flow and step among the context that is sent with it, before what that says."""
    asked = _texts(event.context, "request", wanted, names)
    mutations = list(event.mutations)
    if place < len(mutations) and names & {"request", "target", "request.flow", "request.step"}:
        flow, step = wanted.texts.get("request.flow", ""), wanted.texts.get("request.step", "")
        mutations[place] = _mutation(wanted, flow, step)
        if isinstance(mutations[place], Position):
            asked = {key: value for key, value in asked.items() if key not in ("flow", "step")}
    return structs.replace(event, mutations=tuple(mutations), context=asked)


def _mutation(wanted: World, flow: str, step: str) -> Mutation:
    target = wanted.names.get("target", "")
    match wanted.names.get("request"):
        case "enable":
            return Enable(target)
        case "disable":
            return Disable(target)
        case "hand over":
            return HandOver(target)
        case "position":
            return Position(flow, step, target)
        case "reset":
            return Reset()
        case _:
            return End()
