"""One conversation over two channels, as its customer, its components and the operator meet it."""

from __future__ import annotations

from pathlib import Path

from house import ADMIN, House, message, visit

from pointsman.model.identity import Address

RULES = """
component CmBot is bot
component Desk is desk
  hears always
  speaks always
component Stranger is bot
start with CmBot, Desk

policy ways on message from CmBot
rule "secret" when text contains "secret" then prefer channel SMS
policy goodbyes on message from customer
rule "bye" when text is "bye" then end conversation
"""
SMS = Address("shop", "SMS", "+31612345678", "+31100000000").conversation_id
WHATSAPP = Address("shop", "WhatsApp", "+31612345678", "+31100000000").conversation_id


async def says(place: House, text: str, channel: str) -> str:
    """The customer writes; return the chat that it was for."""
    answer = await place.inbound(message={"text": text}, channel=channel, reference=None)
    assert answer.status_code == 200
    chat: str = answer.json()["chatId"]
    return chat


async def joined(place: House) -> None:
    assert await says(place, "hello", "WhatsApp") == WHATSAPP
    answer = await place.send(message("secret 123"))
    assert answer.json()["messages"][0]["status"] == "Accepted"


def test_what_the_customer_writes_by_either_channel_is_of_one_chat_until_it_ends(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await joined(place)
        assert await says(place, "thanks", "SMS") == WHATSAPP
        assert await says(place, "thanks", "WhatsApp") == WHATSAPP
        assert await says(place, "bye", "SMS") == WHATSAPP
        assert await says(place, "hello", "SMS") == SMS

    visit(tmp_path, play, rules=RULES)


def test_a_component_finds_it_by_either_id_and_speaks_on_the_channel_in_use(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await joined(place)
        await says(place, "thanks", "SMS")
        for chat in (SMS, WHATSAPP, SMS.upper()):
            answer = await place.control(f"chats/{chat}", method="GET")
            assert answer.status_code == 200
            assert answer.json()["chatId"] == WHATSAPP
        disable = {"ChatId": SMS, "Mutations": [{"$type": "disableComponent", "ComponentId": "CmBot"}]}
        assert (await place.control("sessions/mutationrequests", disable)).status_code == 200
        conversation = await place.ledger.read(WHATSAPP)
        assert conversation is not None
        assert conversation.enabled == {"Desk"}
        for channels in (["SMS"], ["WhatsApp"], []):
            answer = await place.send(message("Hi", allowedChannels=channels), token="desk")  # a sample
            assert answer.json()["messages"][0]["status"] == "Accepted"
        records = await place.ledger.records(WHATSAPP, 3)
        assert [record.event for record in records] == ["from component"] * 3
        assert {step.channel for record in records for step in record.steps if step.what == "delivered"} == {"SMS"}

    visit(tmp_path, play, rules=RULES)


def test_the_operator_finds_and_forgets_it_by_either_id(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await joined(place)
        shown = await place.client.get(f"/admin/conversations/{SMS}", headers=ADMIN)
        assert shown.json()["id"] == WHATSAPP
        assert shown.json()["decisions"][0]["event"] == "from component"
        assert (await place.client.delete(f"/admin/conversations/{SMS}", headers=ADMIN)).status_code == 204
        for chat in (SMS, WHATSAPP):
            assert (await place.client.get(f"/admin/conversations/{chat}", headers=ADMIN)).status_code == 404
            assert (await place.client.delete(f"/admin/conversations/{chat}", headers=ADMIN)).status_code == 404

    visit(tmp_path, play, rules=RULES)


def test_a_conversation_of_the_channel_s_own_goes_on_undisturbed(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        assert await says(place, "another matter", "SMS") == SMS
        await says(place, "hello", "WhatsApp")
        await place.send(message("secret 123", allowedChannels=["WhatsApp"]))
        assert await says(place, "another matter still", "SMS") == SMS
        assert (await place.control(f"chats/{SMS}", method="GET")).json()["chatId"] == SMS
        assert await says(place, "bye", "SMS") == SMS
        assert await says(place, "thanks for the secret", "SMS") == WHATSAPP

    visit(tmp_path, play, rules=RULES)
