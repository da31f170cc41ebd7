"""Choices: the options that the customer was offered last, and the press that an answer to them stands for.

Laws: an option that was written as text is known by its number, its label and its title, for as long as it is
remembered; one that the channel showed as a button only by a press. What fits two options is none of them. What was
written is forgotten once an option was chosen, by newer options, and by any change of who is enabled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import structs

from pointsman.engine.downgrade import Rendered
from pointsman.engine.draft import Draft
from pointsman.engine.hours import duration
from pointsman.language.folding import fold, words_of
from pointsman.limits import CHOICES_MAX, POSTBACKS_BYTES_MAX, TOKENS_MAX
from pointsman.model.content import Card, Carousel, Choice, Message, Reply, Text, buttons_of
from pointsman.model.conversation import Offer

_NUMBERED = re.compile(r"#? ?(\d{1,4}) ?[.)]?")
"""`2`, `2.`, `#2`, `2 )`, in the digits of any script."""


# In -------------------------------------------------------------------------------------------------------------------


def arrived(draft: Draft, message: Message) -> Message:
    """A customer's message as it is meant: with the whole postback of a press, and as a press where it names an option.

    What has expired is forgotten first; so are the written options once one of them was chosen.
    """
    if draft.choices_until and draft.now >= draft.choices_until:
        draft.forget_choices()
    if message.choice is not None:
        return _pressed(draft, message, message.choice)
    if isinstance(message.content, Text) and draft.choices_until:
        return _typed(draft, message, words_of(fold(message.content.text)))
    return message


def _pressed(draft: Draft, message: Message, choice: Choice) -> Message:
    """Find a pressed button among the options: by its postback, else by its label."""
    if choice.postback is not None:
        choice = structs.replace(choice, postback=draft.tokens.get(choice.postback, choice.postback))
    at = _place_of(draft.choices, choice)
    if at is not None:
        offer = draft.choices[at]
        choice = Choice(offer.label, choice.postback or offer.postback, _index(draft.choices, at))
        draft.forget_choices()
    return structs.replace(message, choice=choice)


def _place_of(offers: tuple[Offer, ...], choice: Choice) -> int | None:
    label = words_of(fold(choice.label))
    if choice.postback is not None:
        same = [at for at, offer in enumerate(offers) if offer.postback == choice.postback]
        if same:
            return next((at for at in same if label in _names(offers[at])), same[0])
    named = [at for at, offer in enumerate(offers) if label in _names(offer)]
    return named[0] if len(named) == 1 else None


def _typed(draft: Draft, message: Message, said: str) -> Message:
    number = _number(said)
    fitting = [
        at
        for at, offer in enumerate(draft.choices)
        if (offer.number and offer.number == number) or (said and said in _names(offer))
    ]
    if len(fitting) > 1:
        draft.note("void", "choice", "it fits more than one option")
    if len(fitting) != 1 or not draft.choices[fitting[0]].number:
        return message
    offer = draft.choices[fitting[0]]
    draft.note("chosen", str(offer.number))
    draft.forget_choices()
    choice = Choice(offer.label, offer.postback, offer.number)
    return structs.replace(message, content=Text(offer.label), choice=choice)


def _number(said: str) -> int | None:
    found = _NUMBERED.fullmatch(said)
    return int(found[1]) if found and len(str(int(found[1]))) == len(found[1]) else None


def _names(offer: Offer) -> frozenset[str]:
    return frozenset(words_of(fold(name)) for name in (offer.label, offer.title) if name)


def _index(offers: tuple[Offer, ...], at: int) -> int:
    return offers[at].number or at + 1


# Out ------------------------------------------------------------------------------------------------------------------


def remember(draft: Draft, message: Message, it: Rendered) -> None:
    """Remember what a message that left offers: its written options, the buttons shown, the tokens that travelled.

    Newer options take the place of earlier ones, even those that are written without numbers or not to be remembered.
    """
    if not (message.buttons or isinstance(message.content, Card | Carousel)):
        return  # most messages: who offers nothing has no buttons
    _keep_tokens(draft, it)
    if not it.offers and next(_replies(message), None) is None:
        return
    draft.forget_choices()
    written = it.offers if it.remember_ms else ()
    offers = tuple(_within([*written, *_shown(message, it)]))
    if offers:
        draft.choices = offers
        draft.choices_until = draft.now + it.remember_ms if written else 0
    if written:
        draft.note("offer", str(sum(offer.number > 0 for offer in offers)), duration(it.remember_ms))


def _shown(message: Message, it: Rendered) -> list[Offer]:
    """The reply buttons that the channel shows: by the label of their author, their title being the one shown."""
    originals = list(_replies(message))
    offers = []
    for button in (button for each in it.messages for button in _replies(each)):
        postback = it.tokens.get(button.postback or "", button.postback)
        original = next((one for one in originals if _became(one, button, postback)), button)
        if original in originals:
            originals.remove(original)
        title = "" if original.label == button.label else button.label
        offers.append(Offer(original.label, postback, title=title))
    return offers


def _became(original: Reply, button: Reply, postback: str | None) -> bool:
    """Whether a button is what an original became: its label may have been cut, and its postback is whole again."""
    cut = button.label.endswith("…") and original.label.startswith(button.label[:-1])
    return original.postback == postback and (original.label == button.label or cut)


def _replies(message: Message) -> Iterator[Reply]:
    return (button for button in buttons_of(message) if isinstance(button, Reply))


def _within(offers: Iterable[Offer]) -> Iterator[Offer]:
    """As many of the first options as are remembered."""
    size = 0
    for count, offer in enumerate(offers):
        size += len((offer.postback or "").encode()) + len(offer.label.encode()) + len(offer.title.encode())
        if count >= CHOICES_MAX or size > POSTBACKS_BYTES_MAX:
            return
        yield offer


def _keep_tokens(draft: Draft, it: Rendered) -> None:
    """Add tokens behind those of earlier messages, of which the oldest make room."""
    for token, postback in it.tokens.items():
        draft.tokens.pop(token, None)
        draft.tokens[token] = postback
    size = sum(len(postback.encode()) for postback in draft.tokens.values())
    while len(draft.tokens) > TOKENS_MAX or size > POSTBACKS_BYTES_MAX:
        size -= len(draft.tokens.pop(next(iter(draft.tokens))).encode())
