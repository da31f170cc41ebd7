"""Calls to the gateway and to components: what stands in them, and that they never change."""

from __future__ import annotations

import json

import pytest
from protocol_samples import ACCOUNT_ID, ADDRESS, BOT, GATEWAY, OWED_ID, mo, mt, owed

from pointsman.model.content import (
    Card,
    Compose,
    Contact,
    FileList,
    Media,
    Message,
    Native,
    NativeButton,
    Picture,
    Reply,
    Template,
    Text,
)
from pointsman.model.decision import ToComponent, ToCustomer
from pointsman.model.identity import Address
from pointsman.protocols.cm_messaging import encode_mo, encode_mt
from pointsman.protocols.wire import Sending


def test_a_text_goes_to_the_gateway_with_the_token_in_header_and_body() -> None:
    call = encode_mt(owed(ToCustomer(Message(Text("Hello"), reference="abc123"))), GATEWAY)
    assert (call.method, call.url, call.timeout_ms) == ("POST", GATEWAY.send_url, 10_000)
    assert call.headers == {"content-type": "application/json; charset=utf-8", "x-cm-producttoken": "our-token"}
    assert json.loads(call.body) == {
        "messages": {
            "authentication": {"productToken": "our-token"},
            "msg": [
                {
                    "from": "0031100000000",
                    "to": [{"number": "0031612345678"}],
                    "body": {"type": "auto", "content": "Hello"},
                    "reference": "abc123",
                    "allowedChannels": ["WhatsApp"],
                }
            ],
        }
    }


@pytest.mark.parametrize("reference", [None, "", "with-hyphen", "my_reference", "x" * 33, "ünïcode"])
def test_a_reference_that_cm_would_not_take_is_replaced_by_the_deliverys_id(reference: str | None) -> None:
    assert mt(Message(Text("x"), reference=reference))["reference"] == OWED_ID.replace("-", "")


def test_the_same_work_is_the_same_bytes_at_every_resend() -> None:
    work = owed(ToCustomer(Message(Card("Title", buttons=(Reply("Yes", "y"),)), options={"validity": "2h"})))
    assert encode_mt(work, GATEWAY) == encode_mt(work, GATEWAY)


@pytest.mark.parametrize(
    ("channel", "customer", "to", "allowed"),
    [
        ("SMS", "+31612345678", "0031612345678", "SMS"),
        ("Viber", "viber-id", "viber-id", "Viber"),
        ("Facebook", "87654321", "87654321", "Facebook Messenger"),
        ("Telegram", "+12", "+12", "Telegram Messenger"),
        ("Email", "a@example.com", "a@example.com", "Email"),
    ],
)
def test_addresses_and_channels_are_written_as_cm_documents_them(
    channel: str, customer: str, to: str, allowed: str
) -> None:
    msg = mt(Message(Text("x")), Address("shop", channel, customer, "biz"))
    assert (msg["to"], msg["from"], msg["allowedChannels"]) == ([{"number": to}], "biz", [allowed])


def test_only_wishes_of_the_senders_go_on_to_the_gateway() -> None:
    options = {"validity": "2h", "customGrouping": "team", "type": "auto", "custom": {"x": 1}, "to": "somebody else"}
    msg = mt(Message(Text("x"), options=options))
    assert msg.keys() == {
        "from", "to", "body", "reference", "allowedChannels", "validity", "customGrouping",
    }  # fmt: skip
    assert msg["to"] == [{"number": "0031612345678"}]


@pytest.mark.parametrize(
    ("message", "content"),
    [
        (Message(Picture(Media("https://e.example/a.png"))), "https://e.example/a.png"),
        (Message(Picture(Media("https://e.example/a.png"), "a lamp")), "a lamp"),
        (Message(Picture(Media("https://e.example/a.png"), "a lamp"), fallback="see our site"), "see our site"),
        (Message(Contact("Ana")), ""),
    ],
)
def test_the_body_holds_what_a_channel_of_plain_text_shows(message: Message, content: str) -> None:
    assert mt(message)["body"]["content"] == content


def test_what_another_vendor_alone_understands_becomes_its_fallback() -> None:
    for content in (Native("botpress", "typing", {"value": 1}), Template("other", {"x": 1})):
        msg = mt(Message(content, (NativeButton("More", "other", {"x": 1}),), fallback="plain words"))
        assert msg["richContent"] == {
            "conversation": [{"text": "plain words"}],
            "suggestions": [{"action": "reply", "label": "More"}],
        }


def test_what_cm_cannot_say_becomes_the_nearest_thing_it_can() -> None:
    several = FileList((Media("https://e.example/1"), Media("https://e.example/2")), "two files")
    msg = mt(Message(several, (Compose("Write", "+311", "hello you"),)))
    assert msg["richContent"]["conversation"] == [
        {"text": "two files"},
        {"media": {"mediaUri": "https://e.example/1"}},
        {"media": {"mediaUri": "https://e.example/2"}},
    ]
    assert msg["richContent"]["suggestions"][0]["url"] == "sms:+311?body=hello%20you"


def test_a_contact_of_single_facts_is_written_in_the_shape_that_cm_has() -> None:
    contact = Contact("Ana", "+311", "ana@example.com", "Main Street 1")
    assert mt(Message(contact))["richContent"]["conversation"] == [
        {
            "contacts": [
                {
                    "name": {"formatted_name": "Ana"},
                    "phones": [{"phone": "+311"}],
                    "emails": [{"email": "ana@example.com"}],
                    "addresses": [{"street": "Main Street 1"}],
                }
            ]
        }
    ]


def test_an_empty_list_of_files_is_written_as_nothing_to_say() -> None:
    assert mt(Message(FileList(()), options={"item": {"tag": "x"}}))["richContent"] == {"conversation": []}


def test_a_customers_message_goes_to_a_component_in_the_vendors_shape() -> None:
    options = {"name": "Ana", "messageContext": "wamid.9", "timeUtc": "2020-09-16T08:23:32Z"}
    message = Message(Text("hi"), reference="their-ref", meta={"grouping1": "g"}, options=options)
    call = encode_mo(owed(ToComponent("CmBot", message)), BOT, Sending(ACCOUNT_ID))
    assert call.url == BOT.message_url
    assert json.loads(call.body) == {
        "reference": "their-ref",
        "messageContext": "wamid.9",
        "from": {"number": "+31612345678", "name": "Ana"},
        "to": {"number": "+31100000000", "name": None},
        "message": {
            "text": "hi",
            "media": {"mediaUri": "", "contentType": "", "title": ""},
            "custom": {"meta": {"grouping1": "g"}},
        },
        "groupings": ["g", "", ""],
        "timeUtc": "2020-09-16T08:23:32Z",
        "channel": "WhatsApp",
        "conversationalRouter": {
            "chatId": ADDRESS.conversation_id,
            "accountId": ACCOUNT_ID,
            "sessionId": "session-1",
        },
    }


def test_a_copy_is_from_the_business_to_the_customer_and_says_whose_words_they_are() -> None:
    copy = mo(Message(Text("Hello"), reference="bots-own"), author="CmBot")
    assert (copy["from"]["number"], copy["to"]["number"]) == ("+31100000000", "+31612345678")
    assert copy["reference"] == OWED_ID
    assert copy["conversationalRouter"]["author"] == "CmBot"
    assert copy["timeUtc"] == "2026-11-20T09:00:00.000Z"
    assert "withheld" not in copy["conversationalRouter"]


def test_what_a_customer_sent_by_another_protocol_is_told_as_rich_content() -> None:
    message = mo(Message(Card("Title", "Words"), fallback="Title: Words"))["message"]
    assert message["text"] == "Title: Words"
    assert message["custom"]["richContent"]["conversation"] == [{"header": "Title", "text": "Words"}]


def test_a_copy_of_a_withheld_message_gives_the_reason() -> None:
    copy = mo(Message(Text("Hello")), author="CmBot", withheld="CmBot may not speak")
    assert copy["conversationalRouter"]["withheld"] == "CmBot may not speak"


def test_what_a_rule_replied_is_a_copy_without_an_author() -> None:
    copy = mo(Message(Text("One moment")), author="")
    assert copy["from"]["number"] == ADDRESS.business
    assert "author" not in copy["conversationalRouter"]
