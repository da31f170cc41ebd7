"""`pointsman demo`: a real router between a simulated gateway, bot and desk, and one conversation through them."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from time import monotonic

import click
from aiohttp import ClientError, ClientSession, ClientTimeout

from pointsman.cli.demo import router, transcript
from pointsman.cli.demo.journal import Journal, Missed
from pointsman.cli.demo.peers import Bot, Component, Gateway
from pointsman.cli.demo.play import SCENES, Cast, play
from pointsman.language.pipeline import compile_rules

CALL_SECONDS_MAX = 10.0
_TITLE = "A router (pointsman serve) with a gateway, a bot and a desk around it, each an HTTP server on loopback:"


@click.command(
    epilog="""\b
Examples:
  pointsman demo
  pointsman demo --keep shop    leave policy, configuration, ledger and log in the folder `shop`"""
)
@click.option(
    "--keep",
    "kept",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Leave the policy, its configuration, the ledger and the router's log in DIR, a new or empty folder.",
)
def command(kept: Path | None) -> None:
    """Play a conversation through a real router.

    Starts a router with a simulated gateway, bot and desk on free loopback ports, plays a conversation over HTTP
    through handover and back, and prints who received what and which rule was behind it. Takes seconds. Exits with 1
    if a step does not happen.
    """
    with _folder(kept) as folder:
        try:
            asyncio.run(_demo(folder))
        except (Missed, ClientError, TimeoutError) as problem:
            words = f"\nThe router's last words:\n{said}" if (said := router.said(folder)) else ""
            raise click.ClickException(f"the demo stopped: {problem or 'a call took too long'}{words}") from problem
        except asyncio.CancelledError:
            raise click.ClickException("the demo was stopped") from None
    if kept is None:
        click.echo("`pointsman demo --keep DIR` leaves the policy and its configuration for you to change.")
    else:
        click.echo(f"The policy is {kept / 'policy.rules'}: change it, and run its tests with `pointsman test {kept}`.")


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="pointsman-demo-") as temporary:
            yield Path(temporary)
        return
    try:
        kept.mkdir(parents=True, exist_ok=True)
        occupied = any(kept.iterdir())
    except OSError as fault:
        raise click.ClickException(f"cannot write to `{kept}`: {(fault.strerror or str(fault)).lower()}") from fault
    if occupied:
        raise click.UsageError(f"`{kept}` is not empty; name a new folder")
    yield kept


async def _demo(folder: Path) -> None:
    """Build the scenery, play every scene, print what happened."""
    _end_on_signals()
    started = monotonic()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(ClientSession(timeout=ClientTimeout(total=CALL_SECONDS_MAX)))
        secrets = router.make_secrets()
        cast = await stack.enter_async_context(_cast(client, secrets))
        url = _write(folder, cast)
        _introduce(url, cast)
        await stack.enter_async_context(router.serving(folder, url, secrets, client))
        operator = router.Operator(url, secrets, client)
        known = _places(folder)
        for number, scene in enumerate(SCENES, 1):
            entries = await play(scene, cast)
            decisions = await operator.new_decisions(cast.bot.chat.result())
            _print(number, scene.title, transcript.traffic(entries) + transcript.reasons(decisions, known))
    click.echo(f"{len(SCENES)} scenes, all as they should be, in {monotonic() - started:.1f} s.")


def _places(folder: Path) -> transcript.Places:
    compiled = compile_rules(folder / "policy.rules")
    if compiled.ir is None:
        raise Missed("the demo's own rules do not compile: is this installation complete?")
    return transcript.places(compiled.ir)


def _end_on_signals() -> None:
    """Let SIGTERM and a closed terminal end the demo as Ctrl-C does, so that the router ends with it."""
    task = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, lambda: task and task.cancel())


@asynccontextmanager
async def _cast(client: ClientSession, secrets: dict[str, str]) -> AsyncIterator[Cast]:
    journal = Journal()
    gateway = Gateway(journal, client, secrets["GATEWAY_SECRET"])
    bot = Bot("ShopBot", journal, client, secrets["BOT_TOKEN"])
    desk = Component("ServiceDesk", journal, client, secrets["DESK_TOKEN"])
    try:
        for peer in (gateway, bot, desk):
            await peer.open()
        yield Cast(journal, gateway, bot, desk)
    finally:
        for peer in (gateway, bot, desk):
            await peer.stop()


def _write(folder: Path, cast: Cast) -> str:
    """Write policy and configuration for this run, tell the cast where the router is, and return its URL."""
    address = f"127.0.0.1:{router.free_port()}"
    router.write_policy(
        folder,
        {
            "127.0.0.1:8080": address,
            "127.0.0.1:9100": f"127.0.0.1:{cast.gateway.port}",
            "127.0.0.1:9101": f"127.0.0.1:{cast.bot.port}",
            "127.0.0.1:9102": f"127.0.0.1:{cast.desk.port}",
        },
    )
    account = tomllib.loads((folder / "pointsman.toml").read_text(encoding="utf-8"))["accounts"]["shop"]["id"]
    for peer in (cast.gateway, cast.bot, cast.desk):
        peer.router = f"http://{address}"
    cast.bot.account = cast.desk.account = account
    return f"http://{address}"


def _introduce(url: str, cast: Cast) -> None:
    click.echo(_TITLE)
    for name, place in (
        ("router", url),
        ("gateway", f"http://127.0.0.1:{cast.gateway.port}"),
        (cast.bot.name, f"http://127.0.0.1:{cast.bot.port}"),
        (cast.desk.name, f"http://127.0.0.1:{cast.desk.port}"),
    ):
        click.echo(f"  {name:<12} {place}")
    click.echo("Starting the router ...\n")


def _print(number: int, title: str, lines: list[str]) -> None:
    click.echo("\n".join((transcript.scene(number, title), *lines)) + "\n")
