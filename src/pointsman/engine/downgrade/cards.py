"""Cards and carousels: carried, kept within their kind, or refused.

Laws: nothing of a card that stands alone is cut but labels; in a carousel, titles and descriptions are. Buttons that a
card cannot show are lines of its description where they fit; else they follow a card as a text of its own, and a
carousel goes down its rung. No carousel is above the most of its channel, nor below the least: what is left over
stands alone as cards.
"""

from __future__ import annotations

from msgspec import structs

from pointsman.engine.downgrade.bounds import Refusal
from pointsman.engine.downgrade.buttons import settled, settled_both
from pointsman.engine.downgrade.cut import ELLIPSIS, cut_at, cut_short
from pointsman.engine.downgrade.labels import label_of
from pointsman.engine.downgrade.lines import CardLine, CarouselLine
from pointsman.engine.downgrade.run import Path, Piece, Run
from pointsman.engine.downgrade.steps import LossKind
from pointsman.engine.downgrade.under import attach
from pointsman.engine.measure import length
from pointsman.language.ir import Limit
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
    line = run.ladder.card
    if under:
        inside, below, lines = settled_both(run, content, content.buttons, under, line, path)
    else:
        (inside, lines), below = settled(run, content, content.buttons, line, path), under
    if lines:
        whole = _with(content, _joined(content.description, lines), inside)
        if not _beyond(run, whole, inside + below, line):
            return [Piece(whole, [], below, path)]
    bare = content if inside is content.buttons else _with(content, content.description, inside)
    if refusal := _beyond(run, bare, inside if lines else inside + below, line):
        return refusal
    if not lines:
        return [Piece(bare, [], below, path)]
    return [Piece(bare, [], (), path), Piece(None, lines, below, path)]


def _with(content: Card, description: str | None, buttons: tuple[Button, ...]) -> Card:
    return Card(content.title, description, content.media, buttons, content.orientation, content.alignment)


def _joined(description: str | None, lines: list[str]) -> str:
    words = "\n".join(lines)
    return f"{description}\n{words}" if description else words


def _beyond(run: Run, content: Card, buttons: tuple[Button, ...], line: CardLine) -> Refusal | None:
    """Say what a card with `buttons` in all has too much of, or too little."""
    if not line.buttons.least <= len(buttons) <= line.buttons.most:
        return line.buttons.refusal
    return _too_long(run, content, buttons, line)


def _too_long(run: Run, content: Card, buttons: tuple[Button, ...], line: CardLine) -> Refusal | None:
    """Say which of a card's words are too long; labels are taken as they will be cut."""
    if refusal := line.refuses_words(content):
        return refusal
    if line.together.limits:
        labels = [label_of(run.ladder, button, line) for button in buttons]
        together = "".join([content.title or "", content.description or "", *labels])
        return None if line.together.hold(together) else line.together.refusal(together)
    return None


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
    inside, lines = settled(run, content, content.buttons, line, path)
    made = content
    if inside is not content.buttons:
        words = _joined(content.description, lines) if lines else content.description
        made = _with(content, words, inside)
    if not line.buttons.least <= len(made.buttons) <= line.buttons.most:
        return line.buttons.refusal
    refusal = _too_long(run, made, made.buttons, line)
    if refusal is None:
        return made
    return _shortened(run, made, content.description or "", "\n".join(lines), number, refusal)


def _shortened(
    run: Run, content: Card, description: str, lines: str, number: int, refusal: Refusal | None
) -> Card | Refusal:
    """Cut a card's title, and its description before `lines`, for which it is refused."""
    line = run.ladder.carousel
    title = content.title
    if title is not None and len(title) > line.title.safe and not line.title.hold(title):
        run.lose("truncated", f"title of card {number}", "cut short", line.title.refusal(title))
        content = structs.replace(content, title=cut_short(title, line.title.limits))
        refusal = _too_long(run, content, content.buttons, line)
    if refusal is None or not description:
        return refusal or content
    kept = _kept(run, content, description, f"\n{lines}" if lines else "")
    run.lose("truncated", f"description of card {number}", "cut short" if kept else "nothing", refusal)
    words = f"{kept}\n{lines}" if kept and lines else kept or lines or None
    made = _with(content, words, content.buttons)
    return _too_long(run, made, made.buttons, line) or made


def _kept(run: Run, content: Card, description: str, lines: str) -> str:
    """As much of a description as there is room for before `lines`; empty: nothing."""
    line = run.ladder.carousel
    if line.description.exact and not line.together.limits:
        return cut_at(description, line.description.safe - len(lines) - len(ELLIPSIS))
    room = _room(run, content, lines)
    return cut_short(description, room) if all(limit.most > 0 for limit in room) else ""


def _room(run: Run, content: Card, lines: str) -> list[Limit]:
    """What the limits leave for a description before `lines`."""
    line = run.ladder.carousel
    room = [structs.replace(limit, most=limit.most - length(lines, limit)) for limit in line.description.limits]
    if line.together.limits:
        labels = [label_of(run.ladder, button, line) for button in content.buttons]
        beside = "".join([content.title or "", lines, *labels])
        room += [structs.replace(limit, most=limit.most - length(beside, limit)) for limit in line.together.limits]
    return room
