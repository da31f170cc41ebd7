"""Cards and carousels: carried, kept within their kind, or refused.

Laws: nothing of a card that stands alone is cut but labels; in a carousel, titles and descriptions are. Buttons that a
card cannot show are lines of its description where they fit; else they follow a card as a text of its own, and a
carousel goes down its rung. No carousel is above the most of its channel, nor below the least: what is left over
stands alone as cards.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from pointsman.engine.downgrade.bounds import Lengths, Refusal
from pointsman.engine.downgrade.buttons import settled
from pointsman.engine.downgrade.cut import cut_short
from pointsman.engine.downgrade.labels import label_of
from pointsman.engine.downgrade.lines import CardLine, CarouselLine
from pointsman.engine.downgrade.run import LossKind, Path, Piece, Run
from pointsman.engine.downgrade.under import attach
from pointsman.engine.measure import length
from pointsman.model.content import Button, Card, Carousel


def card(run: Run, content: Card, under: tuple[Button, ...], path: Path) -> list[Piece] | Refusal:
    """Make a card that stands alone, with buttons under it."""
    line = run.ladder.card
    if not line.native:
        return line.refusal
    if refusal := line.refuses_media(content.media) or line.refuses_words(content):
        return refusal
    mark = run.mark()
    made = _alone(run, content, under, path)
    if type(made) is Refusal:
        run.back(mark)
    return made


def _alone(run: Run, content: Card, under: tuple[Button, ...], path: Path) -> list[Piece] | Refusal:
    line, own, buttons = run.ladder.card, len(content.buttons), content.buttons + under
    shown, lines = settled(run, content, buttons, line, path)
    if shown is buttons:
        return _beyond(run, content, buttons, line) or [Piece(content, [], under, path)]
    inside, below = _all(shown[:own]), _all(shown[own:])
    if lines:
        whole = _with(content, _joined(content.description, lines), inside)
        if not _beyond(run, whole, inside + below, line):
            return [Piece(whole, [], below, path)]
    bare = _with(content, content.description, inside)
    if refusal := _beyond(run, bare, inside if lines else inside + below, line):
        return refusal
    if not lines:
        return [Piece(bare, [], below, path)]
    return [Piece(bare, [], (), path), Piece(None, lines, below, path)]


def _with(content: Card, description: str | None, buttons: tuple[Button, ...]) -> Card:
    return Card(content.title, description, content.media, buttons, content.orientation, content.alignment)


def _all(shown: Sequence[Button | None]) -> tuple[Button, ...]:
    return tuple([button for button in shown if button is not None])


def _joined(description: str | None, lines: list[str]) -> str:
    return "\n".join([description, *lines] if description else lines)


def _beyond(run: Run, content: Card, buttons: tuple[Button, ...], line: CardLine) -> Refusal | None:
    """Say what a card with `buttons` in all has too much of, or too little; labels are taken as they will be cut."""
    if not line.buttons.least <= len(buttons) <= line.buttons.most:
        return line.buttons.refusal
    if refusal := line.refuses_words(content):
        return refusal
    if line.together.limits and not line.together.hold(together := _together(run, content, buttons, line)):
        return line.together.refusal(together)
    return None


def _together(run: Run, content: Card, buttons: tuple[Button, ...], line: CardLine) -> str:
    labels = [label_of(run.ladder, button, line) for button in buttons]
    return "".join([content.title or "", content.description or "", *labels])


# Carousels ------------------------------------------------------------------------------------------------------------


def carousel(run: Run, content: Carousel, under: tuple[Button, ...], path: Path) -> list[Piece] | Refusal:
    """Make as few carousels as hold all cards, with buttons under the last message."""
    line, count = run.ladder.carousel, len(content.cards)
    if not line.native or not count:
        return line.refusal
    mark = run.mark()
    groups = _sizes(count, line.cards.least, line.cards.most)
    if groups != [count]:
        _tell_groups(run, groups, count, line)
    pieces: list[Piece] = []
    done = 0
    for size in groups:
        part = _part(run, content, slice(done, done + size), path)
        if isinstance(part, Refusal):
            run.back(mark)
            return part
        pieces.append(Piece(part, [], (), path))
        done += size
    for each in content.cards[done:]:
        done += 1
        made = run.render(run, each, under if done == count else (), path)
        if made and done == count:
            under = ()
        pieces += made
    if under and pieces:
        attach(run, pieces, under, path)
    return pieces


def _part(run: Run, content: Carousel, part: slice, path: Path) -> Carousel | Refusal:
    """Make one carousel of some of the cards."""
    cards: list[Card] = []
    changed = len(content.cards) != part.stop - part.start
    for number, each in enumerate(content.cards[part], part.start + 1):
        fitted = _fitted(run, each, run.ladder.carousel, path, number)
        if isinstance(fitted, Refusal):
            return fitted
        changed = changed or fitted is not each
        cards.append(fitted)
    return Carousel(tuple(cards), content.width) if changed else content


def _sizes(count: int, least: int, most: int) -> list[int]:
    """The sizes of the carousels, as even as can be; the cards that are left over stand alone."""
    if most < least or count < least:
        return []
    groups = -(-count // most)
    size, more = divmod(count, groups)
    if size >= least:
        return [size + 1] * more + [size] * (groups - more)
    return [most] * (count // most)


def _tell_groups(run: Run, groups: list[int], count: int, line: CarouselLine) -> None:
    alone = count - sum(groups)
    became = [_counted(len(groups), "carousel")] * bool(groups) + [_counted(alone, "card")] * bool(alone)
    kind: LossKind = "split" if len(groups) + alone > 1 else "emulated"
    refusal = line.cards.refusal if count > line.cards.most else Refusal("", line.cards.refusal.source)
    run.lose(kind, "carousel", " and ".join(became), refusal)


def _counted(count: int, noun: str) -> str:
    return noun if count == 1 else f"{count} {noun}s"


def _fitted(run: Run, content: Card, line: CarouselLine, path: Path, number: int) -> Card | Refusal:
    """Fit one card into a carousel, its title and description cut where they are too long, lines of buttons kept."""
    if refusal := line.refuses_media(content.media):
        return refusal
    shown, lines = settled(run, content, content.buttons, line, path)
    if shown is content.buttons:
        made = content
    else:
        words = _joined(content.description, lines) if lines else content.description
        made = _with(content, words, _all(shown))
    refusal = _beyond(run, made, made.buttons, line)
    return _shortened(run, made, "\n".join(lines), line, number) if refusal else made


def _shortened(run: Run, content: Card, lines: str, line: CarouselLine, number: int) -> Card | Refusal:
    """Cut a card's title, and what of its description stands before `lines`."""
    buttons = content.buttons
    made = structs.replace(content, title=_within(run, content.title, line.title, f"title of card {number}"))
    refusal = _beyond(run, made, buttons, line)
    if refusal is None:
        return made
    bare = structs.replace(made, description=lines or None)
    if beyond := _beyond(run, bare, buttons, line):
        return beyond
    description, room = content.description or "", _room(run, bare, line)
    rest = description[: len(description) - len(lines)].removesuffix("\n") if lines else description
    kept = cut_short(rest, room.limits) if room else ""
    run.lose("truncated", f"description of card {number}", "cut short" if kept else "nothing", refusal)
    made = structs.replace(bare, description="\n".join(words for words in (kept, lines) if words) or None)
    return _beyond(run, made, buttons, line) or made


def _within(run: Run, words: str | None, bounds: Lengths, what: str) -> str | None:
    if words is None or bounds.hold(words):
        return words
    run.lose("truncated", what, "cut short", bounds.refusal(words))
    return cut_short(words, bounds.limits)


def _room(run: Run, content: Card, line: CarouselLine) -> Lengths | None:
    """What the limits leave for a description before that of a card; None: nothing."""
    words = f"\n{content.description}" if content.description else ""
    beside = _together(run, content, content.buttons, line) + "\n" * bool(words)
    limits = [
        *(structs.replace(limit, most=limit.most - length(words, limit)) for limit in line.description.limits),
        *(structs.replace(limit, most=limit.most - length(beside, limit)) for limit in line.together.limits),
    ]
    return Lengths(limits) if all(limit.most > 0 for limit in limits) else None
