"""One channel's profile and its rungs, prepared for rendering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pointsman.engine.downgrade.bounds import ENDLESS, Lengths
from pointsman.engine.downgrade.lines import ButtonLine, CardLine, CarouselLine, Line, MediaLine, Plan, TextLine, Types
from pointsman.engine.downgrade.steps import Step
from pointsman.language.ir import Carried, Profile, Rung
from pointsman.model.content import (
    BUTTON_KINDS,
    MESSAGE_KINDS,
    Audio,
    CalendarEvent,
    Compose,
    Dial,
    File,
    FileList,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Video,
)

_MEDIA: Mapping[type, str] = {Picture: "picture", Video: "video", Audio: "audio", File: "file", FileList: "file list"}
_BUTTONS: Mapping[type, str] = {
    Reply: "reply",
    OpenUrl: "url",
    Dial: "dial",
    Compose: "compose",
    ShowLocation: "location",
    CalendarEvent: "calendar",
}


class Ladder:
    """`rungs` are those that speak of this channel, in order of precedence. What a profile does not name is not there.

    `quick` code points are a text that is carried, whatever they are, and more than `longest` are none (0: there are no
    texts); `label_safe` are any label. `asks_of_buttons`: a rung of buttons has a condition. `plans` are remembered, by
    the kinds of a row under a message.
    """

    def __init__(self, profile: Profile, rungs: Iterable[Rung]) -> None:
        self.profile = profile
        self.rungs = tuple(rung for rung in rungs if rung.channels is None or profile.name in rung.channels)
        self.channel = profile.name
        messages = {kind: Carried(kind, "none") for kind in MESSAGE_KINDS} | {it.kind: it for it in profile.messages}
        buttons = {kind: Carried(kind, "none") for kind in BUTTON_KINDS} | {it.kind: it for it in profile.buttons}
        files = {kind: Types(messages[kind].types) for kind in _MEDIA.values()}
        self.text = TextLine(messages["text"])
        self.quick = self.text.plain.safe
        self.longest = (
            min((limit.most for limit in self.text.plain.limits), default=ENDLESS) if self.text.native else -1
        )
        self.media: Mapping[type, MediaLine] = {made: MediaLine(messages[kind]) for made, kind in _MEDIA.items()}
        self.card = CardLine((messages["card"],), files)
        self.carousel = CarouselLine(messages["card"], messages["carousel"], files)
        self.plain: Mapping[str, Line] = {kind: Line(messages[kind]) for kind in ("location", "contact", "template")}
        self.buttons: Mapping[type, ButtonLine] = {
            made: ButtonLine(buttons[kind], self._steps(kind, made)) for made, kind in _BUTTONS.items()
        }
        self.replies = self.buttons[Reply]
        self.asks_of_buttons = any(step.when for line in self.buttons.values() for step in line.steps)
        labels = (self.card.label, self.carousel.label, *(line.label for line in self.buttons.values()))
        self.label_safe = min(label.safe for label in labels)
        self.plans: dict[tuple[type, ...], Plan] = {}
        self.postback_most = profile.postback.most if profile.postback else 0
        self.postbacks = Lengths([profile.postback] if profile.postback else ())
        self.steps = {kind: self._steps(kind, None) for kind in MESSAGE_KINDS}

    def _steps(self, kind: str, button: type | None) -> tuple[Step, ...]:
        return tuple(Step(it, button) for it in self.rungs if it.kind == kind and it.button is (button is not None))
