"""Whatever protocol a message comes in: how many cards, files and buttons it may have, how long an address may be.

A message of ten thousand cards would become as many losses of one decision, and a copy that no desk takes.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from pointsman import limits
from pointsman.protocols import cm_inbound, horisen, twoway, ultimate
from pointsman.protocols import cm_messaging as cm
from pointsman.protocols.botpress_replies import read_responses
from pointsman.protocols.wire import Malformed

ITEMS, CHOICES, LONG = limits.MESSAGE_ITEMS_MAX, limits.CHOICES_MAX, "9" * (limits.ADDRESS_CHARACTERS_MAX + 1)
ACCOUNT = "e17acdef-c918-423d-a01b-1000cd084f6a"
FILE = {"mediaUri": "https://e.example/a.png", "mimeType": "image/png"}
REPLY = {"action": "reply", "label": "Yes"}
CHAT = {"channel": "SMS", "conversationClientId": "+31612345678", "conversationHostId": "+31100000000"}


def of_cm(rich: dict[str, Any], to: str = "+31612345678") -> None:
    """Read a send of bmproxy; raise what its only entry is refused for."""
    call = {"messages": {"msg": [{"to": [{"number": to}], "body": {"content": "x"}, "richContent": rich}]}}
    (entry,) = cm.decode_sends(json.dumps(call).encode())
    if isinstance(entry, cm.Invalid):
        path, _, detail = entry.details.partition(": ")
        raise Malformed(path.removeprefix("messages.msg[0]."), detail)


def of_twoway(kind: str = "text", chat: dict[str, str] = CHAT, **members: Any) -> None:
    message = {"$type": kind, "direction": "ClientTerminated", **({"text": "x"} if kind == "text" else {}), **members}
    twoway.decode_sends(json.dumps({"chat": chat, "conversationMessages": [message]}).encode(), ACCOUNT)


def of_ultimate(**members: Any) -> None:
    data = {"eventType": "sendMessage", "platformConversationId": "chat", "text": "x", **members}
    ultimate.decode_webhook(json.dumps({"data": data}).encode(), "bot")


def of_botpress(**response: Any) -> None:
    """Read a response of Botpress; raise the first of its problems."""
    for problem in read_responses(json.dumps({"responses": [response]}).encode(), "https://bot.example").problems:
        path, _, detail = problem.partition(": ")
        raise Malformed(path, detail)


def from_cm(customer: str) -> None:
    ends = {"from": {"number": customer}, "to": {"number": "+31100000000"}}
    cm_inbound.decode_hook(json.dumps({**ends, "channel": "SMS", "message": {"text": "x"}}).encode())


def from_horisen(customer: str) -> None:
    message = {"from": customer, "to": [{"number": "+31100000000"}], "body": {"type": "text", "content": "x"}}
    horisen.decode_hook(json.dumps({"channel": "SMS", "message": message}).encode())


@pytest.mark.parametrize(
    ("read", "most", "path"),
    [
        pytest.param(
            lambda n: of_cm({"conversation": [{"carousel": {"cards": [{"header": "a"}] * n}}]}),
            ITEMS,
            "richContent.conversation[0].carousel.cards",
            id="cards of CM",
        ),
        pytest.param(
            lambda n: of_cm({"conversation": [{"contacts": [{"name": {"formatted_name": "Ada"}}] * n}]}),
            ITEMS,
            "richContent.conversation[0].contacts",
            id="contacts of CM",
        ),
        pytest.param(
            lambda n: of_cm({"suggestions": [REPLY] * n}), CHOICES, "richContent.suggestions", id="buttons of CM"
        ),
        pytest.param(
            lambda n: of_twoway("carousel", carousel={"cards": [{"header": "a"}] * n}),
            ITEMS,
            "conversationMessages[0].carousel.cards",
            id="cards of TwoWay",
        ),
        pytest.param(
            lambda n: of_twoway("filelist", files=[FILE] * n),
            ITEMS,
            "conversationMessages[0].files",
            id="files of TwoWay",
        ),
        pytest.param(
            lambda n: of_twoway("contact", contact={"name": "Ada"}, contacts=[{"name": {}}] * n),
            ITEMS,
            "conversationMessages[0].contacts",
            id="contacts of TwoWay",
        ),
        pytest.param(
            lambda n: of_twoway(suggestions=[REPLY] * n),
            CHOICES,
            "conversationMessages[0].suggestions",
            id="buttons of TwoWay",
        ),
        pytest.param(
            lambda n: of_ultimate(carouselCards=[{"title": "a"}] * n),
            ITEMS,
            "data.carouselCards",
            id="cards of Ultimate",
        ),
        pytest.param(
            lambda n: of_ultimate(buttons=[{"text": "a"}] * n), CHOICES, "data.buttons", id="buttons of Ultimate"
        ),
        pytest.param(
            lambda n: of_ultimate(carouselCards=[{"title": "a", "buttons": [{"text": "a"}] * n}]),
            CHOICES,
            "data.carouselCards[0].buttons",
            id="buttons on a card of Ultimate",
        ),
        pytest.param(
            lambda n: of_botpress(type="carousel", items=[{"title": "a"}] * n),
            ITEMS,
            "responses[0].items",
            id="cards of Botpress",
        ),
        pytest.param(
            lambda n: of_botpress(type="single-choice", text="x", choices=[{"title": "a"}] * n),
            CHOICES,
            "responses[0]",
            id="choices of Botpress",
        ),
        pytest.param(
            lambda n: of_botpress(type="card", title="x", actions=[{"action": "Say something", "title": "a"}] * n),
            CHOICES,
            "responses[0].actions",
            id="actions of Botpress",
        ),
    ],
)
def test_more_than_any_channel_shows_is_refused_with_its_place(read: Any, most: int, path: str) -> None:
    read(most)
    with pytest.raises(Malformed, match=f"more than {most} items") as fault:
        read(most + 1)
    assert fault.value.path == path


@pytest.mark.parametrize(
    ("read", "path"),
    [
        pytest.param(lambda it: of_cm({}, it), "to[0].number", id="a recipient of CM"),
        pytest.param(from_cm, "from.number", id="a customer of CM"),
        pytest.param(from_horisen, "message.from", id="a customer of HORISEN"),
        pytest.param(
            lambda it: of_twoway(chat={**CHAT, "conversationClientId": it}),
            "chat.conversationClientId",
            id="a customer of TwoWay",
        ),
        pytest.param(
            lambda it: of_twoway(chat={**CHAT, "conversationHostId": it}),
            "chat.conversationHostId",
            id="a business of TwoWay",
        ),
    ],
)
def test_an_address_longer_than_any_is_refused_with_its_place(read: Any, path: str) -> None:
    read(LONG[1:])
    with pytest.raises(Malformed, match="longer than 255 characters") as fault:
        read(LONG)
    assert fault.value.path == path


def test_one_recipient_that_is_no_address_leaves_the_others_as_they_are() -> None:
    message = {"to": [{"number": LONG}, {"number": "+31612345678"}], "body": {"content": "x"}}
    entries = cm.decode_sends(json.dumps({"messages": {"msg": [message]}}).encode())
    assert [type(entry).__name__ for entry in entries] == ["Invalid", "Send"]


def test_of_too_many_responses_of_botpress_the_first_are_said_and_the_rest_is_told() -> None:
    responses = [{"type": "text", "text": str(number)} for number in range(ITEMS + 1)]
    heard = read_responses(json.dumps({"responses": responses}).encode(), "https://bot.example")
    assert (len(heard.messages), heard.problems) == (ITEMS, (f"responses: more than {ITEMS} items",))
