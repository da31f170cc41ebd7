"""What a rung makes of a message, rendering by rendering, in order.

Laws: texts (with numbered lines and links) that follow one another directly are one text; a text behind a file is its
caption where it fits. What is made is rendered again. Buttons under the message stay under the last that is made;
those inside cards go where the rung puts them, else they are told as dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pointsman.engine.downgrade.bounds import Refusal
from pointsman.engine.downgrade.buttons import lines_by
from pointsman.engine.downgrade.lines import kind_of_file
from pointsman.engine.downgrade.parts import address_of, line_of, words_of
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.engine.downgrade.steps import Step
from pointsman.engine.downgrade.under import attach
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Content,
    File,
    FileList,
    Media,
    NativeButton,
    Picture,
    Reply,
    Video,
    kind_of,
)
from pointsman.model.conversation import Offer
from pointsman.model.decision import Loss

_OneFile: TypeAlias = type[Picture | Video | Audio | File]
_FILES: Mapping[str, _OneFile] = {"picture": Picture, "video": Video, "audio": Audio, "file": File}
_NO_BUTTONS: tuple[Button, ...] = ()


def descend(run: Run, content: Content, under: tuple[Button, ...], path: Path, refusal: Refusal) -> list[Piece]:
    """Render a content, which was refused, by its rung. Of no pieces, none had a place for the buttons."""
    kind = kind_of(content)
    step = run.step(kind, run.ladder.steps[kind], content, under, path)
    told = len(run.losses)
    making = _Making(run, step, under, (*path, step), refusal)
    loss = making.make(content)
    run.losses.insert(told, Loss(loss, kind, making.became(), refusal.limit, refusal.source))
    return making.made


class _Making:
    """What one rung has made so far. `_under` are the buttons that no message carries yet."""

    __slots__ = ("_made_of", "_path", "_refusal", "_run", "_step", "_under", "made")

    def __init__(self, run: Run, step: Step, under: tuple[Button, ...], path: Path, refusal: Refusal) -> None:
        self._run, self._step, self._under, self._path, self._refusal = run, step, under, path, refusal
        self._made_of: dict[str, int] = {}
        self.made: list[Piece] = []

    def make(self, content: Content) -> Any:
        """Make it all; return the kind of the loss."""
        subjects = _subjects(content, self._step)
        last = len(subjects) - 1
        for place, subject in enumerate(subjects):
            self._repeat(subject, final=place == last)
        kind = "dropped" if not self.made else "linked" if self._step.links else "emulated"
        if self._under and not (self._step.nothing and not self.made):
            if not self.made:
                self._add(Piece(None, [], _NO_BUTTONS, self._path), "")
            attach(self._run, self.made, self._under, self._path)
        if kind == "dropped":
            self._made_of = {}
        return kind

    def became(self) -> str:
        """What was made, in words."""
        made = self._made_of.items()
        return " and ".join([name if count == 1 else f"{count} {name}s" for name, count in made]) or "nothing"

    def _repeat(self, subject: Content, *, final: bool) -> None:
        step, run = self._step, self._run
        number, remembered = 0, None
        for place, (how, template) in enumerate(step.actions, 1):
            if template is not None:
                if template.counts and not number:
                    next_number = run.number + 1
                    if text := template.text(subject, next_number, run.fallback_of(subject)):
                        run.number = number = next_number
                        remembered = self._remember(subject, number)
                else:
                    text = template.text(subject, number, run.fallback_of(subject))
                if text:
                    self._say(text, "text")
            else:
                self._do(how, subject, final=final and place == len(step.actions))
        if not step.keeps_buttons and not step.nothing:
            self._drop(subject, remembered)

    def _do(self, how: str, subject: Content, *, final: bool) -> None:
        match how:
            case "picture" | "file":
                self._files(subject, _FILES[how])
            case "card" | "cards":
                self._cards(subject, final=final)
            case "link":
                self._link(subject)
            case "buttons":
                if inside := _inside(subject):
                    self._put(inside)
            case "numbered buttons":
                self._numbered(subject)
            case _:
                pass

    # Texts -----------------------------------------------------------------------------------------------------------

    def _say(self, words: str, name: str) -> None:
        last = self.made[-1] if self.made else None
        if last is None or not last.open or last.buttons:
            self._add(Piece(None, [words], _NO_BUTTONS, self._path), name)
        elif last.content is None:
            last.lines.append(words)
            if name == "link":
                self._count(name)
        elif self._run.ladder.media[type(last.content)].plain.hold("\n".join([*last.lines, words])):
            if not last.lines:
                self._count(name)
            last.lines.append(words)
        else:
            self._add(Piece(None, [*last.lines, words], _NO_BUTTONS, self._path), name)
            last.lines = []

    def _link(self, subject: Content) -> None:
        for each in _single(subject):
            words = words_of(each, self._run.fallback_of(each))
            if lines := [line for line in (words, address_of(each)) if line]:
                self._say("\n".join(lines), "link")

    def _numbered(self, subject: Content) -> None:
        run, remember_ms = self._run, self._step.remember_ms
        lines: list[str] = []
        inside = _inside(subject)
        for button in inside:
            if isinstance(button, Reply):
                run.number = number = run.number + 1
                lines.append(f"{number}. {button.label}")
                if remember_ms:
                    run.offers.append(Offer(button.label, button.postback, number))
                    run.remember_ms = max(run.remember_ms, remember_ms)
            elif not isinstance(button, NativeButton):
                lines += self._line(subject, button)
        if lines:
            self._say("\n".join(lines), "text")
        if native := tuple([button for button in inside if isinstance(button, NativeButton)]):
            self._put(native)

    def _line(self, subject: Content, button: Button) -> list[str]:
        """Write a button that is no choice: by its own rung, or as it can always be read."""
        run = self._run
        line = run.ladder.buttons[type(button)]
        step = run.find(run.ladder.button_steps[line.kind], subject, self._under)
        found = lines_by(run, button, step) if step else [line_of(button)]
        became, refusal = "text" if found else "nothing", self._refusal if line.native else line.refusal
        run.lose("emulated" if found else "dropped", f"button `{button.label}`", became, refusal)
        return found

    # Files and cards -------------------------------------------------------------------------------------------------

    def _files(self, subject: Content, kind: _OneFile) -> None:
        for media, words in _media(subject):
            self._file(media, None if self._step.says else words, kind)

    def _file(self, media: Media, words: str | None, kind: _OneFile) -> None:
        """Send a file as `kind`, or as what its type says where the channel has it only so; else by the kind's rung."""
        lines = self._run.ladder.media
        for each in (kind, _FILES[kind_of_file(media)]):
            if not lines[each].refuses(media):
                content = each(media)
                self._add(Piece(content, [words] if words else [], _NO_BUTTONS, self._path), kind_of(content))
                return
        made = self._run.render(self._run, kind(media, words), _NO_BUTTONS, self._path)
        self._count(kind_of(kind(media)))
        if made and self.made and made[0].content is None and self._joins(self.made[-1]):
            self.made[-1].lines += made[0].lines
            self.made[-1].buttons = made[0].buttons
            del made[0]
        self.made += made

    @staticmethod
    def _joins(piece: Piece) -> bool:
        return piece.content is None and piece.open and not piece.buttons

    def _cards(self, subject: Content, *, final: bool) -> None:
        cards = _as_cards(subject)
        for place, card in enumerate(cards, 1):
            under = self._under if final and place == len(cards) else _NO_BUTTONS
            made = self._run.render(self._run, card, under, self._path)
            if made and under:
                self._under = _NO_BUTTONS
            for piece in made:
                piece.open = False
            self.made += made
            self._count("card")

    # Buttons ---------------------------------------------------------------------------------------------------------

    def _put(self, inside: tuple[Button, ...]) -> None:
        if not self.made:
            self._add(Piece(None, [], _NO_BUTTONS, self._path), "text")
        attach(self._run, self.made, inside, self._path)

    def _remember(self, subject: Content, number: int) -> Button | None:
        """Offer a card's first reply by the card's number and title."""
        if not self._step.remember_ms:
            return None
        reply = next((button for button in _inside(subject) if isinstance(button, Reply)), None)
        if reply is not None:
            title = subject.title if isinstance(subject, Card) else None
            self._run.offers.append(Offer(reply.label, reply.postback, number, title or ""))
            self._run.remember_ms = max(self._run.remember_ms, self._step.remember_ms)
        return reply

    def _drop(self, subject: Content, remembered: Button | None) -> None:
        for button in _inside(subject):
            if button is not remembered:
                self._run.lose("dropped", f"button `{button.label}`", "nothing", self._refusal)

    # What was made ---------------------------------------------------------------------------------------------------

    def _add(self, piece: Piece, name: str) -> None:
        self.made.append(piece)
        if name:
            self._count(name)

    def _count(self, name: str) -> None:
        self._made_of[name] = self._made_of.get(name, 0) + 1


# What is rendered -----------------------------------------------------------------------------------------------------


def _subjects(content: Content, step: Step) -> tuple[Content, ...]:
    """What the whole rendering is repeated for; the words of a list go with its first file."""
    if step.each == "card" and isinstance(content, Carousel):
        return content.cards
    if step.each == "file" and isinstance(content, FileList):
        return tuple(File(media, words) for media, words in _media(content))
    return (content,)


def _media(subject: Content) -> Iterator[tuple[Media, str | None]]:
    """The files of what is rendered, each with the words that go with it."""
    match subject:
        case Picture(media, words) | Video(media, words) | Audio(media, words) | File(media, words):
            yield media, words
        case FileList(files, words):
            for place, media in enumerate(files):
                yield media, None if place else words
        case Card(media=media) if media:
            yield media, None
        case Carousel(cards):
            for card in cards:
                yield from _media(card)
        case _:
            return


def _single(subject: Content) -> tuple[Content, ...]:
    match subject:
        case Carousel(cards):
            return cards
        case FileList():
            return tuple(File(media, words) for media, words in _media(subject))
        case _:
            return (subject,)


def _as_cards(subject: Content) -> tuple[Card, ...]:
    match subject:
        case Card():
            return (subject,)
        case Carousel(cards):
            return cards
        case Picture(media, words) | Video(media, words) | Audio(media, words) | File(media, words):
            return (Card(description=words, media=media),)
        case FileList():
            return tuple(Card(description=words, media=media) for media, words in _media(subject))
        case _:
            return (Card(description=words_of(subject, None)),)


def _inside(subject: Content) -> tuple[Button, ...]:
    """The buttons inside cards."""
    match subject:
        case Card():
            return subject.buttons
        case Carousel(cards):
            return tuple(button for card in cards for button in card.buttons)
        case _:
            return _NO_BUTTONS
