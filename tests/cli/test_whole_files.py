"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from pointsman.cli.whole_files import write_whole


def test_a_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    file, link = tmp_path / "page.md", tmp_path / "link.md"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_whole(link, b"new")
    assert (file.read_text(), file.stat().st_mode & 0o777, link.is_symlink()) == ("new", 0o640, True)


def test_what_stood_there_stands_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.xml"
    file.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(click.ClickException, match="cannot be written: No space left on device"):
        write_whole(file, b"new")
    assert [(it.name, it.read_text()) for it in tmp_path.iterdir()] == [("report.xml", "old")]
