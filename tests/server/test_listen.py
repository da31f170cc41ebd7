"""Listen addresses: read, reserved, and recognised in a Host header."""

from __future__ import annotations

import asyncio
import socket

import pytest

from pointsman import limits
from pointsman.server.listen import Address, PortInUse, reserve


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:80", "::1", 80), ("localhost:0", "localhost", 0)],
)
def test_an_address_is_read_and_written_back(text: str, host: str, port: int) -> None:
    address = Address.parse(text)
    assert (address.host, address.port, str(address)) == (host, port, text)


@pytest.mark.parametrize("text", ["8080", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        Address.parse(text)


@pytest.mark.parametrize(
    ("listen", "host", "answers"),
    [
        ("127.0.0.1:8080", "127.0.0.1:8080", True),
        ("127.0.0.1:8080", "LOCALHOST:8080", True),
        ("127.0.0.1:8080", "127.0.0.1:9999", False),
        ("127.0.0.1:8080", "evil.example:8080", False),
        ("127.0.0.1:8080", "", False),
        ("127.0.0.1:80", "127.0.0.1", True),
        ("[::1]:8080", "[::1]:8080", True),
        ("0.0.0.0:8080", "10.1.2.3:30080", True),
        ("0.0.0.0:8080", "evil.example:8080", False),
        ("10.1.2.3:8080", "localhost:8080", False),
    ],
)
def test_a_host_names_an_address_or_does_not(listen: str, host: str, answers: bool) -> None:
    assert Address.parse(listen).answers_to(host) == answers


def test_a_reserved_port_lets_workers_share_it_and_nobody_else_have_it() -> None:
    async def main() -> None:
        held, address = await reserve(Address("127.0.0.1", 0))
        with held, socket.socket() as worker, socket.socket() as stranger:
            worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            worker.bind((address.host, address.port))
            worker.listen()
            with pytest.raises(OSError, match="in use"):
                stranger.bind((address.host, address.port))
            with socket.create_connection((address.host, address.port)), worker.accept()[0]:
                pass

    asyncio.run(main())


def test_a_port_that_somebody_shares_silently_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BIND_MS_MAX", 100)

    async def main() -> None:
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            other.bind(("127.0.0.1", 0))
            other.listen()
            with pytest.raises(PortInUse):
                await reserve(Address("127.0.0.1", other.getsockname()[1]))

    asyncio.run(main())


def test_a_port_that_is_freed_in_time_is_had() -> None:
    async def main() -> None:
        other = socket.socket()
        other.bind(("127.0.0.1", 0))
        other.listen()
        asyncio.get_running_loop().call_later(0.1, other.close)
        held, _ = await reserve(Address("127.0.0.1", other.getsockname()[1]))
        held.close()

    asyncio.run(main())


def test_of_two_who_reserve_a_port_at_the_same_moment_one_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BIND_MS_MAX", 100)

    async def main() -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        both = await asyncio.gather(
            *(reserve(Address(host, port)) for host in ("127.0.0.1", "127.0.0.1", "0.0.0.0")),  # noqa: S104  # overlaps
            return_exceptions=True,
        )
        had = [one for one in both if isinstance(one, tuple)]
        assert len(had) == 1
        assert sum(isinstance(one, PortInUse) for one in both) == 2
        had[0][0].close()

    asyncio.run(main())


def test_one_who_had_bound_the_port_before_and_did_not_listen_yet_cannot_listen_any_more() -> None:
    async def main() -> None:
        with socket.socket() as earlier, socket.socket() as worker:
            earlier.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            earlier.bind(("127.0.0.1", 0))
            held, address = await reserve(Address("127.0.0.1", earlier.getsockname()[1]))
            with held, pytest.raises(OSError, match="in use"):
                earlier.listen()
            earlier.close()
            worker.bind((address.host, address.port))

    asyncio.run(main())


def test_a_reserved_port_takes_no_connection_before_a_worker_listens() -> None:
    async def main() -> None:
        held, address = await reserve(Address("127.0.0.1", 0))
        with held, pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.host, address.port), timeout=5)

    asyncio.run(main())
