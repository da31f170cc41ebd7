"""Sentences of rules text, word by word: values, conditions, actions and the steps of tests.

A sentence is a list of tokens; `written.py` puts white space and comments between them. What can be compared or done
comes from the vocabulary's records, so that a field or a relation that is added there is written here as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from pointsman.language.channel_words import BUTTONS
from pointsman.language.downgrade_words import FILES
from pointsman.language.grammar import grammar
from pointsman.language.vocabulary import (
    ACTIONS,
    CALENDAR_FIELDS,
    CHANNELS,
    FIELDS,
    QUANTITIES,
    REQUESTS,
    EventRecord,
    Kind,
    Occasion,
)
from pointsman.model.content import MESSAGE_KINDS
from pointsman.model.identity import PHONE_CHANNELS
from properties.generated import TEXTS

T = TypeVar("T")
Tokens: TypeAlias = list[str]
Choose: TypeAlias = Callable[[int], int]
"""Returns a number from 0 up to, but not including, its argument."""

COMPONENTS = ("CmBot", "CustomerContact", "Desk 2", "Équipe", "policy", "H-3_x", "text", "reason", "бот")
COUNTERS = ("misses", "tries left", "n", "count")
TIMERS = ("ping", "pong-1", "timer")
CALENDARS = ("office", "büro", "open hours")
KIND_WORDS = tuple(sorted(grammar().spelling[terminal] for terminal in grammar().first["kind_word"]))
KEYS = ("team", "naïve_1", "a-b", "mood")
ACCOUNTS = ("shop", "the bank")
MEDIA_TYPES = ("image/png", "image/*", "application/vnd.a+b")
DURATIONS = ("30s", "90s", "5m", "1h30m", "1d", "61m")
SIZES = ("5 MB", "5MB", "512  KB", "1.5 MiB", "0 KB")
NUMBERS = ("0", "1", "2", "2.0", "2.50", "007", "20")
WHOLE = ("1", "2.0", "10")
PERCENTS = ("10%", "0.5 %", "100%", "33.33%")
REGEXES = (r"/^st.p$/si", "/a\\/b#c/", '/[a-z"{}]+$/i', r"/\bperson/")
STRINGS = (
    *(f'"{text}"' for text in TEXTS),
    r'"a\nb\tc"',
    r'"\u{1f600} \u{0041} \u{00A}"',
    '"{{braces}}"',
    r'"q\"uote \\ # none"',
    '"tab\there"',
    '"zero\u200bwidth \u202e and 👨\u200d👩\u200d👧"',
    '"""one "line" of three"""',
    '"""\n    Several\n      lines # none\n\n    of text"\n  """',
    '"""\n\n \n  odd\n\t tab\n  """',
    '"""a\n  b\n c"""',
)
KEYWORDS = tuple(
    sorted(grammar().spelling[terminal] for terminal in grammar().first["keyword"] if terminal in grammar().spelling)
)
ORDERS = (">=", "<=", ">", "<")
RELATIONS = ("is", "in", "starts with", "ends with", "contains", "mentions")
_RAISES_CHANGES = {"enable", "disable", "hand over", "reset"}
NOT_ON = {
    "enabled": _RAISES_CHANGES,
    "disabled": _RAISES_CHANGES,
    "to customer": _RAISES_CHANGES,
    "ends": {*_RAISES_CHANGES, "reply", "reply picture", "end conversation"},
}
"""Actions by the events on which they are not written, so that events raise one another in one direction only."""


def words(text: str) -> Tokens:
    return text.split(" ")


class Pen:
    """Chooses, and knows what may be named."""

    def __init__(self, choose: Choose) -> None:
        self.number = choose
        self.components = self.some(COMPONENTS, 2, 4)
        self.texts: Sequence[str] = ()
        self.numbers: Sequence[str] = ()
        self.calendars: Sequence[str] = ()
        self.channels: Sequence[str] = CHANNELS
        self.rules: list[str] = []
        self.counters: list[str] = []
        self.timers: list[str] = []
        self.groups: list[str] = []
        self.occasion = Occasion.MESSAGE_IN
        self.downgraded = ""

    # Choosing ---------------------------------------------------------------------------------------------------------

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.number(len(choices))]

    def chance(self, one_in: int) -> bool:
        return self.number(one_in) == one_in - 1

    def some(self, choices: Sequence[T], least: int, most: int) -> list[T]:
        """Different ones, in a row of their own order."""
        start, count = self.number(len(choices)), least + self.number(most - least + 1)
        return [choices[(start + number) % len(choices)] for number in range(min(count, len(choices)))]

    def maybe(self, make: Callable[[], Tokens], one_in: int = 2) -> Tokens:
        return make() if self.chance(one_in) else []

    def listed(self, make: Callable[[], Tokens], most: int = 3) -> Tokens:
        parts = [make() for _ in range(1 + self.number(most))]
        return [*parts[0], *(token for part in parts[1:] for token in [",", *part])]

    def one_of(self, *makes: Callable[[], Tokens]) -> Tokens:
        return self.pick(makes)()

    # Names and values -------------------------------------------------------------------------------------------------

    def name(self, text: str, *bare: str) -> str:
        """A name, in quotes where it needs them, and sometimes where it does not; `bare` are keywords that do not."""
        scanned = grammar().scan(text)
        needs = [token.type for token in scanned] != ["NAME"] and text not in bare
        return f"'{text}'" if needs or self.chance(6) else text

    def component(self) -> str:
        return self.name(self.pick(self.components))

    def string(self) -> str:
        return self.pick(STRINGS)

    def strings(self) -> Tokens:
        return [self.string()]

    def template(self) -> str:
        if self.chance(3):
            return self.string()
        inner = "".join(self.pick((lambda: "Hi {{x}} \\u{e9} ", self._slot, self._slot))() for _ in range(2))
        return self.pick((f'"{inner}"', f'"{inner}"', f'"""\n   {inner}\n     more\n   """'))

    def templates(self) -> Tokens:
        return [self.template()]

    def _slot(self) -> str:
        subject = " ".join(self.subject(self.pick(tuple(Kind)), in_template=True))
        default = f' or "{self.pick(("there", "#", ""))}"' if self.chance(2) else ""
        space = " " if self.chance(6) else ""
        return f"{{{space}{subject}{default}{space}}}"

    def subject(self, kind: Kind, *, in_template: bool = False) -> Tokens:
        """Something of a kind; a text where there is nothing of that kind."""
        found: list[Callable[[], Tokens]] = [lambda path=path: words(path) for path in self._fields(kind)]
        found += [lambda name=it.name: self._quantity(name) for it in QUANTITIES if it.kind == kind]
        if in_template:
            found += [lambda group=group: [self.name(group)] for group in self.groups]
        return self.pick(found)() if found else self.subject(Kind.TEXT)

    def _fields(self, kind: Kind) -> list[str]:
        paths = [it.path for it in FIELDS if it.kind == kind and self.occasion in it.on]
        if self.downgraded and self.downgraded not in (*FILES, *BUTTONS, "card"):
            paths = [path for path in paths if not path.startswith("message.")]
        if kind == Kind.MOMENT:
            paths = [f"{name}.{it.path}" for name in self.calendars if " " not in name for it in CALENDAR_FIELDS]
        return [path.replace("*", self.pick(KEYS)) if "*" in path else path for path in paths]

    def _quantity(self, name: str) -> Tokens:
        match name:
            case "count":
                return [*words("count of"), self.counter()]
            case "length":
                return [*words("length of"), *words(self.pick(self._fields(Kind.TEXT)))]
            case _:
                return words("conversation age")

    def counter(self) -> str:
        self.counters.append(self.pick(COUNTERS))
        return self.name(self.counters[-1])

    def timer(self) -> str:
        self.timers.append(self.pick(TIMERS))
        return self.name(self.timers[-1])

    def value(self, kind: Kind, path: str = "") -> Tokens:
        match kind:
            case Kind.NUMBER:
                return [self.pick(NUMBERS)]
            case Kind.SIZE:
                return [self.pick(SIZES)]
            case Kind.DURATION:
                return [self.pick(DURATIONS)]
            case Kind.CHOICE:
                return [self._member(path)]
            case _:
                return self.strings()

    def _member(self, path: str) -> str:
        match path:
            case "channel":
                return self.name(self.pick(self.channels))
            case "target":
                return self.component()
            case "account":
                return self.name(self.pick(ACCOUNTS))
            case "request":
                return self.name(self.pick(REQUESTS), *REQUESTS[:-1])
            case _:
                return self.name(self.pick(MESSAGE_KINDS), *KIND_WORDS)

    # Conditions -------------------------------------------------------------------------------------------------------

    def condition(self, depth: int = 2) -> Tokens:
        if depth == 0 or self.chance(2):
            return self.test()
        operator = self.pick(("and", "or"))
        match self.number(5):
            case 0:
                return ["not", *self.test()]
            case 1:
                return ["not", "(", *self.condition(depth - 1), ")"]
            case 2:
                return ["(", *self.condition(depth - 1), ")"]
            case 3:
                return [*self.test(), operator, "(", *self.condition(depth - 1), ")"]
            case _:
                chain = [self.condition(depth - 1) for _ in range(2 + self.number(4))]
                return [*chain[0], *(token for part in chain[1:] for token in [operator, *part])]

    def test(self) -> Tokens:
        tests = [
            self.comparison,
            self.comparison,
            self.comparison,
            lambda: [*self.subject(Kind.TEXT), "matches", self.regex()],
            lambda: [*words(self.pick(self._fields(self.pick((Kind.TEXT, Kind.CHOICE))))), "exists"],
            self.enablement,
            lambda: [*words("last message from"), *self.party(), *words("older than"), self.pick(DURATIONS)],
        ]
        if not self.downgraded:
            tests.append(lambda: ["sample", self.pick(PERCENTS)])
        if self.calendars:
            negated = self.pick(([], ["not"]))
            tests.append(lambda: [self.name(self.pick(self.calendars)), "is", *negated, self.pick(("open", "closed"))])
        if self.occasion in (Occasion.MESSAGE_IN, Occasion.MESSAGE_OUT, Occasion.TO_CUSTOMER):
            tests.append(lambda: words("message has buttons"))
        return self.pick(tests)()

    def enablement(self) -> Tokens:
        return [self.component(), "is", *self.pick(([], ["not"])), self.pick(("enabled", "disabled"))]

    def enablements(self) -> Tokens:
        """What a clause can ask."""
        return self.one_of(
            self.enablement,
            lambda: ["(", *self.enablement(), ")"],
            lambda: [*self.enablement(), self.pick(("and", "or")), "not", *self.enablement()],
        )

    def party(self) -> Tokens:
        return self.one_of(lambda: ["customer"], lambda: [self.component()], self.any_role)

    def any_role(self) -> Tokens:
        return ["any", self.pick(("bot", "desk", "service", "component"))]

    def regex(self) -> str:
        if self.chance(2):
            return self.pick(REGEXES)
        self.groups.append(f"g{len(self.groups)}")
        return rf"/order (?P<{self.groups[-1]}>\d{{6}})/i"

    def comparison(self) -> Tokens:
        if self.occasion == Occasion.REQUEST and self.chance(2):
            path = self.pick(("request", "request", "target"))
            return [path, *self._equality(Kind.CHOICE, path)]
        kind = self.pick((Kind.TEXT, Kind.TEXT, Kind.NUMBER, Kind.SIZE, Kind.DURATION, Kind.CHOICE, Kind.CHOICE))
        kind = kind if kind != Kind.SIZE or self._fields(kind) else Kind.CHOICE
        subject = self.subject(kind)
        path = " ".join(subject)
        if kind == Kind.TEXT:
            return [*subject, *self._text_relation()]
        if kind in (Kind.NUMBER, Kind.SIZE, Kind.DURATION) and self.chance(2):
            return [*subject, self.pick(ORDERS), *self.value(kind)]
        return [*subject, *self._equality(kind, path)]

    def _equality(self, kind: Kind, path: str) -> Tokens:
        negated = self.pick(([], [], ["not"]))
        several = ["(", *self.listed(lambda: self.value(kind, path)), ")"]
        choices = [
            ["is", *negated, *self.value(kind, path)],
            [*negated, "in", *several],
            ["is", *negated, "any", *several],
        ]
        if kind == Kind.NUMBER and self.numbers:
            choices.append([*negated, "in", self.name(self.pick(self.numbers))])
        return self.pick(choices)

    def _text_relation(self) -> Tokens:
        relation = self.pick(RELATIONS)
        exactly = self.pick(([], ["exactly"]))
        negated = self.pick(([], ["not"])) if relation in ("is", "in") else []
        several = ["(", *self.listed(self.strings, 5), ")"]
        named = [self.name(self.pick(self.texts))] if self.texts and self.chance(2) else several
        if relation == "in":
            return [*negated, "in", *exactly, *named]
        operand = self.pick((self.strings(), ["any", *named]))
        return [*words(relation), *negated, *exactly, *operand]

    # Actions ----------------------------------------------------------------------------------------------------------

    def action(self, event: EventRecord) -> Tokens:
        able = [it.name for it in ACTIONS if event.occasion in it.on and it.name not in NOT_ON.get(event.name, ())]
        name = self.pick([name for name in able if name in _ACTIONS])
        return _ACTIONS[name](self)


def _with_buttons(pen: Pen) -> Tokens:
    return pen.maybe(lambda: [*words("with buttons"), *pen.listed(pen.templates)], 3)


def _phone_channel(pen: Pen) -> str:
    return pen.name(pen.pick(sorted(PHONE_CHANNELS)))


def _set_value(pen: Pen) -> Tokens:
    return pen.one_of(
        pen.templates, lambda: [pen.pick(NUMBERS)], lambda: pen.subject(pen.pick(tuple(Kind)), in_template=True)
    )


_ACTIONS: dict[str, Callable[[Pen], Tokens]] = {
    "enable": lambda pen: ["enable", pen.component()],
    "disable": lambda pen: ["disable", pen.component()],
    "hand over": lambda pen: [*words("hand over to"), pen.component()],
    "reset": lambda _: ["reset"],
    "end conversation": lambda _: words("end conversation"),
    "position": lambda pen: [
        "position",
        pen.component(),
        "at",
        "flow",
        pen.template(),
        "step",
        pen.template(),
    ],
    "set context": lambda pen: ["set", f"context.{pen.pick(KEYS)}", "to", *_set_value(pen)],
    "clear context": lambda pen: ["clear", f"context.{pen.pick(KEYS)}"],
    "add": lambda pen: ["add", pen.pick(WHOLE), "to", pen.counter()],
    "clear counter": lambda pen: ["clear", pen.counter()],
    "reply": lambda pen: ["reply", pen.template(), *_with_buttons(pen)],
    "reply picture": lambda pen: ["reply", "picture", pen.template(), *_with_buttons(pen)],
    "tell": lambda pen: ["tell", pen.component(), pen.template()],
    "set timer": lambda pen: ["set", "timer", pen.timer(), "for", pen.pick(DURATIONS)],
    "cancel timer": lambda pen: ["cancel", "timer", pen.timer()],
    "tag": lambda pen: ["tag", pen.string()],
    "stop": lambda _: ["stop"],
    "send only": lambda pen: ["send", "to", pen.component(), "only"],
    "also send": lambda pen: ["also", "send", "to", pen.component()],
    "withhold": lambda _: ["withhold"],
    "redact": lambda pen: ["redact", pen.pick(REGEXES), "with", pen.template()],
    "replace text": lambda pen: ["replace", "text", "with", pen.template()],
    "drop buttons": lambda _: ["drop", "buttons"],
    "prefer channel": lambda pen: ["prefer", "channel", _phone_channel(pen)],
    "fall back": lambda pen: ["fall", "back", "to", _phone_channel(pen), "after", pen.pick(DURATIONS)],
    "refuse": lambda pen: ["refuse", pen.template()],
}
"""Action of the vocabulary to how it is written; the tests see that none is missing."""
