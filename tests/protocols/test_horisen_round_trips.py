"""What HORISEN's models can express comes back unchanged, in both directions."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw, structs
from protocol_samples import ACCOUNT_ID, ADDRESS, owed

from pointsman.model.content import (
    Audio,
    Button,
    CalendarEvent,
    Card,
    Carousel,
    Choice,
    Compose,
    Contact,
    Dial,
    File,
    FileList,
    Location,
    Media,
    Message,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Text,
    Video,
)
from pointsman.model.decision import ToComponent
from pointsman.protocols.cm_inbound import Inbound
from pointsman.protocols.horisen_bodies import encode_bodies, encode_body
from pointsman.protocols.horisen_content import decode_body
from pointsman.protocols.horisen_replies import decode_replies, encode_replies
from pointsman.protocols.horisen_request import decode_hook, encode_request

repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=150)

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
some_words = st.none() | words
visible = words.filter(str.strip)
urls = st.text("abcxyz0189-_.~/?=&%é", max_size=20).map(lambda rest: f"https://e.example/{rest}")
sizes = st.none() | st.integers(0, 2**53)
HEIGHTS = st.sampled_from([None, "short", "medium", "tall", "112dp"])


def media(family: str, *, seconds: bool = False, thumbnails: bool = True, file_type: bool = False) -> Any:
    """A file with the members that the document has for its kind."""
    kinds = st.none() if family == "application" else st.just(f"{family}/x-one")
    thumbnail = {
        "thumbnail_url": st.none() | urls,
        "thumbnail_name": some_words,
        "thumbnail_mime": st.sampled_from([None, "image/jpeg", "image/png"]),
        "thumbnail_size": sizes,
    }
    return st.builds(
        Media,
        urls,
        some_words,
        kinds | st.just(f"{family}/vnd.some-thing"),
        sizes,
        sizes if seconds else st.none(),
        some_words if file_type else st.none(),
        **(thumbnail if thumbnails else {}),
    )


pictures = media("image")
videos = media("video", seconds=True)
audios = media("audio", seconds=True, thumbnails=False)
files = media("application", file_type=True)
card_media = st.builds(Media, urls, thumbnail_url=st.none() | urls, height=HEIGHTS)
locations = st.builds(Location, st.floats(-90, 90), st.floats(-180, 180), some_words, st.none() | urls)
buttons: st.SearchStrategy[Button] = st.one_of(
    st.builds(Reply, words, words),
    st.builds(OpenUrl, words, urls, some_words),
    st.builds(Dial, words, words, some_words),
    st.builds(Compose, words, words, some_words, some_words),
    st.builds(ShowLocation, words, locations, postback=some_words),
    st.builds(CalendarEvent, words, words, words, words, some_words, some_words),
)
some_buttons = st.lists(buttons, max_size=3).map(tuple)
cards_inside = st.builds(Card, words, some_words, st.none() | card_media, some_buttons)
orientations = st.sampled_from([None, "HORIZONTAL", "VERTICAL"])
cards = st.builds(
    lambda card, orientation, alignment: structs.replace(card, orientation=orientation, alignment=alignment),
    cards_inside,
    orientations,
    st.sampled_from([None, "LEFT", "RIGHT"]),
)
uncaptioned = st.one_of(
    visible.map(Text),
    st.builds(Picture, pictures),
    st.builds(Video, videos),
    st.builds(Audio, audios),
    st.builds(File, files),
    st.builds(FileList, st.lists(files, min_size=1, max_size=3).map(tuple), some_words),
    locations,
    st.builds(Contact, words, some_words, some_words, some_words),
    cards,
    st.builds(
        Carousel,
        st.lists(cards_inside, min_size=1, max_size=3).map(tuple),
        st.sampled_from([None, "Small", "Medium", "narrow"]),
    ),
)
captioned = st.one_of(
    st.builds(Picture, pictures, words),
    st.builds(Video, videos, words),
    st.builds(Audio, audios, words),
    st.builds(File, files, words),
)
contents = uncaptioned | captioned
presses = st.builds(lambda label, postback: Message(Text(label), choice=Choice(label, postback)), words, words)


def reread(wire: dict[str, Any]) -> Message:
    found = decode_body(Raw(json.dumps(wire).encode()), "")
    assert found.content is not None
    return Message(found.content, found.buttons, choice=found.choice)


@repeatable
@given(contents, some_buttons)
def test_content_and_buttons_survive_one_body(content: Any, buttons: tuple[Button, ...]) -> None:
    assert reread(encode_body(Message(content, buttons))) == Message(content, buttons)


@repeatable
@given(st.builds(Message, uncaptioned, some_buttons))
def test_a_typed_body_is_written_as_it_was_read(message: Message) -> None:
    wire = encode_body(message)
    assert encode_body(reread(wire)) == wire


@repeatable
@given(uncaptioned)
def test_a_body_without_its_type_is_told_by_its_members(content: Any) -> None:
    wire = encode_body(Message(content))
    typed, kind = reread(wire), wire.pop("type")
    one_card = kind == "carousel" and len(wire["content"]) == 1 and "layout" not in wire
    plain = kind == "file" and "mimeType" not in wire
    if plain:
        wire["name"] = "a.pdf"
        typed = structs.replace(typed, content=File(structs.replace(content.media, name="a.pdf")))
    if not one_card:
        assert reread(wire) == typed


@repeatable
@given(st.lists(st.builds(Message, uncaptioned, some_buttons), max_size=4))
def test_messages_survive_a_response(messages: list[Message]) -> None:
    heard = decode_replies(encode_replies(messages))
    assert (list(heard.messages), heard.problems) == (messages, ())


@repeatable
@given(captioned, some_buttons)
def test_in_a_response_a_files_words_follow_it_and_carry_its_buttons(content: Any, buttons: tuple[Button, ...]) -> None:
    message = Message(content, buttons)
    kinds = [body["type"] for body in encode_bodies(message)]
    assert kinds == [kinds[0], "text", *(["suggestions"] if buttons else [])]
    if content.caption.strip():
        file, text = decode_replies(encode_replies([message])).messages
        assert (file.content, file.buttons) == (structs.replace(content, caption=None), ())
        assert (text.content, text.buttons) == (Text(content.caption), buttons)


@repeatable
@given(
    st.builds(Message, contents, some_buttons) | presses,
    st.dictionaries(words, words, max_size=3),
    st.dictionaries(st.sampled_from(["first_name", "language", "b_company", "mobile"]), words, max_size=4),
)
def test_a_customers_message_survives_the_way_to_a_bot(
    message: Message, meta: dict[str, str], contact: dict[str, str]
) -> None:
    whole = structs.replace(message, meta=meta, reference="ref-1")
    inbound = decode_hook(encode_request(owed(ToComponent("Bot", whole)), ACCOUNT_ID, contact))
    assert isinstance(inbound, Inbound)
    assert structs.replace(inbound.message, options={}) == whole
    assert (inbound.event_id, inbound.customer, inbound.business) == ("ref-1", ADDRESS.customer, ADDRESS.business)
    trimmed = {key: value.strip() for key, value in contact.items() if value.strip()}
    assert inbound.contact.items() >= trimmed.items()


@repeatable
@given(
    st.lists(
        st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | words, lambda inner: st.lists(inner, max_size=3)),
        max_size=3,
    ),
    st.dictionaries(words, words, max_size=2),
)
def test_what_only_horisen_knows_passes_through(custom: list[Any], layout: dict[str, str]) -> None:
    body = {"type": "card", "content": {"title": "Hi"}, "layout": layout}
    message = {"from": "1", "to": [{"number": "2", "alias": "Shop"}], "custom": custom, "body": body}
    inbound = decode_hook(json.dumps({"channel": "RCS (RBM)", "message": message}).encode())
    assert isinstance(inbound, Inbound)
    sent = json.loads(encode_request(owed(ToComponent("Bot", inbound.message)), ACCOUNT_ID, {}))["message"]
    assert sent["custom"] == custom
    assert sent["body"].get("layout", {}) == layout
    assert sent["to"] == [{"number": ADDRESS.business, "alias": "Shop"}]


def members(**optional: Any) -> Any:
    """An object with any of these members."""
    return st.fixed_dictionaries({}, optional=optional)


def wire_file(**more: Any) -> Any:
    base = members(name=words, mimeType=st.just("application/pdf"), size=st.integers(0, 2**40), **more)
    return st.builds(lambda url, rest: {"url": url, **rest}, urls, base)


THUMBNAIL = {
    "thumbnailName": words,
    "thumbnailUrl": urls,
    "thumbnailMimeType": st.just("image/png"),
    "thumbnailSize": st.integers(0, 2**40),
}
LENGTH = {"playingLength": st.integers(0, 10_000)}
degrees = {"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180)}
wire_actions = st.one_of(
    words.map(lambda postback: {"postback": postback, "replyWith": {"postback": postback}}),
    urls.map(lambda url: {"openUrl": {"url": url}}),
    words.map(lambda number: {"dialNumber": {"number": number}}),
    st.builds(lambda to, text: {"composeMessage": {"number": to, "test": text, "text": text}}, words, words),
    st.fixed_dictionaries(degrees, optional={"label": words, "url": urls}).map(lambda at: {"showMapLocation": at}),
    st.fixed_dictionaries({"title": words, "start": words, "end": words}, optional={"description": words}).map(
        lambda event: {"createCalendarEvent": event}
    ),
)
wire_suggestions = st.lists(
    st.builds(lambda text, action: {"text": text, **action}, words, wire_actions), min_size=1, max_size=3
)
wire_media = st.fixed_dictionaries(
    {"url": urls}, optional={"thumbnailUrl": urls, "height": st.sampled_from(["SHORT", "MEDIUM", "TALL"])}
)
wire_cards = members(title=words, description=words, media=wire_media, suggestions=wire_suggestions).filter(bool)
wire_bodies = st.one_of(
    st.fixed_dictionaries({"type": st.just("text"), "content": visible}),
    wire_file(**THUMBNAIL).map(lambda file: {"type": "picture", **file}),
    wire_file(**LENGTH, **THUMBNAIL).map(lambda file: {"type": "video", **file}),
    wire_file(**LENGTH).map(lambda file: {"type": "audio", **file}),
    wire_file(fileType=words, **THUMBNAIL).map(lambda file: {"type": "file", **file}),
    st.fixed_dictionaries(
        {"type": st.just("fileList"), "files": st.lists(wire_file(fileType=words), min_size=1, max_size=3)},
        optional={"text": words},
    ),
    st.fixed_dictionaries({"type": st.just("location"), **degrees}, optional={"text": words, "url": urls}),
    members(name=words, email=words, address=words, phone=words)
    .filter(bool)
    .map(lambda contact: {"type": "contact", **contact}),
    st.fixed_dictionaries(
        {"type": st.just("card"), "content": wire_cards},
        optional={"layout": st.just({"cardOrientation": "VERTICAL", "theme": "dark"})},
    ),
    st.fixed_dictionaries(
        {"type": st.just("carousel"), "content": st.lists(wire_cards, min_size=1, max_size=3)},
        optional={"layout": st.just({"cardWidth": "SMALL", "theme": "dark"})},
    ),
)


@repeatable
@given(st.lists(st.tuples(wire_bodies, st.none() | wire_suggestions), max_size=3))
def test_a_bots_response_reaches_easy_dialog_as_it_was_written(replies: list[tuple[Any, Any]]) -> None:
    bodies = []
    for body, suggestions in replies:
        bodies += [body] if suggestions is None else [body, {"type": "suggestions", "suggestions": suggestions}]
    response = {"messages": [{"body": body} for body in bodies]}
    heard = decode_replies(json.dumps(response).encode())
    assert heard.problems == ()
    assert json.loads(encode_replies(heard.messages)) == response
