"""Lowering: each construct of the language becomes what `ir` says it becomes."""

from __future__ import annotations

from typing import Any

import pytest
from snippets import FILES, lowered, on, then, transcript, when

from pointsman.language import ir
from pointsman.language.lower import lower
from pointsman.language.pipeline import compile_rules
from pointsman.language.tree import NOWHERE, without_spans
from pointsman.model.event import Trigger


def condition_of(condition: str, event: str = "message from customer") -> Any:
    rule = lowered(on(event, f"when {condition} then stop")).policies[-1].rules[-1]
    return without_spans(rule.when)


def action_of(action: str, event: str = "message from customer") -> Any:
    return without_spans(lowered(on(event, f"otherwise then {action}")).policies[-1].rules[-1].actions[0])


def text(how: ir.TextHow, *values: str, path: str = "text", exactly: bool = False, named: str = "") -> ir.TextTest:
    return ir.TextTest(path, how, exactly, values, named, NOWHERE)


def opposite(part: ir.Condition) -> ir.Not:
    return ir.Not(part, NOWHERE)


IS_X = text("is", "x")
BOT_ENABLED = ir.IsEnabled("CmBot", NOWHERE)

CONDITIONS = [
    ('text is "x"', IS_X),
    ('text is exactly "X"', text("is", "X", exactly=True)),
    ('text is not "x"', opposite(IS_X)),
    ('text in ("x", "y", "x")', text("is", "x", "y")),
    ('text not in exactly ("x", "y")', opposite(text("is", "x", "y", exactly=True))),
    ("sender in vips", text("is", path="sender", named="vips")),
    ('text starts with "x"', text("starts", "x")),
    ('text ends with exactly "x"', text("ends", "x", exactly=True)),
    ('text contains "x"', text("contains", "x")),
    ("text contains any words", text("contains", named="words")),
    ('text mentions any ("x", "y")', text("mentions", "x", "y")),
    ('intent is "none"', text("is", "none", path="meta.intent")),
    ("intent exists", ir.Exists("meta.intent", NOWHERE)),
    ("length of intent > 5", ir.Compare(ir.Length("meta.intent"), ">", 5.0, NOWHERE)),
    ('choice is "Yes"', text("is", "Yes", path="choice")),
    ("channel is SMS", ir.ChoiceTest("channel", ("SMS",), NOWHERE)),
    ("channel is not SMS", opposite(ir.ChoiceTest("channel", ("SMS",), NOWHERE))),
    ("channel in (SMS, 'Web Push')", ir.ChoiceTest("channel", ("SMS", "Web Push"), NOWHERE)),
    ("message is 'file list'", ir.ChoiceTest("message", ("file list",), NOWHERE)),
    ('account is "shop"', ir.ChoiceTest("account", ("shop",), NOWHERE)),
    (
        r"text matches /(?P<a>\d)\/(?P<b>x)/si",
        ir.Matches("text", r"(?P<a>\d)/(?P<b>x)", "is", ("a", "b"), NOWHERE),
    ),
    ("count of n is 2", ir.Compare(ir.Count("n"), "==", 2.0, NOWHERE)),
    ("count of n is not 2", opposite(ir.Compare(ir.Count("n"), "==", 2.0, NOWHERE))),
    ("count of n in (1, 2)", ir.NumberIn(ir.Count("n"), (1.0, 2.0), "", NOWHERE)),
    ("count of n in levels", ir.NumberIn(ir.Count("n"), (), "levels", NOWHERE)),
    ("choice index is 1", ir.Compare(ir.Field("choice index"), "==", 1.0, NOWHERE)),
    ("message.size > 5 MB", ir.Compare(ir.Field("message.size"), ">", 5_000_000.0, NOWHERE)),
    ("message.size <= 1 MiB", ir.Compare(ir.Field("message.size"), "<=", 1_048_576.0, NOWHERE)),
    ("conversation age >= 1h30m", ir.Compare(ir.Age(), ">=", 5_400_000.0, NOWHERE)),
    ("context.order exists", ir.Exists("context.order", NOWHERE)),
    ("message has buttons", ir.HasButtons(NOWHERE)),
    ("CmBot is enabled", BOT_ENABLED),
    ("CmBot is not enabled", opposite(BOT_ENABLED)),
    ("CmBot is disabled", opposite(BOT_ENABLED)),
    ("CmBot is not disabled", BOT_ENABLED),
    ("office is open", ir.IsOpen("office", NOWHERE)),
    ("office is closed", opposite(ir.IsOpen("office", NOWHERE))),
    ("last message from customer older than 24h", ir.LastOlder(("customer",), 86_400_000, NOWHERE)),
    ("last message from CmBot older than 1s", ir.LastOlder(("CmBot",), 1_000, NOWHERE)),
    (
        "last message from any component older than 1s",
        ir.LastOlder(("CmBot", "CustomerContact", "Audit"), 1_000, NOWHERE),
    ),
    ("sample 2.5%", ir.Sample(250, "r", NOWHERE)),
    ('not text is "x"', opposite(IS_X)),
    ('not text is not "x"', IS_X),
    ("not CmBot is disabled", BOT_ENABLED),
]


@pytest.mark.parametrize(("written", "expected"), CONDITIONS)
def test_a_condition_becomes_its_test(written: str, expected: ir.Condition) -> None:
    assert condition_of(written) == expected


def test_and_and_or_are_flat_where_they_nest_alike() -> None:
    one, two, three, four = (text("is", value) for value in "abcd")
    written = 'text is "a" and (text is "b" and text is "c") and (text is "d" or (text is "a" or text is "b"))'
    expected = ir.And((one, two, three, ir.Or((four, one, two), NOWHERE)), NOWHERE)
    assert condition_of(written) == expected


def test_requests_are_asked_for_by_name() -> None:
    event = "request from any component"
    assert condition_of("request is 'hand over'", event) == ir.ChoiceTest("request", ("hand over",), NOWHERE)
    assert condition_of("target in (CmBot, Audit)", event) == ir.ChoiceTest("target", ("CmBot", "Audit"), NOWHERE)
    assert condition_of('request.team is "vip"', event) == text("is", "vip", path="request.team")


def words(written: str) -> ir.Template:
    return (ir.Words(written),)


ACTIONS = [
    ("enable CmBot", ir.EnableAction("CmBot", NOWHERE)),
    ("disable CmBot", ir.DisableAction("CmBot", NOWHERE)),
    ("hand over to CustomerContact", ir.HandOverAction("CustomerContact", NOWHERE)),
    ("reset", ir.ResetAction(NOWHERE)),
    ("end conversation", ir.EndAction(NOWHERE)),
    ('position CmBot at flow "f" step "s"', ir.PositionAction("CmBot", words("f"), words("s"), NOWHERE)),
    ('set context.a to "b"', ir.SetContext("a", words("b"), NOWHERE)),
    ("set context.a to 2.50", ir.SetContext("a", words("2.50"), NOWHERE)),
    ("set context.a to intent", ir.SetContext("a", (ir.Slot(ir.Field("meta.intent")),), NOWHERE)),
    ("set context.a to count of n", ir.SetContext("a", (ir.Slot(ir.Count("n")),), NOWHERE)),
    ("clear context.a.b", ir.ClearContext("a.b", NOWHERE)),
    ("add 2 to n", ir.AddToCounter("n", 2, NOWHERE)),
    ("clear n", ir.ClearCounter("n", NOWHERE)),
    ('reply "hi"', ir.ReplyText(words("hi"), (), NOWHERE)),
    ('reply "hi" with buttons "A", "B"', ir.ReplyText(words("hi"), (words("A"), words("B")), NOWHERE)),
    ('reply ""', ir.ReplyText((), (), NOWHERE)),
    ('reply picture "u" with buttons "A"', ir.ReplyPicture(words("u"), (words("A"),), NOWHERE)),
    ('tell CmBot "hi"', ir.Tell("CmBot", words("hi"), NOWHERE)),
    ("set timer t for 1d", ir.SetTimer("t", 86_400_000, NOWHERE)),
    ("cancel timer t", ir.CancelTimer("t", NOWHERE)),
    ('tag "x"', ir.TagAction("x", NOWHERE)),
    ("stop", ir.Stop(NOWHERE)),
    ("send to CmBot only", ir.SendOnly("CmBot", NOWHERE)),
    ("also send to CmBot", ir.AlsoSend("CmBot", NOWHERE)),
    ("withhold", ir.Withhold(NOWHERE)),
    (r'redact /\d+/i with "*"', ir.Redact(r"\d+", "i", words("*"), NOWHERE)),
    ('replace text with "x"', ir.ReplaceText(words("x"), NOWHERE)),
    ("drop buttons", ir.DropButtons(NOWHERE)),
]
LEAVING = [
    ("prefer channel 'RCS'", ir.PreferChannel("RCS", NOWHERE)),
    ("fall back to SMS after 90s", ir.FallBack("SMS", 90_000, NOWHERE)),
]


@pytest.mark.parametrize(("written", "expected"), ACTIONS)
def test_an_action_becomes_its_node(written: str, expected: ir.Action) -> None:
    assert action_of(written) == expected


@pytest.mark.parametrize(("written", "expected"), LEAVING)
def test_an_action_on_a_message_for_the_customer_becomes_its_node(written: str, expected: ir.Action) -> None:
    assert action_of(written, "message to customer") == expected


def test_a_refusal_answers_a_request() -> None:
    assert action_of('refuse "no"', "request from CmBot") == ir.Refuse(words("no"), NOWHERE)


def test_every_action_of_the_ir_is_lowered_here() -> None:
    made = {type(node) for _, node in (*ACTIONS, *LEAVING)} | {ir.Refuse}
    assert made == set(ir.Action.__args__)


def test_a_template_is_words_and_slots() -> None:
    reply = 'reply "Hi {contact.first_name or "there"}, {office.next_open} {{x}} {length of text}{conversation age}"'
    assert action_of(reply).text == (
        ir.Words("Hi "),
        ir.Slot(ir.Field("contact.first_name"), "there"),
        ir.Words(", "),
        ir.Slot(ir.Field("office.next_open")),
        ir.Words(" {x} "),
        ir.Slot(ir.Length("text")),
        ir.Slot(ir.Age()),
    )


def test_a_group_of_a_match_is_a_slot_without_a_dot() -> None:
    rule = lowered(when("text matches /(?P<number>1)/").replace("stop", 'reply "{number}"')).policies[-1].rules[0]
    (action,) = without_spans(rule.actions)
    assert action == ir.ReplyText((ir.Slot(ir.Field("number")),), (), NOWHERE)


EVENTS = [
    ("message from customer", [Trigger("from customer")]),
    ("message from CmBot", [Trigger("from component", "CmBot")]),
    ("message from any bot", [Trigger("from component", "CmBot")]),
    ("message from any desk", [Trigger("from component", "CustomerContact")]),
    (
        "message from any component",
        [Trigger("from component", name) for name in ("CmBot", "CustomerContact", "Audit")],
    ),
    ("message to customer", [Trigger("to customer")]),
    ("CmBot enabled", [Trigger("enabled", "CmBot")]),
    ("CmBot disabled", [Trigger("disabled", "CmBot")]),
    ("conversation starts", [Trigger("starts")]),
    ("conversation ends", [Trigger("ends")]),
    ("silence for 15m", [Trigger("silence", ms=900_000)]),
    ("silence of customer for 1h", [Trigger("silence of customer", ms=3_600_000)]),
    ("no answer from CmBot for 5m", [Trigger("no answer", "CmBot", 300_000)]),
    ("timer t", [Trigger("timer", "t")]),
    ("request from CmBot", [Trigger("request", "CmBot")]),
    ("request from any service", [Trigger("request", "Audit")]),
]


@pytest.mark.parametrize(("written", "triggers"), EVENTS)
def test_an_event_becomes_its_triggers(written: str, triggers: list[Trigger]) -> None:
    assert list(lowered(on(written)).policies[-1].triggers) == triggers


def test_a_policy_keeps_its_mode_and_its_rules_in_order() -> None:
    program = lowered(
        'policy p every on silence for 5m rule "a" when channel is SMS then stop rule "b" otherwise then stop'
    )
    policy = program.policies[-1]
    assert (policy.name, policy.mode, policy.complete) == ("p", "every", False)
    assert [(rule.name, rule.when is None) for rule in policy.rules] == [("a", False), ("b", True)]
    assert [policy.mode for policy in program.policies] == ["first", "first", "every"]


def test_components_have_their_clauses_or_the_default() -> None:
    bot, desk, audit = without_spans(lowered("").components)
    enabled = ir.Clause("enabled")
    assert bot == ir.Component("CmBot", "bot", enabled, enabled, NOWHERE)
    when_bot_is_off = ir.Clause("when", opposite(BOT_ENABLED))
    assert desk == ir.Component("CustomerContact", "desk", ir.Clause("always"), when_bot_is_off, NOWHERE)
    assert audit == ir.Component("Audit", "service", ir.Clause("always"), ir.Clause("never"), NOWHERE)


def test_start_with_is_in_order_of_declaration() -> None:
    text = "start with B, A component A is bot component B is bot component C is bot hears always"
    program = compile_rules({"a.rules": text}).ir
    assert program is not None
    assert program.start_with == ("A", "B")


def test_lists_are_sets_of_strings_or_of_numbers() -> None:
    values = 'list twice = "a", "b", "a" list n = 2, 1, 2\n' + when("text in twice and count of n in n")
    lists = without_spans(lowered(values).lists)
    assert ir.ValueList("twice", ("a", "b"), (), NOWHERE) in lists
    assert ir.ValueList("n", (), (2.0, 1.0), NOWHERE) in lists
    assert ir.ValueList("vips", ("+15555550100",), (), NOWHERE) in lists


def test_a_calendar_is_a_week_in_minutes_and_special_days() -> None:
    written = (
        "calendar c sat - mon 10:00-12:00 mon 14:00-24:00, 08:00-09:00 "
        'open 2026-12-24 12:00-13:00 closed 2026-12-26, 2026-12-25 open 2026-12-24 09:00-10:00 zone "Asia/Tokyo"\n'
    )
    calendar = without_spans(lowered(written + when("c is open")).calendars[-1])
    ten = ((600, 720),)
    week = (((480, 540), (600, 720), (840, 1440)), (), (), (), (), ten, ten)
    special = (
        ir.SpecialDay("2026-12-24", ((540, 600), (720, 780))),
        ir.SpecialDay("2026-12-25", ()),
        ir.SpecialDay("2026-12-26", ()),
    )
    assert calendar == ir.Calendar("c", "Asia/Tokyo", week, special, NOWHERE)


def test_a_calendar_without_a_zone_is_in_utc() -> None:
    assert lowered("calendar c mon 09:00-10:00\n" + when("c is open")).calendars[-1].zone == "UTC"


def test_channels_are_the_nine_and_those_of_the_program() -> None:
    channels = lowered("channel Fax text none channel SMS text 160 gsm").channels
    assert len(channels) == 10
    assert channels[-1] == "Fax"


ONE = ir.Whole("x")
STEPS = [
    ('at 2026-11-20 10:00 in "Europe/Amsterdam"', ir.FactAt(1_795_165_200_000, NOWHERE)),
    ("at 1970-01-02 00:30", ir.FactAt(88_200_000, NOWHERE)),
    ("at 1970-01-01 24:00", ir.FactAt(86_400_000, NOWHERE)),
    ("on SMS", ir.FactChannel("SMS", NOWHERE)),
    ('sender is "+1"', ir.FactSender("+1", NOWHERE)),
    ("account is shop", ir.FactAccount("shop", NOWHERE)),
    ('contact.a.b is "x"', ir.FactContact("a.b", "x", NOWHERE)),
    ('context.a is "x"', ir.FactContext("a", "x", NOWHERE)),
    ("count of n is 2", ir.FactCount("n", 2, NOWHERE)),
    ("CmBot is disabled", ir.FactEnabled("CmBot", False, NOWHERE)),
    ('sample "uses" is in', ir.FactSample("uses", True, NOWHERE)),
    ('customer says "x" with a "1" with b "2"', ir.Says("customer", "x", {"a": "1", "b": "2"}, NOWHERE)),
    ('CmBot says "x"', ir.Says("CmBot", "x", {}, NOWHERE)),
    ('customer says "x" over SMS', ir.Says("customer", "x", {}, NOWHERE, "SMS")),
    ('customer presses "x" over SMS', ir.Presses("x", {}, NOWHERE, "SMS")),
    ('delivery to CmBot fails "x"', ir.DeliveryFails("CmBot", "x", 1, NOWHERE)),
    ('delivery to customer fails "x" with attempts 12', ir.DeliveryFails("customer", "x", 12, NOWHERE)),
    ("delivery to customer succeeds", ir.DeliverySucceeds(NOWHERE)),
    ('expect customer gets "x" over SMS', ir.ExpectGets("customer", ir.Whole("x"), "", NOWHERE, "SMS")),
    (
        'customer sends picture "u" of 5 KB with buttons "A", "B" with a "1"',
        ir.Sends("customer", "picture", "u", 5_000, ("A", "B"), {"a": "1"}, NOWHERE),
    ),
    ("CmBot sends 'file list' \"u\"", ir.Sends("CmBot", "file list", "u", None, (), {}, NOWHERE)),
    (
        'customer sends file "u" with message.text "t", message.name "n", a "1" with message.mime "m"',
        ir.Sends("customer", "file", "u", None, (), {"a": "1"}, NOWHERE, "t", "n", "m"),
    ),
    ('customer presses "Yes" with a "1"', ir.Presses("Yes", {"a": "1"}, NOWHERE)),
    (
        'CmBot requests enable Audit with team "vip"',
        ir.Requests("CmBot", "enable", "Audit", "", "", {"team": "vip"}, NOWHERE),
    ),
    ('customer presses "Yes"', ir.Presses("Yes", {}, NOWHERE)),
    ("CmBot requests enable Audit", ir.Requests("CmBot", "enable", "Audit", "", "", {}, NOWHERE)),
    (
        'CmBot requests position CmBot at flow "f" step "s"',
        ir.Requests("CmBot", "position", "CmBot", "f", "s", {}, NOWHERE),
    ),
    ("CmBot requests reset", ir.Requests("CmBot", "reset", "", "", "", {}, NOWHERE)),
    ("CmBot requests end", ir.Requests("CmBot", "end", "", "", "", {}, NOWHERE)),
    ("CmBot requests hand over to Audit", ir.Requests("CmBot", "hand over", "Audit", "", "", {}, NOWHERE)),
    ("conversation starts", ir.StartsStep(NOWHERE)),
    ("conversation ends", ir.EndsStep(NOWHERE)),
    ("after 16m", ir.After(960_000, NOWHERE)),
    ('expect rule "uses"', ir.ExpectRule("uses", NOWHERE)),
    ("expect no rule", ir.ExpectRule("", NOWHERE)),
    ("expect CmBot is enabled", ir.ExpectEnabled("CmBot", True, NOWHERE)),
    ('expect reply "x"', ir.ExpectReply(ONE, NOWHERE)),
    ("expect reply /x/i", ir.ExpectReply(ir.Search("x", "i"), NOWHERE)),
    ('expect customer gets "x"', ir.ExpectGets("customer", ONE, "", NOWHERE)),
    ("expect CmBot gets /x/", ir.ExpectGets("CmBot", ir.Search("x", ""), "", NOWHERE)),
    ("expect customer gets picture", ir.ExpectGets("customer", None, "picture", NOWHERE)),
    ("expect nothing", ir.ExpectNothing("", NOWHERE)),
    ("expect nothing to customer", ir.ExpectNothing("customer", NOWHERE)),
    ("expect nothing to CmBot", ir.ExpectNothing("CmBot", NOWHERE)),
    ("expect withheld", ir.ExpectWithheld(None, NOWHERE)),
    ('expect withheld "x"', ir.ExpectWithheld(ONE, NOWHERE)),
    ("expect refused", ir.ExpectRefused(None, NOWHERE)),
    ('expect refused "x"', ir.ExpectRefused(ONE, NOWHERE)),
    ('expect context.a is "x"', ir.ExpectContext("a", ONE, NOWHERE)),
    ("expect count of n is 2", ir.ExpectCount("n", 2, NOWHERE)),
    ('expect position CmBot at flow "f" step "s"', ir.ExpectPosition("CmBot", ir.Whole("f"), ir.Whole("s"), NOWHERE)),
    ("expect CmBot notified", ir.ExpectNotified("CmBot", NOWHERE)),
    ('expect tag "x"', ir.ExpectTag(ir.Whole("x"), NOWHERE)),
    ('expect loss "split"', ir.ExpectLoss(ir.Whole("split"), NOWHERE)),
    ("expect loss /x/i", ir.ExpectLoss(ir.Search("x", "i"), NOWHERE)),
]


@pytest.mark.parametrize(("written", "expected"), STEPS)
def test_a_step_of_a_test_becomes_its_node(written: str, expected: ir.TestStep) -> None:
    (test,) = lowered(transcript(written)).tests
    assert without_spans(test.steps[0]) == expected


def test_a_timer_can_be_expected() -> None:
    (test,) = lowered(then("set timer t for 1s") + transcript("expect timer t")).tests
    assert without_spans(test.steps[0]) == ir.ExpectTimer("t", NOWHERE)


def test_every_node_knows_its_place() -> None:
    rule = lowered(when('text is "x" and not CmBot is disabled')).policies[-1].rules[0]
    assert isinstance(rule.when, ir.And)
    assert [(part.span.file, part.span.line, part.span.column) for part in rule.when.parts] == [
        ("b.rules", 3, 6),
        ("b.rules", 3, 22),
    ]
    assert (rule.span.line, rule.actions[0].span.line) == (2, 4)


@pytest.mark.parametrize(
    "snippet",
    [
        when("count of n matches /x/"),
    ],
)
def test_what_the_checks_refuse_is_never_lowered(snippet: str) -> None:
    scope = compile_rules({**FILES, "b.rules": snippet}).scope
    assert scope is not None
    with pytest.raises(AssertionError):
        lower(scope, 1)
