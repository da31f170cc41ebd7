"""Whatever is sent on whichever channel: it is rendered within the limits, and nothing is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointsman.engine.downgrade import Rendered, rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.interpret import holds
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.engine.view import View
from pointsman.language.ir import Condition, Profile
from pointsman.language.lower import standard_rungs
from pointsman.language.lower_channels import standard
from pointsman.model.content import (
    Button,
    Card,
    Carousel,
    Contact,
    FileList,
    Location,
    Media,
    Message,
    NativeButton,
    OpenUrl,
    Reply,
    Template,
    Text,
    media_of,
    text_of,
)
from pointsman.model.conversation import Conversation
from pointsman.proofs.carried import violations
from properties import messages as made

CHANNELS = [*standard().values(), *(it for it in standard("given").values() if it not in standard().values())]
RUNGS = standard_rungs()
EXAMPLES = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def applies(condition: Condition, message: Message) -> bool:
    return holds(condition, View(Conversation(ADDRESS), message, CLOCK, {}, enabled=frozenset()), {})


def sent(message: Message, profile: Profile) -> Rendered:
    """Render a message by the standard ladder, and look at what every rendering has to be."""
    it = rendered(message, Ladder(profile, RUNGS), applies)
    assert violations(it.messages, profile) == ()
    assert it.messages or it.losses
    for loss in it.losses:
        assert loss.what
        assert loss.became or loss.kind == "dropped"
    if it.messages != (message,):
        nothing_is_lost_in_silence(message, it)
        buttons_stay_last(message, it)
    return it


# What there was, and what is there now --------------------------------------------------------------------------------


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _cards(message: Message) -> tuple[Card, ...]:
    match message.content:
        case Carousel(cards):
            return cards
        case Card() as card:
            return (card,)
        case _:
            return ()


def _said(message: Message) -> Iterator[tuple[str, str]]:
    """Everything that a customer would read in a message but for its buttons, each with what a loss would call it."""
    match message.content:
        case Contact(name, phone, email, address):
            yield from (("contact", part) for part in (name, phone, email, address) if part)
        case Card() | Carousel():
            for number, card in enumerate(_cards(message), 1):
                yield f"title of card {number}", card.title or ""
                yield f"description of card {number}", card.description or ""
        case Template() if message.fallback:
            yield "template", message.fallback
        case Text() | FileList() | Location():
            yield "text", text_of(message) or ""
        case _ if media_of(message):
            yield "caption", text_of(message) or ""


def _buttons(message: Message) -> list[Button]:
    return [*(button for card in _cards(message) for button in card.buttons), *message.buttons]


def _files(message: Message) -> list[Media]:
    if isinstance(message.content, FileList):
        return list(message.content.files)
    media = media_of(message)
    return [*([media] if media else []), *(card.media for card in _cards(message) if card.media)]


def _read(it: Rendered) -> str:
    """All words of what leaves, in order, without white space; labels of buttons are not among them."""
    return _bare("".join(part for message in it.messages for _, part in _said(message)))


def nothing_is_lost_in_silence(message: Message, it: Rendered) -> None:
    """The standard ladder drops nothing: words and files are there, whole but for what is told as cut; so is a button.

    A reply is shown, or written with a number that is remembered, or told as dropped.
    """
    told = {(loss.kind, loss.what) for loss in it.losses}
    if ("truncated", "message") in told or ("truncated", "text") in told:
        return  # more messages than one may become
    read = _read(it)
    for what, words in _said(message):
        assert _bare(words) in read or ("truncated", what) in told
    urls = {media.url for left in it.messages for media in _files(left)}
    assert all(media.url in urls or media.url in read for media in _files(message))
    buttons_are_there(message, it, told, read)


def buttons_are_there(message: Message, it: Rendered, told: set[tuple[str, str]], read: str) -> None:
    """Match what was sent with what leaves: buttons that are whole first, then what is written, then what is cut."""
    left = [button for one in it.messages for button in _buttons(one)]
    offers = list(it.offers)
    missing = []
    for button in _buttons(message):
        whole = [other for other in left if other.label == button.label and _same(button, other, it)]
        offered = [offer for offer in offers if (offer.label, offer.postback) == _offer_of(button)]
        if whole:
            left.remove(whole[0])
        elif offered:
            offers.remove(offered[0])
            assert offered[0].number
            assert _bare(f"{offered[0].number}. {button.label}") in read
        else:
            missing.append(button)
    for button in missing:
        cut = [other for other in left if _same(button, other, it)]
        if cut:
            left.remove(cut[0])
            continue
        assert not isinstance(button, Reply)
        assert told & {(kind, f"button `{button.label}`") for kind in ("emulated", "linked", "dropped")}
        linked = any(isinstance(other, OpenUrl) and _labelled(button, other, it) for other in left)
        assert linked or _bare(button.label) in read
    assert not offers


def _offer_of(button: Button) -> tuple[str, str | None]:
    return (button.label, button.postback) if isinstance(button, Reply) else ("", "never")


def _same(button: Button, other: Button, it: Rendered) -> bool:
    """Whether a button that leaves is the one that was sent, its label cut and its postback shortened as need be."""
    if type(button) is not type(other) or not _labelled(button, other, it):
        return False
    if isinstance(button, NativeButton) and isinstance(other, NativeButton):
        return button.body == other.body
    if isinstance(button, NativeButton) or isinstance(other, NativeButton):
        return False
    sent = it.tokens.get(other.postback, other.postback) if other.postback is not None else None
    return sent == button.postback


def _labelled(button: Button, other: Button, it: Rendered) -> bool:
    cut = {loss.became for loss in it.losses if loss.what == f"label `{button.label}`" and loss.kind == "truncated"}
    return other.label == button.label or f"`{other.label}`" in cut


def buttons_stay_last(message: Message, it: Rendered) -> None:
    """Buttons under a message stay under the last of what it becomes; those of cards under what their card becomes."""
    if not isinstance(message.content, Carousel):
        assert not any(left.buttons for left in it.messages[:-1])
    for early in it.messages[:-1]:
        own = [button for card in _cards(message) for button in card.buttons]
        assert len(early.buttons) <= len(own)


# Properties -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", CHANNELS, ids=lambda it: it.name)
@settings(EXAMPLES, max_examples=20)
@given(message=made.messages)
def test_every_message_leaves_on_every_channel_within_its_limits_and_nothing_is_lost_in_silence(
    profile: Profile, message: Message
) -> None:
    sent(message, profile)


@EXAMPLES
@given(message=made.messages, profile=made.profiles())
def test_the_same_is_so_of_channels_with_any_limits(message: Message, profile: Profile) -> None:
    sent(message, profile)


@EXAMPLES
@given(message=made.messages, profile=st.sampled_from(CHANNELS))
def test_what_leaves_is_left_alone_when_it_is_rendered_again(message: Message, profile: Profile) -> None:
    for left in sent(message, profile).messages:
        assert rendered(left, Ladder(profile, RUNGS), applies) == Rendered((left,))


@settings(EXAMPLES, max_examples=20)
@given(message=made.messages)
def test_a_channel_without_a_profile_takes_everything(message: Message) -> None:
    assert rendered(message, None, applies) == Rendered((message,))


@settings(EXAMPLES, max_examples=50)
@given(message=made.messages, profile=st.sampled_from(CHANNELS))
def test_the_same_message_is_rendered_in_the_same_way(message: Message, profile: Profile) -> None:
    ladder = Ladder(profile, RUNGS)
    assert rendered(message, ladder, applies) == rendered(message, ladder, applies)
