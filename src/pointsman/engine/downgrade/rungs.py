"""What a rung makes of a message, rendering by rendering, in order.

Laws: texts (with numbered lines and links) that follow one another directly are one text; a text behind a file is its
caption where it fits. What is made is rendered again. Buttons under the message stay under the last that is made;
those inside cards go where the rung puts them, else they are told as dropped. A file keeps its words where the rung
says none; what no message is left for stands under the labels of its buttons, unless it becomes `nothing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from pointsman.engine.downgrade.bounds import ENDLESS, Refusal
from pointsman.engine.downgrade.buttons import line_by, settled
from pointsman.engine.downgrade.lines import kind_of_file
from pointsman.engine.downgrade.parts import KINDS, address_of, line_of
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.engine.downgrade.steps import LossKind, Step
from pointsman.engine.downgrade.subjects import as_cards, files_of, singles_of, subjects_of
from pointsman.engine.downgrade.templates import Template
from pointsman.engine.downgrade.under import attach
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Content,
    File,
    Media,
    Message,
    NativeButton,
    Picture,
    Reply,
    Video,
    buttons_inside,
    text_of,
)
from pointsman.model.conversation import Offer

_OneFile: TypeAlias = type[Picture | Video | Audio | File]
_FILES: Mapping[str, _OneFile] = {"picture": Picture, "video": Video, "audio": Audio, "file": File}
_SINGLE = frozenset(_FILES.values())
_PICTURE_AND_TEXT = ("picture", "text")


def descend(run: Run, content: Content, under: tuple[Button, ...], path: Path, refusal: Refusal) -> list[Piece]:
    """Render a content, which was refused, by its rung. Of no pieces, none had a place for the buttons."""
    kind = KINDS[type(content)]
    step = run.step(kind, run.ladder.steps[kind], content, under, path)
    making = _Making(run, step, under, (*path, step), refusal)
    losses = len(run.losses)
    if step.caption is not None and type(content) is Card and making.captioned(content, step.caption):
        pass
    elif step.each:
        subjects = subjects_of(content, step.each)
        for place, subject in enumerate(subjects, 1):
            making.repeat(subject, final=place == len(subjects))
    else:
        making.repeat(content, final=True)
    made = making.made
    lost: LossKind = "dropped" if not made else "linked" if making.links else "emulated"
    if making.under and (made or not step.nothing):
        if not made:
            made.append(Piece(None, [], (), making.path))
        attach(run, made, making.under, making.path)
    became = "nothing" if lost == "dropped" else _became(making.names)
    if (refusal, step, became) not in run.told:
        run.told.add((refusal, step, became))
        run.lose(lost, kind, became, refusal, losses)
    return made


def _became(names: list[str]) -> str:
    """What was made, in words."""
    if len(names) == 2 and names[0] != names[1]:
        return f"{names[0]} and {names[1]}"
    counts = dict.fromkeys(names, 0)
    for name in names:
        counts[name] += 1
    return " and ".join([name if count == 1 else f"{count} {name}s" for name, count in counts.items()]) or "text"


class _Making(Struct):
    """What one rung has made so far. `under` are the buttons that no message carries yet; `names` what was made.

    `links`: it has an address of the rung's `link`.
    """

    run: Run
    step: Step
    under: tuple[Button, ...]
    path: Path
    refusal: Refusal
    made: list[Piece] = []
    names: list[str] = []
    links: bool = False

    def repeat(self, subject: Content, *, final: bool) -> None:
        """Make all that the rung says of one subject; `final`: it is the last."""
        step, run = self.step, self.run
        number = 0
        remembered: Button | None = None
        for place, (how, template) in enumerate(step.actions, 1):
            if template is not None:
                write = template.of.get(type(subject)) or template.writer(type(subject))
                counted = number or run.number + 1
                fallback = run.message.fallback if subject is run.message.content else None
                if text := write(subject, counted, fallback):
                    if template.counts and not number:
                        run.number = number = counted
                        remembered = self._remember(subject, number)
                    self._say(text)
            elif how == "buttons":
                if inside := buttons_inside(subject):
                    self._put(inside)
            elif how == "picture" or how == "file":
                for media, words in files_of(subject):
                    self._file(media, None if step.says else words, _FILES[how], subject)
            elif how == "numbered buttons":
                self._numbered(subject)
            elif how == "card" or how == "cards":
                self._cards(subject, final=final and place == len(step.actions))
            elif how == "link":
                self._link(subject)
        if not step.keeps_buttons and not step.nothing:
            self._drop(subject, remembered)

    def captioned(self, card: Card, template: Template) -> bool:
        """Make a picture with caption and buttons of a card at once, as `repeat` would; nothing where it differs."""
        media, run = card.media, self.run
        line = run.ladder.media[Picture]
        if media is None or line.refuses(media) or (media.mime is not None and kind_of_file(media.mime) != "picture"):
            return False
        write = template.of.get(Card) or template.writer(Card)
        text = write(card, 0, run.message.fallback if card is run.message.content else None)
        if not text or not line.plain.hold(text):
            return False
        self.names += _PICTURE_AND_TEXT
        if run.ladder.asks_of_buttons or not card.buttons:
            self.made.append(Piece(Picture(media), [text], (), self.path))
            if card.buttons:
                attach(run, self.made, card.buttons, self.path)
            return True
        buttons, lines = settled(run, card, card.buttons, None, self.path)
        words = "\n".join([text, *lines]) if lines else text
        if not lines or (line.buttoned if buttons else line.plain).hold(words):
            self.made.append(Piece(Picture(media, words), [words], buttons, self.path))
        else:
            self.made += Piece(Picture(media), [text], (), self.path), Piece(None, lines, buttons, self.path)
        return True

    # Texts -----------------------------------------------------------------------------------------------------------

    def _say(self, words: str) -> None:
        last = self.made[-1] if self.made else None
        if last is None or not last.open or last.buttons:
            self.names.append("text")
            self.made.append(Piece(None, [words], (), self.path))
        elif last.content is None:
            last.lines.append(words)
            if "text" not in self.names:
                self.names.append("text")
        else:
            self._say_under(last, last.content, words)

    def _say_under(self, last: Piece, content: Content, words: str) -> None:
        """Make words a caption, with those that are there; where it would be too long, all of them are a text."""
        if not last.lines:
            self.names.append("text")
        bounds = self.run.ladder.media[type(content)].plain
        if bounds.safe == ENDLESS:
            last.lines.append(words)
            return
        words = "\n".join([*last.lines, words]) if last.lines else words
        if bounds.hold(words):
            last.lines = [words]
        else:
            last.lines = []
            self.made.append(Piece(None, [words], (), self.path))

    def _link(self, subject: Content) -> None:
        for each in singles_of(subject):
            words = text_of(Message(each, fallback=self.run.fallback_of(each)))
            address = address_of(each)
            if lines := [line for line in (words, address) if line]:
                self._say("\n".join(lines))
                self.links = self.links or bool(address)

    def _numbered(self, subject: Content) -> None:
        """Write the buttons of each card; its title stands for the first of its choices."""
        run, remember_ms = self.run, self.step.remember_ms
        lines: list[str] = []
        native: list[Button] = []
        for card in (subject,) if type(subject) is Card else singles_of(subject):
            title = card.title if isinstance(card, Card) else None
            for button in buttons_inside(card):
                if type(button) is Reply:
                    run.number = number = run.number + 1
                    lines.append(f"{number}. {button.label}")
                    if remember_ms:
                        run.offers.append(Offer(button.label, button.postback, number, title or ""))
                        run.remember_ms = max(run.remember_ms, remember_ms)
                    title = None
                elif type(button) is NativeButton:
                    native.append(button)
                else:
                    kind = run.ladder.buttons[type(button)]
                    why = self.refusal if kind.native else kind.refusal
                    line = line_by(run, button, kind.step, why) if kind.step else self._line(card, button, why)
                    if line:
                        lines.append(line)
        if lines:
            self._say("\n".join(lines))
        if native:
            self._put(tuple(native))

    def _line(self, subject: Content, button: Button, refusal: Refusal) -> str:
        """Write a button that is no choice: by the rung that holds, or as it can always be read."""
        run = self.run
        step = run.find(run.ladder.buttons[type(button)].steps, subject, self.under)
        if step is not None:
            return line_by(run, button, step, refusal)
        run.lose("emulated", f"button `{button.label}`", "text", refusal)
        return line_of(button)

    # Files and cards -------------------------------------------------------------------------------------------------

    def _file(self, media: Media, words: str | None, kind: _OneFile, subject: Content) -> None:
        """Send a file as `kind`, else as what its type says; by the rung of its kind where the channel refuses it.

        The picture of a card or of a list is what its type says in the first place: no video goes as a picture.
        """
        own = _FILES[kind_of_file(media.mime)]
        if kind is Picture and (type(subject) not in _SINGLE or self.step.each):
            kind = own
        for each in (kind, own):
            if self.run.ladder.media[each].refuses(media) is None:
                self.made.append(Piece(each(media), [words] if words else [], (), self.path))
                self.names.append(KINDS[each])
                return
        self._file_by_rung(kind(media, words))

    def _file_by_rung(self, content: Content) -> None:
        made = self.run.render(self.run, content, (), self.path)
        self.names.append(KINDS[type(content)])
        last = self.made[-1] if self.made else None
        if made and last is not None and last.content is None is made[0].content and last.open and not last.buttons:
            last.lines += made[0].lines
            last.buttons = made[0].buttons
            del made[0]
        self.made += made

    def _cards(self, subject: Content, *, final: bool) -> None:
        run, path = self.run, self.path
        cards = as_cards(subject)
        for place, card in enumerate(cards, 1):
            under = self.under if final and place == len(cards) else ()
            made = run.render(run, card, under, path)
            if under and made:
                self.under = ()
            for piece in made:
                piece.open = False
            self.made += made
            self.names.append("card")

    # Buttons ---------------------------------------------------------------------------------------------------------

    def _put(self, inside: tuple[Button, ...]) -> None:
        if not self.made:
            self.made.append(Piece(None, [], (), self.path))
            self.names.append("text")
        attach(self.run, self.made, inside, self.path)

    def _remember(self, subject: Content, number: int) -> Button | None:
        """Offer a card's first reply by the card's number and title."""
        if not self.step.remember_ms:
            return None
        reply = next((button for button in buttons_inside(subject) if isinstance(button, Reply)), None)
        if reply is not None:
            title = subject.title if isinstance(subject, Card) else None
            self.run.offer(reply, number, self.step, title or "")
        return reply

    def _drop(self, subject: Content, remembered: Button | None) -> None:
        for button in buttons_inside(subject):
            if button is not remembered:
                self.run.lose("dropped", f"button `{button.label}`", "nothing", self.refusal)
