"""Where a message without a rendering is to be put right: the place, and what to write there.

Law: the place is one of the program's own: the last downgrade that spoke, of a circle the one written last, else the
line of a channel block, else the block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from pointsman.language import ir, tree
from pointsman.language.check.names import quoted
from pointsman.language.quoting import written_size
from pointsman.model.content import Carousel, FileList, Message, buttons_of, kind_of, media_of, text_of


class Blame(Struct, frozen=True):
    """`kind` is what is downgraded or carried there (`card`, `button url`); `rung`: the place is a downgrade."""

    span: ir.Span
    kind: str
    rung: bool = False


def blame(channel: str, path: Sequence[str], rungs: Sequence[ir.Rung], blocks: Sequence[tree.Channel]) -> Blame | None:
    """Find the place that is to blame; None where nothing of the program's own is.

    `path` are the kinds that were tried, `rungs` the downgrades that spoke of them, both in order.
    """
    own = [(rung.span, rung) for rung in rungs if not rung.standard and rung.span is not None]
    if path[-1] in path[:-1]:
        circle = path[path.index(path[-1]) :]
        latest = [it for it in own if named(it[1]) in circle]
        own = sorted(latest, key=lambda it: (it[0].file, it[0].start)) or own
    if own:
        span, rung = own[-1]
        return Blame(span, named(rung), rung=True)
    return _block(channel, path, blocks)


def named(rung: ir.Rung) -> str:
    """What a rung speaks of, as a profile names it."""
    return f"button {rung.kind}" if rung.button else rung.kind


def _block(channel: str, path: Sequence[str], blocks: Sequence[tree.Channel]) -> Blame | None:
    """The line of the kind that led no further, in the channel's own block, or in one that it starts from."""
    last = path[-1]
    own: tree.Channel | None = None
    for name in _lineage(channel, blocks):
        for block in reversed([it for it in blocks if it.name.text == name]):
            own = own or block
            for line in block.lines:
                if isinstance(line, tree.Carries) and _line(line) == last:
                    return Blame(line.span, last)
    return None if own is None else Blame(own.name.span, last)


def _lineage(channel: str, blocks: Sequence[tree.Channel]) -> Iterable[str]:
    """A channel and those that it is like."""
    found = [channel]
    for block in reversed(blocks):
        if block.name.text == found[-1] and block.like is not None and block.like.text not in found:
            found.append(block.like.text)
    return found


def _line(line: tree.Carries) -> str:
    return f"button {line.kind.text}" if line.button else line.kind.text


# Words ----------------------------------------------------------------------------------------------------------------


def remedy(channel: str, at: Blame, path: Sequence[str], profile: ir.Profile, *, beyond: bool) -> str:
    """What to write so that a message goes somewhere."""
    if beyond:
        return "raise that limit, so that each single character, and each label of a few letters, is within it"
    native = [line.kind for line in profile.messages if line.support == "native"]
    if "text" not in native:
        return f"say in the block of `{channel}` that it carries texts: `text native`"
    kind = at.kind.removeprefix("button ")
    what = f"button {kind}" if kind != at.kind else quoted(kind)
    instead = f"`downgrade {what} on {quoted(channel)} to {_SURE[at.kind]}`"
    tried = ", then ".join(f"`{it}`" for it in path)
    return f"tried were {tried}; let it end in what `{channel}` carries: {instead}"


_SURE = {
    "text": "nothing",
    **dict.fromkeys(("picture", "video", "audio", "file", "location"), "link"),
    "file list": "link for each file",
    "contact": r'text "{name}\n{phone}"',
    "card": r'text "{title}\n{description}"',
    "carousel": r'text "{n}. {title}\n{description}" for each card',
    "template": 'text "{text}"',
    "button reply": "numbered buttons",
    **dict.fromkeys(("button url", "button location"), "link"),
    **dict.fromkeys(("button dial", "button compose"), 'text "{label}: {number}"'),
    "button calendar": 'text "{label}: {title}, {start}"',
}
"""Renderings that always end, since they are texts."""


def told(message: Message) -> str:
    """A message in words: its kind, its file, its words and its buttons."""
    kind, content, media = kind_of(message.content), message.content, media_of(message)
    parts: list[str] = []
    if isinstance(content, Carousel):
        parts.append(f"of {_counted(len(content.cards), 'card')}")
    if isinstance(content, FileList):
        parts.append(f"of {_counted(len(content.files), 'file')}")
    if media is not None and media.size is not None:
        parts.append(f"of {written_size(media.size)}")
    if media is not None and media.mime is not None:
        parts.append(f"of the type {media.mime}")
    words = text_of(message)
    if words is not None and kind != "text":
        parts.append("with words")
    if kind == "text" and words is not None:
        parts.append(f"of {_counted(len(words), 'character')}")
    if buttons := buttons_of(message):
        kinds = ", ".join(dict.fromkeys(str(button.__struct_config__.tag) for button in buttons))
        parts.append(f"with {_counted(len(buttons), 'button')} ({kinds})")
    return " ".join([f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}", *parts])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
