"""Ultimate's webhook over HTTP: its secret, what its bot says, hands over and asks, and how that is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from house import CONFIG, House, visit

BOT_ID = "5f1e7bd2c8a4e0001f3a9b7c"
ULTIMATE = CONFIG.replace(
    '[components.CmBot]\nprotocol = "cm"',
    f'[components.CmBot]\nprotocol = "ultimate"\nbot_id = "{BOT_ID}"\napi_key = "env:PRODUCT"\n'
    'online = "office"\nescalate_to = "Desk"',
).replace('token = "env:BOT"\nmessage_url', 'token = "env:BOT"\nbase_url')
RULES = """
component CmBot is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled
component Stranger is bot
start with CmBot
calendar office
  thu 00:00-01:00
  zone "UTC"
policy guard on request from any component
rule "nobody there"
  when request.team is "night shift"
  then refuse "the night shift is full"
policy manners on message from CmBot
rule "mind your words"
  when text contains "damn"
  then withhold
"""


def at_bot(folder: Path, play: Any, *, rules: str = RULES, config: str = ULTIMATE) -> None:
    visit(folder, play, rules=rules, config=config)


async def post(
    place: House,
    body: dict[str, Any],
    *,
    secret: str = "bot",  # noqa: S107  # of a test
    name: str = "CmBot",
) -> httpx.Response:
    return await place.client.post(f"/hooks/{name}", json=body, headers={"Authorization": secret})


def event(kind: str, chat: str | None, **members: Any) -> dict[str, Any]:
    return {"botId": BOT_ID, "data": {"eventType": kind, "platformConversationId": chat, **members}}


@pytest.mark.parametrize(
    "proof",
    [
        {"headers": {"Authorization": "bot"}},
        {"headers": {"Authorization": "Bearer bot"}},
        {"headers": {"X-Pointsman-Token": "bot"}},
        {"params": {"token": "bot"}},
    ],
)
def test_a_bot_proves_itself_wherever_a_secret_can_be_put(tmp_path: Path, proof: dict[str, Any]) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post("/hooks/CmBot", json=event("isTeamOnline", None), **proof)
        assert (answer.status_code, answer.json()) == (200, {"isOnline": True})
        assert answer.headers["X-Pointsman-Generation"] == place.service.serving.live.hash

    at_bot(tmp_path, play)


@pytest.mark.parametrize(
    ("name", "secret", "status"),
    [
        ("CmBot", "", 401),
        ("CmBot", "desk", 401),
        ("CmBot", "gateway", 401),
        ("CmBot", "Basic bot", 401),
        ("Desk", "desk", 404),
        ("Nobody", "bot", 404),
        ("gateway", "bot", 401),
    ],
)
def test_a_stranger_is_refused_before_anything_is_read(tmp_path: Path, name: str, secret: str, status: int) -> None:
    async def play(place: House) -> None:
        headers = {"Authorization": secret}
        answer = await place.client.post(f"/hooks/{name}", content=b"not JSON", headers=headers)
        assert answer.status_code == status

    at_bot(tmp_path, play)


def test_text_and_cards_reach_the_customer_as_two_messages_and_once(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        said = event(
            "sendMessage", chat, messageId="m-1", text="Which one?",
            carouselCards=[{"title": title, "buttons": [{"type": "button", "text": "Choose"}]} for title in "AB"],
        )  # fmt: skip
        answers = [await post(place, said) for _ in range(2)]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {})] * 2
        assert answers[0].headers["X-Pointsman-Generation"]
        state = await place.ledger.read(chat)
        assert state is not None
        assert (state.revision, state.sends) == (3, 2)
        records = await place.ledger.records(chat, 2)
        assert [record.event for record in records] == ["from component"] * 2

    at_bot(tmp_path, play)


def test_what_is_withheld_is_taken_with_the_reason(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        answer = await post(place, event("sendMessage", await place.chat(), text="damn"))
        assert (answer.status_code, answer.json()) == (200, {"message": "mind your words"})

    at_bot(tmp_path, play)


def test_an_escalation_is_answered_200_once_the_handover_is_committed(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        asked = event("escalate", chat, escalateTo="billing", metaData=[{"key": "order", "value": "7"}])
        answer = await post(place, asked)
        assert (answer.status_code, answer.json()) == (200, {})
        state = await place.ledger.read(chat)
        assert state is not None
        assert state.enabled == {"Desk"}
        assert state.context == {"escalateTo": "billing", "order": "7"}

    at_bot(tmp_path, play)


def test_without_escalate_to_the_bot_is_switched_off(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        assert (await post(place, event("escalate", chat))).status_code == 200
        state = await place.ledger.read(chat)
        assert state is not None
        assert state.enabled == frozenset()

    at_bot(tmp_path, play, config=ULTIMATE.replace('escalate_to = "Desk"', ""))


def test_a_refused_escalation_is_403_with_the_rules_words_and_changes_nothing(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        answer = await post(place, event("escalate", chat, metaData={"team": "night shift"}))
        assert (answer.status_code, answer.json()) == (403, {"message": "the night shift is full"})
        state = await place.ledger.read(chat)
        assert state is not None
        assert state.enabled == {"CmBot"}

    at_bot(tmp_path, play)


def test_an_escalation_of_a_conversation_that_is_over_is_409(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        ended = {"Mutations": [{"$type": "endConversation"}]}
        path = f"chats/{chat}/routing/mutationrequests"
        assert (await place.control(path, ended, token="desk")).status_code == 200
        answer = await post(place, event("escalate", chat))
        assert (answer.status_code, answer.json()) == (409, {"message": "no conversation is under way"})

    at_bot(tmp_path, play)


@pytest.mark.parametrize(
    "body",
    [
        event("sendMessage", "0b6c0f5e-2a4e-5d0a-9c53-6c1c2b7f7d11", text="x"),
        event("escalate", "0b6c0f5e-2a4e-5d0a-9c53-6c1c2b7f7d11"),
        {"botId": BOT_ID, "name": "act", "platformConversationId": "0b6c0f5e-2a4e-5d0a-9c53-6c1c2b7f7d11"},
    ],
)
def test_an_unknown_chat_is_404(tmp_path: Path, body: dict[str, Any]) -> None:
    async def play(place: House) -> None:
        assert (await post(place, body)).status_code == 404

    at_bot(tmp_path, play)


def test_a_chat_of_another_account_is_404(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        said = event("sendMessage", await place.chat(), text="x") | {"botId": "another"}
        assert (await post(place, said, secret="stranger", name="Stranger")).status_code == 404

    strangers = CONFIG.replace(
        '[components.Stranger]\nprotocol = "cm"',
        '[components.Stranger]\nprotocol = "ultimate"\nbot_id = "another"\napi_key = "env:PRODUCT"',
    ).replace('token = "env:STRANGER"\nmessage_url', 'token = "env:STRANGER"\nbase_url')
    at_bot(tmp_path, play, config=strangers)


@pytest.mark.parametrize(
    ("hours", "config", "online"),
    [
        ("thu 00:00-01:00", ULTIMATE, True),
        ("fri 00:00-01:00", ULTIMATE, False),
        ("fri 00:00-01:00", ULTIMATE.replace('online = "office"', ""), True),
    ],
)
def test_whether_the_team_is_online_is_told_by_a_calendar_of_the_rules(
    tmp_path: Path, hours: str, config: str, online: bool
) -> None:
    async def play(place: House) -> None:
        answer = await post(place, event("isTeamOnline", await place.chat(), teamId="billing"))
        assert (answer.status_code, answer.json()) == (200, {"isOnline": online})

    at_bot(tmp_path, play, rules=RULES.replace("thu 00:00-01:00", hours), config=config)


def test_an_actions_parameters_become_context(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        action = {"botId": BOT_ID, "platformConversationId": chat, "name": "keep"}
        answer = await post(place, action | {"data": [{"key": "balance", "value": [12.5]}]})
        assert (answer.status_code, answer.json()) == (200, {"results": []})
        state = await place.ledger.read(chat)
        assert state is not None
        assert state.context == {"balance": "12.5"}

    at_bot(tmp_path, play)


@pytest.mark.parametrize(
    "body", [{"botId": "another", "data": {}}, {"data": {}}, event("widgetMessage", "x", text="hello"), {}]
)
def test_what_cannot_be_read_and_the_widgets_events_are_400(tmp_path: Path, body: dict[str, Any]) -> None:
    async def play(place: House) -> None:
        answer = await post(place, body)
        assert (answer.status_code, list(answer.json())) == (400, ["message"])

    at_bot(tmp_path, play)
