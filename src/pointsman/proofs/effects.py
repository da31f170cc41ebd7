"""What an action sets, and to what: the table by which two rules that fire on one event are held against each other.

Laws: two actions set the same thing where they share a slot, and set it differently where its values differ. What adds
up does not differ: replies, notes, tags, counts, further listeners. Of equal templates the values are equal.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Literal, TypeAlias, assert_never

from msgspec import Struct

from pointsman.engine.hours import duration
from pointsman.engine.loaded import Loaded
from pointsman.language import ir

Slot: TypeAlias = tuple[str, str]
"""What is set, in words, with the user's name in it where it has one."""
Wins: TypeAlias = Literal["later", "earlier", "withhold"]


class Setting(Struct, frozen=True):
    """One thing that an action sets. `shown` is the value in words; `wins` says which of two different ones holds."""

    slot: Slot
    value: Hashable
    shown: str
    action: Any
    wins: Wins = "later"


def settings_of(rule: ir.Rule, program: Loaded) -> tuple[Setting, ...]:
    """What a rule sets; of two of its own actions on one slot, the last counts. A refusal leaves nothing else set."""
    refusals = [action for action in rule.actions if isinstance(action, ir.Refuse)]
    actions = refusals or rule.actions
    found = {setting.slot: setting for action in actions for setting in _of(action, program)}
    return tuple(found.values())


def outcome_of(rule: ir.Rule, program: Loaded) -> dict[Slot, Hashable]:
    """All that comes of a rule, for two rules of which only one fires: what it sets, and what it says to whom."""
    found: dict[Slot, Hashable] = {setting.slot: setting.value for setting in settings_of(rule, program)}
    for action in rule.actions:
        match action:
            case ir.ReplyText(text, buttons):
                found["reply", ""] = (found.get(("reply", "")), text, buttons)
            case ir.ReplyPicture(url, buttons):
                found["reply", ""] = (found.get(("reply", "")), "picture", url, buttons)
            case ir.Tell(component, text):
                found["note to", component] = (found.get(("note to", component)), text)
            case ir.EndAction():
                found["end", ""] = "ends"
            case _:
                pass
    return found


def _of(action: ir.Action, program: Loaded) -> Iterator[Setting]:
    match action:
        case ir.EnableAction(component):
            yield _enabled(component, action, on=True)
        case ir.DisableAction(component):
            yield _enabled(component, action, on=False)
        case ir.HandOverAction(component):
            yield _enabled(component, action, on=True)
            for other in program.may_be_muted(component):
                yield _enabled(other, action, on=False)
        case ir.ResetAction():
            for component in program.components:
                yield _enabled(component, action, on=component in program.ir.start_with)
            for timer in sorted(trigger.name for trigger in program.wait_of_key.values() if trigger.kind == "timer"):
                yield Setting(("timer", timer), None, "cancels it", action)
        case ir.PositionAction(component, flow, step):
            at = f"sets it to flow {_text(flow)} step {_text(step)}"
            yield Setting(("position of", component), (flow, step), at, action)
        case ir.SetContext(key, value):
            yield Setting(("context", key), value, f"sets it to {_text(value)}", action)
        case ir.ClearContext(key):
            yield Setting(("context", key), None, "clears it", action)
        case ir.AddToCounter(counter, amount):
            yield Setting(("count of", counter), "add", f"adds {amount} to it", action)
        case ir.ClearCounter(counter):
            yield Setting(("count of", counter), "clear", "clears it", action)
        case ir.SetTimer(timer, ms):
            yield Setting(("timer", timer), ms, "sets it", action)
        case ir.CancelTimer(timer):
            yield Setting(("timer", timer), None, "cancels it", action)
        case ir.SendOnly(component):
            yield Setting(("the only receiver", ""), component, f"makes it `{component}`", action)
            yield Setting(("passage", ""), "sent", "sends it", action, "withhold")
        case ir.AlsoSend():
            yield Setting(("passage", ""), "sent", "sends it", action, "withhold")
        case ir.Withhold():
            yield Setting(("passage", ""), "withheld", "withholds it", action, "withhold")
        case ir.Redact(pattern, flags, replacement):
            slot = ("redaction", f"/{pattern}/{flags}")
            yield Setting(slot, replacement, f"puts {_text(replacement)}", action, "earlier")
        case ir.ReplaceText(text):
            yield Setting(("text", ""), text, f"makes it {_text(text)}", action)
        case ir.DropButtons():
            yield Setting(("buttons", ""), "dropped", "drops them", action)
        case ir.PreferChannel(channel):
            yield Setting(("preferred channel", ""), channel, f"makes it `{channel}`", action)
        case ir.FallBack(channel, ms):
            shown = f"makes it `{channel}` after {duration(ms)}"
            yield Setting(("fallback", ""), (channel, ms), shown, action)
        case ir.Refuse(reason):
            yield Setting(("refusal", ""), reason, f"says {_text(reason)}", action)
        case ir.EndAction() | ir.ReplyText() | ir.ReplyPicture() | ir.Tell() | ir.TagAction() | ir.Stop():
            pass
        case _:
            assert_never(action)


def _enabled(component: str, action: ir.Action, *, on: bool) -> Setting:
    return Setting(("enablement of", component), on, f"{'enables' if on else 'disables'} it", action)


def said(slot: Slot) -> str:
    """What a slot is, in words."""
    match slot:
        case ("context", key):
            return f"`context.{key}`"
        case ("redaction", pattern):
            return f"what `{pattern}` is replaced by"
        case ("passage", _):
            return "whether the message goes on"
        case ("refusal", _):
            return "the refusal"
        case ("text", _):
            return "the text"
        case ("buttons" | "preferred channel" | "fallback", _):
            return f"the {slot[0]}"
        case (what, ""):
            return what
        case (what, name):
            return f"the {what} `{name}`" if what != "count of" else f"`count of {name}`"


def _text(template: ir.Template) -> str:
    """A template as it was written, near enough to be known again."""
    return f'`"{"".join(map(_part, template))}"`'


def _part(part: ir.Words | ir.Slot) -> str:
    match part:
        case ir.Words(text):
            return text
        case ir.Slot(ir.Field(path)):
            return f"{{{path}}}"
        case ir.Slot(ir.Count(counter)):
            return f"{{count of {counter}}}"
        case ir.Slot(ir.Length(of)):
            return f"{{length of {of}}}"
        case ir.Slot():
            return "{conversation age}"
        case _:
            assert_never(part)
