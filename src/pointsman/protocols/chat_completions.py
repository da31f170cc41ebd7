"""Chat completions, as OpenAI and compatible servers speak it: a component that answers in the response to our call.

Source: protocols section 6 (github openai/openai-python @e43b4224). No streaming, no tools.

Laws:

- The model sees the instructions, the session's earlier turns and the customer's message; everything in words
  (`plain`). The customer speaks as `user`, everybody of the business as `assistant`; whoever is not the component
  itself is named before what they said. Turns of one role that follow one another are one, since strict servers refuse
  others.
- What the completion says is the component's message, `meta.finish` why it ended (`stop`, `length`, `refusal`,
  `content_filter`), so that rules can hand over. A completion without words is a failed delivery, not a silence.
- 429 has two meanings: a rate (come again) and a quota (never); they are told apart by the error's code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from pointsman import limits
from pointsman.model.content import Message, Text
from pointsman.model.decision import Owed, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.transcript import Turn
from pointsman.protocols.decoding import decode
from pointsman.protocols.plain import plain_text
from pointsman.protocols.room import Room, words_only
from pointsman.protocols.settings import Milliseconds, Secret, Url
from pointsman.protocols.wire import Call, Heard, Malformed, Response, Sending, Verdict

PROTOCOL: Final = "chat"
Role: TypeAlias = Literal["user", "assistant"]
Line: TypeAlias = tuple[Role, str]

BYTES_PER_TOKEN = 3
"""A careful guess for any script; without the model's own tokenizer nobody knows better."""
TOKENS_PER_TURN = 4
"""What a turn costs besides its words: its role and its borders."""


class ComponentSettings(Struct, frozen=True, kw_only=True):
    """A `[components.NAME]` section of protocol `chat`.

    `history` counts earlier turns, `history_tokens` bounds them by a guess of their tokens; the newest stay.
    `max_tokens_field`: compatible servers know only `max_tokens`, reasoning models only `max_completion_tokens`.
    `temperature` unset is not sent, since some models refuse it.
    """

    protocol: Literal["chat"] = PROTOCOL
    account: str
    base_url: Url
    model: str
    api_key: Secret | None = None
    instructions: str = ""
    history: Annotated[int, Meta(ge=0, le=limits.HISTORY_TURNS_MAX)] = 10
    history_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    copies: bool | None = None
    timeout: Milliseconds = Milliseconds(30_000)
    give_up: Milliseconds | None = Milliseconds(60_000)


class WireMessage(Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class WireCompletion(Struct, frozen=True):
    message: WireMessage
    finish_reason: str | None = None


class WireCompletions(Struct, frozen=True):
    choices: tuple[WireCompletion, ...] = ()


class WireErrorDetail(Struct, frozen=True):
    type: str | None = None
    code: str | int | None = None


class WireError(Struct, frozen=True):
    error: WireErrorDetail


def room(effect: ToComponent, _: ComponentSettings) -> Room | None:
    """Return what a model is told of a customer's message: words. None for a copy."""
    return words_only(PROTOCOL) if effect.author == CUSTOMER else None


def encode_message(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Ask for the answer to a customer's message. None for a copy: it is part of the history of what comes next."""
    effect = owed.effect
    assert isinstance(effect, ToComponent)  # noqa: S101  # the caller's promise
    if effect.author != CUSTOMER:
        return None
    body: dict[str, Any] = {"model": settings.model, "messages": list(_prompt(effect, settings, sending))}
    if settings.max_tokens is not None:
        body[settings.max_tokens_field] = settings.max_tokens
    if settings.temperature is not None:
        body["temperature"] = settings.temperature
    headers = {"content-type": "application/json"}
    if settings.api_key is not None:
        headers["authorization"] = f"Bearer {settings.api_key.value}"
    url = f"{settings.base_url.rstrip('/')}/chat/completions"
    return Call(url, headers, msgspec.json.encode(body), settings.timeout)


def encode_notice(_: Owed, __: ComponentSettings, ___: Sending) -> None:
    """Say nothing: a completion has no memory that could be told."""


def history(settings: ComponentSettings) -> int:
    """Return how many earlier turns a question takes along."""
    return settings.history


def _prompt(effect: ToComponent, settings: ComponentSettings, sending: Sending) -> Iterator[dict[str, str]]:
    if settings.instructions:
        yield {"role": "system", "content": settings.instructions}
    earlier = sending.history[-settings.history :] if settings.history else ()
    lines = [_line(turn, effect.component) for turn in earlier]
    lines = _within([line for line in lines if line[1]], settings.history_tokens)
    for role, turns in groupby([*lines, ("user", plain_text(effect.message))], key=lambda line: line[0]):
        yield {"role": role, "content": "\n".join(words for _, words in turns)}


def _line(turn: Turn, component: str) -> Line:
    words = plain_text(turn.message)
    if turn.author == CUSTOMER:
        return "user", words
    return "assistant", f"{turn.author}: {words}" if words and turn.author not in ("", component) else words


def _within(lines: Sequence[Line], tokens: int | None) -> list[Line]:
    """The newest lines that are within so many tokens; None: all of them."""
    if tokens is None:
        return list(lines)
    kept: list[Line] = []
    for line in reversed(lines):
        tokens -= TOKENS_PER_TURN + len(line[1].encode("utf-8", "surrogatepass")) // BYTES_PER_TOKEN
        if tokens < 0:
            break
        kept.append(line)
    return kept[::-1]


def decode_reply(_: Owed, response: Response, __: ComponentSettings) -> Heard:
    """Read what the model said. Called for what `classify` let through."""
    try:
        completion = _completion(response)
    except Malformed as fault:
        return Heard(problems=(str(fault),))
    words, finish = _said(completion)
    return Heard(messages=(Message(Text(words), meta={"finish": finish}),))


def _said(completion: WireCompletion) -> tuple[str, str]:
    """The words, and why they ended."""
    message = completion.message
    if message.content and message.content.strip():
        return message.content.strip()[: limits.TEXT_CHARACTERS_MAX], completion.finish_reason or "stop"
    return (message.refusal or "").strip()[: limits.TEXT_CHARACTERS_MAX], "refusal"


def _completion(response: Response) -> WireCompletion:
    choices = decode(response.body, WireCompletions).choices
    if not choices:
        raise Malformed("choices", "is empty")
    return choices[0]


_QUOTA = ("quota", "credit", "billing", "spend_limit")
"""Words in the codes of a 429 that no waiting helps: `insufficient_quota`, `credit_balance_exhausted` …"""


def classify(response: Response) -> Verdict | None:
    """Say what the answer means; None: what its HTTP status means, `Retry-After` included."""
    if 200 <= response.status < 300:
        return _judged(response)
    if response.headers.get("x-should-retry", "").lower() == "false":
        return Verdict("refused", "rejected")
    if response.status in (401, 403):
        return Verdict("refused", "authentication")
    if response.status == 429 and any(word in _code(response) for word in _QUOTA):
        return Verdict("refused", "quota")
    asked = response.headers.get("retry-after-ms", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < 10 and response.status in (408, 409, 429, 503):
        return Verdict("again", "status", min(int(asked), limits.RETRY_AFTER_MS_MAX))
    return Verdict("again", "status") if response.status == 409 else None


def _judged(response: Response) -> Verdict | None:
    try:
        words, _ = _said(completion := _completion(response))
    except Malformed:
        return Verdict("refused", "malformed")
    if words:
        return None
    return Verdict("refused", "filtered" if completion.finish_reason == "content_filter" else "empty")


def _code(response: Response) -> str:
    try:
        error = decode(response.body, WireError).error
    except Malformed:
        return ""
    return f"{error.type or ''} {error.code or ''}".lower()
