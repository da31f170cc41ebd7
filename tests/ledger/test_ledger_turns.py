"""What was said is kept with its conversation: the newest turns, session by session."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_samples import Clock, event, key, submit_all, using
from msgspec import structs

from pointsman import limits
from pointsman.ledger.ledger import Commit, Submission
from pointsman.ledger.retention import DAY_MS
from pointsman.ledger.sqlite import SqliteLedger
from pointsman.model.content import Message, Text, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.transcript import Turn


def saying(name: str, *texts: str, session: str = "session 1", id_: str | None = None) -> Submission:
    """An event that says `texts`."""
    done = event(name, id_=id_)

    def run(recall: Conversation | None, now: int) -> Commit:
        commit = done.step(recall, now)
        first = recall.turns if recall else 0
        turns = tuple(
            Turn(now, "bot", Message(Text(text)), f"m{number}", "SMS", number)
            for number, text in enumerate(texts, first + 1)
        )
        state = structs.replace(commit.conversation, turns=first + len(turns))
        return structs.replace(commit, conversation=state, session_id=session, turns=turns)

    return structs.replace(done, step=run)


async def said(
    ledger: SqliteLedger, name: str, *, session: str = "session 1", before: int | None = None, limit: int = 10
) -> list[str | None]:
    return [text_of(turn.message) for turn in await ledger.turns(key(name), session, before, limit)]


def test_turns_come_back_whole_and_oldest_first_also_from_one_batch(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await submit_all(ledger, saying("anna", "one", "two"), saying("bert", "else"), saying("anna", "three"))
        assert await said(ledger, "anna") == ["one", "two", "three"]
        assert await ledger.turns(key("bert"), "session 1", None, 10) == [
            Turn(1_000_000, "bot", Message(Text("else")), "m1", "SMS", 1)
        ]

    using(tmp_path / "p.db", body)


def test_what_is_asked_for_at_once_is_bounded_in_bytes_but_for_the_newest(tmp_path: Path) -> None:
    third, whole = (letter * size for letter, size in (("a", limits.HISTORY_BYTES_MAX // 3), ("b", 300_000)))

    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(saying("anna", third, whole, third, third, "end"))
        assert await said(ledger, "anna") == [third, third, "end"]
        assert await said(ledger, "anna", before=3) == [whole]

    using(tmp_path / "p.db", body)


def test_the_last_before_a_number_are_asked_for(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(saying("anna", *"abcdef"))
        assert await said(ledger, "anna", limit=2) == ["e", "f"]
        assert await said(ledger, "anna", limit=2, before=5) == ["c", "d"]
        assert await said(ledger, "anna", before=1) == []

    using(tmp_path / "p.db", body)


def test_sessions_are_told_apart_and_strangers_have_none(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(saying("anna", "earlier"))
        await ledger.submit(saying("anna", "later", session="session 2"))
        assert await said(ledger, "anna") == ["earlier"]
        assert await said(ledger, "anna", session="session 2") == ["later"]
        assert await said(ledger, "nobody") == []

    using(tmp_path / "p.db", body)


def test_a_repeated_event_says_nothing_again(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await submit_all(ledger, saying("anna", "once", id_="m"), saying("anna", "once", id_="m"))
        await ledger.submit(saying("anna", "once", id_="m"))
        assert await said(ledger, "anna") == ["once"]

    using(tmp_path / "p.db", body)


def test_a_step_whose_turns_cannot_be_kept_leaves_nothing_behind(tmp_path: Path) -> None:
    def unkept(recall: Conversation | None, now: int) -> Commit:
        commit = saying("anna", "x").step(recall, now)
        return structs.replace(commit, turns=(Turn(now, "bot", Message(Text("x"), options={"a": object()})),))

    async def body(ledger: SqliteLedger) -> None:
        outcomes = await submit_all(ledger, structs.replace(saying("anna"), step=unkept), saying("bert", "hello"))
        assert isinstance(outcomes[0], TypeError)
        assert await ledger.read(key("anna")) is None
        assert await said(ledger, "bert") == ["hello"]

    using(tmp_path / "p.db", body)


def test_the_newest_turns_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TURNS_PER_CONVERSATION_MAX", 3)

    async def body(ledger: SqliteLedger) -> None:
        await submit_all(ledger, saying("anna", "a", "b"), saying("bert", "x"), saying("anna", "c", "d"))
        await ledger.submit(saying("anna", "e"))
        assert await said(ledger, "anna") == ["c", "d", "e"]
        assert await said(ledger, "bert") == ["x"]

    using(tmp_path / "p.db", body)


def test_turns_go_with_their_conversation(tmp_path: Path) -> None:
    clock = Clock(0)

    async def body(ledger: SqliteLedger) -> None:
        await submit_all(ledger, *(saying(name, "hello") for name in ("anna", "bert", "carl")))
        await ledger.forget(key("anna"))
        assert ledger._all("SELECT count(*) FROM turns") == [(2,)]
        clock.now = 31 * DAY_MS
        await ledger.submit(saying("carl", "still here"))
        await ledger.purge(clock.now, 30 * DAY_MS)
        assert await said(ledger, "bert") == []
        assert await said(ledger, "carl") == ["hello", "still here"]
        await ledger.submit(saying("anna", "hello again"))
        assert await said(ledger, "anna") == ["hello again"]

    using(tmp_path / "p.db", body, clock)
