"""The events of a transcript: what each step of a test makes happen, and how it reads."""

from __future__ import annotations

from typing import assert_never

from msgspec import structs

from pointsman.language import ir
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


def event_of(step: ir.Says | ir.Sends | ir.Presses | ir.Requests | ir.StartsStep | ir.EndsStep) -> Event:
    """The event that a step of a test stands for."""
    match step:
        case ir.Says(party, text, meta):
            return _from(party, Message(Text(text), meta=meta))
        case ir.Sends(party):
            return _from(party, _sent(step))
        case ir.Presses(label, meta):
            return FromCustomer(Message(Text(label), choice=Choice(label), meta=meta))
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


def _from(party: str, message: Message) -> Event:
    return FromCustomer(message) if party == CUSTOMER else FromComponent(party, message)


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


def describe(step: ir.Says | ir.Sends | ir.Presses | ir.Requests | ir.StartsStep | ir.EndsStep) -> str:
    """One line of a transcript, in the words of the language."""
    match step:
        case ir.Says(party, text):
            return f'{party} says "{text}"'
        case ir.Sends(party, kind, url):
            return f'{party} sends {kind} "{url}"'
        case ir.Presses(label):
            return f'customer presses "{label}"'
        case ir.Requests(party, "position", target, flow, at):
            return f'{party} requests position {target} at flow "{flow}" step "{at}"'
        case ir.Requests(party, "hand over", target):
            return f"{party} requests hand over to {target}"
        case ir.Requests(party, request, target):
            return f"{party} requests {request} {target}".rstrip()
        case ir.StartsStep():
            return "conversation starts"
        case ir.EndsStep():
            return "conversation ends"
        case _:
            assert_never(step)
