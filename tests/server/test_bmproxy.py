"""bmproxy: tokens, accounts, which conversation a send joins, results by message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from house import OTHER, SHOP, House, message, visit

from pointsman.ledger.ledger import Full, Outcome, Submission


def results(answer: Any) -> list[tuple[str, int]]:
    return [(one["status"], one["messageErrorCode"]) for one in answer.json()["messages"]]


@pytest.mark.parametrize("path", ["", "/v1.0/message", "/"])
@pytest.mark.parametrize("place_of_token", ["header", "productToken", "producttoken"])
def test_a_component_proves_itself_by_header_or_body_on_both_paths(
    tmp_path: Path, path: str, place_of_token: str
) -> None:
    async def play(place: House) -> None:
        envelope: dict[str, Any] = {"msg": [message()]}
        headers = {}
        if place_of_token == "header":
            headers["X-Cm-Producttoken"] = "bot"
        else:
            envelope["authentication"] = {place_of_token: "bot"}
        url = f"/conversational/bmproxy/v1/accounts/{SHOP.upper()}{path}"
        answer = await place.client.post(url, json={"messages": envelope}, headers=headers)
        assert (answer.status_code, results(answer)) == (200, [("Accepted", 0)])
        assert answer.headers["X-Pointsman-Generation"] == place.service.serving.live.hash

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("token", "account", "status"),
    [
        ("wrong", SHOP, 401),
        ("", SHOP, 401),
        ("wrong", OTHER, 401),
        ("wrong", "nowhere", 401),
        ("bot", OTHER, 403),
        ("bot", "nowhere", 403),
        ("stranger", SHOP, 403),
        ("gateway", SHOP, 401),
    ],
)
def test_a_wrong_token_is_401_before_the_account_and_a_foreign_account_403(
    tmp_path: Path, token: str, account: str, status: int
) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post(
            f"/conversational/bmproxy/v1/accounts/{account}", content=b"not JSON", headers={"X-CM-PRODUCTTOKEN": token}
        )
        assert (answer.status_code, answer.json()["errorCode"]) == (status, 101)

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("body", "code"), [(b"", 202), (b"{", 202), (b"{}", 203), (b'{"messages":{"msg":[]}}', 203), (b"[1]", 202)]
)
def test_a_call_that_cannot_be_read_is_400_in_the_vendors_shape(tmp_path: Path, body: bytes, code: int) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post(
            f"/conversational/bmproxy/v1/accounts/{SHOP}", content=body, headers={"X-CM-PRODUCTTOKEN": "bot"}
        )
        assert answer.status_code == 400
        assert answer.json()["errorCode"] in (202, 203)
        assert answer.json()["details"]

    visit(tmp_path, play)


def test_a_send_joins_the_conversation_that_was_active_last_among_the_allowed(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.inbound(channel="WhatsApp", reference="a")
        await place.inbound(channel="SMS", reference="b")
        whatsapp, sms = [
            await place.ledger.last_active("shop", "+31612345678", [channel]) for channel in ("WhatsApp", "SMS")
        ]
        assert whatsapp is not None
        assert sms is not None

        async def revisions() -> tuple[int, int]:
            states = [await place.ledger.read(one.address.conversation_id) for one in (whatsapp, sms)]
            return tuple(state.revision for state in states if state is not None)  # type: ignore[return-value]  # two

        before = await revisions()
        await place.send(message())
        assert await revisions() == (before[0], before[1] + 1)
        await place.send(message(allowedChannels=["WhatsApp", "RCS"]))
        assert await revisions() == (before[0] + 1, before[1] + 1)
        await place.send(message())
        assert await revisions() == (before[0] + 2, before[1] + 1)

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("members", "channel"),
    [
        ({}, "WhatsApp"),
        ({"from": "+31100000000"}, "WhatsApp"),
        ({"from": "0031100000000", "allowedChannels": ["SMS", "WhatsApp"]}, "SMS"),
        ({"allowedChannels": ["RCS", "Telegram"]}, "Telegram"),
    ],
)
def test_the_first_message_to_a_customer_starts_a_conversation_by_its_sender(
    tmp_path: Path, members: dict[str, Any], channel: str
) -> None:
    async def play(place: House) -> None:
        assert results(await place.send(message(**members))) == [("Accepted", 0)]
        assert await place.channels() == [channel]

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("members", "code", "words"),
    [
        ({"allowedChannels": ["RCS"]}, 305, "RCS"),
        ({"from": "Nobody"}, 301, "Nobody"),
        ({"from": None}, 301, "no conversation to join"),
    ],
)
def test_what_nothing_carries_is_rejected_with_a_reason(
    tmp_path: Path, members: dict[str, Any], code: int, words: str
) -> None:
    async def play(place: House) -> None:
        answer = await place.send(message(**members))
        assert (answer.status_code, results(answer)) == (400, [("Rejected", code)])
        assert words in answer.json()["messages"][0]["messageDetails"]
        assert await place.channels() == []

    visit(tmp_path, play)


def test_messages_of_a_call_are_taken_in_order_with_a_result_each(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.chat()
        answer = await place.send(
            message("one"),
            message("damn"),
            {"to": []},
            message("two", to=[{"number": "0031612345678"}, {"number": ""}]),
        )
        assert answer.status_code == 200
        assert results(answer) == [
            ("Accepted", 0),
            ("Rejected", 403),
            ("Rejected", 302),
            ("Accepted", 0),
            ("Rejected", 303),
        ]
        assert answer.json()["messages"][1]["messageDetails"] == "mind your words"

    visit(tmp_path, play)


def test_messages_of_one_call_to_a_new_customer_share_one_conversation(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.send(message("one", allowedChannels=["SMS"]), message("two", allowedChannels=["WhatsApp", "SMS"]))
        assert await place.channels() == ["SMS"]

    visit(tmp_path, play)


def test_a_repeated_call_has_no_second_effect_and_the_first_answer(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        call = [message("one", reference="r"), message("two", reference="r"), message("damn", reference="s")]
        first = await place.send(*call)
        conversation = await place.ledger.last_active("shop", "+31612345678", ["WhatsApp"])
        second = await place.send(*call)
        assert first.json() == second.json()
        again = await place.ledger.last_active("shop", "+31612345678", ["WhatsApp"])
        assert conversation is not None
        assert again is not None
        assert conversation.revision == again.revision == 3

    visit(tmp_path, play)


def test_a_muted_component_is_told_that_it_may_not_speak(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.chat()
        answer = await place.send(message(), token="desk")
        assert answer.json()["messages"][0]["messageDetails"] == "Desk may not speak"
        assert results(answer) == [("Rejected", 403)]

    visit(tmp_path, play)


def test_a_full_ledger_is_503_for_the_call_and_a_reason_for_the_rest_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(place: House) -> None:
        await place.chat()
        submit, room = place.ledger.submit, [1]

        async def limited(submission: Submission) -> Outcome:
            if not room[0]:
                raise Full("10000 wait")
            room[0] -= 1
            return await submit(submission)

        monkeypatch.setattr(place.service.ledger, "submit", limited)
        answer = await place.send(message("one"), message("two"))
        assert (answer.status_code, results(answer)) == (200, [("Accepted", 0), ("Rejected", 500)])
        for call in ([message("three")], [message("three"), message("four")]):
            answer = await place.send(*call)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")

    visit(tmp_path, play)


def test_a_text_that_is_too_long_for_the_channel_is_answered_with_the_number_of_its_parts(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        envelope = {"messages": {"msg": [message("word " * 1_000)]}}
        url = f"/conversational/bmproxy/v1/accounts/{SHOP.upper()}"
        answer = await place.client.post(url, json=envelope, headers={"X-CM-PRODUCTTOKEN": "bot"})
        assert [one["parts"] for one in answer.json()["messages"]] == [2]

    visit(tmp_path, play)
