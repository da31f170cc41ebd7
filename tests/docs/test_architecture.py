"""The modules in docs/architecture.md are told by their own first lines; POINTSMAN_REWRITE_DOCS=1 tells them anew."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/architecture.md"
PACKAGE = ROOT / "src/pointsman"


def layers() -> list[str]:
    """Packages and modules from the top of the imports to the bottom."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = settings["tool"]["importlinter"]["contracts"]
    return [name for layer in contract["layers"] for name in layer.split(" | ")]


def first_line(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n")[0]


def modules(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*.py")):
        if file.name != "__init__.py":
            yield str(file.relative_to(folder).with_suffix("")), first_line(file)


def written() -> str:
    parts = []
    for layer in layers():
        folder = PACKAGE / layer
        if not folder.is_dir():
            parts.append(f"**`{layer}`** {first_line(folder.with_suffix('.py'))}")
            continue
        rows = "".join(f"| `{name}` | {line} |\n" for name, line in modules(folder))
        table = f"\n\n| module | |\n|---|---|\n{rows}" if rows else ""
        parts.append(f"**`{layer}/`** {first_line(folder / '__init__.py')}{table}".rstrip())
    return "\n\n".join(parts)


def test_the_map_of_modules_is_made_of_their_first_lines() -> None:
    block = re.compile(r"(<!-- packages -->\n).*?(<!-- end -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    right = block.sub(lambda found: f"{found[1]}\n{written()}\n\n{found[2]}", page)
    if os.environ.get("POINTSMAN_REWRITE_DOCS"):
        PAGE.write_text(right, encoding="utf-8")
        page = right
    assert block.search(page)
    assert page == right
