"""The control API: who may ask, for what, and what the answer is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from house import OTHER, SHOP, House, visit

UNKNOWN = "3c0e7a52-6d3f-5f0e-9a44-6f1c2f6d9f10"
DISABLE = {"Mutations": [{"$type": "disableComponent", "ComponentId": "CmBot"}]}
POSITION = {"FlowId": "welcome", "StepId": "resume"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sessions/mutationrequests", {"ChatId": "{chat}", **DISABLE}),
        ("sessions/mutations", {"chatId": "{chat}", **DISABLE}),
        ("chats/{chat}/routing/mutationrequests", DISABLE),
        ("chats/{chat}/routing/mutationrequests", {"ChatId": "{chat}", **DISABLE}),
        ("sessions/positionrequests", {"ChatId": "{chat}", **POSITION}),
    ],
)
def test_a_request_that_nobody_refuses_is_granted(tmp_path: Path, path: str, body: dict[str, Any]) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        filled = {
            name: value.replace("{chat}", chat) if isinstance(value, str) else value for name, value in body.items()
        }
        answer = await place.control(path.replace("{chat}", chat.upper()), filled)
        assert (answer.status_code, answer.json()["chatId"]) == (200, chat)
        assert answer.headers["X-Pointsman-Generation"] == place.service.serving.live.hash

    visit(tmp_path, play)


@pytest.mark.parametrize("path", ["sessions/{chat}/resetrequests", "chats/{chat}/routing/resetrequests"])
def test_a_rule_refuses_with_its_reason(tmp_path: Path, path: str) -> None:
    async def play(place: House) -> None:
        answer = await place.control(path.replace("{chat}", await place.chat()))
        assert (answer.status_code, answer.json()["message"]) == (403, "never")

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sessions/mutationrequests", {"ChatId": UNKNOWN, **DISABLE}),
        ("chats/" + UNKNOWN + "/routing/mutationrequests", DISABLE),
        ("sessions/positionrequests", {"ChatId": UNKNOWN, **POSITION}),
        ("sessions/" + UNKNOWN + "/resetrequests", None),
    ],
)
@pytest.mark.parametrize(
    ("token", "account", "status"),
    [("bot", SHOP, 404), ("wrong", SHOP, 401), ("wrong", OTHER, 401), ("bot", OTHER, 403), ("bot", "nowhere", 403)],
)
def test_an_unknown_chat_is_404_to_those_who_may_ask(
    tmp_path: Path, path: str, body: Any, token: str, account: str, status: int
) -> None:
    async def play(place: House) -> None:
        answer = await place.control(path, body, token=token, account=account)
        assert (answer.status_code, answer.json()["status"]) == (status, status)

    visit(tmp_path, play)


def test_a_chat_of_another_account_is_unknown_and_a_token_in_the_body_proves_nothing(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        answer = await place.control(f"chats/{chat}", token="stranger", account=OTHER, method="GET")
        assert answer.status_code == 404
        body = {"ChatId": chat, "authentication": {"productToken": "bot"}, **DISABLE}
        assert (await place.control("sessions/mutationrequests", body, token="")).status_code == 401

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (DISABLE, "ChatId"),
        ({"ChatId": "{chat}"}, "Mutations"),
        ({"ChatId": "{chat}", "Mutations": [{"$type": "disableComponent", "ComponentId": "CmBto"}]}, "CmBto"),
        ({"ChatId": "{chat}", "Mutations": [{"$type": "disableComponent", "ComponentId": "Stranger"}]}, "Stranger"),
        ({"ChatId": "{chat}", "Mutations": [{"$type": "frobnicate", "ComponentId": "CmBot"}]}, "$type"),
        ({"ChatId": "{chat}", "Context": {"a": []}, **DISABLE}, "Context.a"),
    ],
)
def test_what_makes_no_sense_is_400_with_the_member(tmp_path: Path, body: dict[str, Any], words: str) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        filled = {
            name: value.replace("{chat}", chat) if isinstance(value, str) else value for name, value in body.items()
        }
        answer = await place.control("sessions/mutationrequests", filled)
        assert answer.status_code == 400
        assert words in answer.json()["message"]

    visit(tmp_path, play)


def test_the_chat_in_the_body_must_be_the_chat_in_the_url(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        path = f"chats/{await place.chat()}/routing/mutationrequests"
        assert (await place.control(path, {"ChatId": UNKNOWN, **DISABLE})).status_code == 400

    visit(tmp_path, play)


@pytest.mark.parametrize("body", [None, {"Mutations": 3}, {"ChatId": "another", **DISABLE}])
def test_an_unknown_chat_in_the_url_is_404_before_the_body_is_looked_at(tmp_path: Path, body: Any) -> None:
    async def play(place: House) -> None:
        answer = await place.control(f"chats/{UNKNOWN}/routing/mutationrequests", body)
        assert answer.status_code == 404
        known = await place.control(f"chats/{await place.chat()}/routing/mutationrequests", body)
        assert known.status_code == 400

    visit(tmp_path, play)


def test_a_position_without_an_enabled_bot_is_409(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        await place.control(f"chats/{chat}/routing/mutationrequests", DISABLE)
        assert (await place.control("sessions/positionrequests", {"ChatId": chat, **POSITION})).status_code == 409

    visit(tmp_path, play)


def test_a_chat_tells_what_is_enabled_the_context_since_when_and_the_generation(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        await place.control(f"chats/{chat}/routing/mutationrequests", DISABLE | {"Context": {"order": "7"}})
        answer = await place.control(f"chats/{chat}", method="GET", token="desk")
        body = answer.json()
        assert answer.status_code == 200
        assert (body["enabled"], body["context"], body["accountId"]) == (["Desk"], {"order": "7"}, SHOP)
        assert body["generation"] == answer.headers["X-Pointsman-Generation"]
        assert body["since"].startswith("1970-01-01T00:16:40")

    visit(tmp_path, play)
