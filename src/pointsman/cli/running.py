"""Speak to the running router: its address and admin token are found by the same pointsman.toml that it serves."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx
import tomli_w

from pointsman.config import ConfigError, parse
from pointsman.server.admin_token import kept_token, token_path
from pointsman.server.listen import Address

CONNECT_SECONDS_MAX = 5.0
Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def config_option(command: Decorated) -> Decorated:
    """The option that names the running router."""
    return click.option(
        "--config",
        "path",
        type=click.Path(path_type=Path, dir_okay=False),
        default="pointsman.toml",
        show_default=True,
        help="The configuration that the router was started with.",
    )(command)


def call(path: Path, method: str, target: str, body: dict[str, Any] | None = None, seconds: float = 10.0) -> Any:
    """Make one call of the admin API and return its JSON. Raises click.ClickException with what to do."""
    url, token = _whereabouts(path)
    try:
        response = httpx.request(
            method,
            f"{url}{target}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS_MAX),
            trust_env=False,
        )
    except httpx.ConnectError as fault:
        raise click.ClickException(
            f"no router answers at {url}; start it with: pointsman serve --config {path}"
        ) from fault
    except httpx.HTTPError as fault:
        raise click.ClickException(f"the router at {url} did not answer: {fault or type(fault).__name__}") from fault
    return _answer(response, url)


def _whereabouts(path: Path) -> tuple[str, str]:
    """Return URL and admin token of the router that serves `path`. The secrets of others need not be set here."""
    try:
        settings = parse(_own_sections(path), path.parent, os.environ, path.name)
    except ConfigError as fault:
        raise click.ClickException(str(fault)) from fault
    address = Address.parse(settings.server.admin_listen or settings.server.listen)
    if settings.server.admin_token is not None:
        return address.url, settings.server.admin_token.value
    try:
        return address.url, kept_token(settings.ledger_path)
    except FileNotFoundError:
        kept = token_path(settings.ledger_path)
        raise click.ClickException(
            f"there is no admin token at {kept}; start the router with: pointsman serve --config {path}"
        ) from None
    except (OSError, ValueError) as fault:
        raise click.ClickException(f"the admin token cannot be read: {fault}") from fault


def _own_sections(path: Path) -> str:
    """The text of `path` without what only the router itself needs."""
    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise click.ClickException(f"{path} cannot be read: {fault.strerror}; name it with --config FILE") from fault
    except ValueError as fault:
        raise click.ClickException(f"{path} is not TOML: {fault}") from fault
    return tomli_w.dumps({name: value for name, value in whole.items() if name in ("rules", "server", "ledger")})


def _answer(response: httpx.Response, url: str) -> Any:
    try:
        answer = response.json()
    except ValueError:
        raise click.ClickException(f"what answers at {url} is not pointsman (status {response.status_code})") from None
    if response.is_success:
        return answer
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise click.ClickException(f"the router at {url} does not know this admin token; was it started with another?")
    text = answer.get("text")
    raise click.ClickException(f"{text}\n{answer['detail']}" if text else str(answer.get("detail", answer)))
