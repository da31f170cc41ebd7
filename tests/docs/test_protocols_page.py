"""docs/protocols.md: its sections load, its bodies are what the codecs read and write, its tables are the codecs' own.

POINTSMAN_REWRITE_DOCS=1 writes the tables of what survives.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from docs.test_blocks import Block, blocks, place
from pointsman.config import Config, check_against, parse
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import (
    Card,
    Carousel,
    Choice,
    Media,
    Message,
    OpenUrl,
    Picture,
    Reply,
    Text,
)
from pointsman.model.decision import Effect, Notify, Owed, Receipt, ToComponent
from pointsman.model.event import CUSTOMER, Disable, Enable
from pointsman.model.identity import Address
from pointsman.model.transcript import Turn
from pointsman.protocols import (
    botpress,
    chat_completions,
    cm_messaging,
    cm_outbound,
    cm_receipts,
    cm_router,
    horisen,
    registry,
    twoway,
    twoway_content,
    ultimate,
)
from pointsman.protocols.horisen_replies import decode_replies
from pointsman.protocols.room import IN_CAROUSEL, Room
from pointsman.protocols.ultimate_presses import postback_of
from pointsman.protocols.wire import Response, Sending

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/protocols.md"
FRAGMENTS = [block for block in blocks("toml") if block.page == PAGE]
EXAMPLES = {
    option.removeprefix("example="): block.text
    for block in blocks("json")
    for option in block.info
    if block.page == PAGE and option.startswith("example=")
}
CHAT = "5d3c1c0e-6c1f-4c0f-9b7d-9a0e3e6b7c11"
ACCOUNT = "e17acdef-c918-423d-a01b-1000cd084f6a"
ADDRESS = Address("shop", "WhatsApp", "+31612345678", "+31100000000")


# Sections -------------------------------------------------------------------------------------------------------------


def section_of(text: str) -> str:
    [name] = re.findall(r"^\[(\w+\.\w+)\]$", text, re.MULTILINE)
    return str(name)


def config_with(fragment: str, folder: Path) -> Config:
    """The configuration of the page on operating, with one section in the place of its own, or behind it."""
    [whole] = [block.text for block in blocks("toml") if block.page.name == "operating.md"]
    parts = re.split(r"(?m)^(?=\[)", whole)
    others = [part for part in parts if not part.startswith(f"[{section_of(fragment)}]")]
    text = "".join(others) + fragment
    return parse(text, folder, {name: f"value of {name}" for name in re.findall(r"env:(\w+)", text)})


@pytest.mark.parametrize("block", FRAGMENTS, ids=place)
def test_a_section_loads_and_fits_the_cast_of_the_language_page(block: Block, tmp_path: Path) -> None:
    [program] = [compile_rules({"policy.rules": it.text}) for it in blocks("rules") if "cast" in it.info]
    assert program.ir is not None
    assert check_against(config_with(block.text, tmp_path), program.ir) == ()


def test_every_protocol_has_a_section_and_a_line_in_the_first_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    shown = {
        (section_of(block.text).partition(".")[0], name)
        for block in FRAGMENTS
        for name in re.findall(r'^protocol = "(\w+)"$', block.text, re.MULTILINE)
    }
    assert shown >= {("channels", name) for name in registry.CHANNELS}
    assert shown >= {("components", name) for name in registry.COMPONENTS}
    assert set(re.findall(r"^\| [^|]+ \| `(\w+)` \| ", page, re.MULTILINE)) >= set(registry.COMPONENTS)


def settings_of(protocol: str, folder: Path) -> Any:
    [fragment] = [
        it.text
        for it in FRAGMENTS
        if f'protocol = "{protocol}"' in it.text and section_of(it.text).startswith("components")
    ]
    return config_with(fragment, folder).components[section_of(fragment).partition(".")[2]]


# Bodies ---------------------------------------------------------------------------------------------------------------


def owed(effect: Effect) -> Owed:
    return Owed("d-1", CHAT, ADDRESS, "s-1", effect, "gateway", "hash", 1_795_165_200_000)


def heard(message: Message, author: str = CUSTOMER) -> Owed:
    return owed(ToComponent("CmBot", message, author))


def example(name: str) -> bytes:
    return EXAMPLES[name].encode()


def written(call: Any) -> Any:
    assert call is not None
    return json.loads(call.body)


def cm_mo(_: Path) -> None:
    hook = cm_messaging.decode_hook(example("cm-mo"))
    assert isinstance(hook, cm_messaging.Inbound)
    assert (hook.event_id, hook.channel, hook.customer, hook.business) == ("mo-1", "WhatsApp", *ends())
    assert hook.message.choice == Choice("Yes", "answer:yes")
    assert hook.message.meta == {"grouping1": "spring"}
    assert hook.contact == {"name": "Ada Lovelace", "first_name": "Ada"}


def ends() -> tuple[str, str]:
    return ADDRESS.customer, ADDRESS.business


def cm_send(_: Path) -> None:
    [entry] = cm_messaging.decode_sends(example("cm-send"))
    assert isinstance(entry, cm_messaging.Send)
    buttons = (Reply("Small", "size:s"), OpenUrl("Sizes", "https://shop.example.com/sizes"))
    [message] = entry.messages
    assert (message.content, message.buttons, message.meta) == (Text("Which size?"), buttons, {"intent": "order"})


def cm_notification(folder: Path) -> None:
    shown = json.loads(example("cm-notification"))
    notify = Notify(
        "CustomerContact",
        "handover",
        tuple(shown["enabled"]),
        shown["changed"],
        shown["context"],
        reason=shown["reason"],
    )
    whole = structs.replace(owed(notify), id=shown["id"], conversation=shown["chatId"], session_id=shown["sessionId"])
    call = cm_router.encode_notification(whole, settings_of("cm", folder), Sending(ACCOUNT))
    assert written(call) == shown


def cm_mutations(_: Path) -> None:
    asked = cm_router.decode_mutations(example("cm-mutations"))
    assert asked.mutations == (Disable("CmBot"), Enable("CustomerContact"))
    assert asked.context == {"team": "billing"}


def twoway_heard(folder: Path) -> None:
    message = Message(Text("Yes"), choice=Choice("Yes", "answer:yes", 1), reference="mo-1")
    effect = ToComponent("CustomerContact", message)
    sending = Sending(ACCOUNT, roles={"CustomerContact": "desk"})
    assert written(twoway.encode_message(owed(effect), settings_of("twoway", folder), sending)) == json.loads(
        example("twoway-heard")
    )


def twoway_send(_: Path) -> None:
    sends = twoway.decode_sends(example("twoway-send"), ACCOUNT)
    assert (sends.chat.channel, sends.chat.customer, sends.chat.business) == ("WhatsApp", *ends())
    assert [one.message.content for one in sends.messages] == [Text("Hello, this is Kim.")]


def twoway_template(folder: Path) -> None:
    reason = 'asks for "a person"'
    notify = Notify("CustomerContact", "handover", ("CustomerContact",), {}, {"team": "billing"}, reason=reason)
    call = twoway.encode_notice(owed(notify), settings_of("twoway", folder), Sending(ACCOUNT))
    assert written(call) == json.loads(example("twoway-template"))


def twoway_event(folder: Path) -> None:
    read = Receipt("CustomerContact", "read", "m-1")
    call = twoway.encode_receipt(owed(read), settings_of("twoway", folder), Sending(ACCOUNT))
    assert written(call)["conversationEvents"] == [json.loads(example("twoway-event"))]


def cm_receipt(folder: Path) -> None:
    failed = Receipt("CustomerContact", "failed", "answer1", "expired")
    call = cm_receipts.encode_receipt(owed(failed), settings_of("cm", folder), Sending(ACCOUNT))
    assert written(call) == json.loads(example("cm-receipt"))


def horisen_request(folder: Path) -> None:
    hook = horisen.decode_hook(example("horisen-request"))
    assert isinstance(hook, horisen.Inbound)
    assert (hook.event_id, hook.channel, hook.customer, hook.business) == ("pm-1", "Viber", *ends())
    assert hook.message.meta == {"campaign": "spring"}
    assert hook.contact["name"] == "Ada Lovelace"
    assert hook.contact["b_company"] == "Analytical Engines"
    to_bot = structs.replace(heard(hook.message), address=structs.replace(ADDRESS, channel="Viber"))
    contact = {key: value for key, value in hook.contact.items() if key != "name"}
    call = horisen.encode_message(to_bot, settings_of("horisen", folder), Sending(ACCOUNT, contact=contact))
    shown = json.loads(example("horisen-request"))
    shown["contact"]["mobile"] = ADDRESS.customer
    assert written(call) == shown | {"serviceUuid": ACCOUNT}


def horisen_response(_: Path) -> None:
    messages = (
        Message(Picture(Media("https://shop.example.com/cat.png", mime="image/png"))),
        Message(Text("Is it this one?"), (Reply("Yes", "yes"), OpenUrl("Site", "https://shop.example.com"))),
    )
    assert json.loads(horisen.encode_replies(messages)) == json.loads(example("horisen-response"))
    assert decode_replies(example("horisen-response")).messages == messages


def horisen_error(folder: Path) -> None:
    wrong = ("messages[1].body.url: expected an http or https address",)
    call = horisen.encode_debug_error(
        heard(Message(Text("Hi"), reference="pm-1")), settings_of("horisen", folder), wrong
    )
    assert written(call) == json.loads(example("horisen-error"))
    assert isinstance(horisen.decode_hook(example("horisen-error")), horisen.ErrorReport)


def botpress_sent(folder: Path) -> None:
    press = Message(Text("Yes"), choice=Choice("Yes", "answer:yes"))
    call = botpress.encode_message(heard(press), settings_of("botpress", folder), Sending(ACCOUNT, bearer="t"))
    assert written(call) == json.loads(example("botpress-sent"))


def botpress_answered(folder: Path) -> None:
    response = Response(200, {}, example("botpress-answered"))
    found = botpress.decode_reply(heard(Message(Text("Hi"))), response, settings_of("botpress", folder))
    shoes = Media("https://botpress.example.com/media/shoes.png")
    look = OpenUrl("Look", "https://shop.example.com/shoes")
    assert found.problems == ()
    assert found.messages == (
        Message(Text("Which size?"), (Reply("Small", "s"),)),
        Message(Card("Shoes", media=shoes, buttons=(look,))),
    )


def chat_sent(folder: Path) -> None:
    history = (
        Turn(1, CUSTOMER, Message(Text("Hello"))),
        Turn(2, "CustomerContact", Message(Text("Hello, this is Kim."))),
    )
    asked = heard(Message(Text("Do you have size 41?")))
    call = chat_completions.encode_message(asked, settings_of("chat", folder), Sending(ACCOUNT, history))
    assert written(call) == json.loads(example("chat-sent"))


def chat_answered(folder: Path) -> None:
    response = Response(200, {}, example("chat-answered"))
    assert chat_completions.classify(response) is None
    found = chat_completions.decode_reply(heard(Message(Text("Hi"))), response, settings_of("chat", folder))
    assert found.messages == (Message(Text("We do, in blue."), meta={"finish": "stop"}),)


def ultimate_sent(folder: Path) -> None:
    press = Message(Text("Buy"), choice=Choice("Buy", postback_of("Buy", 1)), meta={"campaign": "spring"})
    call = ultimate.encode_message(heard(press), settings_of("ultimate", folder), Sending(ACCOUNT))
    assert written(call) == json.loads(example("ultimate-sent"))


def ultimate_said(folder: Path) -> None:
    said = ultimate.decode_webhook(example("ultimate-said"), settings_of("ultimate", folder).bot_id)
    assert isinstance(said, ultimate.BotMessage)
    cards = tuple(
        Card(name, buttons=(Reply("Buy", postback_of("Buy", at)),)) for at, name in enumerate(("Boots", "Shoes"))
    )
    assert (said.chat_id, said.messages) == (CHAT, (Message(Carousel(cards), reference="m-1"),))


def ultimate_escalates(folder: Path) -> None:
    asked = ultimate.decode_webhook(example("ultimate-escalates"), settings_of("ultimate", folder).bot_id)
    assert asked == ultimate.Escalation(CHAT, {"order": "7", "escalateTo": "orders"})


CHECKS: dict[str, Callable[[Path], None]] = {
    check.__name__.replace("_", "-"): check
    for check in (
        *(cm_mo, cm_send, cm_notification, cm_mutations, cm_receipt),
        *(twoway_heard, twoway_send, twoway_template, twoway_event),
        *(horisen_request, horisen_response, horisen_error, botpress_sent, botpress_answered),
        *(chat_sent, chat_answered, ultimate_sent, ultimate_said, ultimate_escalates),
    )
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_body_is_what_the_protocol_reads_or_writes(name: str, tmp_path: Path) -> None:
    CHECKS[name](tmp_path)


def test_every_body_is_looked_at() -> None:
    named = [block for block in blocks("json") if block.page == PAGE]
    assert set(EXAMPLES) == set(CHECKS)
    assert len(named) == len(EXAMPLES)


# What survives --------------------------------------------------------------------------------------------------------

FULL = twoway_content.ROOM


def columns() -> dict[str, Room]:
    captioned = Message(Picture(Media("https://example.com/a"), "words"))
    found = botpress.room(ToComponent("CmBot", captioned), settings_of("botpress", ROOT))
    assert found is not None
    return {
        "`cm` to the customer": cm_messaging.ROOM,
        "`cm` to a component": cm_outbound.INCOMING,
        "`horisen` to the customer": horisen.RESPONSE_ROOM,
        "`horisen` to a component": horisen.ROOM,
        "`botpress`": found,
    }


def tables() -> str:
    return "\n".join((table("content", contents()), table("button", buttons())))


def table(head: str, rows: Iterator[list[str]]) -> str:
    lines = [[head, *columns()], ["---"] * (len(columns()) + 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def contents() -> Iterator[list[str]]:
    for kind in FULL.contents:
        yield [kind, *(content_cell(kind, room) for room in columns().values())]
    yield [
        "template, and what only one protocol knows",
        *("its own; else the fallback" if it.natives else "the fallback" for it in columns().values()),
    ]


def content_cell(kind: str, room: Room) -> str:
    if kind not in room.contents:
        return "words"
    holder = "card" if kind == IN_CAROUSEL else kind
    absent = FULL.contents[kind] - room.contents[kind]
    absent |= FULL.files.get(holder, frozenset()) - room.files.get(holder, frozenset())
    apart = "a message for each file" if kind in room.apart else "its words behind it" if splits(kind, room) else ""
    return "; ".join(filter(None, (without(absent), apart))) or "whole"


def splits(kind: str, room: Room) -> bool:
    return "caption" in room.apart and kind in ("picture", "video", "audio", "file")


THUMBNAIL = frozenset(name for name in FULL.files["picture"] if name.startswith("thumbnail"))


def without(absent: frozenset[str]) -> str:
    named = sorted(absent - THUMBNAIL if absent >= THUMBNAIL else absent)
    named += ["thumbnail"] if absent >= THUMBNAIL else []
    return f"without {', '.join(named).replace('_', ' ')}" if named else ""


def buttons() -> Iterator[list[str]]:
    for kind in FULL.buttons:
        yield [kind, *(button_cell(kind, room) for room in columns().values())]


def button_cell(kind: str, room: Room) -> str:
    if kind not in room.buttons:
        return room.instead.get(kind, "a line of words")
    absent = FULL.buttons[kind] - room.buttons[kind]
    if kind == "reply":
        absent |= {"media"} if "reply" not in room.files else set()
    return without(absent) or "whole"


def test_the_tables_of_what_survives_are_those_of_the_codecs() -> None:
    block = re.compile(r"(<!-- rooms -->\n).*?(<!-- end -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    right = block.sub(lambda found: f"{found[1]}\n{tables()}\n{found[2]}", page)
    if os.environ.get("POINTSMAN_REWRITE_DOCS"):
        PAGE.write_text(right, encoding="utf-8")
        page = right
    assert block.search(page)
    assert page == right
