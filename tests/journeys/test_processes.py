"""The processes of a router: started, shared, killed, drained; and what a start that cannot succeed says."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientError
from peers import CUSTOMER, RULES, SECRETS, Town, alive, town, until

pytestmark = pytest.mark.journey


async def refused(place: Town, seconds: float = 10) -> str:
    """Launch a router that must not start; return what it said."""
    process = await place.router.launch()
    async with asyncio.timeout(seconds):
        assert await process.wait() == 1
    assert "Traceback" not in place.router.log
    return place.router.log


async def repeated(place: Town, text: str, customer: str) -> None:
    """Deliver a webhook as CM does: again, under the same reference, until it is answered 200."""
    while True:
        with suppress(ClientError):
            if await place.customer_says(text, customer=customer, reference=text) == 200:
                return


def test_two_workers_share_one_conversation_in_order(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, workers=2) as place:
            await place.router.start()
            await place.router.workers(2)
            said = [f"message {number}" for number in range(30)]
            for text in said:
                assert await place.customer_says(text) == 200
            await place.bot.heard_text(said[-1])
            assert place.bot.texts() == said
            # Each worker counts what came to it, and a scrape of either adds them up.
            lines = (
                'pointsman_events_total{account="shop",kind="from customer",outcome="accepted"} 30.0',
                'pointsman_deliveries_total{destination="CmBot",reason="",result="delivered"} 30.0',
                'pointsman_backlog{state="owed"} 0.0',
            )

            async def counted() -> bool:
                headers = {"Authorization": f"Bearer {SECRETS['ADMIN_TOKEN']}"}
                async with place.client.get(f"{place.router.url}/metrics", headers=headers) as response:
                    text = await response.text()
                return all(line in text for line in lines)

            await until(counted)

    asyncio.run(main())


def test_a_killed_worker_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, workers=2) as place:
            await place.router.start()
            said = [[f"{number}/{turn}" for turn in range(40)] for number in range(4)]

            async def customer(number: int) -> None:
                for text in said[number]:
                    await repeated(place, text, f"003162222222{number}")

            customers = [asyncio.create_task(customer(number)) for number in range(4)]
            for _ in range(2):
                victim = (await place.router.workers(2))[0]
                os.kill(victim, signal.SIGKILL)
                await place.router.workers(2, without=victim)
            await asyncio.gather(*customers)
            for texts in said:
                await place.bot.heard_text(texts[-1])
                assert [text for text in place.bot.texts() if text in texts] == texts
            assert "a worker died and is replaced" in place.router.log

    asyncio.run(main())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT])
def test_workers_die_with_the_main_process_however_it_dies(tmp_path: Path, number: int) -> None:
    async def main() -> None:
        async with town(tmp_path, workers=2) as place:
            await place.router.start()
            workers = await place.router.workers(2)
            began = time.monotonic()
            os.kill(place.router.pid, number)
            while any(map(alive, workers)):
                assert time.monotonic() - began < 0.3
                await asyncio.sleep(0.005)
            await place.router.stop()
            await place.router.start()

    asyncio.run(main())


def test_a_restart_delivers_what_is_owed_and_keeps_the_conversation(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            await place.customer_says("an agent, please")
            await place.gateway.heard_text("One moment, please.")
            place.gateway.status = 503
            assert (await place.says(place.desk, "Hello, this is Kim."))["status"] == "Accepted"
            await place.gateway.heard_text("Hello, this is Kim.")
            await place.router.stop(signal.SIGKILL)
            place.gateway.calls.clear()
            place.gateway.status = 200
            await place.router.start()
            await place.gateway.heard_text("Hello, this is Kim.")
            assert (await place.says(place.bot, "Me too!"))["messageDetails"] == "CmBot may not speak"

    asyncio.run(main())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_waits_for_a_delivery_under_way_and_is_0(tmp_path: Path, number: int) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            place.bot.open.clear()
            await place.customer_says("hello")
            await place.bot.heard_text("hello")
            ending = asyncio.create_task(place.router.stop(number))
            await place.router.said("draining")
            assert not ending.done()
            place.bot.open.set()
            assert await ending == 0
            assert len(place.bot.calls) == 1
            await place.router.start()
            await place.customer_says("again")
            await place.bot.heard_text("again")
            assert place.bot.texts() == ["hello", "again"]

    asyncio.run(main())


def test_an_answer_that_is_under_way_is_given_before_the_end(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            replies = [asyncio.create_task(place.customer_says("hello", customer=f"00316{n:08}")) for n in range(50)]
            await asyncio.wait(replies, return_when=asyncio.FIRST_COMPLETED)
            ending = asyncio.create_task(place.router.stop())
            statuses = [reply for reply in await asyncio.gather(*replies, return_exceptions=True) if reply == 200]
            assert await ending == 0
            await place.router.start()
            await place.bot.heard(lambda _path, _body: len(place.bot.calls) >= len(statuses))

    asyncio.run(main())


@pytest.mark.parametrize("shares", [False, True])
def test_a_port_in_use_is_said_within_seconds(tmp_path: Path, shares: bool) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            with socket.socket() as other:
                if shares:
                    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                other.bind(("127.0.0.1", place.router.port))
                other.listen()
                began = time.monotonic()
                said = await refused(place)
                assert f"port in use: somebody else listens on 127.0.0.1:{place.router.port}" in said
                assert time.monotonic() - began < 6

    asyncio.run(main())


def test_a_second_router_on_the_same_port_does_not_start(tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / "other").mkdir()
        async with town(tmp_path) as place, town(tmp_path / "other") as other:
            await place.router.start()
            other.router.port = place.router.port
            other.configure()
            assert "port in use" in await refused(other)
            assert await place.customer_says("hello") == 200

    asyncio.run(main())


def test_of_two_routers_started_at_once_on_one_port_one_serves(tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / "other").mkdir()
        async with town(tmp_path) as place, town(tmp_path / "other") as other:
            other.router.port = place.router.port
            other.configure()
            both = [await one.router.launch() for one in (place, other)]
            ends = [asyncio.create_task(process.wait()) for process in both]
            async with asyncio.timeout(10):
                done, running = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            assert [end.result() for end in done] == [1]
            assert len(running) == 1
            loser, winner = (place, other) if both[0].returncode is not None else (other, place)
            assert "port in use" in loser.router.log
            await winner.router.workers()
            assert await winner.customer_says("hello") == 200
            for end in running:
                end.cancel()

    asyncio.run(main())


def test_a_second_router_on_the_same_ledger_is_warned_of(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place, town(tmp_path) as other:
            place.configure()
            await place.router.start()
            (pid,) = await place.router.workers()
            assert "another router's workers" not in place.router.log
            other.configure()
            await other.router.start()
            assert "another router's workers" in other.router.log
            assert f'"workers": [{pid}]' in other.router.log

    asyncio.run(main())


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (("env:BOT_TOKEN", "env:NOT_SET"), "environment variable `NOT_SET` is not set"),
        (("workers = 1", "wrokers = 1"), "unknown key"),
        (("[components.CmBot]", "[components.OtherBot]"), "component `CmBot` of the rules has no section"),
        (('rules = "policy.rules"', 'rules = "nowhere.rules"'), "nowhere.rules"),
        (("sqlite:pointsman.db", "sqlite:nowhere/pointsman.db"), "nowhere"),
    ],
)
def test_a_wrong_configuration_is_said_and_nothing_starts(tmp_path: Path, edit: tuple[str, str], said: str) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            path = tmp_path / "pointsman.toml"
            path.write_text(path.read_text(encoding="utf-8").replace(*edit), encoding="utf-8")
            assert said in await refused(place)

    asyncio.run(main())


def test_rules_that_do_not_compile_at_start_leave_the_last_good_generation_serving(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, rules="rule") as place:
            said = await refused(place)
            assert "there is no earlier generation to serve" in said
            assert "reloaded" not in said
            place.rules.write_text(RULES, encoding="utf-8")
            await place.router.start()
            await place.router.stop()
            place.rules.write_text("rule", encoding="utf-8")
            await place.router.start()
            await place.customer_says("an agent, please")
            await place.gateway.heard_text("One moment, please.")
            async with place.client.get(f"{place.router.url}/readyz") as response:
                body = await response.json()
            assert body["status"] == "degraded"
            assert "do not compile" in body["reason"]
            assert "an earlier generation serves" in place.router.log

    asyncio.run(main())


def test_without_a_configured_token_one_is_kept_beside_the_ledger_for_its_owner_only(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            path = tmp_path / "pointsman.toml"
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace('admin_token = "env:ADMIN_TOKEN"\n', ""), encoding="utf-8")
            await place.router.start()
            kept = tmp_path / "pointsman.db.admin-token"
            assert stat.S_IMODE(kept.stat().st_mode) == 0o600
            token = kept.read_text(encoding="utf-8").strip()
            status, _ = await place.router.ask("GET", "/admin/generation", Authorization=f"Bearer {token}")
            assert status == 200
            await place.router.stop()
            await place.router.start()
            assert kept.read_text(encoding="utf-8").strip() == token

    asyncio.run(main())


def test_an_admin_address_of_its_own_has_the_admin_api_alone(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                admin = f"127.0.0.1:{probe.getsockname()[1]}"
            place.configure(extra=f'admin_listen = "{admin}"\n')
            await place.router.start()
            headers = {"Authorization": f"Bearer {SECRETS['ADMIN_TOKEN']}"}
            for url, path, expected in (
                (place.router.url, "/admin/generation", 404),
                (place.router.url, "/metrics", 404),
                (f"http://{admin}", "/admin/generation", 200),
                (f"http://{admin}", "/metrics", 200),
                (f"http://{admin}", "/readyz", 200),
            ):
                async with place.client.get(f"{url}{path}", headers=headers) as response:
                    assert response.status == expected, (url, path)
            async with place.client.post(f"http://{admin}/hooks/gateway?token=gateway-secret") as response:
                assert response.status == 404
            assert await place.customer_says("hello", customer=CUSTOMER) == 200

    asyncio.run(main())
