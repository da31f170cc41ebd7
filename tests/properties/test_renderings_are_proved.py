"""The proof that everything has a rendering, against programs that nobody chose: what it says is so, either way.

A program that is reported fails as its example shows. In one that is not, whatever message is sent, on whichever
channel in use and in whatever conversation, leaves within the limits of its channel.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pointsman.engine.downgrade import rendered
from pointsman.engine.interpret import holds
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK, run_test
from pointsman.engine.view import View
from pointsman.language.ir import Condition
from pointsman.language.pipeline import compile_rules
from pointsman.limits import DIAGNOSTICS_MAX
from pointsman.model.content import Message
from pointsman.model.conversation import Conversation
from pointsman.proofs.carried import violations
from pointsman.proofs.in_use import channels_in_use
from pointsman.proofs.prove import prove
from pointsman.proofs.witness import read_test
from properties.messages import messages

EXAMPLES = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HEAD = """component Bot is bot
start with Bot
calendar office
  mon-fri 09:00-17:00
"""
CLOCKS = (CLOCK, CLOCK + 12 * 3_600_000)
FILES = ("picture", "video", "audio", "file")
CHANNELS = ("SMS", "WhatsApp", "RCS", "Telegram", "Viber", "Fax")
CONDITIONS = (
    "office is open",
    "office is closed",
    "message has buttons",
    "not Bot is enabled",
    'text contains "a"',
    "length of text > 100",
    'context.team is "a" or office is open',
    "channel is SMS",
)
OF_FILES = ("message.size > 5 MB", 'message.mime is "image/gif"', "message.size < 1 KB and office is open")
MADE = {
    "picture": ("file", "card", "link", "nothing"),
    "file": ("picture", "card", "link", 'text "{name}"'),
    "video": ("file", "card", 'text "{text}\\n{url}"'),
    "audio": ("file", "link"),
    "'file list'": ("file for each file", "picture for each file", "link for each file"),
    "card": ("picture and buttons", "file and buttons", 'text "{title}" and buttons', 'picture and text "{title}"'),
    "carousel": ("cards", "card for each card", 'text "{n}. {title}" for each card', "picture for each card"),
    "location": ("link", 'text "{label}"', "nothing"),
    "text": ("card", "nothing", 'text "{text}"'),
    "button reply": ("numbered buttons", 'text "{label}"', "nothing"),
    "button url": ("link", "nothing"),
    "button location": ("link", 'text "{label}"'),
}
LINES = (
    "text none",
    "text 60 characters",
    "text 1 bytes",
    "picture native 1 MB image/png",
    "card native title 10 description 20 buttons 1",
    "card none",
    "carousel native 2 to 3",
    "button reply native 2 caption 5",
    "button reply native 1 rows 4",
    "button url none",
    "file none",
)


@st.composite
def downgrades(draw: st.DrawFn, on: str) -> str:
    kind = draw(st.sampled_from(sorted(MADE)))
    known = (*CONDITIONS, *OF_FILES) if kind in FILES or kind == "card" else CONDITIONS
    when = draw(st.just("") | st.sampled_from(known).map(" when {}".format))
    return f"downgrade {kind} on {on}{when} to {draw(st.sampled_from(MADE[kind]))}\n"


@st.composite
def programs(draw: st.DrawFn) -> str:
    on = draw(st.sampled_from(CHANNELS))
    named = "".join(draw(st.lists(downgrades(on), min_size=1, max_size=4)))
    if on != "Fax":
        return HEAD + named
    lines = draw(st.lists(st.sampled_from(LINES), max_size=4))
    kept = {line.split()[0] if not line.startswith("button") else line.split()[1]: line for line in lines}
    return HEAD + "channel Fax like WhatsApp\n" + "".join(f"  {line}\n" for line in kept.values()) + named


@st.composite
def conversations(draw: st.DrawFn) -> View:
    context = draw(st.sampled_from([{}, {"team": "a"}]))
    enabled = frozenset(draw(st.sampled_from([(), ("Bot",)])))
    return View(Conversation(ADDRESS, context=context), None, draw(st.sampled_from(CLOCKS)), {}, enabled=enabled)


@EXAMPLES
@given(text=programs(), sent=st.lists(messages, min_size=4, max_size=4), view=conversations())
def test_what_is_said_of_renderings_is_so(text: str, sent: list[Message], view: View) -> None:
    compiled = compile_rules({"a.rules": text})
    if compiled.program is None:
        return
    program = load(compiled.program)
    reports = [it for it in prove(compiled).diagnostics if it.slug in ("no-rendering", "undecided")]
    assert len(reports) < DIAGNOSTICS_MAX
    assert not any(it.slug == "undecided" for it in reports), text
    for report in reports:
        if report.example:
            test = read_test(report.example)
            assert test is not None
            assert run_test(program, test).passed
    if not reports:
        for message in sent:
            for channel in channels_in_use(program.ir):
                _leaves(program, channel, message, view)


def _leaves(program: Loaded, channel: str, message: Message, view: View) -> None:
    conversation = Conversation(
        structs.replace(ADDRESS, channel=channel), context=dict(view.context), enabled=view.enabled
    )
    seen = View(conversation, None, view.now, program.hours, enabled=view.enabled)

    def applies(condition: Condition, of: Message) -> bool:
        return holds(condition, seen.later(conversation, of), program.lists)

    left = rendered(message, program.ladders[channel], applies)
    assert violations(left.messages, program.ladders[channel].profile) == ()
