"""A small program to ask about, conditions on it as hypothesis strategies, and worlds that can happen in it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pointsman.language import ir
from pointsman.language.vocabulary import CHANNELS, REQUESTS
from pointsman.model.content import MESSAGE_KINDS
from pointsman.model.event import CUSTOMER, Trigger
from pointsman.model.identity import PHONE_CHANNELS
from pointsman.proofs.question import Ground
from pointsman.proofs.world import FILE_KINDS, World

SPAN = ir.Span("asked.rules", 0, 1, 1, 1)
BOT, DESK, SERVICE = "CmBot", "Desk", "Service"
COMPONENTS = (BOT, DESK, SERVICE)
_ENABLED = ir.Clause("enabled")
CALENDARS = (
    ir.Calendar(
        "office",
        "Europe/Amsterdam",
        (((540, 1050),),) * 5 + ((), ()),
        (ir.SpecialDay("2000-01-05", ()), ir.SpecialDay("2000-01-08", ((600, 660),))),
        SPAN,
    ),
    ir.Calendar("night", "UTC", (((0, 480), (1020, 1440)),) * 7, (), SPAN),
    ir.Calendar("never", "UTC", ((),) * 7, (), SPAN),
)
LISTS = (
    ir.ValueList("words", ("agent", "real person", "stop"), (), SPAN),
    ir.ValueList("levels", (), (0.0, 2.0, 3.0, 2.5), SPAN),
)
PROGRAM = ir.ProgramIR(
    1,
    (
        ir.Component(BOT, "bot", _ENABLED, _ENABLED, SPAN),
        ir.Component(DESK, "desk", _ENABLED, _ENABLED, SPAN),
        ir.Component(SERVICE, "service", _ENABLED, _ENABLED, SPAN),
    ),
    (BOT, DESK),
    LISTS,
    CALENDARS,
    (),
    CHANNELS,
    (),
)
GROUND = Ground(PROGRAM)
MINUTE = 60_000
MESSAGE = Trigger("from customer")
TRIGGERS = (
    MESSAGE,
    Trigger("from component", BOT),
    Trigger("to customer"),
    Trigger("enabled", BOT),
    Trigger("starts"),
    Trigger("ends"),
    Trigger("silence", ms=5 * MINUTE),
    Trigger("silence of customer", ms=5 * MINUTE),
    Trigger("no answer", DESK, 5 * MINUTE),
    Trigger("timer", "reminder"),
    Trigger("delivery failed", CUSTOMER),
    Trigger("request", BOT),
)
PARTIES = (CUSTOMER, *COMPONENTS)
COUNTERS = ("misses", "tries")
SALTS = ("a", "b")
ACCOUNTS = ("shop", "bank")
TIMES = (0, MINUTE, 5 * MINUTE, 10 * MINUTE)
NUMBERS = (0.0, 1.0, 2.0, 2.5, 4.0)
TEXT_PATHS = ("text", "sender", "choice", "message.url", "message.name", "context.team", "contact.team", "meta.intent")
REQUEST_PATHS = ("request.flow", "request.team")

# Conditions about everything but what texts say -----------------------------------------------------------------------

_hows = st.sampled_from(("==", "<", "<=", ">", ">="))
_subjects = st.one_of(
    st.sampled_from(("message.size", "choice index", "attempts")).map(ir.Field),
    st.sampled_from(COUNTERS).map(ir.Count),
)


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


def _choice(path: str, values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return _some(values).map(lambda names: ir.ChoiceTest(path, names, SPAN))


finite_atoms: st.SearchStrategy[Any] = st.one_of(
    _choice("channel", CHANNELS[:4]),
    _choice("account", ACCOUNTS),
    _choice("message", ("text", "picture", "card", "location", "template")),
    _choice("request", REQUESTS),
    _choice("target", COMPONENTS),
    st.builds(ir.Compare, _subjects, _hows, st.sampled_from(NUMBERS), st.just(SPAN)),
    st.builds(ir.Compare, st.just(ir.Age()), _hows, st.sampled_from(TIMES).map(float), st.just(SPAN)),
    st.builds(
        lambda subject, values: ir.NumberIn(subject, tuple(values), "", SPAN),
        _subjects,
        st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3),
    ),
    st.builds(lambda subject: ir.NumberIn(subject, (), "levels", SPAN), _subjects),
    st.sampled_from(
        (
            *("message", "target", "message.size", "choice index", "office.next_open", "never.next_open"),
            *("text", "choice", "message.url", "message.name", "context.team", "request.flow", "sender"),
        )
    ).map(lambda path: ir.Exists(path, SPAN)),
    st.sampled_from(COMPONENTS).map(lambda name: ir.IsEnabled(name, SPAN)),
    st.sampled_from(("office", "night", "never")).map(lambda name: ir.IsOpen(name, SPAN)),
    st.just(ir.HasButtons(SPAN)),
    st.builds(lambda parties, ms: ir.LastOlder(parties, ms, SPAN), _some(PARTIES), st.sampled_from(TIMES)),
    st.builds(
        lambda share, salt: ir.Sample(share, salt, SPAN), st.sampled_from((0, 5_000, 10_000)), st.sampled_from(SALTS)
    ),
)

# Conditions about texts as well ---------------------------------------------------------------------------------------

WORDS = (
    "agent",
    "I want a REAL  person",
    "stop",
    "Ｓｔｏｐ",
    "order 123456",
    "ﬁne",
    "",
    "agent's",
    "a.b",
    "0612345678",
    "+31612345678",
)
_patterns = st.sampled_from((r"order \d{6}", "^st.p$", r"\bperson", "^[0-9]+$", ""))
_paths = st.sampled_from((*TEXT_PATHS, *REQUEST_PATHS))
_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(tuple)
text_atoms: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda path, how, exactly, values: ir.TextTest(path, how, exactly, values, "", SPAN),
        _paths,
        st.sampled_from(("is", "starts", "ends", "contains", "mentions")),
        st.booleans(),
        _words,
    ),
    st.builds(
        lambda path, how: ir.TextTest(path, how, False, (), "words", SPAN),
        _paths,
        st.sampled_from(("is", "contains", "mentions")),
    ),
    st.builds(lambda path, source: ir.Matches(path, source, "", (), SPAN), _paths, _patterns),
    st.builds(ir.Compare, _paths.map(ir.Length), _hows, st.sampled_from(NUMBERS), st.just(SPAN)),
    _paths.map(lambda path: ir.Exists(path, SPAN)),
)


def conditions(atoms: st.SearchStrategy[Any], leaves: int = 6) -> st.SearchStrategy[Any]:
    """Conditions over such atoms."""
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: ir.And(tuple(parts), SPAN)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: ir.Or(tuple(parts), SPAN)),
            st.builds(ir.Not, inner, st.just(SPAN)),
        ),
        max_leaves=leaves,
    )


# Worlds that can happen -----------------------------------------------------------------------------------------------

_any_words = st.sampled_from(WORDS)


@st.composite
def worlds(draw: st.DrawFn, trigger: Trigger) -> World:
    """Worlds of events on a trigger, as the engine could see them."""
    channel = draw(st.sampled_from(CHANNELS))
    names = {"channel": channel, "account": draw(st.sampled_from(("test", *ACCOUNTS)))}
    senders = ("+31612345678", "agent", "00") if channel in PHONE_CHANNELS else WORDS
    texts = {"sender": draw(st.sampled_from(senders))}
    for path in ("context.team", "contact.team"):
        _maybe(draw, texts, path)
    numbers: dict[str, int] = {}
    if trigger.kind in ("from customer", "from component", "to customer"):
        _message(draw, names, texts, numbers)
    if trigger.kind == "request":
        _request(draw, names, texts)
    if trigger.kind == "delivery failed":
        texts["reason"] = draw(_any_words)
        numbers["attempts"] = draw(st.integers(0, 4))
    age, spoke = _times(draw, trigger)
    return World(
        trigger,
        names,
        texts,
        numbers,
        {counter: number for counter in COUNTERS if (number := draw(st.integers(0, 4)))},
        frozenset(draw(st.sets(st.sampled_from(COMPONENTS)))),
        "message" in names and draw(st.booleans()),
        946_857_600_000 + draw(st.integers(0, 2 * 24 * 366)) * 30 * MINUTE,
        age,
        spoke,
        {salt: draw(st.sampled_from((0, 4_999, 5_000, 9_999))) for salt in SALTS},
    )


def _maybe(draw: st.DrawFn, texts: dict[str, str], path: str) -> None:
    if draw(st.booleans()):
        texts[path] = draw(_any_words)


def _message(draw: st.DrawFn, names: dict[str, str], texts: dict[str, str], numbers: dict[str, int]) -> None:
    kind = names["message"] = draw(st.sampled_from((*MESSAGE_KINDS, "native")))
    if kind == "text":
        texts["text"] = draw(_any_words)
    else:
        _maybe(draw, texts, "text")
    if kind in FILE_KINDS or (kind == "card" and draw(st.booleans())):
        texts["message.url"] = draw(_any_words)
        _maybe(draw, texts, "message.name")
        if draw(st.booleans()):
            numbers["message.size"] = draw(st.integers(0, 4))
    _maybe(draw, texts, "meta.intent")
    _maybe(draw, texts, "choice")
    if "choice" in texts and draw(st.booleans()):
        numbers["choice index"] = draw(st.integers(1, 4))


def _request(draw: st.DrawFn, names: dict[str, str], texts: dict[str, str]) -> None:
    request = names["request"] = draw(st.sampled_from(REQUESTS))
    if request not in ("reset", "end"):
        names["target"] = BOT if request == "position" else draw(st.sampled_from(COMPONENTS))
    _maybe(draw, texts, "request.team")
    if request == "position":
        texts |= {"request.flow": draw(_any_words), "request.step": draw(_any_words)}
    else:
        _maybe(draw, texts, "request.flow")


def _times(draw: st.DrawFn, trigger: Trigger) -> tuple[int, dict[str, int]]:
    if trigger.kind == "starts":
        return 0, {}
    least = trigger.ms
    age = draw(st.integers(least, 12 * MINUTE))
    spoke = {}
    for party in PARTIES:
        waited_for = trigger.kind == "no answer" and party == CUSTOMER
        if waited_for or draw(st.booleans()):
            own = trigger.kind.startswith("silence") or (trigger.kind == "no answer" and party == trigger.name)
            spoke[party] = draw(st.integers(least if own else 0, age))
    return age, spoke
