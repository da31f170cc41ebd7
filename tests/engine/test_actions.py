"""What actions on a message leave of it, whatever kind of message it is."""

from __future__ import annotations

import msgspec
import pytest

from pointsman.engine.actions import with_text
from pointsman.engine.happenings import message_of
from pointsman.model.content import MESSAGE_KINDS, Media, text_of


@pytest.mark.parametrize("kind", [*MESSAGE_KINDS, "native"])
def test_a_text_that_was_replaced_is_all_that_rules_and_channels_see(kind: str) -> None:
    message = msgspec.structs.replace(message_of(kind, Media("https://a.test/1"), "before"), fallback="before")
    replaced = with_text(message, "after")
    assert text_of(replaced) == "after"
    assert b"before" not in msgspec.json.encode(replaced)
    assert type(replaced.content) is type(message.content)
