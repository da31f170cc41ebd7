"""Start a router: from pointsman.toml to a running supervisor, each step failing with a message of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

import pointsman
from pointsman.config import Config, load
from pointsman.delivery.clock import SystemClock
from pointsman.ledger.ledger import Generation
from pointsman.ledger.sqlite import open_sqlite
from pointsman.server import logs
from pointsman.server.admin_token import made_token, token_path
from pointsman.server.control import Begin
from pointsman.server.listen import Address, PortInUse, reserve
from pointsman.server.supervisor import CannotServe, Supervisor


async def start(path: Path, interface: Literal["rsgi", "asgi"], say: Callable[[str], None]) -> None:
    """Serve by the configuration at `path` until SIGTERM. `say` is given what the operator is told at the start.

    Raises `CannotServe`, `ConfigError` or `LedgerError`, each with what to do.
    """
    logs.configure("main")
    settings = load(path, os.environ)
    wanted = [Address.parse(text) for text in (settings.server.listen, settings.server.admin_listen) if text]
    async with AsyncExitStack() as stack:
        listen, *others = [await _reserve(stack, address) for address in wanted]
        ledger = open_sqlite(settings.ledger_path, SystemClock().now)
        stack.push_async_callback(ledger.close)
        begin = Begin(
            config_path=str(path),
            ledger_path=str(settings.ledger_path),
            listen=listen,
            admin=others[0] if others else None,
            admin_token=_admin_token(settings),
            interface=interface,
            metrics_dir=str(stack.enter_context(_metrics_folder(settings.ledger_path))),
        )
        supervisor = Supervisor(ledger, begin, settings.server.workers, settings.ledger.retention)
        await supervisor.run(lambda generation: say(_greeting(settings, begin, generation)))


async def _reserve(stack: AsyncExitStack, address: Address) -> Address:
    """Reserve an address for as long as the stack stands."""
    try:
        held, reserved = await reserve(address)
    except PortInUse as fault:
        raise CannotServe(
            f"port in use: somebody else listens on {address}; stop it, or set another `listen` in pointsman.toml"
        ) from fault
    except OSError as fault:
        raise CannotServe(f"cannot listen on {address}: {fault.strerror or fault}") from fault
    stack.callback(held.close)
    return reserved


@contextmanager
def _metrics_folder(ledger_path: Path) -> Iterator[Path]:
    """A folder of this router's own beside the ledger, for its workers' counts; what killed routers left is removed."""
    every = ledger_path.with_name(f"{ledger_path.name}.metrics")
    own = every / str(os.getpid())
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    try:
        for left in every.iterdir():
            if left.name.isdecimal() and not _runs(int(left.name)):
                shutil.rmtree(left, ignore_errors=True)
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        with suppress(OSError):
            every.rmdir()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _admin_token(settings: Config) -> str:
    if settings.server.admin_token is not None:
        return settings.server.admin_token.value
    try:
        return made_token(settings.ledger_path)
    except (OSError, ValueError) as fault:
        raise CannotServe(f"the admin token cannot be kept beside the ledger: {fault}") from fault


def _greeting(settings: Config, begin: Begin, generation: Generation) -> str:
    workers = settings.server.workers
    staff = "1 worker" if workers == 1 else f"{workers} workers"
    serves = f"{staff}, generation {generation.hash[:12]}"
    lines = [f"pointsman {pointsman.__version__} serves {begin.listen.url} ({serves})"]
    if begin.admin is not None:
        lines.append(f"admin API at {begin.admin.url}")
    if settings.server.admin_token is None:
        lines.append(f"admin token in {token_path(settings.ledger_path)}")
    return "\n".join(lines)
