"""The register of diagnostics: every slug once, with its level, its title and a paragraph that explains it.

A slug is named for the fault. `error` blocks a reload, `warning` does not, `note` is shown on request. The text is what
`pointsman check --explain SLUG` prints.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman import limits

Level: TypeAlias = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")
"""From grave to slight."""


class Code(Struct, frozen=True):
    """One kind of report."""

    level: Level
    title: str
    prose: str


CODES: dict[str, Code] = {
    # Reading files
    "unreadable-file": Code(
        "error",
        "a file cannot be read",
        "The file does not exist, is a folder, a pipe or a device, may not be opened, is not UTF-8, or is a symbolic "
        "link that leads round in a circle. Check the path, which is relative to the file that names it, and save the "
        "file as UTF-8.",
    ),
    "no-rules": Code(
        "error",
        "there are no rules files",
        "The folder holds no file whose name ends in `.rules`. Name a file, or a folder that has one.",
    ),
    "outside-root": Code(
        "error",
        "a path leaves the program's folder",
        "A program is one folder, and what it names lies inside it, so that a rules file can read nothing else of the "
        "machine. This holds for absolute paths, for `..` and for symbolic links. Move the file into the folder.",
    ),
    "use-cycle": Code(
        "error",
        "files use one another in a circle",
        "A `use` stands for the items of the file it names; a file that leads back to itself has no order. Move what "
        "both need into a third file.",
    ),
    "too-large": Code(
        "error",
        "a bound of the language is exceeded",
        f"A file has {limits.SOURCE_BYTES_MAX // 1024**2} MiB at most, a program {limits.SOURCES_MAX:,} files and "
        f"{limits.RULES_MAX:,} rules, a list {limits.LIST_VALUES_MAX:,} values, so that a mistake cannot use up the "
        "machine.",
    ),
    "too-deep": Code(
        "error",
        "a condition is nested too deeply",
        f"Parentheses and `not` may stand inside one another {limits.CONDITION_DEPTH_MAX} times. "
        "Split the condition over several rules, or put the values into a list.",
    ),
    "language-version": Code(
        "error",
        "the language version does not fit",
        "`language N` names the version of the language that a file is written in. It is the first item of its file, "
        "the files of one program agree on it, and this pointsman must know it.",
    ),
    # Syntax
    "syntax": Code(
        "error",
        "the text does not read as a sentence of the language",
        "The words stand in an order that the language does not know. The report shows where reading stopped and what "
        "could stand there. One mistake costs one item, or one rule of a policy; everything else is still checked.",
    ),
    "reserved-word": Code(
        "error",
        "a word of the language is used as a name",
        "All words of the language are reserved, so that a later reader never has to guess. To use one as a name, "
        "write it in single quotes: `'text'`.",
    ),
    "bad-escape": Code(
        "error",
        "a string holds an escape that does not exist",
        'Strings know `\\n`, `\\t`, `\\"`, `\\\\` and `\\u{1F600}`.',
    ),
    "bad-template": Code(
        "error",
        "braces in a string do not make a slot",
        'In a text that is sent, `{field}` stands for a value and `{field or "default"}` has a default for a missing '
        "one. In every string a brace itself is written twice: `{{` or `}}`.",
    ),
    "bad-regex": Code(
        "error",
        "a regular expression cannot be used",
        "Regular expressions are RE2: no look-around and no back-references, in exchange for time that grows with the "
        "length of the text only. Flags are `i` (ignore case) and `s` (a dot matches line breaks).",
    ),
    "bad-number": Code(
        "error",
        "a number, size, duration or percentage makes no sense",
        "The value is out of range or not whole where it has to be: a duration of nothing, a wait of more than a year, "
        "a percentage over 100, half an occurrence.",
    ),
    "bad-time": Code(
        "error",
        "a date or a time does not exist",
        "Dates are written `2026-12-25`, times `09:00` to `24:00`, opening hours `09:00-17:30`, the later time last.",
    ),
    "bad-zone": Code(
        "error",
        "a time zone does not exist",
        "Zones are named as in the IANA database: `Europe/Amsterdam`, `UTC`.",
    ),
    "rule-outside-policy": Code(
        "error",
        "a rule belongs to no policy",
        "Rules belong to the policy before them, up to the next item that is not a rule. Move the rule under its "
        "policy.",
    ),
    "otherwise-not-last": Code(
        "error",
        "a rule follows `otherwise`",
        "`otherwise` fires when no other rule of its policy did, so it is the last rule of its policy, and there is "
        "one at most.",
    ),
    # Names
    "unknown-name": Code(
        "error",
        "a name is not declared",
        "Components, lists, calendars and channels are declared, before or after they are used. Counters, timers and "
        "context keys are made by the rules that name them; a test names those, and rules, that are there.",
    ),
    "unknown-word": Code(
        "error",
        "a word is not one of the known ones",
        "Message kinds, requests and the like are closed sets; the report lists them.",
    ),
    "wrong-kind": Code(
        "error",
        "two kinds of value do not fit together",
        "Text is compared with text, sizes with sizes, durations with durations. There are no conversions.",
    ),
    "duplicate": Code(
        "error",
        "a name is declared twice",
        "Lists, calendars, components and channels share one set of names; policies have their own, and a rule's name "
        "is used once in a program.",
    ),
    "missing-start-with": Code(
        "error",
        "nobody is enabled when a conversation starts",
        "A program with components says which of them are enabled at first: `start with NAME, …`.",
    ),
    # Channels
    "no-such-limit": Code(
        "error",
        "a line of a channel does not have this limit",
        "Each line bounds what its kind consists of: a text its length, a picture its size and its caption, a card its "
        "title, its description and its buttons. What is not carried has no limits.",
    ),
    "no-such-part": Code(
        "error",
        "what is downgraded does not have this part",
        "A text of a downgrade is made of what the message or the button consists of: a card of `{title}` and "
        "`{description}`, a button that dials of `{label}` and `{number}`. What belongs to one card of a carousel, or "
        "to one file of a list, is known only where `for each` goes through them. Other fields can be asked for in the "
        "downgrade's condition.",
    ),
    "no-such-rendering": Code(
        "error",
        "a downgrade makes something that cannot be made",
        "A carousel can become cards and a picture cannot; a button that dials can become a line of text and has no "
        "number to choose it by. `for each` goes through the cards of a carousel, the files of a list or the buttons "
        "of a kind; buttons stand under a message; choices are remembered where they are offered by number.",
    ),
    "downgrade-never-used": Code(
        "warning",
        "a downgrade never takes effect",
        "A later downgrade of the same kind speaks before it on each of its channels and in each of its cases, or "
        "those channels carry the kind themselves and never ask. Later downgrades win over earlier ones: write the "
        "general one first, and the special ones behind it.",
    ),
    "missing-text": Code(
        "error",
        "a new channel does not say what texts it carries",
        "A channel that the standard library does not know states what it carries, texts first, or starts from a "
        "channel that is known: `channel NAME like SMS`. What it does not state it does not carry.",
    ),
    "channel-order": Code(
        "error",
        "a channel starts from one that does not stand yet",
        "`channel NAME like OTHER` starts from OTHER as it stands at that point of the program, so that OTHER is a "
        "channel of the standard library, or a new one that is declared further up; no channel starts from itself.",
    ),
    # Events and actions
    "no-such-field": Code(
        "error",
        "the event does not have this field",
        "A condition can only name what its event carries: a silence has no text, a message has no reason.",
    ),
    "no-such-action": Code(
        "error",
        "the event does not allow this action",
        "Some actions change a message or answer a request; they make sense only in a policy on such an event.",
    ),
    "unshared-address": Code(
        "error",
        "no other channel knows its customers by the same address",
        "A message can leave over another channel only where the customer has the same address on both, as is so for "
        "channels by telephone number: SMS, WhatsApp, RCS, Viber, and channels that are declared `like` one of them. A "
        "number says nothing of a customer's mail address or account.",
    ),
    "event-cycle": Code(
        "error",
        "events raise one another in a circle",
        "A policy's actions raise events that lead back to the same policy, so that a conversation could go round for "
        "ever. The report shows the circle. Conditions are not taken into account.",
    ),
    "event-chain": Code(
        "error",
        "events raise one another too many times",
        "Eight events may raise one another in a row, the first one counted; nine are too many. The report shows the "
        "chain. Conditions are not taken into account.",
    ),
    "timer-cycle": Code(
        "warning",
        "a timer leads back to itself",
        "What the timer does sets the timer again. That may be meant, as a reminder that repeats; it goes on until the "
        "conversation ends or the timer is cancelled.",
    ),
    "handover-mute": Code(
        "warning",
        "a component that is handed over to may not speak",
        "After `hand over to NAME` the component is enabled and the others are disabled, but its `speaks` clause still "
        "does not let it speak, so that the customer would hear nobody.",
    ),
    # What is not used, not set, not expected
    "overlapping-hours": Code(
        "error",
        "opening hours overlap",
        "Hours of one weekday, and hours of one date, add up over all lines that name it; no two of them may overlap.",
    ),
    "unused-list": Code(
        "warning",
        "a list is not used",
        "No condition asks for the list. Remove it, or use it: `text in LIST`, `text mentions any LIST`.",
    ),
    "unused-calendar": Code(
        "warning",
        "a calendar is not used",
        "No condition and no template asks for the calendar. Remove it, or use it: `CALENDAR is open`.",
    ),
    "unused-component": Code(
        "warning",
        "a component is never enabled",
        "No rule, no clause and no `start with` names the component, and it hears and speaks only while it is enabled.",
    ),
    "event-of-nobody": Code(
        "warning",
        "a policy's event cannot happen",
        "The event speaks of any component of a role, and no component of that role is declared, so that the policy "
        "never runs. Declare the component, or name another role.",
    ),
    "counter-never-read": Code(
        "warning",
        "a counter is never read",
        "Rules count, and no condition or template asks for the count.",
    ),
    "counter-never-written": Code(
        "warning",
        "a counter is always 0",
        "A condition or a template asks for the count, and no rule counts with `add N to COUNTER`.",
    ),
    "timer-never-set": Code(
        "warning",
        "nobody sets a timer",
        "A policy waits for the timer, or a rule cancels it, and no rule sets it with `set timer NAME for DURATION`.",
    ),
    "unhandled-failure": Code(
        "warning",
        "nobody takes over from a component that cannot be reached",
        "The component may speak, so that customers wait for its answers; where what they write cannot be delivered to "
        "it, no policy is on `delivery failed to NAME`, and they wait in vain. Give the conversation to another, or "
        "tell the customer. It is said of programs in which another component could take over.",
    ),
    "asserts-nothing": Code(
        "warning",
        "a test expects nothing",
        "A test without an `expect` passes whatever the rules do.",
    ),
    # Pages of Markdown
    "bad-block": Code(
        "error",
        "a block of a page cannot be run",
        'A page of Markdown that runs has blocks of rules (`rules`), of lists (`text name="vips.txt"`) and of what is '
        "expected (`diagnostics`, `transcript`, `failures`). A block that is only shown has no kind, or `shown` behind "
        "it: `sh shown`.",
    ),
    # What is proved
    "unreachable-rule": Code(
        "warning",
        "a rule can never fire",
        "Whenever the rule's condition holds, a rule before it fires instead: one alone, or several between them. The "
        "report names them and shows such a message as a test. Move the rule before them, or narrow their conditions.",
    ),
    "overlapping-rules": Code(
        "error",
        "two rules of a `unique` policy match together",
        "In a `unique` policy no event may match two rules, whatever their order. The report shows an event that does, "
        "as a test. Let the conditions exclude one another, or write `first`, where the first match decides.",
    ),
    "uncovered-event": Code(
        "error",
        "a `complete` policy leaves an event without a rule",
        "In a `complete` policy some rule fires on every event that the policy sees. The report shows an event on "
        "which none does, as a test. Add a rule for it, or an `otherwise`.",
    ),
    "conflicting-rules": Code(
        "warning",
        "two rules that fire together set one thing differently",
        "Both rules can fire on one event, in an `every` policy or in two policies, and each sets the same thing to "
        "something else: who is enabled, a key of the context, a timer, the text. One of them loses; the report says "
        "which wins, and shows such an event as a test.",
    ),
    "always-true": Code(
        "warning",
        "a condition is always true",
        "No event of the policy makes this part of the condition false, so that it tells nothing apart.",
    ),
    "always-false": Code(
        "warning",
        "a condition is never true",
        "No event of the policy makes this part of the condition true. Often two tests of it exclude one another.",
    ),
    "no-rendering": Code(
        "error",
        "a message has nothing that it can be rendered as",
        "Every kind of message, with every combination of its parts, has to end in something that each channel in use "
        "carries within its limits. The report stands at the downgrade or the channel block that leads nowhere, and "
        "shows such a message, as a test where a test can say it. Let the downgrade end in a text, which nearly every "
        "channel carries.",
    ),
    "order-matters": Code(
        "note",
        "the order of two rules decides",
        "Both rules of a `first` policy can match one event, they do different things, and neither is a special case "
        "of the other, so that what happens depends on which stands first. That may be meant.",
    ),
    "undecided": Code(
        "warning",
        "a proof was given up",
        "Each question about a program has a budget, and a finding is shown only with a test that was run. What could "
        "not be settled is counted here. It is an error where the language promises a proof: in `unique` and "
        "`complete` policies, and of downgrades.",
    ),
}
"""Slug to code; nothing is reported that is not here."""
