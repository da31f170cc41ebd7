"""`POST /hooks/{connection}`: who may, what is read, what is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from house import House, visit

from pointsman.ledger.ledger import Full, LedgerError, Outcome, Submission


def test_a_message_is_answered_200_with_its_chat_and_generation(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        answer = await place.inbound()
        assert answer.status_code == 200
        assert answer.headers["X-Pointsman-Generation"] == place.service.serving.live.hash
        conversation = await place.ledger.read(answer.json()["chatId"])
        assert conversation is not None
        assert (conversation.address.customer, conversation.address.business) == ("+31612345678", "+31100000000")
        assert conversation.connection == "gateway"

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("url", "headers", "status"),
    [
        ("/hooks/gateway?token=gateway", {}, 200),
        ("/hooks/gateway", {"X-Pointsman-Token": "gateway"}, 200),
        ("/hooks/gateway/?token=gateway&x=1", {}, 200),
        ("/hooks/gateway", {}, 401),
        ("/hooks/gateway?token=telegram", {}, 401),
        ("/hooks/gateway?token=", {}, 401),
        ("/hooks/gateway?token=gateway%FF", {}, 401),
        ("/hooks/gateway?token=gateway", {"X-Pointsman-Token": "wrong"}, 401),
        ("/hooks/nobody?token=gateway", {}, 404),
        ("/hooks/CmBot?token=bot", {}, 404),
    ],
)
def test_a_gateway_proves_itself_by_query_or_header(
    tmp_path: Path, url: str, headers: dict[str, str], status: int
) -> None:
    async def play(place: House) -> None:
        body = {"from": {"number": "1"}, "to": {"number": "2"}, "message": {"text": "x"}, "channel": "SMS"}
        answer = await place.client.post(url, json=body, headers=headers)
        assert answer.status_code == status
        if status != 200:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == status

    visit(tmp_path, play)


def test_who_has_no_token_cannot_tell_a_component_from_nothing(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        details = [(await place.client.post(f"/hooks/{name}?token=x")).json() for name in ("CmBot", "nobody")]
        assert details[0] == details[1] | {"detail": "nothing is at /hooks/CmBot"}
        refused = (await place.client.post("/hooks/gateway?token=x")).json()["detail"]
        assert "gateway" not in refused
        assert "[" not in refused

    visit(tmp_path, play)


def test_an_events_time_is_when_it_was_received_and_not_when_it_was_committed(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        received = place.service.clock.now()
        submit = place.ledger.submit

        async def later(asked: Submission) -> Outcome:
            for _ in range(5_000):
                place.service.clock.now()
            return await submit(asked)

        place.ledger.submit = later  # type: ignore[method-assign]  # a writer that others keep busy
        await place.inbound(reference="r2")
        conversation = await place.ledger.read(chat)
        assert conversation is not None
        assert conversation.latest == received + 1

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ({"channel": None}, "channel"),
        ({"from": {"number": None}}, "from.number"),
        ({"to": None}, "to.number"),
        ({"message": None}, "message"),
        ({"message": {"text": 7}}, "message.text"),
        ({"channel": "Telegram"}, "channel"),
    ],
)
def test_what_cannot_be_read_is_400_with_the_place(tmp_path: Path, members: dict[str, Any], path: str) -> None:
    async def play(place: House) -> None:
        answer = await place.inbound(**members)
        assert (answer.status_code, answer.json()["path"]) == (400, path)

    visit(tmp_path, play)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'"' + b"[" * 100_000])
def test_a_body_that_is_not_the_vendors_is_400(tmp_path: Path, body: bytes) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post("/hooks/gateway?token=gateway", content=body)
        assert answer.status_code == 400

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"messages": {"msg": {"to": "0031612345678", "reference": "x", "status": {"code": 2}}}}, "unknown"),
        ({"from": {"number": "1"}, "to": {"number": "2"}, "event": "read", "channel": "WhatsApp"}, "event"),
    ],
)
def test_reports_and_channel_events_are_noted(tmp_path: Path, body: dict[str, Any], result: str) -> None:
    async def play(place: House) -> None:
        assert (await place.client.post("/hooks/gateway?token=gateway", json=body)).status_code == 200
        counted = f'pointsman_reports_total{{connection="gateway",result="{result}"}} 1.0'
        assert counted in (await place.service.metrics.exposition(place.ledger)).decode()

    visit(tmp_path, play)


def test_a_repeat_gets_the_first_answer_and_no_second_effect(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        first, second = await place.inbound(), await place.inbound()
        assert first.json() == second.json()
        conversation = await place.ledger.read(first.json()["chatId"])
        assert conversation is not None
        assert conversation.revision == 1

    visit(tmp_path, play)


@pytest.mark.parametrize(("fault", "status"), [(Full("10000 wait"), 503), (LedgerError("disk"), 503), (OSError(), 500)])
def test_a_ledger_that_cannot_is_told_with_a_time_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    async def play(place: House) -> None:
        async def submit(_: object) -> None:
            raise fault

        monkeypatch.setattr(place.service.ledger, "submit", submit)
        answer = await place.inbound()
        assert answer.status_code == status
        assert ("retry-after" in answer.headers) == (status == 503)
        assert "disk" not in answer.text

    visit(tmp_path, play)
