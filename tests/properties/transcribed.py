"""The steps of tests, as text: every fact, happening and expectation, speaking of the names that a program has."""

from __future__ import annotations

from collections.abc import Callable

from pointsman.model.content import MESSAGE_KINDS
from properties.wording import ACCOUNTS, DURATIONS, KEYS, KEYWORDS, KIND_WORDS, SIZES, Pen, Tokens, words

ZONES = ('"Europe/Amsterdam"', '"UTC"', '"Asia/Kathmandu"')
DATES = ("2026-11-20", "2026-12-25", "2027-03-28")
TIMES = ("10:00", "23:59", "24:00")
SENDERS = ('"+31612345678"', '"+15555550100"')
URLS = ('"https://x.example/a.png"', '""')


def test(pen: Pen, number: int) -> Tokens:
    steps = [pen.pick(_STEPS)(pen) for _ in range(pen.number(14))]
    return ["test", f'"test {number}"', *(token for step in steps for token in step)]


def _expected(pen: Pen) -> str:
    return pen.pick((pen.string, lambda: "/a#b/i"))()


def _who(pen: Pen) -> str:
    return pen.pick((lambda: "customer", pen.component))()


def _known(pen: Pen, names: list[str], one: Callable[[str], Tokens]) -> Tokens:
    """A step on a name that rules use, if there is one."""
    return one(pen.name(pen.pick(names))) if names else ["after", pen.pick(DURATIONS)]


def _rule(pen: Pen, one: Callable[[str], Tokens]) -> Tokens:
    return one(pen.pick(pen.rules)) if pen.rules else ["conversation", "starts"]


# Facts ----------------------------------------------------------------------------------------------------------------


def _at(pen: Pen) -> Tokens:
    zone = pen.maybe(lambda: ["in", pen.pick(ZONES)])
    return ["at", pen.pick(DATES), pen.pick(TIMES), *zone]


def _field(pen: Pen) -> Tokens:
    return [f"{pen.pick(('contact', 'context'))}.{pen.pick(KEYS)}", "is", pen.string()]


def _sample(pen: Pen) -> Tokens:
    return _rule(pen, lambda rule: ["sample", rule, "is", pen.pick(("in", "out"))])


def _count(pen: Pen) -> Tokens:
    return _known(pen, pen.counters, lambda name: [*words("count of"), name, "is", pen.pick(("0", "2"))])


# Happenings -----------------------------------------------------------------------------------------------------------


def _keys(pen: Pen, *members: str) -> Tokens:
    """Different keys: any word of the language, a name, or a member of the message that is sent."""
    keys = [*(pen.name(key, *KEYWORDS) for key in pen.some((*KEYWORDS, "intent", "a key", "buttons"), 2, 8)), *members]
    return keys[: 1 + pen.number(len(keys))]


def _with(pen: Pen, *members: str) -> Tokens:
    """`with` before each key, or a comma."""
    found: Tokens = []
    for number, key in enumerate(_keys(pen, *members)):
        between = "with" if number == 0 or pen.chance(3) else ","
        found += [between, key, pen.string()]
    return found


def _over(pen: Pen, who: str) -> Tokens:
    """The channel by which the customer writes or reads; components do by none."""
    return pen.maybe(lambda: ["over", pen.name(pen.pick(pen.channels))], 3) if who == "customer" else []


def _says(pen: Pen) -> Tokens:
    who = _who(pen)
    return [who, "says", pen.string(), *_over(pen, who), *pen.maybe(lambda: _with(pen))]


def _sends(pen: Pen) -> Tokens:
    size = pen.maybe(lambda: ["of", pen.pick(SIZES)])
    buttons = pen.maybe(lambda: [*words("with buttons"), *pen.listed(pen.strings)])
    meta = pen.maybe(lambda: _with(pen, *pen.some(("message.text", "message.name", "message.mime"), 0, 3)))
    added = [*buttons, *meta] if pen.chance(2) else [*meta, *buttons]
    kind, who = pen.name(pen.pick(MESSAGE_KINDS), *KIND_WORDS), _who(pen)
    return [who, "sends", kind, pen.pick(URLS), *size, *_over(pen, who), *added]


def _requests(pen: Pen) -> Tokens:
    request = pen.one_of(
        lambda: [pen.pick(("enable", "disable")), pen.component()],
        lambda: ["position", pen.component(), "at", "flow", pen.string(), "step", pen.string()],
        lambda: [*words("hand over to"), pen.component()],
        lambda: [pen.pick(("reset", "end"))],
    )
    return [pen.component(), "requests", *request, *pen.maybe(lambda: _with(pen), 3)]


# Expectations ---------------------------------------------------------------------------------------------------------


def _gets(pen: Pen) -> Tokens:
    kind, who = pen.name(pen.pick(MESSAGE_KINDS), *KIND_WORDS), _who(pen)
    return ["expect", who, "gets", pen.pick((_expected(pen), kind)), *_over(pen, who)]


def _nothing(pen: Pen) -> Tokens:
    return ["expect", "nothing", *pen.maybe(lambda: ["to", _who(pen)])]


def _position(pen: Pen) -> Tokens:
    return ["expect", "position", pen.component(), "at", "flow", _expected(pen), "step", _expected(pen)]


def _fails(pen: Pen) -> Tokens:
    tried = pen.maybe(lambda: ["with", pen.name("attempts"), pen.pick(("1", "3", "12.0"))])
    return ["delivery", "to", _who(pen), "fails", pen.string(), *tried]


_STEPS: tuple[Callable[[Pen], Tokens], ...] = (
    _at,
    lambda pen: ["on", pen.name(pen.pick(pen.channels))],
    lambda pen: ["sender", "is", pen.pick(SENDERS)],
    lambda pen: ["account", "is", pen.name(pen.pick(ACCOUNTS))],
    _field,
    _count,
    lambda pen: [pen.component(), "is", pen.pick(("enabled", "disabled"))],
    _sample,
    _says,
    _says,
    _says,
    _sends,
    _sends,
    lambda pen: ["customer", "presses", pen.string(), *_over(pen, "customer"), *pen.maybe(lambda: _with(pen))],
    _requests,
    _requests,
    lambda pen: ["conversation", pen.pick(("starts", "ends"))],
    lambda pen: ["after", pen.pick(DURATIONS)],
    lambda pen: _rule(pen, lambda rule: ["expect", "rule", rule]),
    lambda _: ["expect", "no", "rule"],
    lambda pen: ["expect", pen.component(), "is", pen.pick(("enabled", "disabled"))],
    lambda pen: ["expect", "reply", _expected(pen)],
    _gets,
    _nothing,
    lambda pen: ["expect", pen.pick(("withheld", "refused")), *pen.maybe(lambda: [_expected(pen)])],
    lambda pen: ["expect", f"context.{pen.pick(KEYS)}", "is", _expected(pen)],
    lambda pen: _known(pen, pen.counters, lambda name: ["expect", "count", "of", name, "is", "1"]),
    _position,
    lambda pen: ["expect", pen.component(), "notified"],
    lambda pen: _known(pen, pen.timers, lambda name: ["expect", "timer", name]),
    lambda pen: ["expect", "tag", _expected(pen)],
    lambda pen: ["expect", "loss", _expected(pen)],
    _fails,
    lambda _: words("delivery to customer succeeds"),
)
