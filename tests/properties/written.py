"""Whole programs as text: several files, every declaration, odd white space and comments; and texts that are broken.

Programs are correct: what they name is declared, and what they do suits its event. Torn texts are programs with tokens
cut, doubled and swapped, and stray characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from random import Random

from hypothesis import strategies as st

from pointsman.language.channel_words import BUTTONS, LIMITS, LINES, MEDIA, LimitRecord
from pointsman.language.downgrade_words import CHOICES, EACH, PARTS, RENDERINGS
from pointsman.language.grammar import grammar
from pointsman.language.vocabulary import CHANNELS, EVENTS, EventRecord, Occasion
from pointsman.model.content import MESSAGE_KINDS
from properties.transcribed import ZONES, test
from properties.wording import DURATIONS, KIND_WORDS, MEDIA_TYPES, SIZES, Choose, Pen, Tokens, words

LISTS = ("words", "real words", "list", "más")
NUMBER_LISTS = ("codes", "levels")
CALENDARS = ("office", "büro", "open hours")
BLOCKS = ("Fax", "SMS", "Line 2", "Web Push", "text")
"""Channels that programs have blocks for, old ones and new ones."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_RANGES = ("mon-fri", "sat - sun", "fri-mon")
HOURS = ("09:00-12:30", "09:00-12:30 , 13:00-17:30 , 18:00-24:00")
FILE_VALUES = "+31612345678\nreal person\n# no comment\n\nstop\n"
COMMENTS = ("#", "# why", "#no space", '# "quoted" and rule "x"', "# ünï  ", "#" + "é" * 90)
SPACES = ("  ", "\t", "\n", "\n\n\n", "\r\n", "\u2003", "\n    ", "\f")


# Declarations ---------------------------------------------------------------------------------------------------------


def _clause(pen: Pen, verb: str) -> Tokens:
    if pen.chance(2):
        return [verb, "when", *pen.enablements()]
    return [verb, pen.pick(("always", "never"))]


def _component(pen: Pen, name: str) -> Tokens:
    verbs = pen.some(("hears", "speaks"), 0, 2)
    role = pen.pick(("bot", "desk", "service"))
    lines = [*(_clause(pen, verb) for verb in verbs), pen.maybe(lambda: ["strict"], 4)]
    turn = pen.number(len(lines))
    return ["component", pen.name(name), "is", role, *(token for line in lines[turn:] + lines[:turn] for token in line)]


def _list(pen: Pen, name: str) -> Tokens:
    if pen.chance(3):
        return ["list", pen.name(name), "from", '"values.txt"']
    return ["list", pen.name(name), "=", *pen.listed(pen.strings, 9)]


def _number_list(pen: Pen, name: str) -> Tokens:
    return ["list", pen.name(name), "=", *pen.listed(lambda: [pen.pick(("1", "2.5", "007"))], 4)]


def _calendar(pen: Pen, name: str) -> Tokens:
    days = pen.pick(([pen.pick(DAY_RANGES)], [pen.pick(WEEKDAYS)], words("mon , wed-fri , sun")))
    lines = [
        [*days, *_hours(pen)],
        ["closed", *pen.pick((["2026-12-25"], words("2026-12-25 , 2026-12-26 , 2027-01-01")))],
        ["open", *pen.pick((["2026-12-24"], ["2026-12-24", ",", "2026-12-31"])), *_hours(pen)],
        ["zone", pen.pick(ZONES)],
    ]
    kept = [line for line in lines if pen.chance(2)]
    return ["calendar", pen.name(name), *(token for line in kept for token in line)]


def _hours(pen: Pen) -> Tokens:
    return words(pen.pick(HOURS))


LINE_NAMES = (*(line for line in LINES if line != "text"), "reply window", "strict")
"""Every line but that of texts, which a new channel always has."""


def _line(pen: Pen, line: str) -> Tokens:
    """A line of a channel: limits that it can have, each once, in a unit that suits it."""
    match line.split(" "):
        case ["strict"]:
            return [line]
        case ["postback"]:
            return [line, *_limit(pen, next(it for it in LIMITS if line in it.on), line)]
        case ["reply", "window"]:
            roles = pen.some(("", "bot", "desk", "service"), 1, 3)
            return [*words(line), *_joined([[_window(pen, role), [","]] for role in roles])[:-1]]
        case ["button", kind]:
            return ["button", pen.name(kind, kind), *_carries(pen, line)]
        case _ if pen.chance(4) and line != "file list":
            limits = _limits(pen, line)
            return [line, *(limits or ["native"])]
        case _:
            return [pen.name(line, line) if " " not in line else pen.name(line), *_carries(pen, line)]


def _carries(pen: Pen, line: str) -> Tokens:
    if pen.chance(4):
        return ["none", *_source(pen)]
    return [pen.pick(("native", "emulated")), *_source(pen), *_limits(pen, line)]


def _limits(pen: Pen, line: str) -> Tokens:
    known = [record for record in LIMITS if line in record.on and record.of != "cards"]
    kept = pen.some(known, 0, len(known)) if known else []
    limits = [_limit(pen, record, line) for record in kept]
    limits += [[pen.pick(MEDIA_TYPES)]] if line in MEDIA and pen.chance(3) else []
    limits += (
        [["640", *pen.maybe(lambda: ["characters"]), *words("with buttons")]]
        if line == "text" and pen.chance(3)
        else []
    )
    return _joined([[limit, pen.pick(([","], []))] for limit in limits[:-1]]) + (limits[-1] if limits else [])


def _joined(parts: list[list[Tokens]]) -> Tokens:
    return [token for part in parts for tokens in part for token in tokens]


def _limit(pen: Pen, record: LimitRecord, line: str) -> Tokens:
    of = [record.of] if record.of else pen.maybe(lambda: ["cards"]) if (line, record.measure) == _CARDS else []
    match record.measure:
        case "size":
            amount = [pen.pick([size for size in SIZES if not size.startswith("0")])]
        case "count":
            amount = pen.pick((["10"], ["2", "to", "10"], ["1"]))
        case "length" if line == "text" and pen.chance(3):
            amount = ["160", "gsm", *pen.pick(([], ["with", "ucs2"], ["with", "70", "ucs2"]))]
        case "length":
            amount = ["80", *pen.maybe(lambda: [pen.pick(("characters", "bytes"))])]
    return [*of, *amount, *_source(pen)]


_CARDS = ("carousel", "count")
"""The one limit that has a word of its own and can do without."""


def _window(pen: Pen, role: str) -> Tokens:
    return [pen.pick(DURATIONS), *(["for", role] if role else []), *_source(pen)]


def _source(pen: Pen) -> Tokens:
    return pen.maybe(lambda: ["from", pen.string()], 4)


def _channel(pen: Pen, name: str) -> Tokens:
    like = pen.maybe(lambda: ["like", pen.name(pen.pick([other for other in CHANNELS if other != name]))])
    lines = [] if name in CHANNELS and pen.chance(3) else ["text", *pen.some(LINE_NAMES, 0, 5)]
    return ["channel", pen.name(name), *like, *(token for line in lines for token in _line(pen, line))]


def _downgrade(pen: Pen) -> Tokens:
    """A downgrade of one kind to what that can become; what belongs to a card or a file, where `for each` is."""
    line = pen.pick((*MESSAGE_KINDS, *BUTTONS))
    kind = line.removeprefix("button ")
    head = ["button", pen.name(kind, kind)] if kind != line else [pen.name(kind, *KIND_WORDS)]
    on = pen.maybe(lambda: ["on", *pen.listed(lambda: [pen.name(pen.pick(pen.channels))])])
    pen.groups, pen.occasion, pen.downgraded = [], Occasion.TO_CUSTOMER, line
    when = pen.maybe(lambda: ["when", *pen.condition(1)])
    pen.downgraded = ""
    if pen.chance(6):
        return ["downgrade", *head, *on, *when, "to", "nothing"]
    each = next(([*words("for each"), word] for word, kinds in EACH.items() if line in kinds), [])
    each = each if pen.chance(2) else []
    rendered = _renderings(pen, line, through=bool(each))
    numbered = "numbered" in rendered or any("{n}" in token for token in rendered)
    able = line in CHOICES and numbered
    remember = pen.maybe(lambda: [*words("remember choices for"), pen.pick(DURATIONS)]) if able else []
    return ["downgrade", *head, *on, *when, "to", *rendered, *each, *remember]


def _renderings(pen: Pen, line: str, *, through: bool) -> Tokens:
    able = [it for it in RENDERINGS if line in it.on and (through or line not in it.within) and it.how != "nothing"]
    hows = [it.how for it in able if it.how != "cards" or not through]
    kept = pen.some(hows, 1, 3)
    if {"buttons", "numbered buttons"} <= set(kept):
        kept.remove("numbered buttons")
    if kept[0] == "buttons":
        kept.insert(0, "text")
    said = [["text", _text(pen, line, through=through)] if how == "text" else words(how) for how in kept]
    return [*said[0], *(token for one in said[1:] for token in ["and", *one])]


def _text(pen: Pen, line: str, *, through: bool) -> str:
    able = [it.name for it in PARTS if line in it.on and (through or line not in it.within)]
    slots = [_part(pen, name) for name in pen.some(able, 1, 4)]
    return pen.pick(('"{}"', '"{} {{{{x}}}}"', '"""\n  {}\n  """')).format(pen.pick((" ", "\\n", ": ")).join(slots))


def _part(pen: Pen, name: str) -> str:
    return pen.pick((f"{{{name}}}", f"{{{name}}}", f"{{ {name} }}", f'{{{name} or "?"}}', f"{{'{name}'}}"))


# Policies -------------------------------------------------------------------------------------------------------------

_EVENTS: dict[str, Callable[[Pen], Tokens]] = {
    "from customer": lambda _: words("message from customer"),
    "from component": lambda pen: [
        *words("message from"),
        *pen.one_of(lambda: [pen.component()], pen.any_role),
    ],
    "to customer": lambda _: words("message to customer"),
    "enabled": lambda pen: [pen.component(), "enabled"],
    "disabled": lambda pen: [pen.component(), "disabled"],
    "starts": lambda _: words("conversation starts"),
    "ends": lambda _: words("conversation ends"),
    "silence": lambda pen: [*words("silence for"), pen.pick(DURATIONS)],
    "silence of customer": lambda pen: [*words("silence of customer for"), pen.pick(DURATIONS)],
    "no answer": lambda pen: [*words("no answer from"), pen.component(), "for", pen.pick(DURATIONS)],
    "timer": lambda pen: ["timer", pen.timer()],
    "delivery failed": lambda pen: [
        *words("delivery failed"),
        *pen.maybe(lambda: ["to", pen.pick(("customer", pen.component()))]),
    ],
    "request": lambda pen: [*words("request from"), *pen.one_of(lambda: [pen.component()], pen.any_role)],
}
"""Event of the vocabulary to how it is written; the tests see that none is missing."""


def _rule(pen: Pen, event: EventRecord, *, last: bool) -> Tokens:
    pen.rules.append(f'"rule {len(pen.rules)}"')
    pen.groups = []
    head = ["otherwise"] if last and pen.chance(2) else ["when", *pen.condition()]
    actions = [token for _ in range(1 + pen.number(4)) for token in pen.action(event)]
    return ["rule", pen.rules[-1], *head, "then", *actions]


def _policy(pen: Pen, number: int) -> Tokens:
    able = [event for event in EVENTS if event.name in _EVENTS]
    event = pen.pick([*able, *(event for event in able if event.occasion == Occasion.REQUEST)])  # it has many words
    pen.occasion = event.occasion
    mode = pen.maybe(lambda: [pen.pick(("first", "every", "unique"))])
    head = ["policy", pen.name(f"p{number}"), *mode, *pen.pick(([], ["complete"])), "on", *_EVENTS[event.name](pen)]
    count = pen.number(4)
    rules = [_rule(pen, event, last=place == count - 1) for place in range(count)]
    return [*head, *(token for rule in rules for token in rule)]


# Files ----------------------------------------------------------------------------------------------------------------


def _items(pen: Pen) -> list[Tokens]:
    """Everything but `use`, in an order in which names may be used before they are declared."""
    lists, numbers = pen.some(LISTS, 0, 2), pen.some(NUMBER_LISTS, 0, 2)
    calendars, channels = pen.some(CALENDARS, 0, 2), pen.some(BLOCKS, 0, 2)
    channels = [name for name in channels if name not in pen.components]
    pen.texts, pen.numbers, pen.calendars, pen.channels = lists, numbers, calendars, (*CHANNELS, *channels)
    start = [pen.name(name) for name in pen.components[: 1 + pen.number(len(pen.components))]]
    started = ["start", "with", start[0], *(token for name in start[1:] for token in [",", name])]
    items = [
        *(_component(pen, name) for name in pen.components),
        started,
        *(_list(pen, name) for name in lists),
        *(_number_list(pen, name) for name in numbers),
        *(_calendar(pen, name) for name in calendars),
        *(_channel(pen, name) for name in channels),
        *(_policy(pen, number) for number in range(1 + pen.number(4))),
    ]
    items += [_downgrade(pen) for _ in range(pen.number(5))]
    items += [test(pen, number) for number in range(pen.number(3))]
    turn = pen.number(len(items))
    return [*items[turn:], *items[:turn]]


def write(choose: Choose, noise: Random) -> dict[str, str]:
    """Texts by path: rules files, of which one uses the other, and the file of values that lists may name."""
    pen = Pen(choose)
    items = _items(pen)
    cut = pen.number(len(items) + 1)
    language = pen.maybe(lambda: ["language", "1"])
    standard = pen.maybe(lambda: ["use", "standard", '"given"'], 4)
    first = [language, ["use", '"more/b.rules"'], standard, *items[:cut]]
    return {
        "a.rules": spaced([token for item in first for token in item], noise),
        "more/b.rules": spaced([token for item in items[cut:] for token in item], noise),
        "values.txt": FILE_VALUES,
        "more/values.txt": FILE_VALUES,
    }


@st.composite
def programs(draw: st.DrawFn) -> dict[str, str]:
    """Programs that are chosen draw by draw, so that one that fails a test can be made smaller."""
    noise = Random(draw(_integers(0, 2**32)))
    return write(lambda most: draw(_integers(0, most - 1)), noise)


def corpus(count: int) -> Iterator[dict[str, str]]:
    """The same programs each time, their constructs spread evenly, which draws are not."""
    for seed in range(count):
        noise = Random(seed)
        yield write(noise.randrange, noise)


_integers = cache(st.integers)


def spaced(tokens: Tokens, noise: Random) -> str:
    """The tokens with white space and comments between them, some of it odd; a quarter of texts is plain."""
    odd = noise.choice((0.0, 0.02, 0.1, 0.4))
    parts = ["\ufeff" if noise.random() < 0.05 else "", _space(noise, odd) if noise.random() < odd else ""]
    for before, token in zip(["", *tokens], tokens, strict=False):
        tight = before in ("", "(", ",") or token in (",", ")", "(")
        parts.append(_space(noise, odd) if noise.random() < odd else "" if tight and noise.random() < 0.5 else " ")
        parts.append(token)
    return "".join([*parts, noise.choice(("", "\n", " # the end", "\n\n# the end\n\n"))])


def _space(noise: Random, odd: float) -> str:
    space = noise.choice(SPACES)
    if noise.random() < 0.5:
        space += " " + "\n".join(noise.choices(COMMENTS, k=noise.choice((1, 1, 2)))) + "\n"
        space += noise.choice(("", "\n\n", "   ", "\n# again\n"))
    return space + (_space(noise, odd / 2) if noise.random() < odd / 2 else "")


# Broken texts ---------------------------------------------------------------------------------------------------------

STRAYS = ('"', "'", "{", "}", "(", "/", "\\", '"""', "\x00", "“", "#", "\n", "é", "1e9", "rule", "=", "%")


def tear(text: str, times: int, noise: Random) -> str:
    """The text with some of its tokens cut, doubled or swapped, and characters where they do not belong."""
    tokens = [str(token) for token in grammar().scan(text)] or ["rule"]
    for _ in range(times):
        at, other = noise.randrange(len(tokens)), noise.randrange(len(tokens))
        match noise.randrange(5):
            case 0:
                tokens[at : at + noise.choice((1, 1, 1, 9))] = []
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens.insert(at, noise.choice(STRAYS))
            case _:
                place = noise.randrange(len(tokens[at]) + 1)
                tokens[at] = tokens[at][:place] + noise.choice(STRAYS) + tokens[at][place:]
        tokens = tokens or ["rule"]
    joined = spaced(tokens, noise)
    return joined[: noise.randrange(len(joined) + 1)] if noise.random() < 0.2 else joined


def torn(count: int) -> Iterator[str]:
    for number, program in enumerate(corpus(count)):
        noise = Random(number)
        yield tear(program["a.rules"], 1 + noise.randrange(6), noise)
