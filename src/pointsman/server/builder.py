"""A build in a process of its own: the serving processes lend it neither their time nor their memory.

A child that hangs is stopped, and one that crashes is a failed build like any other.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from pointsman import limits
from pointsman.delivery.clock import SystemClock
from pointsman.server.reload import Built, Failed

_decoder: msgspec.msgpack.Decoder[Built | Failed] = msgspec.msgpack.Decoder(Built | Failed)


async def build_in_child(path: Path) -> Built | Failed:
    """Build by the configuration at `path`, from the files as they are. Never raises for what they hold."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "pointsman.server.build", str(path)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(limits.BUILD_MS_MAX / 1000):
            output, _ = await child.communicate()
    except TimeoutError:
        return _broken(f"the build took longer than {limits.BUILD_MS_MAX // 1000} s and was stopped")
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    try:
        return _decoder.decode(output)
    except msgspec.DecodeError:
        return _broken(f"the build ended with status {child.returncode}; why stands above")


def _broken(why: str) -> Failed:
    """A build that could not tell what it has read."""
    return Failed(why, why, at=SystemClock().now())
