"""What leaves on each channel of each kind of message, with each kind of button under it, and what is lost: by eye.

One snapshot file a channel; a change of a standard value or of a rung of the standard ladder shows here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from engine.sample_messages import BUTTONS, CONTENTS, message_of, standard_program
from pointsman.engine.preview import preview
from pointsman.engine.preview_text import drawn, heading
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.content import Button, Message, Reply
from pointsman.proofs.carried import violations

PROGRAM = standard_program()
MANY = tuple(Reply(f"Option {number}", f"option-{number}") for number in range(1, 13))


class Page(SingleFileSnapshotExtension):
    """A file of plain text for each snapshot."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


def sets() -> Iterator[tuple[str, tuple[Button, ...]]]:
    yield "", ()
    for kind, button in BUTTONS.items():
        yield f" with a button {kind}", (button,)
    yield " with a button of each kind", tuple(BUTTONS.values())
    yield " with 12 replies", MANY


def shown(title: str, message: Message, channel: str) -> str:
    it = preview(PROGRAM, message, channel)
    lines = [f"{title}: {heading(it).removeprefix(channel).removeprefix(': ') or '1 message'}"]
    lines += [f"    {line}".rstrip() for line in drawn(it)]
    if it.offers:
        told = ", ".join(f"{offer.number} {offer.title or offer.label} -> {offer.postback}" for offer in it.offers)
        lines.append(f"    remembers {told}")
    return "\n".join(lines) + "\n"


def page(channel: str) -> str:
    return "\n".join(
        shown(f"{kind}{under}", message_of(kind, *buttons), channel) for kind in CONTENTS for under, buttons in sets()
    )


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_leaves_is_what_left_before(channel: str, snapshot: SnapshotAssertion) -> None:
    assert page(channel) == snapshot(extension_class=Page)


@pytest.mark.parametrize("channel", CHANNELS)
def test_all_that_is_shown_is_within_the_limits_of_its_channel(channel: str) -> None:
    profile = next(it for it in PROGRAM.ir.profiles if it.name == channel)
    for kind in CONTENTS:
        for under, buttons in sets():
            it = preview(PROGRAM, message_of(kind, *buttons), channel)
            assert it.messages, (kind, under)
            assert violations(it.messages, profile) == (), (kind, under)
