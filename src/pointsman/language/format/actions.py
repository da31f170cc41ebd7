"""What rules do, one action a line. Buttons stand on a line of their own where they do not fit."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from pointsman.language import tree
from pointsman.language.format import spelling
from pointsman.language.format.conditions import listed, phrase, subject
from pointsman.language.format.layout import Align, Break, Doc, Group


def action(node: tree.Action) -> Doc:
    match node:
        case tree.Reply(text, buttons):
            return _reply(("reply", spelling.template(text)), buttons)
        case tree.ReplyPicture(url, buttons):
            return _reply((*phrase("reply picture"), spelling.template(url)), buttons)
        case tree.Tell(component, text):
            return ("tell", spelling.name(component), spelling.template(text))
        case tree.Redact(regex, replacement):
            return Group(("redact", spelling.regex(regex), Break(), "with", spelling.template(replacement)))
        case tree.ReplaceText(text):
            return (*phrase("replace text with"), spelling.template(text))
        case tree.Refuse(reason):
            return ("refuse", spelling.template(reason))
        case tree.Position(component, flow, step):
            at_flow = (*phrase("at flow"), spelling.template(flow))
            return Group(("position", spelling.name(component), Break(), *at_flow, "step", spelling.template(step)))
        case tree.SetContext(field, value):
            return ("set", field.path, "to", _value(value))
        case tree.SetTimer(timer, duration):
            return (*phrase("set timer"), spelling.name(timer), "for", spelling.duration(duration))
        case tree.FallBack(channel, duration):
            return (*phrase("fall back to"), spelling.name(channel), "after", spelling.duration(duration))
        case tree.Add(amount, counter):
            return ("add", spelling.number(amount), "to", spelling.name(counter))
        case tree.Tag(label):
            return ("tag", spelling.string(label))
        case _:
            return _short(node)


_Short: TypeAlias = (
    tree.Enable
    | tree.Disable
    | tree.HandOver
    | tree.Reset
    | tree.EndConversation
    | tree.ClearContext
    | tree.ClearCounter
    | tree.CancelTimer
    | tree.Stop
    | tree.SendOnly
    | tree.AlsoSend
    | tree.Withhold
    | tree.DropButtons
    | tree.PreferChannel
)
"""Actions that are short whatever they say."""


def _short(node: _Short) -> Doc:
    match node:
        case tree.Enable(component):
            return ("enable", spelling.name(component))
        case tree.Disable(component):
            return ("disable", spelling.name(component))
        case tree.HandOver(component):
            return (*phrase("hand over to"), spelling.name(component))
        case tree.Reset():
            return "reset"
        case tree.EndConversation():
            return phrase("end conversation")
        case tree.ClearContext(field):
            return ("clear", field.path)
        case tree.ClearCounter(counter):
            return ("clear", spelling.name(counter))
        case tree.CancelTimer(timer):
            return (*phrase("cancel timer"), spelling.name(timer))
        case tree.Stop():
            return "stop"
        case tree.SendOnly(component):
            return (*phrase("send to"), spelling.name(component), "only")
        case tree.AlsoSend(component):
            return (*phrase("also send to"), spelling.name(component))
        case tree.Withhold():
            return "withhold"
        case tree.DropButtons():
            return phrase("drop buttons")
        case tree.PreferChannel(channel):
            return (*phrase("prefer channel"), spelling.name(channel))
        case _:
            assert_never(node)


def _reply(said: tuple[Doc, ...], buttons: tuple[tree.Template, ...]) -> Doc:
    if not buttons:
        return said
    return Group((*said, Break(), *phrase("with buttons"), Align(listed(spelling.template(each) for each in buttons))))


def _value(node: tree.Template | tree.Number | tree.Subject) -> Doc:
    match node:
        case tree.Template():
            return spelling.template(node)
        case tree.Number():
            return spelling.number(node)
        case _:
            return subject(node)
