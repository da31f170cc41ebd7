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
from pointsman.engine.downgrade.buttons import label_of, settled
from pointsman.engine.downgrade.cut import cut_short
from pointsman.engine.downgrade.lines import CardLine, CarouselLine
from pointsman.engine.downgrade.run import Path, Piece, Run
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
    if isinstance(made, Refusal):
        run.back(mark)
    return made


def _alone(run: Run, content: Card, under: tuple[Button, ...], path: Path) -> list[Piece] | Refusal:
    line, own = run.ladder.card, len(content.buttons)
    shown, lines = settled(run, content, content.buttons + under, line, path)
    inside, below = _all(shown[:own]), _all(shown[own:])
    bare = content if inside == content.buttons else structs.replace(content, buttons=inside)
    if lines:
        whole = structs.replace(bare, description=_joined(content.description, lines))
        if not _beyond(run, whole, inside + below, line):
            return [Piece(whole, [], below, path)]
    if refusal := _beyond(run, bare, inside if lines else inside + below, line):
        return refusal
    if not lines:
        return [Piece(bare, [], below, path)]
    return [Piece(bare, [], (), path), Piece(None, lines, below, path)]


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
    line = run.ladder.carousel
    if not line.native or not content.cards:
        return line.refusal
    mark = run.mark()
    groups = _sizes(len(content.cards), line.cards.least, line.cards.most)
    pieces: list[Piece] = []
    if len(groups) != 1 or len(content.cards) != groups[0]:
        _tell_groups(run, groups, len(content.cards), line)
    done = 0
    for size in groups:
        cards: list[Card] = []
        for each in content.cards[done : done + size]:
            fitted = _fitted(run, each, line, path, len(cards) + done + 1)
            if isinstance(fitted, Refusal):
                run.back(mark)
                return fitted
            cards.append(fitted)
        done += size
        same = size == len(content.cards) and all(map(_same, cards, content.cards))
        pieces.append(Piece(content if same else Carousel(tuple(cards), content.width), [], (), path))
    for place, each in enumerate(content.cards[done:], done + 1):
        last = place == len(content.cards)
        pieces += run.render(run, each, under if last else (), path) or []
    if done == len(content.cards):
        attach(run, pieces, under, path)
    return pieces


def _same(one: Card, other: Card) -> bool:
    return one is other


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
    kind = "split" if len(groups) + alone > 1 else "emulated"
    run.lose(kind, "carousel", " and ".join(became), line.cards.refusal)


def _counted(count: int, noun: str) -> str:
    return noun if count == 1 else f"{count} {noun}s"


def _fitted(run: Run, content: Card, line: CarouselLine, path: Path, number: int) -> Card | Refusal:
    """Fit one card into a carousel, its title and description cut where they are too long."""
    if refusal := line.refuses_media(content.media):
        return refusal
    shown, lines = settled(run, content, content.buttons, line, path)
    inside = _all(shown)
    made = content if inside == content.buttons else structs.replace(content, buttons=inside)
    if lines:
        made = structs.replace(made, description=_joined(content.description, lines))
        return _beyond(run, made, inside, line) or made
    if not _beyond(run, made, inside, line):
        return made
    return _shortened(run, made, line, number)


def _shortened(run: Run, content: Card, line: CarouselLine, number: int) -> Card | Refusal:
    title = _within(run, content.title, line.title, f"title of card {number}")
    description = _within(run, content.description, line.description, f"description of card {number}")
    made = structs.replace(content, title=title, description=description)
    refusal = _beyond(run, made, content.buttons, line)
    if refusal is None or not description:
        return refusal or made
    rest = _rest(run, made, line)
    what = f"description of card {number}"
    made = structs.replace(made, description=_within(run, description, rest, what) if rest else None)
    if not rest:
        run.lose("truncated", what, "nothing", refusal)
    return _beyond(run, made, content.buttons, line) or made


def _within(run: Run, words: str | None, bounds: Lengths, what: str) -> str | None:
    if words is None or bounds.hold(words):
        return words
    run.lose("truncated", what, "cut short", bounds.refusal(words))
    return cut_short(words, bounds.limits)


def _rest(run: Run, content: Card, line: CarouselLine) -> Lengths | None:
    """What `together` leaves for the description beside title and labels; None: nothing."""
    beside = _together(run, structs.replace(content, description=None), content.buttons, line)
    limits = [structs.replace(limit, most=limit.most - length(beside, limit)) for limit in line.together.limits]
    return Lengths(limits) if all(limit.most > 0 for limit in limits) else None
