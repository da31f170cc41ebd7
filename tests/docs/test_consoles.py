"""What the documents show of a terminal is what is printed; with POINTSMAN_REWRITE_DOCS=1 this writes it anew.

A `console` block is one command and what it prints. It finds the files that the page has shown before it: blocks with
`name=FILE` behind their language.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from pointsman.cli.main import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSOLE = re.compile(r"^```console\n\$ pointsman (?P<command>[^\n]*)\n(?P<output>.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"^```\w+ (?:\S+ )*name=(?P<name>\S+)[^\n]*\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def printed(command: str, files: dict[str, str]) -> str:
    """What a command prints in a folder that holds these files and no others."""
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, shlex.split(command)).output


def rewritten(page: str) -> str:
    """The page with what its commands print now."""

    def run(console: re.Match[str]) -> str:
        files = {it["name"]: it["text"] for it in FILE.finditer(page, 0, console.start())}
        return f"```console\n$ pointsman {console['command']}\n{printed(console['command'], files)}```"

    return CONSOLE.sub(run, page)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_console_shows_what_is_printed(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = path.read_text(encoding="utf-8")
    right = rewritten(page)
    if os.environ.get("POINTSMAN_REWRITE_DOCS"):
        path.write_text(right, encoding="utf-8")
        page = right
    assert page == right
    assert page.count("```console\n") == len(CONSOLE.findall(page)), "a console begins with a command of pointsman"
