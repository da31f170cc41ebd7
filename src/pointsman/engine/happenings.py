"""The events of a transcript: what each step of a test makes happen, and how it reads."""

from __future__ import annotations

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
    Picture,
    Reply,
    Template,
    Text,
    Video,
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
        case ir.Sends(party, kind, url, size, buttons, meta):
            labels = tuple(Reply(label, postback=label) for label in buttons)
            return _from(party, Message(content_of(kind, url, size), labels, meta=meta))
        case ir.Presses(label):
            return FromCustomer(Message(Text(label), choice=Choice(label)))
        case ir.Requests(party):
            return Requested(party, (_mutation(step),))
        case ir.StartsStep():
            return Starts()
        case ir.EndsStep():
            return Ends()


def content_of(kind: str, url: str, size: int | None = None) -> Content:
    """The plainest content of a kind: `url` stands for what is most its own (the words, the file, the name)."""
    media = Media(url, size=size)
    match kind:
        case "picture":
            return Picture(media)
        case "video":
            return Video(media)
        case "audio":
            return Audio(media)
        case "file":
            return File(media)
        case "file list":
            return FileList((media,))
        case "location":
            return Location(0.0, 0.0, url=url)
        case "contact":
            return Contact(name=url)
        case "card":
            return Card(media=media)
        case "carousel":
            return Carousel((Card(media=media), Card(media=media)))
        case "template":
            return Template("test", {}, name=url)
        case _:
            return Text(url)


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
