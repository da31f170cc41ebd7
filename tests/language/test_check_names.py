"""Names: what is reported where a name is not declared, is something else, or is declared twice."""

from __future__ import annotations

import pytest
from snippets import FILES, on, reports, shown, slugs, then, transcript, when

from pointsman.language.pipeline import compile_rules

FILE_FIELDS = "`message.size`, `message.url`, `message.name`, `message.mime`"
UNKNOWN = (
    (then("enable CmBto"), "3:13 unknown-name: there is no component `CmBto`"),
    (then("enable cmbot"), "3:13 unknown-name: there is no component `cmbot`"),
    (then('tell Nobody "x"'), "3:11 unknown-name: there is no component `Nobody`"),
    (then("send to Nobody only"), "3:14 unknown-name: there is no component `Nobody`"),
    (when("text in wrods"), "3:14 unknown-name: there is no list `wrods`"),
    (when("ofice is open"), "3:6 unknown-name: there is no calendar `ofice`"),
    (when("last message from Nobody older than 1h"), "3:24 unknown-name: there is no component `Nobody`"),
    (when("channel is Whatsap"), "3:17 unknown-name: there is no channel `Whatsap`"),
    (when("channel in (SMS, Fax)"), "3:23 unknown-name: there is no channel `Fax`"),
    (when("message is pictrue"), "3:17 unknown-word: there is no message kind `pictrue`"),
    (when("message is poem"), "3:17 unknown-word: there is no message kind `poem`"),
    (on("message from Nobody"), "1:26 unknown-name: there is no component `Nobody`"),
    (on("Nobody enabled"), "1:13 unknown-name: there is no component `Nobody`"),
    (on("no answer from Nobody for 5m"), "1:28 unknown-name: there is no component `Nobody`"),
    (on("request from Nobody"), "1:26 unknown-name: there is no component `Nobody`"),
    (on("request from any bot", "when request is enbale then stop"), "2:26 unknown-word: there is no request `enbale`"),
    (
        on("request from any bot", "when target is Nobody then stop"),
        "2:25 unknown-name: there is no component `Nobody`",
    ),
    (
        "start with Nobody\n",
        ("1:1 duplicate: `start with` stands twice", "1:12 unknown-name: there is no component `Nobody`"),
    ),
    ("component X is bot speaks when Nobody is enabled\n", "1:32 unknown-name: there is no component `Nobody`"),
    (
        'downgrade carousel on Fax to text "x"\n',
        "1:23 unknown-name: there is no channel `Fax`",
    ),
)

UNKNOWN_IN_TESTS = (
    (transcript('Nobody says "x"'), "2:1 unknown-name: there is no component `Nobody`"),
    (transcript("on Fax"), "2:4 unknown-name: there is no channel `Fax`"),
    (transcript('customer sends poem "https://x"'), "2:16 unknown-word: there is no message kind `poem`"),
    (transcript("expect customer gets poem"), "2:22 unknown-word: there is no message kind `poem`"),
    (transcript('expect rule "use"'), "2:13 unknown-name: there is no rule `use`"),
    (transcript('sample "unheard" is in'), "2:8 unknown-name: there is no rule `unheard`"),
    (transcript("expect count of m is 1"), "2:17 unknown-name: there is no counter `m`"),
    (transcript("count of nn is 1"), "2:10 unknown-name: there is no counter `nn`"),
    (transcript("expect timer t"), "2:14 unknown-name: there is no timer `t`"),
    (transcript("CmBot requests enable Nobody"), "2:23 unknown-name: there is no component `Nobody`"),
    (transcript("CmBot requests hand over to Nobody"), "2:29 unknown-name: there is no component `Nobody`"),
    (transcript("expect Nobody notified"), "2:8 unknown-name: there is no component `Nobody`"),
    (transcript("expect nothing to Nobody"), "2:19 unknown-name: there is no component `Nobody`"),
    (transcript("Nobody is enabled"), "2:1 unknown-name: there is no component `Nobody`"),
)

UNKNOWN_FIELDS = (
    (when('wrds is "x"'), "3:6 unknown-name: there is no field `wrds`"),
    (when('textt is "x"'), "3:6 unknown-name: there is no field `textt`"),
    (when("textt exists"), "3:6 unknown-name: there is no field `textt`"),
    (when("foo matches /x/"), "3:6 unknown-name: there is no field `foo`"),
    (when("length of texxt > 5"), "3:16 unknown-name: there is no field `texxt`"),
    (when("mesage.size > 5 MB"), "3:6 unknown-name: there is no field `mesage.size`"),
    (when("message.length > 5"), "3:6 unknown-name: there is no field `message.length`"),
    (when('contxt.team is "x"'), "3:6 unknown-name: there is no field `contxt.team`"),
    (when("office.next_opn exists"), "3:6 unknown-name: the calendar `office` has no `next_opn`"),
    (when("ofice.next_open exists"), "3:6 unknown-name: there is no calendar `ofice`"),
    (then('reply "{nme}"'), "3:14 unknown-name: there is no field `nme`"),
    (then('reply "{ofice.next_open}"'), "3:14 unknown-name: there is no calendar `ofice`"),
    (then("set context.a to number"), "3:23 unknown-name: there is no field `number`"),
    (
        when('text matches /(?P<number>1)/ then reply "{numbr}"'),
        (
            "4:1 syntax: expected an action, `with` or a new item, found `then`",
            "3:48 unknown-name: there is no field `numbr`",
        ),
    ),
)

OF_ANOTHER_SORT = (
    (then("hand over to office"), "3:19 wrong-kind: `office` is a calendar, and a component belongs here"),
    (then("disable words"), "3:14 wrong-kind: `words` is a list, and a component belongs here"),
    (when("text mentions any office"), "3:24 wrong-kind: `office` is a calendar, and a list belongs here"),
    (when("CmBot is open"), "3:6 wrong-kind: `CmBot` is a component, and a calendar belongs here"),
    (when("office is enabled"), "3:6 wrong-kind: `office` is a calendar, and a component belongs here"),
    (when('CmBot is "x"'), "3:6 wrong-kind: `CmBot` is a component, and a field belongs here"),
    (when('office is "x"'), "3:6 wrong-kind: `office` is a calendar, and a field belongs here"),
    (when('words is "x"'), "3:6 wrong-kind: `words` is a list, and a field belongs here"),
    (when('SMS is "x"'), "3:6 wrong-kind: `SMS` is a channel, and a field belongs here"),
)

TWICE = (
    ("start with CmBot\n", "1:1 duplicate: `start with` stands twice"),
    ("component CmBot is desk\n", "1:11 duplicate: the component `CmBot` is already declared"),
    ('list CmBot = "x"\n', "1:6 duplicate: the list `CmBot` is already declared as a component"),
    ("calendar words mon 09:00-10:00\n", "1:10 duplicate: the calendar `words` is already declared as a list"),
    (on("timer t").replace("policy p", "policy uses"), "1:8 duplicate: the policy `uses` is already declared"),
    (on("silence for 5m").replace('"r"', '"uses"'), "2:6 duplicate: the rule `uses` is already declared"),
    (transcript("expect no rule") + transcript("expect no rule"), "4:6 duplicate: the test `t` is already declared"),
    ("component SMS is bot\n", "1:11 duplicate: `SMS` is a channel of the standard library"),
    ("component 'customer' is bot\n", "1:11 reserved-word: a component cannot be called `customer`"),
    ("component X is bot hears always hears never\n", "1:33 duplicate: `X` says twice when it hears"),
    (transcript('customer says "x" with mood "a", mood "b"'), "2:34 duplicate: `mood` is given twice"),
)


def one(case: str | tuple[str, ...]) -> list[str]:
    return [case] if isinstance(case, str) else list(case)


@pytest.mark.parametrize(
    ("snippet", "expected"), [*UNKNOWN, *UNKNOWN_IN_TESTS, *UNKNOWN_FIELDS, *OF_ANOTHER_SORT, *TWICE]
)
def test_a_name_that_is_not_what_it_should_be_is_reported(snippet: str, expected: str | tuple[str, ...]) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == one(expected)


@pytest.mark.parametrize(
    ("snippet", "help_"),
    [
        (then("enable CmBto"), "did you mean `CmBot`?"),
        (then('tell Nobody "x"'), "known components: `CmBot`, `CustomerContact`, `Audit`"),
        (when("text in wrods"), "did you mean `words`?"),
        (when('CmBot is "x"'), "write `CmBot is enabled` or `CmBot is disabled`"),
        (when('office is "x"'), "write `office is open` or `office is closed`"),
        (when('words is "x"'), "write `text in words` or `text mentions any words`"),
        (when("message.length > 5"), "the fields of this event are " + FILE_FIELDS),
        (when("message.foo is 1"), "the fields of this event are " + FILE_FIELDS),
        (when("mesage.siez > 1 MB"), "did you mean `message.size`?"),
        (
            when('text.foo is "x"'),
            "the fields of this event are " + FILE_FIELDS + ", `meta.KEY`, `context.KEY`, `contact.KEY`",
        ),
        (when('context is "x"'), "write `context.KEY`"),
        (then('reply "{contact}"'), "write `contact.KEY`"),
        (
            on("silence for 1m", 'when foo is "x" then stop'),
            "the fields of this event are `channel`, `sender`, `account`",
        ),
        (
            on("silence for 1m", 'when txt is "x" then stop'),
            "the fields of this event are `channel`, `sender`, `account`",
        ),
        (
            on("silence for 1m", 'when message.foo is "x" then stop'),
            "the fields of this event are `context.KEY`, `contact.KEY`",
        ),
        (when('contxt.team is "x"'), "did you mean `context.team`?"),
        (transcript('expect rule "use"'), "did you mean `uses`?"),
        (transcript('expect rule "nothing like it"'), "rules are named by their whole name"),
    ],
)
def test_the_nearest_name_is_suggested_only_when_it_is_near(snippet: str, help_: str) -> None:
    assert [diagnostic.help for diagnostic in reports(snippet)] == [help_]


def test_a_second_declaration_shows_the_first() -> None:
    (diagnostic,) = reports('list CmBot = "x"\n')
    assert [(label.span.file, label.span.line, label.text) for label in diagnostic.labels] == [
        ("a.rules", 2, "first declared here")
    ]


def test_names_of_counters_timers_and_policies_may_be_those_of_other_things() -> None:
    snippet = on("timer words", "otherwise then add 1 to words set timer words for 1h").replace(
        "policy p", "policy words"
    )
    assert slugs(snippet + when("count of words > 1").replace('"r"', '"s"')) == ["timer-cycle"]


def test_a_channel_of_the_program_is_a_known_channel() -> None:
    assert slugs("channel Fax text none\n" + when("channel is Fax")) == []


def test_names_that_a_broken_item_may_declare_are_not_reported() -> None:
    assert slugs("list colours = = 12\n" + when("text in colours")) == ["syntax"]


def test_nothing_is_advised_while_there_is_an_error() -> None:
    """The list is unused because its name is misspelt where it is used."""
    assert slugs('list colours = "red"\n' + when("text in colors")) == ["unknown-name"]


def test_accounts_are_checked_where_the_configuration_is_known() -> None:
    texts = {**FILES, "b.rules": when("account is shop") + transcript("account is shpo")}
    assert not compile_rules(texts).failed
    found = compile_rules(texts, accounts=frozenset({"shop"})).diagnostics
    assert [(shown(diagnostic), diagnostic.help) for diagnostic in found] == [
        ("6:12 unknown-name: there is no account `shpo`", "did you mean `shop`?")
    ]
    assert compile_rules(texts, accounts=frozenset({"bank"})).failed


def test_without_any_declaration_the_help_says_so() -> None:
    (diagnostic,) = compile_rules({"a.rules": when("text in words")}).diagnostics
    assert diagnostic.help == 'no list is declared; one is declared with `list words = "…"`'


def test_many_names_are_not_all_listed() -> None:
    many = "".join(f'list l{number}_of_many = "x"\n' for number in range(12))
    (diagnostic,) = compile_rules({"a.rules": many + when("text in x")}).diagnostics
    assert diagnostic.help.startswith("known lists: `l0_of_many`, ")
    assert diagnostic.help.endswith("`l9_of_many` …")


def test_a_name_that_a_file_may_declare_that_cannot_be_read_is_not_reported() -> None:
    compiled = compile_rules(
        {"a.rules": 'use "gone.rules"\n' + when('text in words and office is open and topic is "x"')}
    )
    assert [diagnostic.slug for diagnostic in compiled.diagnostics] == ["unreadable-file"]


def test_a_program_with_components_says_who_starts() -> None:
    (diagnostic,) = compile_rules({"a.rules": "component A is bot hears always"}).diagnostics
    assert (diagnostic.slug, diagnostic.span.column) == ("missing-start-with", 11)
    assert compile_rules({"a.rules": when('text is "x"')}).diagnostics == ()


@pytest.mark.parametrize("name", ["context", "'contact'", "meta", "'request'", "'message'"])
def test_a_calendar_does_not_take_the_place_of_fields(name: str) -> None:
    calendar = f"calendar {name} mon 09:00-10:00\n"
    assert slugs(calendar + when(f"{name} is open")) == ["reserved-word"]


def test_an_unknown_name_is_one_report_however_often_it_is_used() -> None:
    uses = "\n".join(f'rule "{n}" when Bto is enabled then tag "x"' for n in range(9))
    text = f"component Bot is bot\nstart with Bot\npolicy p on message from customer\n{uses}\n"
    (report,) = compile_rules({"a.rules": text}).diagnostics
    assert report.message == "there is no component `Bto`"
    assert [label.span.line for label in report.labels] == [5, 6, 7]
    assert report.labels[-1].text == "and here, and in 5 more places"


@pytest.mark.parametrize("slip", ["component component Bot is bot", "component is bot", "component , Bot is bot"])
def test_a_broken_declaration_causes_no_report_where_its_name_is_used(slip: str) -> None:
    text = f'{slip}\nstart with Bot\npolicy p on message from customer\nrule "a" when Bot is enabled then disable Bot\n'
    assert [report.slug for report in compile_rules({"a.rules": text}).diagnostics] == ["syntax"]
