"""TwoWay over HTTP: tokens, accounts and adapters, which conversation a call joins, what it is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from house import CONFIG, OTHER, SHOP, House, message, visit

from pointsman.ledger.ledger import Full, Outcome, Submission

ADAPTER = "7c0e8a52-6d3f-4f0e-9a44-6f1c2f6d9f10"
TWOWAY = CONFIG.replace(
    '[components.Desk]\nprotocol = "cm"', f'[components.Desk]\nprotocol = "twoway"\nadapter = "{ADAPTER}"'
)
RULES = """
component CmBot is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled
component Stranger is bot
start with CmBot, Desk, Stranger
policy guard on request from any component
rule "no ends"
  when request is end
  then refuse "not yet"
policy manners on message from Desk
rule "mind your words"
  when text contains "damn"
  then withhold
policy people on message from customer
rule "asks for a person"
  when text mentions "agent"
  then disable CmBot
"""


def at_desk(folder: Path, play: Any, rules: str = RULES) -> None:
    visit(folder, play, rules=rules, config=TWOWAY)


def text(words: str = "Hi", **members: Any) -> dict[str, Any]:
    return {"$type": "text", "direction": "ClientTerminated", "text": words} | members


async def post(
    place: House,
    *messages: dict[str, Any],
    token: str = "desk",  # noqa: S107  # of a test
    version: str = "v2",
    account: str = SHOP,
    adapter: str = ADAPTER,
    events: list[dict[str, Any]] | None = None,
    **chat: Any,
) -> httpx.Response:
    """One call to an adapter; `chat` replaces members of the member of that name."""
    ends = {"conversationClientId": "0031612345678", "conversationHostId": "0031100000000"}
    body = {
        "chat": {"id": "made up", "accountId": SHOP, "channel": "WhatsApp"} | ends | chat,
        "conversationMessages": list(messages),
        "conversationEvents": events or [],
    }
    return await place.client.post(
        f"/conversational/twoway/{version}/accounts/{account}/adapters/{adapter}",
        json=body,
        headers={"X-CM-PRODUCTTOKEN": token},
    )


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_message_is_accepted_with_the_conversations_own_id(tmp_path: Path, version: str) -> None:
    async def play(place: House) -> None:
        chat = (await place.inbound(message={"text": "an agent"})).json()["chatId"]
        answer = await post(place, text(), version=version, account=SHOP.upper(), adapter=ADAPTER.upper())
        assert answer.status_code == 201
        assert answer.headers["X-Pointsman-Generation"] == place.service.serving.live.hash
        told = answer.json()
        assert told["message"] == "Message(s) accepted"
        assert told["chat"].pop("sessionId")
        assert told["chat"] == {
            "id": chat,
            "accountId": SHOP,
            "channel": "WhatsApp",
            "conversationClientId": "+31612345678",
            "conversationHostId": "+31100000000",
        }

    at_desk(tmp_path, play)


@pytest.mark.parametrize(
    ("token", "account", "adapter", "status"),
    [
        ("wrong", SHOP, ADAPTER, 401),
        ("", SHOP, ADAPTER, 401),
        ("gateway", SHOP, ADAPTER, 401),
        ("wrong", "nowhere", "none", 401),
        ("desk", OTHER, ADAPTER, 403),
        ("desk", "nowhere", ADAPTER, 403),
        ("desk", SHOP, "none", 403),
        ("stranger", SHOP, ADAPTER, 403),
        ("bot", SHOP, ADAPTER, 403),
    ],
)
def test_a_wrong_token_is_401_and_what_is_not_its_own_403(
    tmp_path: Path, token: str, account: str, adapter: str, status: int
) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post(
            f"/conversational/twoway/v2/accounts/{account}/adapters/{adapter}",
            content=b"not JSON",
            headers={"X-CM-PRODUCTTOKEN": token},
        )
        assert answer.status_code == status
        assert bool(answer.content) == (status != 401)

    at_desk(tmp_path, play)


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"channel": "RCS"}, "chat.channel"),
        ({"channel": "Slack"}, "chat.channel"),
        ({"conversationHostId": "+31999999999"}, "chat.conversationHostId"),
        ({"accountId": OTHER}, "chat.accountId"),
    ],
)
def test_what_nothing_carries_and_whom_the_account_is_not_is_400_with_the_place(
    tmp_path: Path, members: dict[str, Any], path: str
) -> None:
    async def play(place: House) -> None:
        answer = await post(place, text(), **members)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [path])
        assert await place.channels() == []

    at_desk(tmp_path, play)


def test_a_call_that_cannot_be_read_is_400_and_nothing_of_it_is_done(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        answer = await post(place, text(), text(direction="ClientOriginated"))
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["conversationMessages[1].direction"])
        assert await place.channels() == []

    at_desk(tmp_path, play)


def test_a_call_joins_the_customers_conversation_whatever_it_says_of_the_business(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = (await place.inbound(to={"number": "0031200000000"}, message={"text": "an agent"})).json()["chatId"]
        answer = await post(place, text(), conversationHostId="whatever")
        assert answer.json()["chat"]["id"] == chat
        assert answer.json()["chat"]["conversationHostId"] == "+31200000000"

    at_desk(tmp_path, play)


def test_the_first_message_to_a_customer_starts_a_conversation(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        answer = await post(place, text(), channel="SMS")
        assert answer.status_code == 201
        assert await place.channels() == ["SMS"]

    at_desk(tmp_path, play, rules=RULES.replace("start with CmBot, Desk", "start with Desk"))


def test_what_is_withheld_is_201_with_the_reason(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.chat()
        muted = await post(place, text(), text("again"))
        assert (muted.status_code, muted.json()["message"]) == (201, "Desk may not speak")
        await place.inbound(reference="r2", message={"text": "an agent"})
        partly = await post(place, text(), text("damn"))
        assert (partly.status_code, partly.json()["message"]) == (201, "1 of 2 accepted: mind your words")

    at_desk(tmp_path, play)


def test_a_repeated_call_has_no_second_effect_and_the_first_answer(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.inbound(message={"text": "an agent"})
        calls = [await post(place, text(id="m-1"), text("damn", id="m-2")) for _ in range(2)]
        assert calls[0].content == calls[1].content
        state = await place.ledger.read(calls[0].json()["chat"]["id"])
        assert state is not None
        assert (state.revision, state.sends) == (3, 1)

    at_desk(tmp_path, play)


def test_an_event_ends_the_session_once_and_rules_may_refuse_it(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        ends = [{"$type": "RouterSessionEnded", "id": "e-1"}, {"$type": "AgentJoined", "id": "e-2"}]
        answer = await post(place, events=ends)
        assert (answer.status_code, answer.json()["message"]) == (201, "Message(s) accepted")
        assert answer.json()["chat"]["id"] == chat
        assert "sessionId" not in answer.json()["chat"]
        await place.inbound(reference="r2")
        assert (await post(place, events=ends)).json()["message"] == "Message(s) accepted"
        state = await place.ledger.read(chat)
        assert state is not None
        assert (state.session, state.open) == (2, True)

    at_desk(tmp_path, play, rules=RULES.replace("request is end", "request is reset"))

    async def refused(place: House) -> None:
        await place.chat()
        answer = await post(place, events=[{"$type": "RouterSessionEnded"}])
        assert (answer.status_code, answer.json()["message"]) == (201, "not yet")

    (tmp_path / "second").mkdir()
    at_desk(tmp_path / "second", refused)


def test_an_event_that_asks_for_nothing_is_taken_without_effect(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        answer = await post(place, events=[{"$type": "AgentJoined"}])
        assert answer.status_code == 201
        assert answer.headers["X-Pointsman-Generation"] == place.service.serving.live.hash
        assert await place.channels() == []

    at_desk(tmp_path, play)


def test_one_component_speaks_twoway_and_another_bmproxy_in_one_conversation(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        assert (await place.send(message("from the bot"))).json()["messages"][0]["status"] == "Accepted"
        await place.inbound(reference="r2", message={"text": "an agent"})
        assert (await post(place, text("from the desk"))).json()["chat"]["id"] == chat
        assert (await place.send(message("late"))).json()["messages"][0]["status"] == "Rejected"
        owner = await place.ledger.read(chat)
        assert owner is not None
        assert (owner.revision, owner.sends) == (5, 2)

    at_desk(tmp_path, play)


def test_a_ledger_that_takes_not_all_of_a_call_is_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(place: House) -> None:
        await place.inbound(message={"text": "an agent"})
        submit, room = place.ledger.submit, [1]

        async def limited(submission: Submission) -> Outcome:
            if not room[0]:
                raise Full("10000 wait")
            room[0] -= 1
            return await submit(submission)

        monkeypatch.setattr(place.service.ledger, "submit", limited)
        assert (await post(place, text(id="a"), text(id="b"))).status_code == 503
        room[0] = 2
        answer = await post(place, text(id="a"), text(id="b"))
        assert (answer.status_code, answer.json()["message"]) == (201, "Message(s) accepted")

    at_desk(tmp_path, play)
