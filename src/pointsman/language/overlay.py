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
    """A shelf of texts by path. What is not among them is looked for in `beneath`, where there is one.

    All paths are from the root on, so that reports are the same wherever the folder lies.
    """

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
        return self._memory.resolve(base, written, place)

    def read(self, path: str, place: Span | None = None) -> Source | Diagnostic:
        text = self._texts.get(path)
        if text is None:
            return self._read_beneath(path, place)
        if len(text) > limits.SOURCE_BYTES_MAX:
            message = f"`{path}` is larger than {limits.SOURCE_BYTES_MAX // 1024**2} MiB"
            return report("too-large", message, place or Span(path, 0, 0, 1, 1), help="split it over several files")
        return Source(path, text)

    def inside(self, path: str) -> str:
        return path

    def _read_beneath(self, path: str, place: Span | None) -> Source | Diagnostic:
        full = os.path.join(self._beneath.root, path) if self._beneath else ""
        if self._beneath is None or not os.path.lexists(full):
            return self._memory.read(path, place)
        found = self._beneath.read(full, place)
        return Source(path, found.text) if isinstance(found, Source) else found
