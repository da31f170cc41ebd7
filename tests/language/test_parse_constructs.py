"""What each construct becomes: the tree without its places, one line of text a case."""

from typing import Any

import pytest
from everything import EVERYTHING
from msgspec import Struct

from pointsman.language import tree as t
from pointsman.language.parse import parse
from pointsman.language.source import Source
from pointsman.language.tree import NOWHERE as O


def items_of(text: str) -> tuple[t.Item, ...]:
    parsed = parse(Source("a.rules", text))
    assert parsed.diagnostics == ()
    return parsed.file.items


def rule_of(text: str) -> t.Rule:
    (policy,) = items_of(f"policy p on message from customer {text}")
    assert isinstance(policy, t.Policy)
    return t.without_spans(policy.rules[0])


def condition(text: str) -> Any:
    return rule_of(f'rule "r" when {text} then stop').when


def action(text: str) -> Any:
    (only,) = rule_of(f'rule "r" otherwise then {text}').actions
    return only


def step(text: str) -> Any:
    (test,) = items_of(f'test "t" {text}')
    assert isinstance(test, t.Test)
    (only,) = t.without_spans(test.steps)
    return only


def name(text: str) -> t.Name:
    return t.Name(text, O)


def field(path: str) -> t.Field:
    return t.Field(path, O)


def string(text: str, source: str | None = None) -> t.String:
    return t.String(text, f'"{text}"' if source is None else source, O)


def number(value: float, source: str) -> t.Number:
    return t.Number(value, source, O)


def words(text: str) -> t.Template:
    return t.Template((t.Words(text, O),), f'"{text}"', O)


def compared(subject: t.Subject, relation: t.Relation, operand: t.Operand, **marks: bool) -> t.Comparison:
    return t.Comparison(subject, relation, marks.get("negated", False), marks.get("exactly", False), operand, O)


def one(value: t.Value) -> t.One:
    return t.One(value, O)


def any_of(*values: t.Value) -> t.AnyOf:
    return t.AnyOf(values, O)


def any_in(list_name: str) -> t.AnyIn:
    return t.AnyIn(name(list_name), O)


A = t.HasButtons(O)
B = t.StateTest(name("CmBot"), "enabled", False, O)
C = t.StateTest(name("office"), "open", False, O)

CONDITIONS = {
    "channel is WhatsApp": compared(field("channel"), "is", one(name("WhatsApp"))),
    "channel is not SMS": compared(field("channel"), "is", one(name("SMS")), negated=True),
    "channel in (WhatsApp, 'Web Push')": compared(field("channel"), "in", any_of(name("WhatsApp"), name("Web Push"))),
    "message is text": compared(field("message"), "is", one(name("text"))),
    "message is 'file list'": compared(field("message"), "is", one(name("file list"))),
    "message has buttons": A,
    'text is exactly "STOP"': compared(field("text"), "is", one(string("STOP")), exactly=True),
    'text is not exactly "S"': compared(field("text"), "is", one(string("S")), negated=True, exactly=True),
    'text in exactly ("a")': compared(field("text"), "in", any_of(string("a")), exactly=True),
    "sender not in vips": compared(field("sender"), "in", any_in("vips"), negated=True),
    'text starts with "a"': compared(field("text"), "starts with", one(string("a"))),
    "text ends with any words": compared(field("text"), "ends with", any_in("words")),
    'text contains any ("a", "b")': compared(field("text"), "contains", any_of(string("a"), string("b"))),
    "text mentions exactly any words": compared(field("text"), "mentions", any_in("words"), exactly=True),
    "choice index is 1": compared(field("choice index"), "is", one(number(1, "1"))),
    'choice is "Yes"': compared(field("choice"), "is", one(string("Yes"))),
    "count of misses >= 2": compared(t.Count(name("misses"), O), ">=", one(number(2, "2"))),
    "message.size > 5 MB": compared(field("message.size"), ">", one(t.Size(5_000_000, "5 MB", O))),
    "length of text < 2.5": compared(t.Length(field("text"), O), "<", one(number(2.5, "2.5"))),
    "length of number <= 6": compared(t.Length(name("number"), O), "<=", one(number(6, "6"))),
    "conversation age > 24h": compared(t.Age(O), ">", one(t.Duration(86_400_000, "24h", O))),
    'intent is "none"': compared(field("intent"), "is", one(string("none"))),
    "'intent' is 1": compared(name("intent"), "is", one(number(1, "1"))),
    "request is 'hand over'": compared(field("request"), "is", one(name("hand over"))),
    "request is reset": compared(field("request"), "is", one(name("reset"))),
    "account is shop": compared(field("account"), "is", one(name("shop"))),
    "context.order exists": t.Exists(field("context.order"), O),
    r"text matches /a\/b\d/si": t.Matches(field("text"), t.Regex(r"a/b\d", "is", O), O),
    "CmBot is not enabled": t.StateTest(name("CmBot"), "enabled", True, O),
    "CmBot is disabled": t.StateTest(name("CmBot"), "disabled", False, O),
    "'my office' is closed": t.StateTest(name("my office"), "closed", False, O),
    "last message from customer older than 24h": t.LastOlder(t.Customer(O), t.Duration(86_400_000, "24h", O), O),
    "last message from any bot older than 1m": t.LastOlder(t.AnyRole("bot", O), t.Duration(60_000, "1m", O), O),
    "sample 2.5%": t.Sample(t.Percent(250, "2.5%", O), O),
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_becomes_its_node(text: str) -> None:
    assert condition(text) == CONDITIONS[text]


PRECEDENCE = {
    "message has buttons and CmBot is enabled or office is open": t.Or((t.And((A, B), O), C), O),
    "message has buttons or CmBot is enabled and office is open": t.Or((A, t.And((B, C), O)), O),
    "not message has buttons and CmBot is enabled": t.And((t.Not(A, O), B), O),
    "not (message has buttons or CmBot is enabled)": t.Not(t.Grouped(t.Or((A, B), O), O), O),
    "(message has buttons or CmBot is enabled) and office is open": t.And((t.Grouped(t.Or((A, B), O), O), C), O),
    "message has buttons and CmBot is enabled and office is open": t.And((A, B, C), O),
    "not not message has buttons": t.Not(t.Not(A, O), O),
}


@pytest.mark.parametrize("text", PRECEDENCE)
def test_not_binds_tighter_than_and_and_and_tighter_than_or(text: str) -> None:
    assert condition(text) == PRECEDENCE[text]


ACTIONS = {
    "hand over to CmBot": t.HandOver(name("CmBot"), O),
    "end conversation": t.EndConversation(O),
    'position CmBot at flow "f" step "s"': t.Position(name("CmBot"), words("f"), words("s"), O),
    'set context.team to "x"': t.SetContext(field("context.team"), words("x"), O),
    "set context.team to intent": t.SetContext(field("context.team"), field("intent"), O),
    "clear context.team": t.ClearContext(field("context.team"), O),
    "clear misses": t.ClearCounter(name("misses"), O),
    "add 2 to misses": t.Add(number(2, "2"), name("misses"), O),
    'reply "a"': t.Reply(words("a"), (), O),
    'reply "a" with buttons "b", "c"': t.Reply(words("a"), (words("b"), words("c")), O),
    'reply picture "u" with buttons "b"': t.ReplyPicture(words("u"), (words("b"),), O),
    'tell Desk "a"': t.Tell(name("Desk"), words("a"), O),
    "set timer t for 1h30m": t.SetTimer(name("t"), t.Duration(5_400_000, "1h30m", O), O),
    'tag "vip"': t.Tag(string("vip"), O),
    "send to Desk only": t.SendOnly(name("Desk"), O),
    "also send to Desk": t.AlsoSend(name("Desk"), O),
    'redact /x/i with "*"': t.Redact(t.Regex("x", "i", O), words("*"), O),
    "drop buttons": t.DropButtons(O),
    "prefer channel 'Web Push'": t.PreferChannel(name("Web Push"), O),
    "fall back to SMS after 30m": t.FallBack(name("SMS"), t.Duration(1_800_000, "30m", O), O),
    'refuse "no"': t.Refuse(words("no"), O),
}


@pytest.mark.parametrize("text", ACTIONS)
def test_an_action_becomes_its_node(text: str) -> None:
    assert action(text) == ACTIONS[text]


EVENTS = {
    "message from customer": t.MessageFrom(t.Customer(O), O),
    "message from CmBot": t.MessageFrom(name("CmBot"), O),
    "message from any desk": t.MessageFrom(t.AnyRole("desk", O), O),
    "message to customer": t.MessageToCustomer(O),
    "CmBot disabled": t.Switched(name("CmBot"), "disabled", O),
    "conversation starts": t.ConversationStarts(O),
    "silence for 15m": t.Silence(t.Duration(900_000, "15m", O), O),
    "silence of customer for 1h": t.SilenceOfCustomer(t.Duration(3_600_000, "1h", O), O),
    "no answer from Desk for 5m": t.NoAnswer(name("Desk"), t.Duration(300_000, "5m", O), O),
    "timer remind": t.TimerEvent(name("remind"), O),
    "delivery failed": t.DeliveryFailed(None, O),
    "delivery failed to customer": t.DeliveryFailed(t.Customer(O), O),
    "request from any component": t.RequestFrom(t.AnyRole("component", O), O),
}


@pytest.mark.parametrize("text", EVENTS)
def test_an_event_becomes_its_node(text: str) -> None:
    (policy,) = t.without_spans(items_of(f"policy p on {text}"))
    assert policy.event == EVENTS[text]


STEPS = {
    'at 2026-11-20 10:00 in "UTC"': t.AtFact(t.Date("2026-11-20", O), t.Clock(600, "10:00", O), string("UTC"), O),
    "on 'Web Push'": t.ChannelFact(name("Web Push"), O),
    'contact.language is "nl"': t.FieldFact(field("contact.language"), string("nl"), O),
    "count of misses is 2": t.CountFact(name("misses"), number(2, "2"), O),
    "CmBot is disabled": t.EnabledFact(name("CmBot"), False, O),
    'sample "r" is in': t.SampleFact(string("r"), True, O),
    'customer says "x" with intent "none"': t.Says(
        t.Customer(O), string("x"), None, (t.Meta(name("intent"), string("none"), O),), O
    ),
    'Desk says "x" with tag "a", rule "b"': t.Says(
        name("Desk"), string("x"), None, (t.Meta(name("tag"), string("a"), O), t.Meta(name("rule"), string("b"), O)), O
    ),
    'customer sends picture "u" of 3 MB with buttons "A" with mood "m"': t.Sends(
        t.Customer(O),
        name("picture"),
        string("u"),
        t.Size(3_000_000, "3 MB", O),
        None,
        (string("A"),),
        (t.Meta(name("mood"), string("m"), O),),
        O,
    ),
    "Desk requests enable CmBot": t.Requests(name("Desk"), "enable", name("CmBot"), None, None, (), O),
    "Desk requests reset": t.Requests(name("Desk"), "reset", None, None, None, (), O),
    "Desk requests hand over to CmBot": t.Requests(name("Desk"), "hand over", name("CmBot"), None, None, (), O),
    'Desk requests position CmBot at flow "f" step "s"': t.Requests(
        name("Desk"), "position", name("CmBot"), string("f"), string("s"), (), O
    ),
    'customer says "x" over SMS': t.Says(t.Customer(O), string("x"), name("SMS"), (), O),
    'customer presses "x" over SMS': t.Presses(string("x"), name("SMS"), (), O),
    'delivery to customer fails "late"': t.DeliveryFails(t.Customer(O), string("late"), None, None, O),
    'delivery to Desk fails "late" with attempts 3': t.DeliveryFails(
        name("Desk"), string("late"), name("attempts"), number(3, "3"), O
    ),
    "delivery to customer succeeds": t.DeliverySucceeds(O),
    "expect no rule": t.ExpectRule(None, O),
    'expect rule "r"': t.ExpectRule(string("r"), O),
    "expect reply /x/": t.ExpectReply(t.Regex("x", "", O), O),
    "expect customer gets picture": t.ExpectGets(t.Customer(O), name("picture"), None, O),
    'expect Desk gets "x"': t.ExpectGets(name("Desk"), string("x"), None, O),
    'expect customer gets "x" over SMS': t.ExpectGets(t.Customer(O), string("x"), name("SMS"), O),
    "expect nothing": t.ExpectNothing(None, O),
    "expect nothing to customer": t.ExpectNothing(t.Customer(O), O),
    "expect nothing to Desk": t.ExpectNothing(name("Desk"), O),
    "expect withheld": t.ExpectWithheld(None, O),
    'expect refused "no"': t.ExpectRefused(string("no"), O),
    'expect context.team is "x"': t.ExpectContext(field("context.team"), string("x"), O),
    "expect Desk notified": t.ExpectNotified(name("Desk"), O),
    'expect loss "split"': t.ExpectLoss(string("split"), O),
}


@pytest.mark.parametrize("text", STEPS)
def test_a_step_becomes_its_node(text: str) -> None:
    assert step(text) == STEPS[text]


def test_rules_belong_to_the_policy_before_them() -> None:
    text = """policy one every complete on conversation starts
    rule "a" when message has buttons then stop rule "b" otherwise then stop reset
    policy two on conversation ends"""
    one_, two = items_of(text)
    assert isinstance(one_, t.Policy)
    assert isinstance(two, t.Policy)
    assert (one_.mode, one_.complete, [rule.name.text for rule in one_.rules]) == ("every", True, ["a", "b"])
    assert (two.mode, two.complete, two.rules) == (None, False, ())
    assert text[one_.span.start : one_.span.end].endswith("stop reset")


def test_line_breaks_and_indentation_mean_nothing() -> None:
    spread = EVERYTHING.replace("\n", " \r\n\t ")
    joined = " ".join(EVERYTHING.split())  # the string over several lines is then on one; take it out on both sides
    assert parse(Source("a", spread)).diagnostics == ()
    assert parse(Source("a", joined)).diagnostics == ()


def nodes(value: Any) -> list[t.Node]:
    if isinstance(value, t.Node):
        return [value, *(each for part in value.__struct_fields__ for each in nodes(getattr(value, part)))]
    return [each for item in value for each in nodes(item)] if isinstance(value, tuple) else []


def test_the_text_with_everything_has_every_construct() -> None:
    parsed = parse(Source("everything.rules", EVERYTHING))
    assert parsed.diagnostics == ()
    kinds = {kind for kind in vars(t).values() if isinstance(kind, type) and issubclass(kind, t.Node)}
    assert {type(node) for node in nodes(parsed.file)} == kinds - {t.Node}


def test_every_place_lies_inside_the_place_around_it_and_spells_its_literal() -> None:
    source = Source("everything.rules", EVERYTHING)
    for node in nodes(parse(source).file):
        for inner in nodes(tuple(getattr(node, part) for part in node.__struct_fields__)):
            assert node.span.start <= inner.span.start <= inner.span.end <= node.span.end, (node, inner)
        if isinstance(node, Struct) and hasattr(node, "source"):
            assert source.text[node.span.start : node.span.end] == node.source


def test_what_a_channel_line_says_is_kept() -> None:
    text = 'channel SMS text 160 gsm with 70 ucs2 from "x", 9 characters with buttons button url none from "y"'
    (channel,) = t.without_spans(items_of(text))
    assert channel.lines == (
        t.Carries(
            name("text"),
            False,
            None,
            None,
            (
                t.Limit(None, number(160, "160"), None, "gsm", False, True, number(70, "70"), string("x"), O),
                t.Limit(None, number(9, "9"), None, "characters", True, False, None, None, O),
            ),
            O,
        ),
        t.Carries(name("url"), True, "none", string("y"), (), O),
    )


def test_what_a_downgrade_says_is_kept() -> None:
    text = "downgrade button url on SMS to link and numbered buttons for each file remember choices for 1h"
    (downgrade,) = t.without_spans(items_of(text))
    renderings = (t.Rendering("link", None, O), t.Rendering("numbered buttons", None, O))
    hour = t.Duration(3_600_000, "1h", O)
    assert downgrade == t.Downgrade(name("url"), True, (name("SMS"),), None, renderings, "file", hour, O)


@pytest.mark.parametrize("twice", ["with buttons", 'from "a"', "with ucs2", "with 70 ucs2"])
def test_what_a_limit_says_twice_is_reported_and_not_dropped(twice: str) -> None:
    text = f"channel SMS\n  text 160 gsm {twice} {twice}\n"
    [report] = parse(Source("a.rules", text)).diagnostics
    assert (report.slug, report.message) == ("duplicate", "a limit says this twice")
    assert (report.span.start, report.span.end) == (len(text) - 1 - len(twice), len(text) - 1)
