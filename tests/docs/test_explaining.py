"""What docs/operating.md says of events in JSON is what is read; POINTSMAN_REWRITE_DOCS=1 writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pointsman.engine.told import EXAMPLES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/operating.md"
TABLE = re.compile(r"(<!-- table: told -->\n).*?(<!-- end -->)", re.DOTALL)
PROSE = {
    "event": "as a policy names it: a message, a request, a silence, a timer, a failed delivery, "
    "`conversation starts` or `ends`",
    "text": "the words of a message",
    "kind": "its kind, by default `text`",
    "url": "its file",
    "name": "the file's name",
    "mime": "the file's type",
    "size": "of the file, in bytes or as rules write it",
    "buttons": "labels of the message's buttons",
    "choice": "label of the button that was pressed",
    "offered": "labels of the buttons last offered",
    "meta": "what the sender attached",
    "request": "what a component asks for",
    "target": "the component that it asks for",
    "flow": "of a `position`",
    "step": "of a `position`",
    "asked": "context sent with a request: `request.KEY`",
    "reason": "why a delivery failed",
    "attempts": "how often it was tried, by default once",
    "at": "the moment of the event, with its offset",
    "channel": "of the conversation, by default WhatsApp",
    "account": "of the conversation, by default `test`",
    "sender": "the customer's address",
    "business": "the address that the customer wrote to",
    "enabled": "components, by default those of `start with`",
    "context": "`context.KEY`",
    "contact": "`contact.KEY`",
    "counters": "`count of COUNTER`",
    "age": "how long ago the conversation began",
    "spoke": "how long ago a party spoke last",
    "sample": "whether the conversation is in the sample of a rule",
}


def members() -> str:
    rows = (f"| `{name}` | `{EXAMPLES[name]}` | {prose} |\n" for name, prose in PROSE.items())
    return f"| member | for example | is |\n| --- | --- | --- |\n{''.join(rows)}"


def test_the_members_of_an_event_are_those_that_are_read() -> None:
    page = PAGE.read_text(encoding="utf-8")
    right = TABLE.sub(lambda found: f"{found[1]}\n{members()}\n{found[2]}", page)
    if os.environ.get("POINTSMAN_REWRITE_DOCS"):
        PAGE.write_text(right, encoding="utf-8")
        page = right
    assert list(PROSE) == list(EXAMPLES)
    assert page == right
