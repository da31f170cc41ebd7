"""What CM's format can express comes back unchanged, whatever the words are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from protocol_samples import ADDRESS, mo, mt

from pointsman.model.content import (
    Audio,
    Button,
    CalendarEvent,
    Card,
    Carousel,
    Choice,
    Contact,
    Dial,
    File,
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
)
from pointsman.protocols.cm_inbound import Inbound, decode_hook
from pointsman.protocols.cm_sends import Send, decode_sends

KINDS = {"image": Picture, "video": Video, "audio": Audio, "application": File}

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
some_words = st.none() | words
json_objects = st.dictionaries(words, words | st.integers(-1000, 1000) | st.booleans(), max_size=3)


def media(family: str = "image", heights: bool = True) -> st.SearchStrategy[Media]:
    height = st.sampled_from([None, "short", "medium", "tall"]) if heights else st.none()
    return st.builds(Media, words, some_words, words.map(lambda rest: f"{family}/{rest}"), height=height)


def files(heights: bool = True) -> st.SearchStrategy[Any]:
    return st.one_of([st.builds(kind, media(family, heights), some_words) for family, kind in KINDS.items()])


def locations(radius: bool = True) -> st.SearchStrategy[Location]:
    metres = st.none() | st.floats(0, 1e6) if radius else st.none()
    return st.builds(Location, st.floats(-90, 90), st.floats(-180, 180), some_words, search=some_words, radius=metres)


buttons: st.SearchStrategy[Button] = st.one_of(
    st.builds(Reply, words, some_words, st.none() | media(), some_words),
    st.builds(OpenUrl, words, words, some_words),
    st.builds(Dial, words, words, some_words),
    st.builds(ShowLocation, words, locations(), postback=some_words),
    st.builds(ShowLocation, words, request=st.just(True), postback=some_words),
    st.builds(CalendarEvent, words, words, words, words, some_words, some_words),
    words.map(lambda label: NativeButton(label, "cm", {"action": "payment", "label": label, "payment": {"total": 1}})),
)
some_buttons = st.lists(buttons, max_size=3).map(tuple)
cards = st.builds(Card, some_words, some_words, st.none() | media(), some_buttons, some_words, some_words)
contacts = st.builds(
    lambda name, phone: Contact(name, phone, cards=({"name": {"formatted_name": name}, "phones": [{"phone": phone}]},)),
    words,
    words,
)
contents = st.one_of(
    words.map(Text),
    files(),
    locations(),
    contacts,
    cards,
    st.builds(Carousel, st.lists(cards, max_size=3).map(tuple), st.sampled_from([None, "Small", "Medium"])),
    st.builds(lambda name: Template("cm", {"whatsapp": {"element_name": name}}, name), words),
    st.builds(
        lambda kind, body: Native("cm", kind, {kind: body}), st.sampled_from(["interactive", "oauth2"]), json_objects
    ),
)


def sent(message: Message) -> Message:
    """Send `message` to the gateway and read the call as if a component had made it."""
    (entry,) = decode_sends(json.dumps({"messages": {"msg": [mt(message)]}}).encode())
    assert isinstance(entry, Send)
    assert (entry.to, entry.allowed_channels) == ("0031612345678", ("WhatsApp",))
    (back,) = entry.messages
    return back


@given(contents, some_buttons)
def test_content_and_buttons_survive_the_gateways_format(content: Any, buttons: tuple[Button, ...]) -> None:
    back = sent(Message(content, buttons))
    assert (back.content, back.buttons) == (content, buttons)


@given(contents, words)
def test_a_fallback_survives_beside_the_content(content: Any, fallback: str) -> None:
    back = sent(Message(content, fallback=fallback))
    assert back.content == content
    assert back.fallback == (None if content == Text(fallback) else fallback)


@given(st.dictionaries(st.sampled_from(["validity", "appKey", "dcs", "customGrouping2"]), words, max_size=4), words)
def test_wishes_to_the_carrier_survive(wishes: dict[str, str], body_type: str) -> None:
    assert sent(Message(Text("x"), options={**wishes, "type": body_type})).options == {**wishes, "type": body_type}


@given(
    st.one_of(words.map(Text), files(heights=False), locations(radius=False), contacts),
    st.dictionaries(words.filter(lambda key: not key.startswith("grouping")), words, max_size=3),
)
def test_a_customers_message_survives_the_way_to_a_component(content: Any, meta: dict[str, str]) -> None:
    inbound = heard(Message(content, meta=meta, reference="ref-1"))
    assert (inbound.message.content, inbound.message.meta) == (content, meta)
    assert (inbound.event_id, inbound.customer, inbound.business) == ("ref-1", ADDRESS.customer, ADDRESS.business)


@given(words, some_words)
def test_a_press_survives_the_way_to_a_component(label: str, postback: str | None) -> None:
    message = Message(Text(label), choice=Choice(label, postback))
    assert heard(message).message.choice == message.choice


@given(json_objects.filter(bool))
def test_members_that_nobody_knows_reach_the_component(members: dict[str, Any]) -> None:
    custom = {f"x-{name}": value for name, value in members.items()}
    body = {
        "from": {"number": "+31612345678"},
        "to": {"number": "+31100000000"},
        "channel": "WhatsApp",
        "message": {"text": "", "custom": custom},
    }
    for text in ("", "with a text"):
        body["message"] = {"text": text, "custom": custom}
        inbound = decode_hook(json.dumps(body).encode())
        assert isinstance(inbound, Inbound)
        assert mo(inbound.message)["message"] | {"media": {}} == {"text": text, "media": {}, "custom": custom}


@given(contents, some_buttons)
def test_a_copy_holds_all_that_the_business_said(content: Any, buttons: tuple[Button, ...]) -> None:
    copy = mo(Message(content, buttons), author="CmBot")
    rich = copy["message"]["custom"].get("richContent")
    if rich is None:
        assert (content, buttons) == (Text(copy["message"]["text"]), ())
        return
    call = {"messages": {"msg": [{"to": [{"number": "1"}], "richContent": rich}]}}
    (entry,) = decode_sends(json.dumps(call).encode())
    assert isinstance(entry, Send)
    assert (entry.messages[0].content, entry.messages[0].buttons) == (content, buttons)


def heard(message: Message) -> Inbound:
    """Send `message` to a component and read it as if it were a gateway's."""
    inbound = decode_hook(json.dumps(mo(message)).encode())
    assert isinstance(inbound, Inbound)
    return inbound
