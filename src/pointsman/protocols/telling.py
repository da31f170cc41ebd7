"""What a sender is told of messages in words, where its protocol has room for a line: reasons, and what was lost."""

from __future__ import annotations

from collections.abc import Iterable

from pointsman.limits import DETAILS_CHARACTERS_MAX
from pointsman.model.decision import Answer


def losses_of(answers: Iterable[Answer]) -> list[str]:
    """A line for each loss of the messages that were accepted."""
    return [loss.line for answer in answers if answer.outcome == "accepted" for loss in answer.losses]


def in_one_line(told: Iterable[str]) -> str:
    """Join what is to be told, each once, within `DETAILS_CHARACTERS_MAX`."""
    line = "; ".join(dict.fromkeys(told))
    return line if len(line) <= DETAILS_CHARACTERS_MAX else f"{line[: DETAILS_CHARACTERS_MAX - 1]}…"
