"""The PATH of a program on the command line: a rules file or a folder. An empty one names neither."""

from __future__ import annotations

import os

import click


class RulesPath(click.Path):
    """Takes any path but an empty one, which would be the current folder: most likely a variable without a value."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        if not value:
            self.fail("it is empty; name a rules file or a folder, `.` for the current one", param, ctx)
        return super().convert(value, param, ctx)


RULES_PATH = RulesPath()
