"""What each action does: to the conversation (in the draft) or to the message at hand (in the occurrence).

One arm an action, in the order of the language's table. Actions run after all conditions of the event were tried, in
program order; where two set the same thing, the later wins. A template shows the state that the actions before it left,
so that what was redacted does not come back; match groups are those of the text as it arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, assert_never

from msgspec import structs

from pointsman.engine.draft import Draft
from pointsman.engine.hours import duration
from pointsman.engine.template import render
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.patterns import compile_pattern
from pointsman.limits import REPLIES_PER_EVENT_MAX
from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Contact,
    Content,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    Picture,
    Reply,
    Template,
    Text,
    Video,
    map_words,
)
from pointsman.model.decision import Note, PositionAt
from pointsman.model.event import timer_key

_Fill: TypeAlias = Callable[[ir.Template], str]
_OnMessage: TypeAlias = (
    ir.SendOnly
    | ir.AlsoSend
    | ir.Withhold
    | ir.Redact
    | ir.ReplaceText
    | ir.DropButtons
    | ir.PreferChannel
    | ir.FallBack
)


class Occurrence:
    """One event or inner event while its rules act: the message as changed so far, and what was said about it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.message: Message | None = view.message
        self.replies: list[tuple[Message, str]] = []
        self.withheld_by = ""
        self.only: tuple[str, str] | None = None
        self.also: list[tuple[str, str]] = []
        self.preferred: tuple[str, str] | None = None
        """The channel over which the message is to leave, and the rule that says so."""
        self.fallback: tuple[str, int, str] | None = None
        """The channel over which it goes out again, after how many ms, and the rule that says so."""
        self.hearing: tuple[str, ...] = ()
        """Who hears on the state that the actions left, in order of declaration."""
        self.refusal: tuple[str, str] | None = None
        self.changed_by = ""
        """The last rule that changed who is enabled, for notifications."""
        self.was_reset = False

    @property
    def there(self) -> Message:
        """The message of an event that has one; rules cannot speak of it on others."""
        assert self.message is not None, "a message event has a message"  # noqa: S101 - an invariant of checked rules
        return self.message


def apply(draft: Draft, at: Occurrence, rule: ir.Rule, *, refused: bool = False) -> None:
    """Run a rule's actions. In a refused request only `refuse`, `tag` and `tell` have an effect."""
    groups = match_groups(rule, at.view)
    for action in rule.actions:
        if not refused or isinstance(action, ir.Refuse | ir.TagAction | ir.Tell):
            _apply(draft, at, action, rule.name, groups)


def match_groups(rule: ir.Rule, view: View) -> dict[str, str]:
    """The named groups of a rule's matches, in the order they are written; the first match to bind a name keeps it."""
    groups: dict[str, str] = {}
    if rule.when is not None:
        _bind(rule.when, view, groups)
    return groups


def _bind(condition: ir.Condition, view: View, groups: dict[str, str]) -> None:
    match condition:
        case ir.And(parts) | ir.Or(parts):
            for part in parts:
                _bind(part, view, groups)
        case ir.Matches(path, source, flags, names) if names and (value := view.value(path)) is not None:
            if (found := compile_pattern(source, flags).search(value)) is not None:
                bound = {name: text for name, text in found.groupdict().items() if text is not None}
                groups.update({name: text for name, text in bound.items() if name not in groups})
        case _:
            pass  # a negated match binds nothing


def _apply(draft: Draft, at: Occurrence, action: ir.Action, rule: str, groups: Mapping[str, str]) -> None:
    def filled(template: ir.Template) -> str:
        if all(isinstance(part, ir.Words) for part in template):
            return render(template, at.view, groups)
        return render(template, at.view.later(draft.freeze(), at.message), groups)

    match action:
        case ir.EnableAction(component):
            draft.enable(component)
            at.changed_by = rule
        case ir.DisableAction(component):
            draft.disable(component)
            at.changed_by = rule
        case ir.HandOverAction(component):
            draft.hand_over(component)
            at.changed_by = rule
        case ir.ResetAction():
            draft.reset()
            draft.note("reset", rule=rule)
            at.changed_by, at.was_reset = rule, True
        case ir.EndAction():
            draft.ending = rule
            draft.note("end", rule=rule)
        case ir.PositionAction(component, flow, step):
            position(draft, component, filled(flow), filled(step), reason=rule)
        case ir.SetContext(key, value):
            draft.set_context({key: filled(value)}, rule)
        case ir.ClearContext(key):
            draft.context.pop(key, None)
            draft.note("context", key, "", rule)
        case ir.AddToCounter(counter, amount):
            draft.counters[counter] = draft.counters.get(counter, 0) + amount
            draft.note("counter", counter, str(draft.counters[counter]), rule)
        case ir.ClearCounter(counter):
            draft.counters.pop(counter, None)
            draft.note("counter", counter, "0", rule)
        case ir.ReplyText(text, buttons):
            _reply(draft, at, Message(Text(filled(text)), _buttons(map(filled, buttons))), rule)
        case ir.ReplyPicture(url, buttons):
            _reply(draft, at, Message(Picture(Media(filled(url))), _buttons(map(filled, buttons))), rule)
        case ir.Tell(component, text):
            _tell(draft, component, filled(text), rule)
        case ir.SetTimer(timer, ms):
            draft.arm(timer_key(timer), ms)
            draft.note("timer", timer, duration(ms), rule)
        case ir.CancelTimer(timer):
            draft.disarm(timer_key(timer))
            draft.note("timer", timer, "cancelled", rule)
        case ir.TagAction(label):
            draft.note("tag", label, rule=rule)
        case ir.Stop():
            draft.note("stop", rule=rule)
        case ir.Refuse(reason):
            at.refusal = (filled(reason), rule)
        case _:
            _apply_to_message(at, action, rule, filled)


def _apply_to_message(at: Occurrence, action: _OnMessage, rule: str, filled: _Fill) -> None:
    match action:
        case ir.SendOnly(component):
            at.only = (component, rule)
        case ir.AlsoSend(component):
            at.also.append((component, rule))
        case ir.Withhold():
            at.withheld_by = rule
        case ir.Redact(source, flags, replacement):
            expression, stars = compile_pattern(source, flags), filled(replacement)
            at.message = map_words(at.there, lambda text: expression.sub(lambda _: stars, text))
        case ir.ReplaceText(text):
            at.message = with_text(at.there, filled(text))
        case ir.DropButtons():
            at.message = without_buttons(at.there)
        case ir.PreferChannel(channel):
            at.preferred = (channel, rule)
        case ir.FallBack(channel, ms):
            at.fallback = (channel, ms, rule)
        case _:
            assert_never(action)


def position(draft: Draft, component: str, flow: str, step: str, *, asker: str = "", reason: str = "") -> None:
    """Tell a bot where to go on."""
    if component not in draft.wiring.seats:
        draft.note("void", component, "takes no part in this account", reason)
        return
    draft.effects.append(PositionAt(component, flow, step, asker=asker, reason=reason))
    draft.note("position", component, f"{flow} / {step}", reason)


def _reply(draft: Draft, at: Occurrence, message: Message, rule: str) -> None:
    if len(at.replies) < REPLIES_PER_EVENT_MAX:
        at.replies.append((message, rule))
    else:
        draft.note("void", "reply", "too many replies to one event", rule)


def _tell(draft: Draft, component: str, text: str, rule: str) -> None:
    if component in draft.wiring.seats:
        draft.effects.append(Note(component, text, rule))
        draft.note("note", component, text, rule)
    else:
        draft.note("void", component, "takes no part in this account", rule)


def _buttons(labels: Iterable[str]) -> tuple[Reply, ...]:
    return tuple(Reply(label, postback=label) for label in labels)


def without_buttons(message: Message) -> Message:
    """Take off all buttons: those under the message, and those of its cards."""
    content = message.content
    if isinstance(content, Carousel):
        content = structs.replace(content, cards=tuple(structs.replace(card, buttons=()) for card in content.cards))
    elif isinstance(content, Card):
        content = structs.replace(content, buttons=())
    return structs.replace(message, content=content, buttons=())


def with_text(message: Message, text: str) -> Message:
    """Replace the words that rules see as `text`, wherever the kind keeps them; no earlier ones stand in for them."""
    content = message.content
    changed: Content
    match content:
        case Text():
            changed = Text(text)
        case Card():
            changed = structs.replace(content, title=None, description=text)
        case Picture() | Video() | Audio() | File() | FileList():
            changed = structs.replace(content, caption=text)
        case Location():
            changed = structs.replace(content, label=text)
        case Contact() | Carousel() | Template() | Native():
            return structs.replace(message, fallback=text)
        case _:
            assert_never(content)
    return structs.replace(message, content=changed, fallback=None)
