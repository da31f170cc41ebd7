"""Every protocol as a pair of a writer and a reader of its own, and what arrives of a message by what its room says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct, structs
from protocol_samples import ACCOUNT_ID, BOT, GATEWAY, body_of, owed

from pointsman.model.content import (
    Audio,
    Button,
    CalendarEvent,
    Card,
    Carousel,
    Choice,
    Compose,
    Contact,
    Content,
    Dial,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    NativeButton,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
    Video,
    kind_of,
)
from pointsman.model.decision import ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER
from pointsman.protocols import botpress, chat_completions, cm_messaging, horisen, registry, twoway, ultimate
from pointsman.protocols.cm_inbound import Inbound
from pointsman.protocols.cm_rich_content import decode_contact
from pointsman.protocols.cm_sends import Send
from pointsman.protocols.media_kinds import media_content
from pointsman.protocols.plain import plain_text
from pointsman.protocols.room import IN_CAROUSEL, Room, button_kind, is_sayable
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.wire import Response, Sending

KEY = Secret(("key",), ("env:KEY",))
URL = Url("https://peer.example.com/bot")
SECTIONS: dict[str, registry.ComponentSettings] = {
    "cm": BOT,
    "twoway": twoway.ComponentSettings(account="shop", adapter="a", token=KEY, message_url=URL),
    "horisen": horisen.ComponentSettings(account="shop", message_url=URL, signature_key=KEY),
    "ultimate": ultimate.ComponentSettings(account="shop", base_url=URL, bot_id="bot-1", api_key=KEY, token=KEY),
    "botpress": botpress.ComponentSettings(account="shop", base_url=URL, bot_id="bot", email="a@b.c", password=KEY),
    "chat": chat_completions.ComponentSettings(account="shop", base_url=URL, model="m"),
}
SENDING = Sending(ACCOUNT_ID, bearer="token")


# Messages -------------------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=12)
some_words = st.none() | words
urls = words.map(lambda path: f"https://example.com/{path}")
some_urls = st.none() | urls
counts = st.none() | st.integers(1, 2**40)
heights = st.sampled_from([None, "short", "medium", "tall"])
json_objects = st.dictionaries(words, words | st.integers(-9, 9), min_size=1, max_size=2)
FAMILIES = {"image": Picture, "video": Video, "audio": Audio, "application": File}


def media(family: str) -> st.SearchStrategy[Media]:
    """A file of a known type, with any of the other members."""
    return st.builds(
        Media,
        urls,
        some_words,
        st.sampled_from([f"{family}/a", f"{family}/b"]),
        counts,
        counts,
        some_words,
        some_urls,
        some_words,
        st.none() | st.just("image/png"),
        counts,
        heights,
    )


files = st.one_of([st.builds(kind, media(family), some_words) for family, kind in FAMILIES.items()])
locations = st.builds(
    Location, st.floats(-90, 90), st.floats(-180, 180), some_words, some_urls, some_words, st.none() | st.floats(1, 9)
)
visiting_cards = st.builds(
    lambda name, phone: decode_contact(({"name": {"formatted_name": name}, "phones": [{"phone": phone}]},), ""),
    words,
    words,
)
contacts = st.builds(Contact, words, some_words, some_words, some_words) | visiting_cards
buttons: st.SearchStrategy[Button] = st.one_of(
    st.builds(Reply, words, some_words, st.none() | media("image"), some_words),
    st.builds(OpenUrl, words, urls, some_words),
    st.builds(Dial, words, words, some_words),
    st.builds(Compose, words, words, some_words, some_words),
    st.builds(ShowLocation, words, locations, postback=some_words),
    st.builds(ShowLocation, words, request=st.just(True), postback=some_words),
    st.builds(CalendarEvent, words, words, words, words, some_words, some_words),
    words.map(lambda label: NativeButton(label, "cm", {"action": "payment", "label": label, "payment": {"total": 1}})),
    st.builds(NativeButton, words, st.just("viber"), json_objects),
)
some_buttons = st.lists(buttons, max_size=2).map(tuple)
cards = st.builds(
    Card, some_words, some_words, st.none() | media("image"), some_buttons, some_words, some_words
).filter(lambda card: bool(card.title or card.description or card.media or card.buttons))
natives = st.one_of(
    st.builds(lambda name: Template("cm", {"whatsapp": {"element_name": name}}, name), words),
    st.builds(Template, st.just("viber"), json_objects, words),
    json_objects.map(lambda body: Native("cm", "payment", {"payment": body})),
    json_objects.map(lambda body: Native("viber", "sticker", body)),
)
contents: st.SearchStrategy[Content] = st.one_of(
    words.map(Text),
    files,
    st.builds(FileList, st.lists(media("application"), min_size=1, max_size=3).map(tuple), some_words),
    locations,
    contacts,
    cards,
    st.builds(Carousel, st.lists(cards, min_size=1, max_size=3).map(tuple), st.sampled_from([None, "Small", "Medium"])),
    natives,
)
messages = st.builds(Message, contents, some_buttons, fallback=some_words)
presses = st.builds(lambda label, postback: Message(Text(label), choice=Choice(label, postback)), words, words)


# What arrives ---------------------------------------------------------------------------------------------------------


def arrives(message: Message, room: Room) -> list[Message]:
    """What a protocol's reader has to give back of what its writer was given, as its room says."""
    if not is_sayable(message, room):
        return []
    content, under = message.content, tuple(_button(button, room) for button in message.buttons)
    if isinstance(content, Native | Template):
        in_words = room.natives is not None and content.protocol not in room.natives
    else:
        in_words = isinstance(content, Text) or kind_of(content) not in room.contents
    if in_words:
        text = plain_text(structs.replace(message, buttons=()) if room.buttons else message)
        most = room.text_max or len(text)
        content = Text(text if len(text) <= most else f"{text[: most - 1].rstrip()}…")
    else:
        content = _content(content, room)
    choice = message.choice
    if choice is not None and choice.postback != choice.label and not room.presses:
        choice = Choice(choice.label)
    whole = Message(content, under if room.buttons else (), choice=choice)
    return _apart(whole, room)


def _apart(message: Message, room: Room) -> list[Message]:
    match message.content:
        case FileList(listed, caption) if "file list" in room.apart:
            parts: list[Content] = [*([Text(caption)] if caption else []), *(File(one) for one in listed)]
        case (
            Picture(caption=str(caption))
            | Video(caption=str(caption))
            | Audio(caption=str(caption))
            | File(caption=str(caption))
        ) if "caption" in room.apart:
            parts = [structs.replace(message.content, caption=None), Text(caption)]
        case content:
            parts = [content]
    return [*(Message(part) for part in parts[:-1]), structs.replace(message, content=parts[-1])]


def _content(content: Content, room: Room) -> Content:
    match content:
        case Text() | Native() | Template():
            return content
        case Carousel(cards_, _):
            kept = _only(content, room.contents["carousel"] | {"cards"})
            return structs.replace(kept, cards=tuple(_card(card, IN_CAROUSEL, room) for card in cards_))
        case Card() as card:
            return _card(card, "card", room)
        case FileList(listed, _):
            kept = _only(content, room.contents["file list"] | {"files"})
            return structs.replace(kept, files=tuple(_only(one, room.files["file list"] | {"url"}) for one in listed))
        case Picture(shown) | Video(shown) | Audio(shown) | File(shown):
            kind = kind_of(content)
            kept = _only(content, room.contents[kind] | {"media"})
            file = _only(shown, room.files[kind] | {"url"})
            return media_content(file, kept.caption) if room.by_type else structs.replace(kept, media=file)
        case _:
            return _only(content, room.contents[kind_of(content)])


def _card(card: Card, place: str, room: Room) -> Any:
    kept = _only(card, room.contents[place] | {"buttons", "media"})
    file = card.media and _only(card.media, room.files["card"] | {"url"})
    return structs.replace(kept, buttons=tuple(_button(button, room) for button in card.buttons), media=file)


def _only(part: Any, kept: frozenset[str]) -> Any:
    """A part with nothing in the members that are not kept; those that it cannot be without stay."""
    fields = zip(part.__struct_fields__[::-1], part.__struct_defaults__[::-1], strict=False)
    return structs.replace(part, **{name: default for name, default in fields if name not in kept})


def _button(button: Button, room: Room) -> Button:
    kind = button_kind(button)
    if isinstance(button, NativeButton) and (room.natives is None or button.protocol in room.natives):
        return button
    if isinstance(button, NativeButton):
        return Reply(button.label)
    if kind not in room.buttons:
        if isinstance(button, Compose):
            return OpenUrl(button.label, f"sms:{button.number}", button.postback)
        return Reply(button.label, button.postback)
    kept = _only(button, room.buttons[kind] | {"label", "location", "media"})
    if isinstance(kept, ShowLocation) and kept.location is not None:
        return structs.replace(kept, location=_only(kept.location, room.contents["location"]))
    if isinstance(kept, Reply) and kept.media is not None:
        file = _only(kept.media, room.files["reply"] | {"url"}) if "reply" in room.files else None
        return structs.replace(kept, media=file)
    return kept


def alike(found: Sequence[Message]) -> list[Any]:
    """Content, buttons and press of messages, but for what a reader adds by itself.

    A button or press without a postback is given its label as one, a contact CM's cards, and the text of a link to
    compose a message is a part of its address.
    """
    return [(_alike(one.content), tuple(map(_alike, one.buttons)), _alike(one.choice)) for one in found]


def _alike(part: Any) -> Any:
    match part:
        case Reply(label, None) | Choice(label, None):
            return structs.replace(part, postback=label)
        case OpenUrl(url=url) if url.startswith("sms:"):
            return structs.replace(part, url=url.partition("?")[0])
        case Contact():
            return structs.replace(part, cards=())
        case Card(buttons=under):
            return structs.replace(part, buttons=tuple(map(_alike, under)))
        case Carousel(cards_):
            return structs.replace(part, cards=tuple(map(_alike, cards_)))
        case _:
            return part


# Ways -----------------------------------------------------------------------------------------------------------------


class Way(Struct, frozen=True):
    """A protocol in one direction: the room that it has for a message, and its writer followed by its reader."""

    name: str
    room: Callable[[Message], Room]
    carry: Callable[[Message], list[Message]]


def component_room(protocol: str, author: str) -> Callable[[Message], Room]:
    def room(message: Message) -> Room:
        found = registry.room_of(ToComponent("Bot", message, author), SECTIONS[protocol])
        assert found is not None
        return found

    return room


def told(protocol: str, message: Message, author: str = CUSTOMER) -> Any:
    """What a component is posted, decoded from JSON; None: nothing."""
    call = registry.encode(owed(ToComponent("Bot", message, author)), SECTIONS[protocol], SENDING)
    return None if call is None else body_of(call)


def _by_send(body: Any) -> list[Message]:
    (entry,) = cm_messaging.decode_sends(json.dumps(body).encode())
    assert isinstance(entry, Send)
    return list(entry.messages)


def by_gateway(message: Message) -> list[Message]:
    if not is_sayable(message, registry.CHANNELS["cm"].room):
        return []
    return _by_send(body_of(cm_messaging.encode_mt(owed(ToCustomer(message)), GATEWAY)))


def by_incoming(message: Message) -> list[Message]:
    body = told("cm", message)
    if body is None:
        return []
    if rich := body["message"]["custom"].get("richContent"):
        return _by_send({"messages": {"msg": [{"to": [{"number": "1"}], "richContent": rich}]}})
    inbound = cm_messaging.decode_hook(json.dumps(body).encode())
    assert isinstance(inbound, Inbound)
    return [inbound.message]


def by_copy(message: Message) -> list[Message]:
    body = told("cm", message, "Desk")
    if body is None:
        return []
    rich = body["message"]["custom"].get("richContent", {"conversation": [{"text": body["message"]["text"]}]})
    return _by_send({"messages": {"msg": [{"to": [{"number": "1"}], "richContent": rich}]}})


def by_twoway(message: Message) -> list[Message]:
    body = told("twoway", message, "Desk")
    if body is None:
        return []
    press = body["conversationMessages"][0].get("choice")
    choice = press and Choice(press["label"], press.get("postbackdata"))
    sent = twoway.decode_sends(json.dumps(body).encode(), ACCOUNT_ID).messages
    return [structs.replace(one.message, choice=choice) for one in sent]


def by_request(message: Message) -> list[Message]:
    body = told("horisen", message)
    if body is None:
        return []
    inbound = horisen.decode_hook(json.dumps(body).encode())
    assert isinstance(inbound, Inbound)
    return [inbound.message]


def by_response(message: Message) -> list[Message]:
    if not is_sayable(message, horisen.RESPONSE_ROOM):
        return []
    heard = horisen.decode_reply(
        owed(ToComponent("Bot", message)), Response(200, {}, horisen.encode_replies([message])), SECTIONS["horisen"]
    )  # type: ignore[arg-type]
    assert heard.problems == ()
    return list(heard.messages)


def by_botpress(message: Message) -> list[Message]:
    """Botpress' reader knows a file's title only as its words; what has none gets its name for them."""
    body = told("botpress", message)
    if body is None:
        return []
    if body["type"] == "quick_reply":
        return [Message(Text(body["text"]), choice=Choice(body["text"], body["payload"]))]
    if body["type"] == "location":
        return [Message(Location(body["latitude"], body["longitude"], body.get("title")))]
    if body["type"] != "text":
        kind = {"image": Picture, "audio": Audio, "video": Video, "file": File}[body["type"]]
        caption = getattr(message.content, "caption", None)
        file = Media(body[body["type"]], None if caption else body.get("title"))
        return [Message(kind(file, body.get("title") if caption else None))]
    return [Message(Text(body["text"]))]


def by_chat(message: Message) -> list[Message]:
    body = told("chat", message)
    return [] if body is None else [Message(Text(body["messages"][-1]["content"]), choice=_label(message))]


def by_ultimate(message: Message) -> list[Message]:
    body = told("ultimate", message)
    return [] if body is None else [Message(Text(body["text"]), choice=_label(message))]


def _label(message: Message) -> Choice | None:
    return None if message.choice is None else Choice(message.choice.label)


CHANNELS = (
    Way("cm to the customer", lambda _: registry.CHANNELS["cm"].room, by_gateway),
    Way("horisen to the customer", lambda _: horisen.RESPONSE_ROOM, by_response),
)
COMPONENTS = (
    Way("cm to a component", component_room("cm", CUSTOMER), by_incoming),
    Way("cm, a copy", component_room("cm", "Desk"), by_copy),
    Way("twoway to a component", component_room("twoway", "Desk"), by_twoway),
    Way("horisen to a component", component_room("horisen", CUSTOMER), by_request),
    Way("botpress", component_room("botpress", CUSTOMER), by_botpress),
    Way("chat", component_room("chat", CUSTOMER), by_chat),
    Way("ultimate", component_room("ultimate", CUSTOMER), by_ultimate),
)
WAYS = (*CHANNELS, *COMPONENTS)
HEARERS = tuple(way for way in COMPONENTS if way.name != "cm, a copy")
"""Those that hear a customer."""


# What components can say ----------------------------------------------------------------------------------------------


def _botpress_says(message: Message) -> list[Message]:
    """What can be put to Botpress' bot, said by it: its answers have the same members."""
    body = told("botpress", message)
    heard = botpress.decode_reply(
        owed(ToComponent("Bot", message)), Response(200, {}, json.dumps({"responses": [body]}).encode()), _BOTPRESS
    )
    assert body is None or heard.problems == ()
    return list(heard.messages)


def _chat_says(message: Message) -> list[Message]:
    if not plain_text(message):
        return []  # a completion without words is a failed delivery
    answer = {"choices": [{"message": {"content": plain_text(message)}, "finish_reason": "stop"}]}
    response = Response(200, {}, json.dumps(answer).encode())
    return list(chat_completions.decode_reply(owed(ToComponent("Bot", message)), response, _CHAT).messages)


def _ultimate_says(message: Message) -> list[Message]:
    content = message.content
    shown = content.cards if isinstance(content, Carousel) else (content,) if isinstance(content, Card) else ()
    cards_ = [
        {"title": card.title or "-", "description": card.description, "buttons": _ultimate_buttons(card.buttons)}
        for card in shown
    ]
    data = {
        "eventType": "sendMessage",
        "platformConversationId": "c",
        "text": plain_text(message) or "-",
        "buttons": _ultimate_buttons(message.buttons),
        "carouselCards": cards_,
    }
    said = ultimate.decode_webhook(json.dumps({"botId": "bot-1", "data": data}).encode(), "bot-1")
    assert isinstance(said, ultimate.BotMessage)
    return list(said.messages)


def _ultimate_buttons(under: Sequence[Button]) -> list[dict[str, str]]:
    return [
        {"type": "link", "text": one.label, "link": one.url}
        if isinstance(one, OpenUrl)
        else {"type": "button", "text": one.label}
        for one in under
    ]


_BOTPRESS, _CHAT = SECTIONS["botpress"], SECTIONS["chat"]
assert isinstance(_BOTPRESS, botpress.ComponentSettings)
assert isinstance(_CHAT, chat_completions.ComponentSettings)
SENDERS: dict[str, Callable[[Message], list[Message]]] = {
    "cm": by_gateway,
    "twoway": by_twoway,
    "horisen": by_response,
    "ultimate": _ultimate_says,
    "botpress": _botpress_says,
    "chat": _chat_says,
}
"""What a component of each protocol says of a message, read by the router: as much of it as the protocol can tell."""
