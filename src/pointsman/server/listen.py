"""Listen addresses: reserve them for this router alone, and know which Host headers name them.

granian's workers share a port by SO_REUSEPORT, and would as silently share one that somebody else holds. So `serve`
binds first without that option, which fails while anybody listens; once the port is its own, it allows sharing and
keeps the socket, unlistened, so that the port stays reserved for its workers while they come and go. The kernel is the
only judge: nothing is left behind by a router that is killed, and other users and other programs are told apart too.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import sys
import time

from msgspec import Struct

from pointsman import limits

WILDCARDS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  # compared with, never bound by this line


class Address(Struct, frozen=True):
    """A host name or IP address, and a port. Reserving it fills in `ip`, and a free port in place of 0."""

    host: str
    port: int
    ip: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `host:port` or `[v6]:port`. Raises ValueError."""
        host, colon, port = text.rpartition(":")
        if not colon or not port.isdecimal() or int(port) > 65535:
            raise ValueError(f"`{text}` is not an address; write it as 127.0.0.1:8080")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Where this machine reaches the address."""
        return f"http://{Address(self.nearby, self.port)}"

    @property
    def nearby(self) -> str:
        """The host by which this machine reaches the address."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # compared, not bound

    def answers_to(self, host: str) -> bool:
        """Whether a Host header names this address, so that no foreign name was rebound to it (DNS rebinding).

        Behind a wildcard, any IP address and `localhost` will do, at any port: containers map ports.
        """
        name, port = _split(host.lower())
        if self.host in WILDCARDS:
            return name == "localhost" or _is_ip(name)
        names = {self.host.lower()} | ({"localhost"} if _is_loopback(self.host) else set())
        return name in names and port in ({str(self.port)} | ({""} if self.port == 80 else set()))


class PortInUse(Exception):
    """Somebody else listens on the address."""


async def reserve(address: Address) -> tuple[socket.socket, Address]:
    """Bind `address` exclusively, trying for `limits.BIND_MS_MAX`. Raises `PortInUse`, or OSError for a bad address."""
    deadline = time.monotonic() + limits.BIND_MS_MAX / 1000
    while True:
        try:
            return _bind(address)
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE:
                raise
            if time.monotonic() >= deadline:
                raise PortInUse(str(address)) from fault
        await asyncio.sleep(0.05)


def _bind(address: Address) -> tuple[socket.socket, Address]:
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, (first, _, *scope) = found[0]
    ip = str(first)
    port = address.port or _free_port(family, ip)
    held = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Past connections of a predecessor that the kernel still remembers (TIME_WAIT).
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((ip, port, *scope))
        if sys.platform == "linux":
            _exclude_others(held)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError:
        held.close()
        raise
    return held, Address(address.host, port, ip)


def _exclude_others(held: socket.socket) -> None:
    """Make the port ours alone. Raises OSError where it is somebody else's by now.

    Linux lets any number of sockets with SO_REUSEADDR bind a port on which nobody listens, so having bound it decides
    nothing. Only one of them may listen: that decides. From then on the option is off, so that nobody else can bind,
    and the socket ends to listen, since no connection may go to a queue that nobody empties
    (inet_csk_get_port and inet_csk_listen_start, linux/net/ipv4/inet_connection_sock.c).
    """
    held.listen(1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    held.shutdown(socket.SHUT_RDWR)


def _free_port(family: int, ip: str) -> int:
    """A port that the kernel chose. One that is bound by its number stays bound when it ends to listen."""
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((ip, 0))
        port: int = probe.getsockname()[1]
        return port


def _split(host: str) -> tuple[str, str]:
    if host.startswith("["):
        name, _, rest = host[1:].partition("]")
        return name, rest.removeprefix(":")
    name, _, port = host.partition(":")
    return name, port


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or (_is_ip(host) and ipaddress.ip_address(host).is_loopback)
