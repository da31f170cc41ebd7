"""The events of a transcript: what each step of a test makes happen, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from msgspec import structs

from pointsman.language import ir, tree
from pointsman.language.format import spelling
from pointsman.language.quoting import quoted
from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Choice,
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
    text_of,
)
from pointsman.model.event import (
    CUSTOMER,
    Disable,
    Enable,
    End,
    Ends,
    Event,
    FromComponent,
    FromCustomer,
    HandOver,
    Mutation,
    Position,
    Requested,
    Reset,
    Starts,
)

_NONE: Mapping[str, str] = MappingProxyType({})


def event_of(step: ir.Says | ir.Sends | ir.Presses | ir.Requests | ir.StartsStep | ir.EndsStep) -> Event:
    """The event that a step of a test stands for."""
    match step:
        case ir.Says(party, text, meta, over=over):
            return _from(party, Message(Text(text), meta=meta), over)
        case ir.Sends(party, over=over):
            return _from(party, _sent(step), over)
        case ir.Presses(label, meta, over=over):
            return FromCustomer(Message(Text(label), choice=Choice(label), meta=meta), channel=over)
        case ir.Requests(party, context=context):
            return Requested(party, (_mutation(step),), context)
        case ir.StartsStep():
            return Starts()
        case ir.EndsStep():
            return Ends()
        case _:
            assert_never(step)


def message_of(kind: str, media: Media | None, words: str | None = None) -> Message:
    """The plainest message of a kind with a file and words; where the kind has no place for one, it is left out."""
    content = _content(kind, media or Media(""), media, words)
    message = Message(content)
    return message if words is None or text_of(message) == words else structs.replace(message, fallback=words)


def _content(kind: str, file: Media, media: Media | None, words: str | None) -> Content:
    match kind:
        case "picture":
            return Picture(file, words)
        case "video":
            return Video(file, words)
        case "audio":
            return Audio(file, words)
        case "file":
            return File(file, words)
        case "file list":
            return FileList((file,), words)
        case "location":
            return Location(0.0, 0.0, label=words, url=file.url)
        case "contact":
            return Contact(name=file.url)
        case "card":
            return Card(description=words, media=media)
        case "carousel":
            return Carousel((Card(media=media), Card(media=media)))
        case "template":
            return Template("test", {}, name=file.url)
        case "native":
            return Native("test", "test", {})
        case _:
            return Text(file.url if words is None else words)


def _sent(step: ir.Sends) -> Message:
    media = Media(step.url, step.name, step.mime, step.size)
    labels = tuple(Reply(label, postback=label) for label in step.buttons)
    return structs.replace(message_of(step.kind, media, step.text), buttons=labels, meta=step.meta)


def _from(party: str, message: Message, over: str) -> Event:
    return FromCustomer(message, channel=over) if party == CUSTOMER else FromComponent(party, message)


def _mutation(step: ir.Requests) -> Mutation:
    match step.request:
        case "enable":
            return Enable(step.target)
        case "disable":
            return Disable(step.target)
        case "position":
            return Position(step.flow, step.step, step.target)
        case "reset":
            return Reset()
        case "end":
            return End()
        case _:
            return HandOver(step.target)


# How it reads ---------------------------------------------------------------------------------------------------------


def describe(
    step: ir.Says
    | ir.Sends
    | ir.Presses
    | ir.Requests
    | ir.DeliveryFails
    | ir.DeliverySucceeds
    | ir.StartsStep
    | ir.EndsStep,
) -> str:
    """One line of a transcript, in the words of the language: all that its step says."""
    match step:
        case ir.Says(party, text, meta, over=over):
            return f"{party} says {quoted(text)}{_over(over)}{_with(meta)}"
        case ir.Sends():
            return _sending(step)
        case ir.Presses(label, meta, over=over):
            return f"customer presses {quoted(label)}{_over(over)}{_with(meta)}"
        case ir.DeliveryFails(to, reason, attempts):
            tried = f" with attempts {attempts}" if attempts != 1 else ""
            return f"delivery to {to} fails {quoted(reason)}{tried}"
        case ir.DeliverySucceeds():
            return "delivery to customer succeeds"
        case ir.Requests(party):
            return f"{party} requests {_request(step)}{_with(step.context)}"
        case ir.StartsStep():
            return "conversation starts"
        case ir.EndsStep():
            return "conversation ends"
        case _:
            assert_never(step)


def _sending(step: ir.Sends) -> str:
    kind = spelling.name(tree.Name(step.kind, tree.NOWHERE), "kind_word")
    size = "" if step.size is None else f" of {spelling.size(tree.Size(step.size, '', tree.NOWHERE))}"
    buttons = f" with buttons {', '.join(map(quoted, step.buttons))}" if step.buttons else ""
    members = {"message.text": step.text, "message.name": step.name, "message.mime": step.mime}
    said = {path: value for path, value in members.items() if value is not None}
    return f"{step.party} sends {kind} {quoted(step.url)}{size}{_over(step.over)}{buttons}{_with(step.meta, said)}"


def _request(step: ir.Requests) -> str:
    match step.request:
        case "position":
            return f"position {step.target} at flow {quoted(step.flow)} step {quoted(step.step)}"
        case "hand over":
            return f"hand over to {step.target}"
        case request:
            return f"{request} {step.target}".rstrip()


def _over(channel: str) -> str:
    return f" over {spelling.name(tree.Name(channel, tree.NOWHERE))}" if channel else ""


def _with(pairs: Mapping[str, str], fields: Mapping[str, str] = _NONE) -> str:
    """What goes with a step: the members of its message before what the sender attached."""
    written = [
        *(f"{path} {quoted(value)}" for path, value in fields.items()),
        *(f"{spelling.key(tree.Name(key, tree.NOWHERE))} {quoted(value)}" for key, value in pairs.items()),
    ]
    return f" with {', '.join(written)}" if written else ""
