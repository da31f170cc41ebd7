"""Questions to the solver: what it changes of a plain event to make conditions hold, and what it says contradicts."""

from __future__ import annotations

import gc
import weakref

import pytest

from pointsman.language.pipeline import compile_rules
from pointsman.limits import PROOF_STEPS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs import search
from pointsman.proofs.domains import LAST_DRAW
from pointsman.proofs.knowledge import knowledge_of
from pointsman.proofs.question import Answer, Found, Ground, Impossible, Question, Undecided, Wanted
from pointsman.proofs.solve import solve, solve_strictly
from pointsman.proofs.texts import TextUndecided, solve_text
from pointsman.proofs.variables import differences, value_in
from pointsman.proofs.world import World

DECLARATIONS = """
component Bot is bot
component Helper is service
component Desk is desk
  hears always
  speaks when Bot is disabled
start with Bot
list vips = "+31612345678", "0612345678"
calendar office
  mon-fri 09:00-17:30
calendar evening
  mon-sun 18:00-22:00
"""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
CUSTOMER = "message from customer"


def questions(event: str, *conditions: str) -> tuple[Ground, Trigger, tuple[Wanted, ...]]:
    """A program of one policy with a rule for each condition, and the questions whether they hold."""
    rules = "\n".join(f'rule "{number}" when {text} then tag "x"' for number, text in enumerate(conditions))
    compiled = compile_rules({"a.rules": f"{DECLARATIONS}\npolicy p on {event}\n{rules}"})
    assert compiled.ir is not None, [diagnostic.message for diagnostic in compiled.diagnostics]
    (policy,) = compiled.ir.policies
    wanted = tuple(Wanted(rule.when) for rule in policy.rules if rule.when is not None)
    return Ground(compiled.ir), policy.triggers[0], wanted


def answer(event: str, *conditions: str, steps: int = PROOF_STEPS_MAX) -> Answer:
    ground, trigger, wanted = questions(event, *conditions)
    return solve_strictly(ground, Question(trigger, wanted, steps))


def changes(event: str, *conditions: str) -> dict[str, object]:
    """What is another in the world found than in the plain one, with the value that it has."""
    ground, trigger, wanted = questions(event, *conditions)
    plain = knowledge_of(ground).plain(trigger)
    found = solve_strictly(ground, Question(trigger, wanted, PROOF_STEPS_MAX))
    assert isinstance(found, Found)
    return {
        name: value for name in differences(plain, found.world) if (value := value_in(found.world, name)) != LAST_DRAW
    }


@pytest.mark.parametrize(
    ("event", "conditions", "expected"),
    [
        pytest.param(CUSTOMER, [], {}, id="nothing asked"),
        pytest.param(CUSTOMER, ["channel is not SMS"], {}, id="so already"),
        pytest.param(CUSTOMER, ["channel in (SMS, RCS)"], {"channel": "SMS"}, id="channel"),
        pytest.param(CUSTOMER, ["account is shop"], {"account": "shop"}, id="account"),
        pytest.param(CUSTOMER, ["not account in (shop, bank)"], {}, id="an account that nobody names"),
        pytest.param(CUSTOMER, ['text is "stop"'], {"text": "stop"}, id="text"),
        pytest.param(CUSTOMER, ["message is location"], {"message": "location", "text": None}, id="kind without words"),
        pytest.param(
            CUSTOMER,
            ["message.size > 5 MB", "message is not picture"],
            {"message": "video", "text": None, "message.url": "https://example.com/file", "message.size": 6_000_000},
            id="a size needs a file, and a round one is taken",
        ),
        pytest.param(
            CUSTOMER,
            ['message.name ends with ".pdf"', "not message in (picture, video, audio, file)"],
            {"message": "card", "text": None, "message.url": "https://example.com/file", "message.name": "file.pdf"},
            id="a card may have a file",
        ),
        pytest.param(
            CUSTOMER, ['choice is "Yes"'], {"choice": "Yes", "text": "Yes"}, id="a press reads as the button's label"
        ),
        pytest.param(
            CUSTOMER,
            ["choice index >= 2", 'text contains "no"'],
            {"choice": "hello no", "choice index": 2, "text": "hello no"},
            id="a place needs a choice",
        ),
        pytest.param(CUSTOMER, ["message has buttons"], {"buttons": True}, id="buttons"),
        pytest.param(CUSTOMER, ["count of misses > 2.5"], {"count misses": 3}, id="a counter is whole"),
        pytest.param(CUSTOMER, ["not count of misses < 4"], {"count misses": 4}, id="a counter, negated"),
        pytest.param(
            CUSTOMER, ["Bot is disabled or Desk is enabled"], {"enabled Bot": False}, id="the first way of two"
        ),
        pytest.param(
            CUSTOMER,
            ["Bot is disabled or Desk is enabled", "Bot is enabled"],
            {"enabled Desk": True},
            id="the second way where the first is barred",
        ),
        pytest.param(CUSTOMER, ["office is open"], {}, id="open at noon"),
        pytest.param(CUSTOMER, ["evening is open"], {"now": 946_857_600_000 + 19 * HOUR}, id="open in the evening"),
        pytest.param(CUSTOMER, ["conversation age > 24h"], {"age": 25 * HOUR}, id="an age in whole hours"),
        pytest.param(
            CUSTOMER,
            ["last message from customer older than 10m", "conversation age < 30m"],
            {"age": 11 * MINUTE, "spoke customer": 11 * MINUTE},
            id="who spoke did so in the session",
        ),
        pytest.param(
            CUSTOMER,
            ["last message from any component older than 10m", "not last message from Bot older than 10m"],
            {"age": HOUR, "spoke Helper": HOUR},
            id="another party spoke",
        ),
        pytest.param(CUSTOMER, ["sample 10%"], {"draw 0": 1}, id="in a sample"),
        pytest.param(CUSTOMER, ["sample 100%", "not sample 0%"], {}, id="every sample, no sample"),
        pytest.param(CUSTOMER, ["sender in vips"], {"sender": "+31612345678"}, id="canonical on a phone channel"),
        pytest.param(
            CUSTOMER,
            ['sender is "0612345678"'],
            {"channel": "Telegram", "sender": "0612345678"},
            id="what is not canonical comes on other channels",
        ),
        pytest.param("request from Bot", ["request is reset"], {"request": "reset", "target": None}, id="no target"),
        pytest.param(
            "request from Bot",
            ["request is position"],
            {"request": "position", "request.flow": "hello", "request.step": "hello"},
            id="a position has flow and step",
        ),
        pytest.param("silence for 15m", ["conversation age >= 15m"], {}, id="a silence has lasted"),
        pytest.param("Bot disabled", ["Bot is disabled"], {}, id="disabled as its event says"),
        pytest.param(
            CUSTOMER,
            ['meta.intent is "none"', "context.team exists", "not contact.language exists"],
            {"meta.intent": "none", "context.team": "hello"},
            id="texts by key",
        ),
    ],
)
def test_a_world_differs_from_a_plain_one_where_it_is_asked_to(event, conditions, expected):
    assert changes(event, *conditions) == expected


@pytest.mark.parametrize(
    ("event", "conditions", "core"),
    [
        pytest.param(CUSTOMER, ["channel is SMS", "Bot is enabled", "channel is RCS"], (0, 2), id="two channels"),
        pytest.param(CUSTOMER, ["count of n > 3", "count of n < 3 or count of n is 3"], (0, 1), id="a counter"),
        pytest.param(CUSTOMER, ["count of n > 2 and count of n < 3"], (0,), id="no whole number between"),
        pytest.param(CUSTOMER, ["message is text", "not text exists"], (0, 1), id="a text has words"),
        pytest.param(
            CUSTOMER,
            ["message is card", "message.name exists", "not message.url exists"],
            (1, 2),
            id="a name is a file's",
        ),
        pytest.param(CUSTOMER, ["message.size > 1 MB", "message in (text, location)"], (0, 1), id="no file"),
        pytest.param(CUSTOMER, ["choice index is 1", "not choice exists"], (0, 1), id="a place without a choice"),
        pytest.param(CUSTOMER, ["choice index < 1"], (0,), id="places count from one"),
        pytest.param(
            CUSTOMER, ["office is open", "message is text", "evening is open"], (0, 2), id="calendars that never meet"
        ),
        pytest.param(
            CUSTOMER,
            ["last message from Bot older than 1h", "conversation age <= 1h"],
            (0, 1),
            id="a speech before the session",
        ),
        pytest.param(
            CUSTOMER,
            [
                "last message from Bot older than 1h",
                "not last message from any component older than 30m",
                "not last message from Helper older than 1s or count of n > 1",
                "not last message from Desk older than 1s or count of n > 1",
                "count of n is 0",
            ],
            None,
            id="somebody else has spoken since",
        ),
        pytest.param(
            CUSTOMER, ['sender is exactly "0612345678"', "channel in (SMS, WhatsApp)"], (0, 1), id="not canonical"
        ),
        pytest.param(CUSTOMER, ['text contains "agent"', 'not text contains "gen"'], (0, 1), id="a word and its part"),
        pytest.param("request from Bot", ["request is reset", "target exists"], (0, 1), id="a reset has no target"),
        pytest.param(
            "request from Bot", ["request is position", "target is Desk"], (0, 1), id="only bots have positions"
        ),
        pytest.param("request from Bot", ["request is position", "not request.flow exists"], (0, 1), id="a flow"),
        pytest.param("conversation starts", ["conversation age > 0s"], (0,), id="a session begins at no age"),
        pytest.param("conversation starts", ["last message from customer older than 1s"], (0,), id="nobody spoke yet"),
        pytest.param("silence for 15m", ["conversation age < 15m"], (0,), id="a silence takes its time"),
        pytest.param(
            "no answer from Desk for 5m",
            [
                "last message from customer older than 1m or count of n > 2",
                "count of n is 0",
                "not last message from customer older than 1m",
                "Bot is enabled",
            ],
            (0, 1, 2),
            id="a core out of the ways of a condition",
        ),
    ],
)
def test_what_contradicts_is_named(event, conditions, core):
    found = answer(event, *conditions)
    if core is None:
        assert isinstance(found, Found)
    else:
        assert found == Impossible(core)


def near(event: str, *conditions: str) -> World:
    found = answer(event, *conditions)
    assert isinstance(found, Found)
    return found.world


def test_a_world_nearby_is_changed_only_where_it_has_to_be():
    ground, trigger, wanted = questions(CUSTOMER, "channel is RCS", "count of n >= 4", 'text mentions "help"')
    before = near(CUSTOMER, "channel is SMS", "count of n is 2", 'text is "i need help"', "Desk is enabled")
    found = solve_strictly(ground, Question(trigger, wanted, PROOF_STEPS_MAX, before))
    assert isinstance(found, Found)
    assert differences(before, found.world) == {"channel", "count n"}


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        pytest.param({"channel"}, {"enabled Bot"}, id="the other way is taken"),
        pytest.param({"enabled Bot"}, {"channel"}, id="and the one"),
        pytest.param({"channel", "enabled Bot"}, None, id="neither is left"),
    ],
)
def test_what_is_kept_is_not_changed(kept, expected):
    ground, trigger, wanted = questions(CUSTOMER, "channel is SMS or Bot is disabled")
    before = near(CUSTOMER)
    found = solve_strictly(ground, Question(trigger, wanted, PROOF_STEPS_MAX, before, frozenset(kept)))
    if expected is None:
        assert found == Impossible((0,))
    else:
        assert isinstance(found, Found)
        assert differences(before, found.world) == expected


@pytest.mark.parametrize(
    ("variable", "condition"),
    [
        ("channel", "channel is SMS"),
        ("account", "account is shop"),
        ("message", "message is picture"),
        ("text", 'text is "stop"'),
        ("sender", 'sender is "+31612345678"'),
        ("context.team", "context.team exists"),
        ("message.size", "message.size > 1 KB"),
        ("choice index", "choice index exists"),
        ("count n", "count of n > 1"),
        ("enabled Desk", "Desk is enabled"),
        ("buttons", "message has buttons"),
        ("now", "office is closed"),
        ("age", "conversation age > 1h"),
        ("spoke Bot", "last message from Bot older than 1h"),
        ("draw 0", "sample 10%"),
    ],
)
def test_every_variable_can_be_kept(variable, condition):
    ground, trigger, wanted = questions(CUSTOMER, condition)
    before = near(CUSTOMER, f"not ({condition})")
    free = solve_strictly(ground, Question(trigger, wanted, PROOF_STEPS_MAX, before))
    assert isinstance(free, Found)
    assert variable in differences(before, free.world)
    kept = solve_strictly(ground, Question(trigger, wanted, PROOF_STEPS_MAX, before, frozenset({variable})))
    assert isinstance(kept, Impossible)


@pytest.mark.parametrize(
    ("before", "kept", "condition", "possible"),
    [
        ("message is picture and not text exists", "text", "message is text", False),
        ("message is picture and not text exists", "text", "message is location", True),
        ("message is picture and message.size > 1 KB", "message.size", "message is location", False),
        ("message is picture and message.name exists", "message.name", "message is location", False),
        ("message is picture and message.name exists", "message.name", "message is card", True),
        ("not choice exists", "choice", "choice index is 1", False),
        ("last message from Bot older than 1h", "spoke Bot", "conversation age < 1h", False),
        ("last message from Bot older than 1h", "spoke Bot", "conversation age > 9h", True),
        ('channel is Telegram and sender is "0612345678"', "sender", "channel is Email", True),
    ],
)
def test_what_is_kept_keeps_what_hangs_on_it(before, kept, condition, possible):
    ground, trigger, wanted = questions(CUSTOMER, condition)
    world = near(CUSTOMER, before)
    found = solve_strictly(ground, Question(trigger, wanted, PROOF_STEPS_MAX, world, frozenset({kept})))
    assert isinstance(found, Found if possible else Impossible)
    assert not possible or kept not in differences(world, found.world)


def test_decisions_in_a_row_are_bounded(monkeypatch):
    monkeypatch.setattr(search, "_DEPTH_MAX", 3)
    ways = [f"count of a{number} > 3 or count of b{number} > 3" for number in range(4)]
    assert isinstance(answer(CUSTOMER, *ways[:3]), Found)
    assert answer(CUSTOMER, *ways) == Undecided("steps")


def test_a_question_that_costs_too_much_is_undecided():
    assert answer(CUSTOMER, "channel is SMS", "Bot is enabled", steps=3) == Undecided("steps")


def test_accounts_are_a_closed_set_once_they_are_known():
    ground, trigger, wanted = questions(CUSTOMER, "not (account in (shop, bank))")
    closed = Ground(ground.ir, accounts=frozenset({"shop", "bank"}))
    assert solve_strictly(closed, Question(trigger, wanted, PROOF_STEPS_MAX)) == Impossible((0,))


def test_calendars_beyond_the_bound_are_undecided(monkeypatch):
    monkeypatch.setattr("pointsman.proofs.moments.PROOF_BOUNDARIES_MAX", 10)
    assert answer(CUSTOMER, "evening is open") == Undecided("calendar")
    assert answer(CUSTOMER, "evening is open", "channel is SMS and channel is RCS") == Impossible((1,))


def test_a_mistake_of_the_solver_is_raised_in_tests_and_undecided_elsewhere(monkeypatch):
    monkeypatch.setattr(search.interpret, "holds", lambda *_: False)
    ground, trigger, wanted = questions(CUSTOMER, "Bot is enabled")
    question = Question(trigger, wanted, PROOF_STEPS_MAX)
    with pytest.raises(search.Disagreement):
        solve_strictly(ground, question)
    assert solve(ground, question) == Undecided("disagreement")


UNREAD = r"text matches /unread/"


@pytest.fixture
def unread(monkeypatch):
    """Makes every question about a text undecided that has the expression `unread` in it."""

    def asked(wanted, **rest):
        if any(getattr(one.atom, "pattern", "") == "unread" for one in wanted):
            return TextUndecided("pattern")
        return solve_text(wanted, **rest)

    monkeypatch.setattr("pointsman.proofs.phrases.solve_text", asked)


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param([UNREAD], Undecided("pattern"), id="alone"),
        pytest.param([f"{UNREAD} or count of n > 2", "count of n is 1"], Undecided("pattern"), id="the only way"),
        pytest.param([UNREAD, "choice index < 1"], Impossible((1,)), id="beside a contradiction"),
        pytest.param(
            [UNREAD, "message.size > 1 KB", "message is location"], Impossible((1, 2)), id="beside one of the message"
        ),
        pytest.param(
            [
                UNREAD,
                "count of n > 2 or count of m > 2 or count of n is 1",
                "count of n is 0 or count of n is 2",
                "count of m is 0",
            ],
            Impossible((1, 2, 3)),
            id="beside one that takes a decision",
        ),
        pytest.param(
            [UNREAD, 'context.a is "x"', 'context.a is "y"'], Impossible((1, 2)), id="beside one of another text"
        ),
        pytest.param(["sender matches /unread/"], Undecided("pattern"), id="a sender"),
    ],
)
def test_what_cannot_be_decided_is_said_where_nothing_certain_speaks_against_it(conditions, expected):
    assert answer(CUSTOMER, *conditions) == expected


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param([f"{UNREAD} or channel is SMS"], {"channel": "SMS"}, id="another way"),
        pytest.param([f"not {UNREAD}"], {"message": "picture"}, id="a message without words"),
        pytest.param(["not context.a matches /unread/"], {}, id="a text that is missing"),
    ],
)
def test_a_world_is_found_around_what_cannot_be_decided(conditions, expected):
    found = changes(CUSTOMER, *conditions)
    assert {name: found.get(name) for name in expected} == expected


def test_what_is_remembered_is_forgotten_when_it_is_much(monkeypatch):
    monkeypatch.setattr("pointsman.proofs.knowledge._REMEMBERED_MAX", 2)
    ground, trigger, wanted = questions(CUSTOMER, 'text is "a"', 'text is "b"', 'text contains "a"', "channel is SMS")
    for places in ((0, 1), (0, 2), (2, 3), (0, 1), (1, 2)):
        question = Question(trigger, tuple(wanted[place] for place in places), PROOF_STEPS_MAX)
        found = solve_strictly(ground, question)
        assert isinstance(found, Impossible) == (places in ((0, 1), (1, 2)))
        assert len(knowledge_of(ground).normal) <= 5


def test_what_was_worked_out_about_a_program_goes_with_its_ground():
    ground, trigger, wanted = questions(CUSTOMER, "office is closed")
    assert isinstance(solve(ground, Question(trigger, wanted, PROOF_STEPS_MAX)), Found)
    known = weakref.ref(knowledge_of(ground))
    del ground
    gc.collect()
    assert known() is None


def test_many_alternatives_are_searched_within_the_budget():
    ways = [" or ".join(f"count of c{number} is {value}" for value in range(6)) for number in range(12)]
    bars = [f"not count of c{number} is {value}" for number in range(11) for value in range(5)]
    found = answer(CUSTOMER, *ways, *bars)
    assert isinstance(found, Found)
    assert {found.world.counters[f"c{number}"] for number in range(11)} == {5}


def test_decisions_that_do_not_matter_are_jumped_back_over():
    choices = [f"count of a{number} > 3 or count of b{number} > 3" for number in range(40)]
    dead = [
        "Bot is enabled or Desk is enabled",
        "Bot is enabled or Desk is disabled",
        "Bot is disabled or Desk is enabled",
    ]
    found = answer(CUSTOMER, *choices, *dead, "Bot is disabled or Desk is disabled", steps=2_000)
    assert found == Impossible((40, 41, 42, 43))
