"""Texts laid over a folder: the files of a case, which may use those of the folder that its page lies in."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pointsman import limits
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.language.ir import Span
from pointsman.language.load import SUFFIX, Folder, Memory
from pointsman.language.source import Source


class Overlay:
    """A shelf of texts by path. What is not among them is looked for in `beneath`, where there is one."""

    def __init__(self, texts: Mapping[str, str], beneath: Folder | None = None) -> None:
        self._texts = texts
        self._memory = Memory(texts)
        self._beneath = beneath

    def entries(self) -> tuple[str, ...] | Diagnostic:
        found = self._memory.entries()
        if found:
            return found
        message, help_ = f"there is no file that ends in `{SUFFIX}`", "name a rules file, or a folder of them"
        return report("no-rules", message, Span(".", 0, 0, 1, 1), help=help_)

    def resolve(self, base: str, written: str, place: Span) -> str | Diagnostic:
        if base not in self._texts:
            return (
                self._beneath.resolve(base, written, place)
                if self._beneath
                else self._memory.resolve(base, written, place)
            )
        path = self._memory.resolve(base, written, place)
        if self._beneath is None or path in self._texts or isinstance(path, Diagnostic):
            return path
        return self._beneath.resolve(os.path.join(self._beneath.root, base), written, place)

    def read(self, path: str, place: Span | None = None) -> Source | Diagnostic:
        text = self._texts.get(path)
        if text is None:
            return (self._beneath or self._memory).read(path, place)
        if len(text) > limits.SOURCE_BYTES_MAX:
            message = f"`{path}` is larger than {limits.SOURCE_BYTES_MAX // 1024**2} MiB"
            return report("too-large", message, place or Span(path, 0, 0, 1, 1), help="split it over several files")
        return Source(path, text)

    def inside(self, path: str) -> str:
        """Return the path from the page's folder on."""
        return path if path in self._texts or self._beneath is None else self._beneath.inside(path)
