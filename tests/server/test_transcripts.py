"""`GET …/chats/{chat}/messages`: what was said in a session, for the components of the conversation's account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from house import OTHER, RULES, House, message, visit

ENDING = f"""{RULES}
policy goodbye on message from customer
rule "bye"
  when text is "bye"
  then end conversation
"""


async def conversed(place: House, *texts: str) -> str:
    chat = ""
    for number, text in enumerate(texts):
        answer = await place.inbound(message={"text": text}, reference=f"m{number}")
        chat = answer.json()["chatId"]
    return chat


async def transcript(place: House, chat: str, query: str = "") -> dict[str, Any]:
    answer = await place.control(f"chats/{chat}/messages{query}", token="desk", method="GET")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_component_reads_who_said_what_in_order_in_twoways_shape(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await conversed(place, "hello")
        await place.send(message("Hi there", reference="from-the-bot"), message("damn"))
        body = await transcript(place, chat.upper())
        assert (body["chatId"], body["accountId"]) == (chat, "e17acdef-c918-423d-a01b-1000cd084f6a")
        assert "before" not in body
        (hello, hi) = body["messages"]
        assert hello.pop("createdOn").endswith("Z")
        assert hello == {
            "number": 1,
            "$type": "text",
            "text": "hello",
            "id": "m0",
            "author": "customer",
            "direction": "ClientOriginated",
            "channel": "WhatsApp",
        }
        assert (hi["author"], hi["direction"], hi["text"]) == ("CmBot", "ClientTerminated", "Hi there")
        assert hi["id"] == "from-the-bot"

    visit(tmp_path, play)


def test_a_long_session_is_read_from_its_end_page_by_page(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await conversed(place, *"abcde")
        pages, query = [], "?limit=2"
        while True:
            body = await transcript(place, chat, query)
            pages.append([one["text"] for one in body["messages"]])
            if "before" not in body:
                break
            query = f"?limit=2&before={body['before']}"
        assert pages == [["d", "e"], ["b", "c"], ["a"]]
        assert "before" not in await transcript(place, chat, "?limit=5")

    visit(tmp_path, play)


def test_a_page_of_long_messages_is_shorter_and_nothing_is_skipped(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        texts = [letter * 60_000 for letter in "abcdef"]
        chat = await conversed(place, *texts)
        last = await transcript(place, chat)
        first = await transcript(place, chat, f"?before={last['before']}")
        assert [one["text"] for one in (*first["messages"], *last["messages"])] == texts
        assert "before" not in first

    visit(tmp_path, play)


def test_after_a_session_its_messages_are_there_until_the_next_begins(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await conversed(place, "hello", "bye")
        ended = await transcript(place, chat)
        assert [one["text"] for one in ended["messages"]] == ["hello", "bye"]
        await place.inbound(message={"text": "hello again"}, reference="later")
        begun = await transcript(place, chat)
        assert [one["text"] for one in begun["messages"]] == ["hello again"]
        assert begun["sessionId"] != ended["sessionId"]

    visit(tmp_path, play, rules=ENDING)


@pytest.mark.parametrize(
    ("token", "account", "chat", "query", "status"),
    [
        ("nobody", None, None, "", 401),
        ("stranger", None, None, "", 403),
        ("stranger", OTHER, None, "", 404),
        ("desk", None, "3c0e7a52-6d3f-5f0e-9a44-6f1c2f6d9f10", "", 404),
        ("desk", None, None, "?limit=0", 400),
        ("desk", None, None, "?limit=101", 400),
        ("desk", None, None, "?before=x", 400),
        ("desk", None, None, f"?before={'9' * 30}", 400),
    ],
)
def test_nobody_else_reads_it(
    tmp_path: Path, token: str, account: str | None, chat: str | None, query: str, status: int
) -> None:
    async def play(place: House) -> None:
        known = await conversed(place, "a secret")
        more = {} if account is None else {"account": account}
        answer = await place.control(f"chats/{chat or known}/messages{query}", token=token, method="GET", **more)
        assert answer.status_code == status
        assert "a secret" not in answer.text

    visit(tmp_path, play)
