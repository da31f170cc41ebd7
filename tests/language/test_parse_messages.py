"""What a person reads after a slip: the whole report, kept as snapshots that are read when they change."""

import pytest
from syrupy.assertion import SnapshotAssertion

from pointsman.language.diagnostics import arrange, render_text
from pointsman.language.parse import parse
from pointsman.language.source import Source


def shown(text: str) -> str:
    source = Source("policy.rules", text)
    reports = arrange(parse(source).diagnostics).shown
    return "\n\n".join(render_text(report, {source.path: source}) for report in reports)


def rule(text: str) -> str:
    return f'policy p on message from customer\nrule "r"\n  {text}\n'


SLIPS = {
    # words and punctuation of other languages
    "an equals sign": rule('when text = "x" then stop'),
    "two equals signs": rule('when text == "x" then stop'),
    "a not-equals sign": rule('when text != "x" then stop'),
    "double ampersand": rule('when text is "x" && message has buttons then stop'),
    "double bar": rule('when text is "x" || message has buttons then stop'),
    "an exclamation mark": rule("when !CmBot is enabled then stop"),
    "a mathematical sign": rule("when count of misses ≥ 2 then stop"),
    "if": rule('if text is "x" then stop'),
    "else": rule("else then stop"),
    "a colon": rule('when text is "x": then stop'),
    "a semicolon": rule('when text is "x" then stop;'),
    "braces": rule('when text is "x" then { stop }'),
    "does not": rule('when text does not contain "x" then stop'),
    "not behind the field": rule('when text not contains "x" then stop'),
    "begins with": rule('when text begins with "x" then stop'),
    # quotes
    "no closing quote": rule('when text is "x then stop'),
    "no closing quotes of a long text": rule('otherwise then reply """x'),
    "curly quotes": rule("otherwise then reply “Hello”"),
    "curly single quotes": rule("when channel is ‘Web Push’ then stop"),
    "no closing quotes of a long text before a rule": rule('otherwise then reply """x\nrule "s" otherwise then'),
    "no closing single quote": rule("when channel is 'Web Push then stop"),
    "text without quotes": rule("otherwise then reply Hello there, friend"),
    "a rule's name without quotes": "policy p on conversation starts\nrule asks for a person when channel is SMS\n",
    "text in single quotes": rule("otherwise then reply 'Hello'"),
    "a number for a text": rule("otherwise then reply 5"),
    "a name in double quotes": rule('otherwise then disable "CmBot"'),
    "a name with a space in double quotes": rule('otherwise then prefer channel "Web Push"'),
    # keywords
    "a keyword as a component's name": "component desk is bot\n",
    "a keyword as a list's name": 'list text = "a"\n',
    "a keyword as a value": rule("when text is stop then stop"),
    "a misspelt item": "polcy p on message from customer\n",
    "a misspelt event": "policy p on mesage from customer\n",
    "a misspelt comparison": rule('when text contians "x" then stop'),
    "a misspelt action": rule('otherwise then rply "x"'),
    "a misspelt role": "component A is bto\n",
    "a misspelt step": 'test "t"\n  expects reply "x"\n',
    "a kind of two words": rule("when message is file list then stop"),
    "a request of two words": rule('when request is hand over then refuse "no"'),
    # order
    "then without when": rule("then stop"),
    "a second when": rule('when text is "x" then stop when text is "y"'),
    "actions joined by and": rule('otherwise then stop and reply "x"'),
    "actions parted by a comma": rule('otherwise then stop, reply "x"'),
    "nothing after then": rule('when text is "x" then'),
    "nothing after and": rule('when text is "x" and then stop'),
    "no closing parenthesis": rule('when (text is "x" or text is "y" then stop'),
    "nothing after an action's word": rule("otherwise then disable"),
    "an incomplete start": "start with\n",
    "an incomplete calendar line": "calendar office\n  mon-fri\n",
    "an incomplete expectation": 'test "t"\n  customer says "x"\n  expect reply\n',
    "nothing an item could be": "$\n",
    "a list without values": "list words\n",
    # numbers
    "minutes in words": "policy p on silence for 15 minutes\n",
    "hours in words after a comparison": rule("when conversation age > 24 hours then stop"),
    "minutes joined to the number": "policy p on silence for 15min\n",
    "megabytes in small letters": rule("when message.size > 5 mb then stop"),
    "hours without minutes": "calendar office\n  mon-fri 9-17\n",
    "an hour of one digit": "calendar office\n  mon-fri 9:00-17:00\n",
    "hours over midnight": "calendar bar\n  fri 20:00-02:00\n",
    "a date that does not exist": "calendar office\n  closed 2026-02-30\n",
    "not a number": rule("otherwise then add 12abc to misses"),
    # inside texts
    "an unknown escape": rule(r'otherwise then reply "C:\temp\x"'),
    "a single brace": rule('otherwise then reply "a } b"'),
    "a slot without a value": rule('otherwise then reply "Hello {first name}"'),
    "a slot in a text that is not sent": 'list a = "{text}"\n',
    "an unknown flag": rule('otherwise then redact /x/g with ""'),
    "a field that is enabled": rule("when text is enabled then stop"),
    "an invisible character": rule("otherwise then\u200b stop"),
    "a regular expression without an end": rule("when text matches /x then stop"),
    "a slot without a closing brace": rule('otherwise then reply "Hello {contact.first_name or "there"!"'),
    "a slot without a closing brace, and more behind the text": rule(
        'otherwise then reply "Hi {contact.first_name or "list"!" with buttons "rule "'
    ),
    "quotes with a backslash inside a slot": rule(r'otherwise then reply "Hi {contact.first_name or \"there\"}!"'),
    "a quote inside a text": rule('otherwise then reply "the "best" offer"'),
    "a text that ends where the next begins": rule('when text is "a then reply "b" stop'),
    "a name that ends where the next begins": rule("when channel is 'Web then prefer channel 'Web Push'"),
    "a slash inside a regular expression": rule("when text matches /[/]/i then stop"),
    "an address as a regular expression": rule("when text matches /https://x.com/ then stop"),
    # amounts
    "half hours": "policy p on silence for 1.5h\n",
    "half hours in words": "policy p on silence for 1.5 hours\n",
    "half seconds": "policy p on silence for 1.5s\n",
    "a share without its sign": rule("when sample 10 then stop"),
    "a duration without a unit": "policy p on silence for 15\n",
    "a size without a unit": 'test "t"\n  customer sends file "x" of 5\n',
    # values where conditions belong
    "two texts joined by or": rule('when text is "x" or "y" then stop'),
    "three texts joined by or": rule('when channel is SMS and text contains "x" or "y" or "z" then stop'),
    "two texts joined by and": rule('when text mentions "x" and "y" then stop'),
    "two names joined by or": rule("when channel is not SMS or 'Web Push' then stop"),
    "two kinds joined by or": rule("when message is picture or video then stop"),
    "two numbers joined by or": rule("when count of misses >= 1 or 2 then stop"),
    "two ages joined by or": rule("when last message from customer older than 5m or 10m then stop"),
    # names that cannot be
    "a component called customer": "component customer is bot\n",
    "a calendar called contact": "calendar contact mon 09:00-10:00\n",
    "a family of fields without a key": rule('when contact is "x" then stop'),
    "an empty name": "component '' is bot\n",
    "an empty name in double quotes": 'component "" is bot\n',
    # places
    "a rule without a policy": 'component A is bot\nrule "r" otherwise then stop\n',
    "a rule after otherwise": rule('otherwise then stop rule "s" when channel is SMS then stop'),
    "a condition that is too deep": rule("when " + "not " * 65 + "message has buttons then stop"),
}


MISSING = (
    (rule('when text is "x" reply "y"'), "write `then` before `reply`"),
    (rule('otherwise reply "y"'), "write `then` before `reply`"),
    (rule('otherwise then set context.a "x"'), 'write `to` before `"x"`'),
    (rule("otherwise then set timer a 5m"), "write `for` before `5m`"),
    (rule("otherwise then hand over Desk"), "write `to` before `Desk`"),
    (rule("otherwise then hand Desk"), "write `over to` before `Desk`"),
    (rule("otherwise then send to Desk"), "write `only` after `Desk`"),
    (rule("otherwise then send to Desk stop"), "write `only` before `stop`"),
    (rule('otherwise then reply "x" buttons "a"'), "write `with` before `buttons`"),
    (rule("when Desk enabled then stop"), "write `is` before `enabled`"),
    (rule("when count misses > 1 then stop"), "write `of` before `misses`"),
    (rule('when text starts "x" then stop'), 'write `with` before `"x"`'),
    ("policy p message from customer\n", "write `on` before `message`"),
    ("policy p on message customer\n", "write `from` or `to` before `customer`"),
    ("component Desk desk\n", "write `is` before `desk`"),
    ('list words "a"\n', 'write `=` or `from` before `"a"`'),
    ('test "t" at 2026-01-01 10:00 "UTC"\n', 'write `in` before `"UTC"`'),
    ('test "t" expect customer "x"\n', 'write `gets` before `"x"`'),
)


@pytest.mark.parametrize(("text", "help_"), MISSING)
def test_a_word_that_lets_the_text_go_on_is_offered_where_it_is_missing(text: str, help_: str) -> None:
    assert [report.help for report in parse(Source("policy.rules", text)).diagnostics] == [help_]


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_explained_once_and_with_what_to_write(slip: str, snapshot: SnapshotAssertion) -> None:
    text = shown(SLIPS[slip])
    assert text.count("error[") == (2 if "before a rule" in slip else 1)
    assert text == snapshot
