"""Seconds to check a program: compiling it, each question that is asked about it, and the share left undecided.

    python benchmarks/check.py [--sizes 1000 10000]

The pack is generated and looks like what grows in a support department: intents and words to teams by channel and
hours, counters, hand-overs, requests, tags, a `unique` and a `complete` policy. Its rules are as they should be but for
a few planted faults, so that most of the time goes into proofs that there is none.

Then the milliseconds of the proof that every message has a rendering, for small programs: it costs nothing where a
program says nothing of channels, and by the channel where it does.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator

from pointsman.language.pipeline import compile_rules
from pointsman.proofs.prove import QUESTIONS, prove

CHANNELS = ("SMS", "WhatsApp", "RCS", "Telegram", "Viber", "Facebook", "Instagram", "Email")
TEAMS = ("billing", "orders", "returns", "accounts", "repairs", "sales")
HEAD = """language 1

component CmBot is bot
component Helper is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled
component Archive is service
  hears always
  speaks never
start with CmBot

list human_words = "agent", "human", "real person", "medewerker"
list vips = "+31600000001", "+31600000002", "+31600000003"

calendar office
  mon-fri 09:00-17:30
  sat 10:00-14:00
  closed 2026-12-25, 2026-12-26
  zone "Europe/Amsterdam"

calendar returns_desk
  mon-thu 10:00-16:00
  zone "Europe/Amsterdam"
"""


DOWNGRADES = {
    "no channels or downgrades of its own": "",
    "a downgrade on one channel": 'downgrade location on SMS to text "{label}: {url}"\n',
    "a downgrade of carousels on all": 'downgrade carousel to text "{n}. {title}" for each card\n',
    "conditions of downgrades": "downgrade picture on SMS when office is open to link\n"
    'downgrade card on SMS when message has buttons and office is closed to text "{title}" and buttons\n',
    "a channel of its own": "channel Fax like WhatsApp\n  text 500 characters\n  picture none\n",
}
"""Small programs by what they say of channels."""


def pack(count: int) -> str:
    """Rules text of `count` rules; of each 500, three are faults of three kinds."""
    parts = [HEAD]
    shares = {
        _privacy: 0.02,
        _topics: 0.40,
        _intents: 0.25,
        _orders: 0.15,
        _labels: 0.10,
        _priorities: 0.02,
        _requests: 0.04,
        _planted: 0.006,
    }
    left = count
    for write, share in shares.items():
        rules = int(count * share)
        parts.append("\n".join(write(rules)))
        left -= rules
    parts.append("\n".join(_silences(left)))
    return "\n".join(parts)


def rule(name: str, when: str, *then: str) -> str:
    return f'rule "{name}"\n  when {when}\n  then ' + "\n       ".join(then)


def _privacy(count: int) -> Iterator[str]:
    yield "policy privacy every on message from customer"
    for number in range(count):
        code = rf"{number:04d}-\d{{6}}"
        yield rule(f"hides {number}", rf"text matches /\b{code}\b/", f'redact /\\b{code}\\b/ with "[{number}]"')


def _topics(count: int) -> Iterator[str]:
    """Words and channels to teams: what most rules do."""
    yield "policy topics on message from customer"
    for number in range(count):
        channel, team, word = CHANNELS[number % 8], TEAMS[number % 6], f"topic{number:05d}"
        when = (
            f'channel is {channel} and text mentions "{word}"',
            f'CmBot is enabled and office is open and (text contains "{word}" or choice is "{word}")',
            f'text mentions any ("{word}", "{word} please") and not sender in vips and contact.language is "nl"',
            f'channel in ({channel}, Email) and text starts with "{word}" and count of misses < 3',
            f'text is "{word}" and length of text < 500 and office is closed',
        )[number % 5]
        yield rule(f"topic {number}", when, f'set context.team to "{team}"', *(["disable CmBot"] if number % 3 else ()))


def _intents(count: int) -> Iterator[str]:
    """One rule an intent and step, which exclude one another."""
    yield "policy intents unique on message from CmBot"
    for number in range(count):
        intent = f"intent-{number // 3:04d}"
        step = ("count of misses is 0", "count of misses is 1", "count of misses >= 2")[number % 3]
        then = "hand over to Desk" if number % 3 == 2 else "add 1 to misses"
        yield rule(f"intent {number}", f'intent is "{intent}" and {step}', then, f'tag "{intent}"')


def _orders(count: int) -> Iterator[str]:
    """States of orders, by channel or by hours, with a rule for all else."""
    yield "policy orders complete on message from Helper"
    for number in range(count):
        when = f'meta.state is "state-{number:05d}" and (channel is {CHANNELS[number % 8]} or returns_desk is open)'
        yield rule(f"order {number}", when, f'set context.order to "state {number}"')
    yield 'rule "any other order"\n  otherwise\n  then set context.order to "unknown"'


def _labels(count: int) -> Iterator[str]:
    """Segments of customers, each with a value of its own."""
    yield "policy labels every on message from customer"
    for number in range(count):
        when = f'contact.segment is "segment-{number:05d}" and (message is picture or text mentions any human_words)'
        yield rule(f"label {number}", when, f'set context.label to "{number}"', f'tag "label {number}"')


def _priorities(count: int) -> Iterator[str]:
    """Priorities by how long the text is, in an order that only arithmetic tells apart."""
    yield "policy priorities every on message from customer"
    for number in range(count):
        when = f"length of text >= {number * 10} and not length of text >= {number * 10 + 10} and message is text"
        yield rule(f"priority {number}", when, f'set context.priority to "{number}"')


def _requests(count: int) -> Iterator[str]:
    yield "policy asked on request from any component"
    for number in range(count):
        when = f'request is disable and target is CmBot and request.team is "team-{number:04d}" and office is closed'
        yield rule(f"request {number}", when, f'refuse "team {number} is closed"')


def _planted(count: int) -> Iterator[str]:
    """A rule that others cover together, a contradiction, and a conflict."""
    yield "policy planted every on message from Helper"
    for number in range(0, count, 3):
        state = f'meta.state is "planted-{number}"'
        yield rule(f"decides {number}", f"{state} and office is open", f'set context.order to "planted {number}"')
        yield rule(
            f"contradicts {number}", f"{state} and count of misses > {number} and count of misses is 0", 'tag "x"'
        )
    for number in range(0, count, 3):
        yield f"policy covered_{number} on silence of customer for {number + 60}s"
        yield rule(f"covers {number}", "office is open or CmBot is enabled", 'tag "covers"')
        yield rule(f"covered {number}", "office is open and channel is SMS", 'tag "covered"')


def _silences(count: int) -> Iterator[str]:
    """Silences of many lengths, each complete by its hours and enablement."""
    for number in range(0, count - 1, 2):
        yield f"policy quiet_{number} complete on silence for {number + 60}s"
        yield rule(f"quiet {number} by day", "office is open and CmBot is enabled", f'tell Desk "quiet {number}"')
        yield rule(f"quiet {number} else", "office is closed or CmBot is disabled", f'tag "quiet {number}"')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    for size in parser.parse_args().sizes:
        began = time.perf_counter()
        compiled = compile_rules({"pack.rules": pack(size)})
        compiling = time.perf_counter() - began
        errors = [diagnostic.message for diagnostic in compiled.diagnostics if diagnostic.level == "error"]
        assert compiled.program is not None, errors[:3]
        began = time.perf_counter()
        proved = prove(compiled)
        proving = time.perf_counter() - began
        total = compiling + proving
        print(f"{size:>7,} rules  compile {compiling:.2f} s  proofs {proving:.2f} s  in all {total:.2f} s")
        for question in QUESTIONS:
            if question.name in proved.seconds:
                print(f"{'':>15}{question.name:<14}{proved.seconds[question.name]:.2f} s")
        found = proved.diagnostics[len(compiled.diagnostics) :]
        for slug in dict.fromkeys(diagnostic.slug for diagnostic in found):
            print(f"{'':>15}{slug:<22}{sum(diagnostic.slug == slug for diagnostic in found)}")
        left_open = [diagnostic for diagnostic in found if diagnostic.slug == "undecided"]
        places = sum(int(re.findall(r"in ([0-9]+) place", diagnostic.message)[0]) for diagnostic in left_open)
        print(f"{'':>15}{'left undecided':<22}{places / size:.2%} of the rules")
        for diagnostic in left_open:
            print(f"{'':>15}{diagnostic.message}: {diagnostic.help}")
    print("every message has a rendering")
    for what, text in DOWNGRADES.items():
        proved = prove(compile_rules({"pack.rules": HEAD + text}))
        assert not any(diagnostic.level == "error" for diagnostic in proved.diagnostics), text
        print(f"{'':>15}{what:<38}{proved.seconds['renderings'] * 1000:>8.1f} ms")


if __name__ == "__main__":
    main()
