"""`POST /admin/explain`: what the rules in force would do, with nothing stored and nothing sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from house import ADMIN, House, visit

PATH = "/admin/explain"


def outcomes(answer: dict[str, Any]) -> dict[str, str]:
    return {rule["rule"]: rule["outcome"] for occasion in answer["occasions"] for rule in occasion["rules"]}


def test_an_event_is_explained_with_the_lines_of_the_rules_in_force(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        body = {"event": "message from CmBot", "text": "hello", "account": "shop"}
        answer = await place.client.post(PATH, json=body, headers=ADMIN)
        assert answer.status_code == 200
        told = answer.json()
        assert told["generation"] == place.service.serving.live.hash
        assert outcomes(told) == {"mind your words": "failed"}
        [rule] = told["occasions"][0]["rules"]
        assert [(test["condition"], test["saw"]) for test in rule["because"]] == [
            ('text contains "damn"', 'text is "hello"')
        ]

    visit(tmp_path, play)


def test_only_who_has_a_seat_in_the_account_takes_part(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        async def heard(account: str) -> list[str]:
            answer = await place.client.post(PATH, json={"text": "hi", "account": account}, headers=ADMIN)
            return [step["subject"] for step in answer.json()["steps"] if step["what"] == "heard"]

        assert await heard("shop") == ["CmBot", "Desk"]
        assert await heard("other") == ["Stranger"]
        assert await heard("unknown") == ["CmBot", "Desk", "Stranger"]

    visit(tmp_path, play)


def test_an_event_on_a_conversation_sees_its_state_and_leaves_no_trace(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        await place.control("sessions/mutations", {"chatId": chat, "mutations": []})
        before = (await place.client.get(f"/admin/conversations/{chat}", headers=ADMIN)).json()
        backlog = (await place.client.get("/metrics", headers=ADMIN)).text
        event = {"event": "message from CmBot", "text": "damn it"}
        answer = await place.client.post(PATH, json={"conversation": chat, "event": event}, headers=ADMIN)
        told = answer.json()
        assert (answer.status_code, outcomes(told)) == (200, {"mind your words": "fired"})
        assert (told["sender"], told["account"]) == ("+31612345678", "shop")
        assert told["answer"] == {"outcome": "withheld", "reason": "mind your words"}
        assert (await place.client.get(f"/admin/conversations/{chat}", headers=ADMIN)).json() == before
        owed = [line for line in backlog.splitlines() if line.startswith("pointsman_backlog")]
        after = (await place.client.get("/metrics", headers=ADMIN)).text
        assert [line for line in after.splitlines() if line.startswith("pointsman_backlog")] == owed

    visit(tmp_path, play)


SILENT = """
component CmBot is bot
component Desk is desk
component Stranger is bot
start with CmBot, Desk, Stranger
policy quiet on silence for 15m
rule "quiet" otherwise then tag "quiet"
policy later on timer reminder
rule "reminds" otherwise then tag "reminded"
policy sets on message from Desk
rule "sets" otherwise then set timer reminder for 1h
"""


def test_what_falls_due_on_a_conversation_is_explained_at_the_moment_it_does(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        state = await place.ledger.read(chat)
        assert state is not None
        [due] = [wait.due for wait in state.waits.values()]

        async def explained(event: str) -> dict[str, Any]:
            body = {"conversation": chat, "event": {"event": event}}
            found: dict[str, Any] = (await place.client.post(PATH, json=body, headers=ADMIN)).json()
            return found

        quiet = await explained("silence for 15m")
        assert outcomes(quiet) == {"quiet": "fired"}
        assert quiet["at"] == f"1970-01-01T00:{due // 60_000:02}:{due // 1000 % 60:02}.{due % 1000:03}Z"
        assert (await explained("timer reminder"))["answer"] == {"outcome": "void"}

    visit(tmp_path, play, rules=SILENT)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "no JSON"),
        (b"[]", 400, "object"),
        (b'{"txet": "hi"}', 400, "txet: there is no such member"),
        (b'{"event": "message from CmBto"}', 400, "`message from CmBto` is no event of these rules"),
        (b'{"conversation": 5}', 400, "the body cannot be read"),
        (b'{"conversation": "x", "text": "hi"}', 400, "unknown field `text`"),
        (b'{"conversation": "nobody"}', 404, "no conversation has the id `nobody`"),
    ],
)
def test_a_wrong_body_is_answered_with_what_is_wrong(tmp_path: Path, body: bytes, status: int, said: str) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post(PATH, content=body, headers=ADMIN)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert said in answer.json()["detail"]

    visit(tmp_path, play)


@pytest.mark.parametrize("member", ['"channel": "SMS"', '"enabled": []', '"age": "1h"', '"offered": ["a"]'])
def test_a_conversation_that_is_named_is_not_told_as_well(tmp_path: Path, member: str) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        body = f'{{"conversation": "{chat}", "event": {{"text": "hi", {member}}}}}'
        answer = await place.client.post(PATH, content=body, headers=ADMIN)
        assert answer.status_code == 400
        assert answer.json()["place"] == member.split('"')[1]
        assert answer.json()["help"] == "leave it out"

    visit(tmp_path, play)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_only_the_tokens_holder_may_ask(tmp_path: Path, headers: dict[str, str]) -> None:
    async def play(place: House) -> None:
        assert (await place.client.post(PATH, json={}, headers=headers)).status_code == 401

    visit(tmp_path, play)


def test_a_message_is_shown_on_each_channel_and_goes_nowhere(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post(PATH, json={"message": {"text": "a" * 1000}}, headers=ADMIN)
        assert answer.status_code == 200
        [message] = answer.json()["messages"]
        shown = {it["channel"]: it for it in message["channels"]}
        assert len(shown["SMS"]["messages"]) == 2
        assert shown["SMS"]["losses"][0]["kind"] == "split"
        assert (len(shown["WhatsApp"]["messages"]), shown["WhatsApp"]["losses"]) == (1, [])
        named = {"message": {"text": "hi"}, "channels": ["RCS"]}
        answer = await place.client.post(PATH, json=named, headers=ADMIN)
        assert [it["channel"] for it in answer.json()["messages"][0]["channels"]] == ["RCS"]

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("body", "detail", "path"),
    [
        ({"message": {"kind": "picture"}}, "the message cannot be read: url: missing", "url"),
        ({"message": {"text": "x"}, "channels": ["Fox"]}, "there is no channel `Fox`; ", "channels[0]"),
        ({"message": {"text": "x"}, "chanels": []}, "the message cannot be read: ", ""),
    ],
)
def test_a_message_that_cannot_be_shown_is_a_problem_with_its_place(
    tmp_path: Path, body: dict[str, Any], detail: str, path: str
) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post(PATH, json=body, headers=ADMIN)
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(detail)
        assert answer.json().get("path", "") == path

    visit(tmp_path, play)
