"""Where the text files that come with the package are: beside the sources in a checkout, inside it in a wheel.

The wheel is built with `force-include` (pyproject.toml), which copies `grammar/`, `rules/` and the specification's
pages of diagnostics to `pointsman/_shipped/`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_WHEEL = _PACKAGE / "_shipped"
_CHECKOUT = _PACKAGE.parents[1]


def shipped_text(name: str) -> str:
    """Return the text of a shipped file, such as `grammar/rules.lark`. Raises FileNotFoundError."""
    return _place(name).read_text(encoding="utf-8")


def shipped_folder(name: str) -> Path:
    """Return a shipped folder, such as `rules/examples`. Raises FileNotFoundError."""
    place = _place(name)
    if not place.is_dir():
        raise FileNotFoundError(f"`{name}` is not a folder")
    return place


def _place(name: str) -> Path:
    for root in (_WHEEL, _CHECKOUT):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"`{name}` did not come with this installation of pointsman")
