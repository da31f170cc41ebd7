"""CM's control API: components ask for routing to change, and hear that it did.

Source: protocols §1.3, `sources/cm-bot-router-api.txt` (components), developers.cm.com/central-services/docs
/routing-control (links). The shape of a hand-over notification is ours (docs, "Who is who"): CM's default template has
no event, and its empty context was seen to make invalid JSON.

Laws:

- Member names are read without regard to case: the older API writes `ChatId`, the newer one mixes both.
- `FlowId` and `StepId` in a mutation are ignored: the vendor's table lists them by mistake.
- Our routing knows components, not links: a link of the newer API stands for the components at its ends. The channel's
  own end (`BMProxy`) cannot be switched off and is passed over.
- A notification is always valid JSON; its `context` is always there, other members only where they apply. `messages`
  are earlier turns of the session in TwoWay's shape, since CM has none for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from pointsman import limits
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Note, Notify, Owed, PositionAt
from pointsman.model.event import Disable, Enable, End, HandOver, Mutation
from pointsman.model.transcript import Turn
from pointsman.protocols.cm_outbound import JSON, ComponentSettings
from pointsman.protocols.decoding import as_text, as_texts, decode, join
from pointsman.protocols.twoway_turns import encode_turn
from pointsman.protocols.wire import Call, Malformed, Sending

_CHANNEL_ENDS = frozenset({"bmproxy"})
"""Adapters that are no component. The vendor's text mentions the "BMProxy component"."""


class MutationRequest(Struct, frozen=True):
    """Changes that a component asks for, all or none. `chat_id` None: the URL names the chat."""

    chat_id: str | None
    mutations: tuple[Mutation, ...]
    context: dict[str, str]


class PositionRequest(Struct, frozen=True):
    """`component` empty: the account's only enabled bot."""

    chat_id: str | None
    flow: str
    step: str
    component: str = ""


class _Members:
    """One JSON object, its members found without regard to case, each with its place for an error."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(path, "expected an object")
        self._values = {name.casefold(): (name, item) for name, item in value.items() if item is not None}
        self._path = path

    def get(self, *names: str) -> tuple[Any, str]:
        """The value of the first of `names` that is there, else None, and its place."""
        for name in names:
            if name.casefold() in self._values:
                spelling, value = self._values[name.casefold()]
                return value, join(self._path, spelling)
        return None, join(self._path, names[0])

    def text(self, *names: str) -> str:
        """As `get`, of a text; empty where there is none."""
        return (as_text(*self.get(*names)) or "").strip()

    def required(self, *names: str) -> str:
        """As `text`; raises `Malformed` where there is none."""
        text = self.text(*names)
        if not text:
            raise Malformed(join(self._path, names[0]), "missing")
        return text


def decode_mutations(body: bytes) -> MutationRequest:
    """Read a mutation request of either generation. Raises `Malformed`."""
    members = _Members(decode(body, Any), "")
    found, path = members.get("Mutations")
    if not isinstance(found, list) or not found:
        raise Malformed(path, "expected a list of at least one mutation")
    if len(found) > limits.MUTATIONS_PER_REQUEST_MAX:
        raise Malformed(path, f"more than {limits.MUTATIONS_PER_REQUEST_MAX} mutations")
    mutations = [one for number, item in enumerate(found) for one in _mutations(item, f"{path}[{number}]")]
    return MutationRequest(_chat_id(members), tuple(mutations), _context(*members.get("Context")))


def decode_position(body: bytes) -> PositionRequest:
    """Read a position request. `ComponentId`, which CM does not have, names a bot where several are enabled."""
    members = _Members(decode(body, Any), "")
    component = members.text("ComponentId", "ComponenentId", "AdapterId")
    return PositionRequest(_chat_id(members), members.required("FlowId"), members.required("StepId"), component)


def _chat_id(members: _Members) -> str | None:
    return members.text("ChatId").lower() or None


def _mutations(item: Any, path: str) -> list[Mutation]:
    members = _Members(item, path)
    kind = members.required("$type").casefold()
    if kind == "rulemutation":
        return _link(members, path)
    if kind not in _MUTATIONS:
        raise Malformed(join(path, "$type"), f"unknown; known are {', '.join(_SPELLINGS)}")
    return [_MUTATIONS[kind](members)]


def _component(members: _Members) -> str:
    return members.required("ComponentId", "ComponenentId", "AdapterId")


_SPELLINGS: dict[str, Callable[[_Members], Mutation]] = {
    "enableComponent": lambda members: Enable(_component(members)),
    "disableComponent": lambda members: Disable(_component(members)),
    "handOver": lambda members: HandOver(_component(members)),
    "endConversation": lambda _members: End(),
}
"""What a mutation does, by its `$type`. CM has the first two; the others are what our rules can hear of besides."""

_MUTATIONS = {name.casefold(): build for name, build in _SPELLINGS.items()}


def _link(members: _Members, path: str) -> list[Mutation]:
    """A link of the newer API: `And` has to name both its ends, `Or` at least one."""
    action, operator = members.required("action").casefold(), members.text("operator").casefold() or "or"
    if action not in ("enable", "disable"):
        raise Malformed(join(path, "action"), "expected Enable or Disable")
    if operator not in ("and", "or"):
        raise Malformed(join(path, "operator"), "expected And or Or")
    ends = [members.text("sourceAdapterId"), members.text("targetAdapterId")]
    if operator == "and" and not all(ends):
        raise Malformed(path, "operator And needs both sourceAdapterId and targetAdapterId")
    components = [end for end in dict.fromkeys(ends) if end and end.casefold() not in _CHANNEL_ENDS]
    if not components:
        raise Malformed(path, "names no component in sourceAdapterId or targetAdapterId")
    return [Enable(component) if action == "enable" else Disable(component) for component in components]


def _context(value: Any, path: str) -> dict[str, str]:
    """Read `Context`: an object; or the array of the vendor's table, of objects with key and value."""
    if isinstance(value, list):
        pairs = [_Members(item, f"{path}[{number}]") for number, item in enumerate(value)]
        value = {pair.required("key"): pair.get("value")[0] for pair in pairs}
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise Malformed(path, "expected an object of texts")
    context = as_texts(value, path, limits.CONTEXT_KEYS_MAX)
    if sum(len(key.encode()) + len(text.encode()) for key, text in context.items()) > limits.CONTEXT_BYTES_MAX:
        raise Malformed(path, f"larger than {limits.CONTEXT_BYTES_MAX} bytes")
    return context


def encode_conversation(conversation: Conversation, account_id: str) -> bytes:
    """Write what a component may know of a conversation. `since` is when its session started, absent where none is."""
    told = {
        "chatId": conversation.address.conversation_id,
        "accountId": account_id,
        "sessionId": conversation.session_id,
        "channel": conversation.address.channel,
        "enabled": sorted(conversation.enabled),
        "context": conversation.context,
        "since": _moment(conversation.started) if conversation.open else "",
        "generation": conversation.generation,
    }
    return msgspec.json.encode({name: value for name, value in told.items() if value != ""})


def encode_transcript(conversation: Conversation, account_id: str, turns: Sequence[Turn], before: int | None) -> bytes:
    """Write turns of a conversation's latest session, oldest first. `before` asks for the earlier ones; None: no more.

    `number` is what `before` of a request counts by.
    """
    told = {
        "chatId": conversation.address.conversation_id,
        "accountId": account_id,
        "sessionId": conversation.latest_session_id,
        "messages": [{"number": turn.number, **encode_turn(turn)} for turn in turns],
    }
    return msgspec.json.encode(told if before is None else {**told, "before": before})


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode_granted(chat_id: str) -> bytes:
    """Write the answer to a control request that was granted. CM documents no body for it."""
    return msgspec.json.encode({"chatId": chat_id, "message": "accepted"})


def encode_error(status: int, message: str) -> bytes:
    """Write the answer to a control request that was not granted. CM documents no body for it either."""
    return msgspec.json.encode({"status": status, "message": message})


def encode_notification(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Write a change, position or note as a call of the hand-over address; None where the component has none.

    `owed.effect` is a `Notify`, `PositionAt` or `Note`.
    """
    if settings.handover_url is None:
        return None
    effect = owed.effect
    assert isinstance(effect, Notify | PositionAt | Note)  # noqa: S101  # the caller's promise
    told = {
        "id": owed.id,
        **_event(effect),
        "chatId": owed.conversation,
        "sessionId": owed.session_id,
        "accountId": sending.account_id,
        "channel": owed.address.channel,
    }
    body = {name: value for name, value in told.items() if value != ""}
    if sending.history:
        body["messages"] = [encode_turn(turn) for turn in sending.history]
    return Call(settings.handover_url, {"content-type": JSON}, msgspec.json.encode(body), settings.timeout)


def _event(effect: Notify | PositionAt | Note) -> dict[str, Any]:
    """The members that depend on what happened; empty texts do not apply."""
    match effect:
        case Notify():
            members = {"enabled": effect.enabled, "changed": effect.changed, "context": effect.context}
            return {"event": effect.event, **members, "from": effect.asker, "reason": effect.reason}
        case PositionAt():
            members = {"flowId": effect.flow, "stepId": effect.step, "context": effect.context}
            return {"event": "position", **members, "from": effect.asker, "reason": effect.reason}
        case Note():
            return {"event": "note", "text": effect.text, "context": effect.context, "reason": effect.rule}
