"""The operator's side: who may, health, generations, reload, conversations, metrics."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
import structlog
from house import ADMIN, House, visit

from pointsman import limits
from pointsman.ledger import schema
from pointsman.ledger.ledger import LedgerError
from pointsman.server.reload import Activated, Failed, Unchanged


@pytest.mark.parametrize("path", ["/metrics", "/admin/generation", "/admin/conversations/x", "/admin/dead-letters"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "the-admin-token"}, 401),
        ({"Authorization": "Basic the-admin-token"}, 401),
        ({"Authorization": "Bearer \xe9"}, 401),
        (ADMIN | {"Host": "evil.example:8080"}, 421),
        (ADMIN | {"Host": "127.0.0.1:9999"}, 421),
        ({"Host": "evil.example"}, 421),
    ],
)
def test_only_the_tokens_holder_at_a_known_host_is_let_in(
    tmp_path: Path, path: str, headers: dict[str, str], status: int
) -> None:
    async def play(place: House) -> None:
        wire = [(name, value.encode("latin-1")) for name, value in headers.items()]
        answer = await place.client.get(path, headers=wire)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("www-authenticate" in answer.headers) == (status == 401)

    visit(tmp_path, play)


def test_health_is_open_and_tells_of_a_failed_build_and_of_draining(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        async def status(path: str) -> tuple[int, str]:
            answer = await place.client.get(path, headers={"Host": "a.load.balancer"})
            return answer.status_code, answer.json()["status"]

        assert await status("/healthz") == (200, "alive")
        assert await status("/readyz") == (200, "ready")
        place.service.failure = Failed("the rules do not compile: 1 error", "…", at=1)
        assert await status("/readyz") == (200, "degraded")
        place.service.draining = True
        assert await status("/readyz") == (503, "draining")

    visit(tmp_path, play)


def test_a_ledger_that_cannot_be_written_is_not_ready_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(place: House) -> None:
        assert (await place.inbound()).status_code == 200
        # The file cannot grow, as on a full disk.
        pages = place.ledger._committer._db.execute("PRAGMA page_count").fetchone()[0]
        place.ledger._committer._db.execute(f"PRAGMA max_page_count = {pages}")
        assert (await place.inbound(reference="r2", message={"text": "x" * 60_000})).status_code == 503
        monkeypatch.setattr(schema, "write_again", full)
        answer = await place.client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "failing")
        assert "disk is full; make room on its disk" in answer.json()["reason"]
        monkeypatch.undo()
        place.ledger._committer._db.execute("PRAGMA max_page_count = 1000000")
        answer = await place.client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (200, "ready")
        assert place.ledger.fault is None

    def full(_: object) -> None:
        fault = sqlite3.OperationalError("database or disk is full")
        fault.sqlite_errorname = "SQLITE_FULL"
        raise fault

    visit(tmp_path, play)


def test_a_fault_of_every_request_is_logged_once_a_second_with_a_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOG_MS", 50)

    async def play(place: House) -> None:
        async def broken(_: object) -> None:
            raise LedgerError("the disk is full")

        monkeypatch.setattr(place.ledger, "submit", broken)
        with structlog.testing.capture_logs() as lines:
            for number in range(7):
                assert (await place.inbound(reference=f"r{number}")).status_code == 503
            said = [line["times"] for line in lines]
            while sum(said) < 7:
                await asyncio.sleep(0.01)
                said = [line["times"] for line in lines]
            assert said[0] == 1
            assert len(said) < 7
            assert {line["reason"] for line in lines} == {"the disk is full"}

    visit(tmp_path, play)


def test_the_generation_in_force_and_of_each_worker_is_told(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        live = place.service.serving.live
        await place.ledger.report(live.activation, live.hash)
        body = (await place.client.get("/admin/generation", headers=ADMIN)).json()
        assert (body["hash"], body["activation"], body["pinned"]) == (live.hash, live.activation, False)
        assert [(worker["hash"], worker["activation"]) for worker in body["workers"]] == [(live.hash, live.activation)]
        assert body["failed_build"] is None

    visit(tmp_path, play)


def test_a_reload_that_fails_is_422_with_the_reports(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post("/admin/reload", headers=ADMIN)
        assert answer.status_code == 422
        assert answer.json()["detail"] == "2 errors"
        assert answer.json()["diagnostics"] == [{"slug": "syntax"}]
        assert place.link.asked == ["reload"]

    visit(tmp_path, play)


def test_a_rollback_that_cannot_be_is_409(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        assert (await place.client.post("/admin/rollback", headers=ADMIN)).status_code == 409
        assert place.link.asked == ["rollback"]

    visit(tmp_path, play)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"wiat": true}', b'{"wait": "yes"}'])
def test_a_wrong_body_is_400_and_asks_for_nothing(tmp_path: Path, body: bytes) -> None:
    async def play(place: House) -> None:
        answer = await place.client.post("/admin/reload", content=body, headers=ADMIN)
        assert answer.status_code == 400
        assert place.link.asked == []

    visit(tmp_path, play)


def test_a_reload_that_waits_returns_when_every_worker_serves_it_or_says_who_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(place: House) -> None:
        live = place.service.serving.live
        await place.ledger.report(live.activation, live.hash)
        place.link.result = Unchanged(live.activation, live.hash)
        answer = await place.client.post("/admin/reload", json={"wait": True}, headers=ADMIN)
        assert (answer.status_code, answer.json()["outcome"]) == (200, "unchanged")
        place.link.result = Activated(live.activation + 1, live.hash)
        answer = await place.client.post("/admin/reload", json={}, headers=ADMIN)
        assert (answer.status_code, answer.json()["outcome"]) == (200, "activated")
        monkeypatch.setattr(limits, "RELOAD_WAIT_MS_MAX", 50)
        answer = await place.client.post("/admin/reload", json={"wait": True}, headers=ADMIN)
        assert answer.status_code == 504

    visit(tmp_path, play)


def test_a_conversation_is_shown_with_its_decisions_and_can_be_forgotten(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        chat = await place.chat()
        url = f"/admin/conversations/{chat}"
        body = (await place.client.get(url, headers=ADMIN)).json()
        assert body["conversation"]["address"]["customer"] == "+31612345678"
        assert [decision["revision"] for decision in body["decisions"]] == [1]
        answer = await place.client.delete(url, headers=ADMIN)
        assert (answer.status_code, answer.content) == (204, b"")
        for method in ("GET", "DELETE"):
            assert (await place.client.request(method, url, headers=ADMIN)).status_code == 404

    visit(tmp_path, play)


def test_metrics_count_events_and_show_the_backlog(tmp_path: Path) -> None:
    async def play(place: House) -> None:
        await place.inbound()
        await place.inbound()
        text = (await place.client.get("/metrics", headers=ADMIN)).text
        for line in (
            'pointsman_events_total{account="shop",kind="from customer",outcome="accepted"} 1.0',
            'pointsman_events_total{account="shop",kind="from customer",outcome="repeated"} 1.0',
            'pointsman_backlog{state="owed"} 2.0',
        ):
            assert line in text

    visit(tmp_path, play)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/hooks/gateway", 405), ("POST", "/healthz", 405), ("GET", "/", 404), ("GET", "/admin", 404)],
)
def test_what_is_not_there_is_said_in_problem_details(tmp_path: Path, method: str, path: str, status: int) -> None:
    async def play(place: House) -> None:
        answer = await place.client.request(method, path)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("allow" in answer.headers) == (status == 405)

    visit(tmp_path, play)
