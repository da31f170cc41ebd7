"""Any message on any channel by any rungs: what leaves is carried, or it is said that nothing can be rendered."""

from __future__ import annotations

import zlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pointsman.engine.downgrade import NoRendering, Rendered, rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.split import split
from pointsman.language.ir import Carried, Condition, HasButtons, Part, Profile, Rendering, Rung, Span, Words
from pointsman.language.lower import standard_rungs
from pointsman.limits import MESSAGES_RENDERED_MAX
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS, Card, Carousel, Message, Reply, Text
from pointsman.proofs.carried import violations
from properties import messages as made

EXAMPLES = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HOWS = ["picture", "card", "cards", "buttons", "numbered buttons", "link", "file"]
NAMES = ["n", "text", "title", "description", "url", "name", "phone", "label", "number", "start", "latitude"]
SOMETIMES = HasButtons(Span("a.rules", 0, 1, 1, 1))

templates = st.lists(
    st.builds(Part, st.sampled_from(NAMES), st.sampled_from(["", "a default"]))
    | st.sampled_from([Words(". "), Words("\n")]),
    min_size=1,
    max_size=5,
).map(tuple)
renderings = st.builds(Rendering, st.just("text"), templates) | st.builds(Rendering, st.sampled_from(HOWS))


@st.composite
def rungs(draw: st.DrawFn) -> Rung:
    button = draw(st.booleans())
    return Rung(
        draw(st.sampled_from(BUTTON_KINDS if button else MESSAGE_KINDS)),
        button,
        None,
        draw(st.sampled_from([None, None, SOMETIMES])),
        draw(st.lists(renderings, min_size=1, max_size=3).map(tuple) | st.just((Rendering("nothing"),))),
        draw(st.sampled_from(["", "card", "button", "file"])),
        draw(st.sampled_from([0, 1_000])),
    )


def now_and_then(_condition: Condition, message: Message) -> bool:
    """A condition of anything in the message, the same for equal messages."""
    return zlib.crc32(repr(message).encode("utf-8", "surrogatepass")) % 3 > 0


def once(message: Message, ladder: Ladder) -> Rendered | tuple[str, ...]:
    try:
        return rendered(message, ladder, now_and_then)
    except NoRendering as fault:
        return fault.path


@EXAMPLES
@given(
    message=made.messages,
    profile=made.profiles(),
    own=st.lists(rungs(), max_size=12),
    text=st.sampled_from(["native", "native", "native", "none"]),
)
def test_what_leaves_by_any_rungs_is_carried_or_there_is_no_rendering(
    message: Message, profile: Profile, own: list[Rung], text: str
) -> None:
    if text == "none":
        lines = tuple(Carried("text", "none") if line.kind == "text" else line for line in profile.messages)
        profile = structs.replace(profile, messages=lines)
    it = once(message, Ladder(profile, (*own, *standard_rungs())))
    assert it == once(message, Ladder(profile, (*own, *standard_rungs())))
    if not isinstance(it, Rendered):
        assert it
        return
    assert violations(it.messages, profile) == ()
    assert len(it.messages) <= MESSAGES_RENDERED_MAX
    assert len(set(it.losses)) == len(it.losses)
    assert it.messages == (message,) or it.losses or it.tokens
    no_choice_is_lost_in_silence(message, it)


def no_choice_is_lost_in_silence(message: Message, it: Rendered) -> None:
    left = " ".join([*map(repr, it.messages), *(repr(offer) for offer in it.offers)])
    if not any(loss.kind in ("truncated", "dropped") for loss in it.losses):
        for reply in replies(message):
            assert repr(reply.label)[1:-1] in left or any(reply.label in loss.what for loss in it.losses)


def replies(message: Message) -> list[Reply]:
    content = message.content
    cards = content.cards if isinstance(content, Carousel) else (content,) if isinstance(content, Card) else ()
    buttons = [*message.buttons, *(button for card in cards for button in card.buttons)]
    return [button for button in buttons if isinstance(button, Reply)]


@EXAMPLES
@given(words=made.words(40), profile=made.profiles())
def test_the_parts_of_a_text_rejoin_to_it(words: str, profile: Profile) -> None:
    ladder = Ladder(profile, ())
    said = [message.content.text for message in once(Message(Text(words)), ladder).messages]  # type: ignore[union-attr]
    parts = split(words.rstrip(), ladder.text.plain.limits)
    if len(said) == 1 and said[0] == words:
        return
    assert said == [part.text for part in parts if part.text.strip()][: len(said)] or len(said) == MESSAGES_RENDERED_MAX
    assert "".join(f"{part.text}{part.separator}" for part in parts) == words.rstrip()


@EXAMPLES
@given(message=made.messages, profile=made.profiles())
def test_a_picture_with_a_caption_that_is_made_at_once_is_what_its_renderings_make(
    message: Message, profile: Profile
) -> None:
    at_once, one_by_one = (Ladder(profile, standard_rungs()) for _ in range(2))
    steps = [step for step in one_by_one.steps["card"] if step.caption is not None]
    assert steps
    for step in steps:
        step.caption = None
    assert once(message, at_once) == once(message, one_by_one)
