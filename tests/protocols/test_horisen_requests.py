"""HORISEN's Conversation API: signatures, channels, contacts, requests in and out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from protocol_samples import ACCOUNT_ID, ADDRESS, OWED_ID, owed

from pointsman import limits
from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Choice,
    Contact,
    Content,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    Picture,
    Text,
    Video,
)
from pointsman.model.decision import Note, PositionAt, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.identity import Address
from pointsman.model.transcript import Turn
from pointsman.protocols.horisen import (
    SIGNATURE_HEADER,
    ChannelSettings,
    ComponentSettings,
    ErrorReport,
    Inbound,
    Signature,
    decode_hook,
    encode_message,
    encode_notice,
    sign,
    verify,
)
from pointsman.protocols.horisen_channels import from_horisen, to_allowed, to_horisen
from pointsman.protocols.horisen_contact import FIELDS, decode_contact, encode_contact
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.wire import Malformed, Sending

KEYS = Secret(("new-key", "old-key"), ("env:NEW", "env:OLD"))
EASY_DIALOG = ChannelSettings(account="shop", carries=("Viber", "RCS"), secret=KEYS)
BOT = ComponentSettings(
    account="shop", message_url=Url("http://127.0.0.1:9101/webhook"), signature_key=KEYS, debug=True
)
BODY = '{"a": "é"}'.encode()
HMAC = hmac.new(b"new-key", BODY, hashlib.sha512)

# Signatures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "digest"),
    [
        ("hmac", HMAC.digest()),
        ("hmac-hex", HMAC.hexdigest().encode()),
        ("sha512-body-key", hashlib.sha512(BODY + b"new-key").digest()),
        ("sha512-key-body", hashlib.sha512(b"new-key" + BODY).digest()),
    ],
)
def test_a_signature_is_the_base64_of_its_reading(signature: Signature, digest: bytes) -> None:
    expected = base64.b64encode(digest).decode()
    assert sign(BODY, "new-key", signature) == expected
    assert verify(BODY, expected, KEYS, signature)
    assert verify(BODY, f" {expected}\r\n", KEYS, signature)
    assert not verify(BODY + b" ", expected, KEYS, signature)


def test_the_readings_of_a_signature_are_told_apart() -> None:
    readings: tuple[Signature, ...] = ("hmac", "hmac-hex", "sha512-body-key", "sha512-key-body")
    for one in readings:
        assert [other for other in readings if verify(BODY, sign(BODY, "old-key", one), KEYS, other)] == [one]


@pytest.mark.parametrize("key", ["new-key", "old-key"])
def test_each_key_counts_while_one_is_being_replaced(key: str) -> None:
    assert verify(BODY, sign(BODY, key), KEYS)


@pytest.mark.parametrize("given", [None, "", "new-key", "é", "\ud800", "A" * 88, sign(BODY, "other"), "x" * 100_000])
def test_anything_else_is_no_signature(given: str | None) -> None:
    assert not verify(BODY, given, KEYS)


def test_settings_default_to_hmac_and_eight_seconds_and_show_no_key() -> None:
    assert (EASY_DIALOG.signature, BOT.signature, EASY_DIALOG.reply_deadline) == ("hmac", "hmac", 8_000)
    assert "key" not in repr(EASY_DIALOG).replace("signature_key", "")
    assert "new-key" not in repr(BOT)


# Channels and contacts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wire", "channel"),
    [
        ("SMS", "SMS"),
        ("sms", "SMS"),
        ("Viber", "Viber"),
        ("RCS (RBM)", "RCS"),
        ("RCS", "RCS"),
        ("gbm", "RCS"),
        ("rbm", "RCS"),
        ("facebook", "Facebook"),
        ("instagram", "Instagram"),
        ("TELEGRAM", "Telegram"),
        ("whatsapp", "WhatsApp"),
        ("Web Push", "Web Push"),
        (" Pigeon ", "Pigeon"),
    ],
)
def test_both_spellings_of_a_channel_are_one(wire: str, channel: str) -> None:
    assert from_horisen(wire) == channel


@pytest.mark.parametrize(
    "channel", ["SMS", "Viber", "Telegram", "Facebook", "Instagram", "RCS", "WhatsApp", "Web Push"]
)
def test_a_channel_is_written_so_that_it_is_read_the_same(channel: str) -> None:
    assert from_horisen(to_horisen(channel)) == from_horisen(to_allowed(channel)) == channel


def test_every_field_of_the_documents_table_is_a_field_of_the_contact() -> None:
    wire = {field: f"value of {field}" for field in FIELDS}
    assert len(FIELDS) == len(set(FIELDS)) == 40
    name = "value of first_name value of last_name"
    assert decode_contact(wire) == {**wire, "name": name}
    assert encode_contact({**wire, "name": name}) == wire


def test_contact_fields_without_a_value_tell_nothing() -> None:
    wire = {"language": None, "city": " ", "zip": 8002, "opt_status": ["in"], "gender": {}, "shoe_size": "43"}
    assert decode_contact(wire) == {"zip": "8002"}


def test_a_contact_field_is_bounded() -> None:
    assert len(decode_contact({"address": "x" * 100_000})["address"]) == limits.CONTACT_CHARACTERS_MAX


def test_a_name_from_another_channel_is_taken_apart() -> None:
    assert encode_contact({"name": "Ada King Lovelace"}) == {"first_name": "Ada", "last_name": "King Lovelace"}
    assert encode_contact({"name": "Ada", "first_name": "Ada"}) == {"first_name": "Ada"}


# Requests in ----------------------------------------------------------------------------------------------------------


def request(body: Any, channel: str | None = "Viber", **message: Any) -> bytes:
    whole = {"from": "41791234567", "to": [{"number": "41440000000"}], "body": body, **message}
    return json.dumps({"channel": channel, "message": whole, "contact": {"language": "de"}}).encode()


def inbound(body: Any, channel: str | None = "Viber", **message: Any) -> Inbound:
    found = decode_hook(request(body, channel, **message))
    assert isinstance(found, Inbound)
    return found


PICTURE = Media("https://e.example/a", mime="image/jpeg")


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"type": "text", "content": "Hi"}, Text("Hi")),
        ({"type": "TextMessage", "content": "Hi"}, Text("Hi")),
        ({"content": "Hi"}, Text("Hi")),
        ({"content": "Hi", "type": None, "url": None}, Text("Hi")),
        ({"type": "picture", "url": "https://e.example/a", "mimeType": "image/jpg"}, Picture(PICTURE)),
        ({"type": "image", "url": "https://e.example/a", "mimeType": "IMAGE/JPG"}, Picture(PICTURE)),
        ({"url": "https://e.example/a", "mimeType": "image/jpeg"}, Picture(PICTURE)),
        ({"url": "https://e.example/a", "mimeType": "image/jpeg", "text": "Look"}, Picture(PICTURE, "Look")),
        ({"type": "file", "url": "https://e.example/a", "mimeType": "image/jpeg"}, File(PICTURE)),
        ({"url": "https://e.example/a.mp4"}, Video(Media("https://e.example/a.mp4"))),
        ({"url": "https://e.example/a", "name": "a.ogg"}, Audio(Media("https://e.example/a", "a.ogg"))),
        ({"url": "https://e.example/a", "mimeType": "text/csv"}, File(Media("https://e.example/a", mime="text/csv"))),
        ({"files": [{"url": "https://e.example/a"}]}, FileList((Media("https://e.example/a"),))),
        ({"type": "file list", "files": [{"url": "u"}], "text": "T"}, FileList((Media("u"),), "T")),
        ({"latitude": 1, "longitude": -2.5, "url": "https://m.example"}, Location(1, -2.5, url="https://m.example")),
        ({"name": "Ada", "phone": "+41"}, Contact("Ada", "+41")),
        ({"content": {"title": "T"}}, Card("T")),
        ({"content": [{"title": "T"}]}, Card("T")),
        ({"type": "card", "content": [{"title": "T"}]}, Card("T")),
        ({"content": [{"title": "T"}], "layout": {"cardWidth": "SMALL"}}, Carousel((Card("T"),), "Small")),
        ({"type": "carousel", "content": [{"title": "T"}], "layout": []}, Carousel((Card("T"),))),
        ({"content": [{"title": "T"}, {"title": "U"}]}, Carousel((Card("T"), Card("U")))),
        ({"type": "CardCarouselMessage", "content": [{"title": "T"}]}, Carousel((Card("T"),))),
        ({"type": "sticker", "id": 7}, Native("horisen", "sticker", {"type": "sticker", "id": 7})),
        ({"sticker": 7}, Native("horisen", "body", {"sticker": 7})),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else type(value).__name__,
)
def test_a_body_is_read_typed_or_told_by_its_members(body: Any, content: Content) -> None:
    assert inbound(body).message.content == content


@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "content": "Hours", "postback": "hours"},
        {"content": "Hours", "replyWith": {"postback": "hours"}},
        {"text": "Hours", "postback": "hours"},
        {"type": "suggestionResponse", "text": "Hours", "replyWith": {"postback": "hours"}},
    ],
)
def test_a_press_is_read_wherever_its_postback_stands(body: Any) -> None:
    assert inbound(body).message == Message(
        Text("Hours"), choice=Choice("Hours", "hours"), options=inbound(body).message.options
    )


def test_addresses_are_canonical_and_the_contact_is_read() -> None:
    found = inbound({"content": "Hi"}, "RCS (RBM)", providerMsgID=771)
    assert (found.channel, found.customer, found.business) == ("RCS", "+41791234567", "+41440000000")
    assert (found.event_id, found.message.reference, found.contact) == ("771", "771", {"language": "de"})


def test_a_single_allowed_channel_stands_in_for_a_missing_one() -> None:
    assert inbound({"content": "Hi"}, None, allowedChannels=["gbm"]).channel == "RCS"


def test_dialogue_and_service_stand_in_for_missing_ends() -> None:
    wire = {"serviceUuid": "s-1", "dialogUuid": "d-1", "channel": "Facebook", "message": {"body": {"content": "Hi"}}}
    found = decode_hook(json.dumps(wire).encode())
    assert isinstance(found, Inbound)
    assert (found.customer, found.business, found.event_id) == ("d-1", "s-1", None)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (request({"content": "Hi"}, None), "channel"),
        (request({"content": "Hi"}, **{"from": " "}), "message.from"),
        (request({"content": "Hi"}, to=[]), "message.to"),
        (request({"content": "Hi"}, providerMsgID="x" * 256), "message.providerMsgID"),
        (request(None), "message.body"),
        (request("Hi"), "message.body"),
        (request({}), "message.body"),
        (request({"type": 5, "content": "Hi"}), "message.body.type"),
        (request({"type": "picture", "mimeType": "image/png"}), "message.body.url"),
        (request({"type": "picture", "url": "u", "size": -1}), "message.body.size"),
        (request({"type": "location", "latitude": 91, "longitude": 0}), "message.body.latitude"),
        (request({"type": "location", "latitude": 1}), "message.body.longitude"),
        (request({"type": "contact"}), "message.body"),
        (request({"type": "card", "content": [{"title": "a"}, {"title": "b"}]}), "message.body.content"),
        (request({"type": "carousel", "content": []}), "message.body.content"),
        (request({"content": "x" * 65_537}), "message.body.content"),
        (request({"replyWith": {}}), "message.body.postback"),
        (request({"content": "Hi"}, custom=[{"key": str(n), "value": n} for n in range(33)]), "message.custom"),
        (b'{"channel": "SMS", "contact": {}}', "message"),
        (b'{"channel": "SMS", "contact": {}, "message": "Hi"}', "message"),
    ],
)
def test_a_request_is_refused_with_the_place_that_is_wrong(body: bytes, path: str) -> None:
    with pytest.raises(Malformed) as caught:
        decode_hook(body)
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        ({"error": "bad url", "dialogUuid": "d"}, '{"error":"bad url"}'),
        ({"errors": [{"path": "p"}], "code": 1}, '{"errors":[{"path":"p"}]}'),
        ({"code": 422, "message": "invalid body"}, '{"message":"invalid body"}'),
        ({"errorCode": 7, "message": None}, '{"errorCode":7}'),
    ],
)
def test_an_error_request_is_told_from_a_message(wire: Any, told: str) -> None:
    assert decode_hook(json.dumps(wire).encode()) == ErrorReport(told, wire)


def test_an_error_request_is_told_in_one_bounded_line() -> None:
    found = decode_hook(json.dumps({"error": "x\n" * 10_000}).encode())
    assert isinstance(found, ErrorReport)
    assert len(found.told) == limits.GLANCE_CHARACTERS_MAX
    assert "\n" not in found.told


# Requests out ---------------------------------------------------------------------------------------------------------

MESSAGE = Message(Text("Where is my parcel?"), reference="ref-1", meta={"intent": "parcel"})
SENDING = Sending(ACCOUNT_ID, contact={"language": "nl", "name": "Ada Meier"})


def asked(message: Message = MESSAGE, author: str = "customer", address: Address = ADDRESS) -> Any:
    call = encode_message(owed(ToComponent("Bot", message, author), address), BOT, SENDING)
    assert verify(call.body, call.headers[SIGNATURE_HEADER], Secret(("new-key",), ("env:NEW",)))
    return json.loads(call.body)


def test_a_customers_message_goes_out_as_a_signed_request() -> None:
    assert asked() == {
        "serviceUuid": ACCOUNT_ID,
        "dialogUuid": ADDRESS.conversation_id,
        "channel": "WhatsApp",
        "message": {
            "to": [{"number": "+31100000000"}],
            "from": "+31612345678",
            "providerMsgID": "ref-1",
            "allowedChannels": ["whatsapp"],
            "custom": [{"key": "intent", "value": "parcel"}],
            "body": {"type": "text", "content": "Where is my parcel?"},
        },
        "contact": {"first_name": "Ada", "last_name": "Meier", "language": "nl", "mobile": "+31612345678"},
    }


def test_a_copy_goes_from_the_business_to_the_customer_under_an_id_of_its_own() -> None:
    sent = asked(author="Desk")["message"]
    assert (sent["from"], sent["to"]) == ("+31100000000", [{"number": "+31612345678"}])
    assert sent["providerMsgID"] == OWED_ID


def test_an_address_that_is_no_number_is_an_alias() -> None:
    address = Address("shop", "RCS", "+316", "shop-agent")
    sent = asked(address=address)
    assert (sent["channel"], sent["message"]["allowedChannels"]) == ("RCS (RBM)", ["gbm"])
    assert sent["message"]["to"] == [{"alias": "shop-agent"}]


def test_the_same_work_gives_the_same_bytes() -> None:
    work = owed(ToComponent("Bot", MESSAGE))
    assert encode_message(work, BOT, SENDING) == encode_message(work, BOT, SENDING)


def test_there_is_no_request_for_changes() -> None:
    for effect in (Note("Bot", "Hello"), PositionAt("Bot", "flow", "step")):
        assert encode_notice(owed(effect), BOT, SENDING) is None


def test_earlier_turns_stand_among_the_custom_values() -> None:
    turns = (Turn(0, CUSTOMER, Message(Text("Help")), "m-1"), Turn(1, "Desk", Message(Text("Wait")), "m-2"))
    call = encode_message(owed(ToComponent("Bot", MESSAGE)), BOT, Sending(ACCOUNT_ID, turns))
    meta, earlier = json.loads(call.body)["message"]["custom"]
    assert meta == {"key": "intent", "value": "parcel"}
    assert [(turn["author"], turn["text"]) for turn in earlier["messages"]] == [("customer", "Help"), ("Desk", "Wait")]
