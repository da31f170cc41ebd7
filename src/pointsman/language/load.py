"""From paths to a program's items: reads the files of one program and puts them in order.

Laws:

- One PATH is one program: a rules file, or a folder whose `*.rules` files stand in byte order of their paths.
- `use` stands for the items of the file it names, where it is first used; each file is read once; a circle is an error.
- Reading is bounded and stays inside the root folder: absolute paths, `..` and symbolic links do not lead out.
- What cannot be read is a diagnostic at the place that named it, never an exception.
- Versions are settled here: `language N` stands first in its file, is known, and the files agree.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from pointsman import limits
from pointsman.language import tree
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.ir import Span
from pointsman.language.parse import parse
from pointsman.language.source import Source
from pointsman.language.vocabulary import LANGUAGE_VERSION

SUFFIX = ".rules"
"""What the names of rules files end in."""


class Loaded(Struct, frozen=True):
    """A program's text, read and in order.

    `sources` by path, in the order read; `files` likewise. `items` is the whole program in order, without `language`
    and `use`. `strays` and `lost` are those of its files (`lost` None: any name).
    """

    sources: dict[str, Source]
    files: tuple[tree.File, ...]
    items: tuple[tree.Item, ...]
    strays: tuple[tree.Rule, ...]
    lost: frozenset[str] | None
    version: int
    diagnostics: tuple[Diagnostic, ...]


def load(path: str | os.PathLike[str]) -> Loaded:
    """Return the program at `path`, a rules file or a folder of them, with reports on what is wrong with its text."""
    return load_from(Folder(path))


def load_from(shelf: Shelf) -> Loaded:
    """Return the program whose files lie on `shelf`."""
    return _Loading(shelf).program()


class _Loading:
    """The use of files by files, walked in order with a stack of its own, so that no depth of uses is too deep."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._sources: dict[str, Source] = {}
        self._files: list[tree.File] = []
        self._items: list[tree.Item] = []
        self._diagnostics: list[Diagnostic] = []
        self._unreadable = False
        self._full = False
        self._open: list[tuple[str, Span, Iterator[tree.Item]]] = []

    def program(self) -> Loaded:
        entries = self._shelf.entries()
        if isinstance(entries, Diagnostic):
            self._diagnostics.append(entries)
            entries = ()
        for path in entries:
            if path not in self._sources:
                self._begin(path, None)
            self._walk()
        version, faults = settle_version(self._files)
        self._diagnostics += faults
        self._bound_rules()
        return Loaded(
            self._sources,
            tuple(self._files),
            tuple(self._items),
            tuple(rule for file in self._files for rule in file.strays),
            self._lost(),
            version,
            tuple(self._diagnostics),
        )

    def _walk(self) -> None:
        """Take items from the file that was begun last until all are ended."""
        while self._open:
            path, _, items = self._open[-1]
            item = next(items, None)
            if item is None:
                self._open.pop()
            elif isinstance(item, tree.Use):
                self._use(path, item)
            elif not isinstance(item, tree.Language):
                self._items.append(item)

    def _use(self, base: str, use: tree.Use) -> None:
        path = self._shelf.resolve(base, use.file.text, use.file.span)
        if isinstance(path, Diagnostic):
            self._diagnostics.append(path)
            self._unreadable = True
        elif any(path == opened for opened, _, _ in self._open):
            self._diagnostics.append(self._cycle(path, use))
        elif path not in self._sources:
            self._begin(path, use.file.span)

    def _begin(self, path: str, place: Span | None) -> None:
        if self._is_full(place or _start_of(path)):
            return
        found = self._shelf.read(path, place)
        if isinstance(found, Diagnostic):
            self._diagnostics.append(found)
            self._unreadable = True
            return
        self._sources[path] = found
        parsed = parse(found, explained=max(limits.DIAGNOSTICS_MAX - len(self._diagnostics), 0))
        self._diagnostics += parsed.diagnostics
        self._files.append(parsed.file)
        self._open.append((path, place or found.span(0, 0), iter(parsed.file.items)))

    def _is_full(self, place: Span) -> bool:
        """Whether the program has all the files it may have; said once."""
        if len(self._sources) < limits.SOURCES_MAX:
            return False
        if not self._full:
            message = f"a program has more than {limits.SOURCES_MAX} files"
            self._diagnostics.append(report("too-large", message, place, help="put several of them into one file"))
        self._full = self._unreadable = True
        return True

    def _cycle(self, path: str, use: tree.Use) -> Diagnostic:
        opened = [name for name, _, _ in self._open]
        circle = self._open[opened.index(path) + 1 :]
        labels = [Label(place, f"uses `{name}`") for name, place, _ in circle]
        return report(
            "use-cycle",
            f"`{use.file.text}` leads back to this file" if not circle else f"`{path}` uses itself by way of this file",
            use.file.span,
            *labels,
            help="move what both need into a third file",
        )

    def _lost(self) -> frozenset[str] | None:
        lost: set[str] = set()
        for file in self._files:
            if file.lost is None:
                return None
            lost |= file.lost
        return None if self._unreadable else frozenset(lost)

    def _bound_rules(self) -> None:
        rules = [rule for item in self._items if isinstance(item, tree.Policy) for rule in item.rules]
        if len(rules) > limits.RULES_MAX:
            place = rules[limits.RULES_MAX].name.span
            message = f"a program has more than {limits.RULES_MAX} rules"
            help_ = "let one rule ask for many values: put them into a list"
            self._diagnostics.append(report("too-large", message, place, help=help_))


def settle_version(files: Sequence[tree.File], newest: int = LANGUAGE_VERSION) -> tuple[int, list[Diagnostic]]:
    """Return the program's language version, the newest where none is stated, and what is wrong with those stated."""
    faults = []
    settled: tree.Language | None = None
    for file in files:
        for index, item in enumerate(file.items):
            if not isinstance(item, tree.Language):
                continue
            if index:
                faults.append(
                    _version_fault("`language` is not the first item of its file", item, "move it to the top")
                )
            elif item.version.value not in range(1, newest + 1):
                known = f"this pointsman knows `language {newest}`" + (" and older" if newest > 1 else "")
                faults.append(_version_fault(f"there is no language version `{item.version.source}`", item, known))
            elif settled is None:
                settled = item
            elif settled.version.value != item.version.value:
                message = f"this file is in language {item.version.source}, another in {settled.version.source}"
                label = Label(settled.span, "the other file")
                faults.append(_version_fault(message, item, "write all files of a program in one version", label))
    return (int(settled.version.value) if settled else newest), faults


def _version_fault(message: str, item: tree.Language, remedy: str, *labels: Label) -> Diagnostic:
    return report("language-version", message, item.span, *labels, help=remedy)


# Shelves: where files lie ---------------------------------------------------------------------------------------------


class Shelf(Protocol):
    """Where the files of one program lie. `place` is where the path was written, for the report."""

    def entries(self) -> tuple[str, ...] | Diagnostic:
        """Return the paths of the files that make the program, in byte order."""

    def resolve(self, base: str, written: str, place: Span) -> str | Diagnostic:
        """Return the path that `written` means in the file `base`; one file has one path."""

    def read(self, path: str, place: Span | None = None) -> Source | Diagnostic:
        """Return the file at `path`."""

    def inside(self, path: str) -> str:
        """Return the path from the program's root on: the same wherever the program lies."""


class Memory:
    """Files in a dictionary from path to text; for tests, and for text that comes from elsewhere.

    All files that end in `.rules` are entries, unless `entries` names them.
    """

    def __init__(self, texts: Mapping[str, str], entries: Iterable[str] | None = None) -> None:
        self._texts = dict(texts)
        self._entries = None if entries is None else tuple(entries)

    def entries(self) -> tuple[str, ...] | Diagnostic:
        if self._entries is not None:
            return self._entries
        return _in_byte_order(path for path in self._texts if path.endswith(SUFFIX))

    def resolve(self, base: str, written: str, place: Span) -> str | Diagnostic:
        return _joined("", base, written) or _outside(written, "", place)

    def read(self, path: str, place: Span | None = None) -> Source | Diagnostic:
        text = self._texts.get(path)
        return _unreadable(path, "no such file", place) if text is None else Source(path, text)

    def inside(self, path: str) -> str:
        return path


class Folder:
    """Files on disk. `path` is a rules file, whose folder is the root, or a folder, all of whose rules files count."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._given = os.path.normpath(os.fspath(path))
        self._is_folder = os.path.isdir(self._given)
        self.root = self._given if self._is_folder else os.path.dirname(self._given)

    def entries(self) -> tuple[str, ...] | Diagnostic:
        if not self._is_folder:
            return _misnamed([self._given]) or (self._given,)
        found = {(os.path.exists(path) and self._canonical(path)) or path for path in _rules_below(self._given)}
        if not found:
            message = f"`{self._given}` has no file that ends in `{SUFFIX}`"
            help_ = "name a rules file, or a folder of them; `pointsman init DIR` writes a first one"
            return report("no-rules", message, _start_of(self._given), help=help_)
        return _misnamed(found) or _in_byte_order(found)

    def resolve(self, base: str, written: str, place: Span) -> str | Diagnostic:
        path = _joined(self.root, base, written)
        return (path and self._canonical(path)) or _outside(written, self.root, place)

    def read(self, path: str, place: Span | None = None) -> Source | Diagnostic:
        if not self._canonical(path):
            return _outside(path, self.root, place or _start_of(path))
        try:
            data = _bytes_of(path)
        except OSError as error:
            return _unreadable(path, _reason(error), place)
        if len(data) > limits.SOURCE_BYTES_MAX:
            return report(
                "too-large",
                f"`{path}` is larger than {limits.SOURCE_BYTES_MAX // 1024**2} MiB",
                place or _start_of(path),
                help="split it over several files",
            )
        return decoded(path, data, place)

    def inside(self, path: str) -> str:
        return Path(os.path.relpath(path, self.root or ".")).as_posix()

    def _canonical(self, path: str) -> str:
        """The one path of a file inside the root once symbolic links are followed; empty when it lies outside."""
        try:
            root = os.path.realpath(self.root or ".")
            inside = Path(os.path.realpath(path)).relative_to(root)
        except (OSError, ValueError):
            return ""
        return os.path.normpath(os.path.join(self.root, inside))


def _bytes_of(path: str) -> bytes:
    """At most one byte more than a file may have. Raises OSError, also for what is no regular file: it may never end.

    Opened without waiting: a pipe would wait for somebody to write into it.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise OSError("it is a folder")
        if not stat.S_ISREG(mode):
            raise OSError("it is no regular file, but a pipe, a socket or a device")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limits.SOURCE_BYTES_MAX + 1)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    match error.errno:
        case errno.ELOOP:
            return "its symbolic links lead round in a circle"
        case errno.ENXIO:
            return "it is no regular file, but a pipe, a socket or a device"
        case _:
            return (error.strerror or str(error)).lower()


def _rules_below(folder: str) -> Iterator[str]:
    """The rules files in a folder and its folders; hidden ones belong to editors and version control."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = os.path.normpath(os.path.join(parent, name))
            if name.endswith(SUFFIX) and not name.startswith("."):
                yield path


def _misnamed(paths: Iterable[str]) -> Diagnostic | None:
    """Report a path that is not UTF-8: the operating system allows it, and it can neither be shown nor stored."""
    for path in sorted(paths):
        if (shown := os.fsencode(path).decode("utf-8", "replace")) != path:
            help_ = "rename the file, with letters that your terminal shows"
            return report("unreadable-file", f"the name of `{shown}` is not UTF-8", _start_of(shown), help=help_)
    return None


def decoded(path: str, data: bytes, place: Span | None = None) -> Source | Diagnostic:
    """Return the source in `data`, or a diagnostic at its first byte that is not UTF-8."""
    try:
        return Source(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        good = Source(path, data[: error.start].decode("utf-8"))
        end = len(good.text)
        return report(
            "unreadable-file",
            f"`{path}` is not UTF-8: byte {error.start + 1} is 0x{data[error.start]:02x}",
            place or good.span(end, end),
            help="save the file as UTF-8",
        )


def _joined(root: str, base: str, written: str) -> str:
    """Return the path of `written` in the folder of `base`; empty when it is absolute or climbs over `root`."""
    if not written or written.startswith(("/", "\\")) or "\0" in written:
        return ""
    path = os.path.normpath(os.path.join(os.path.dirname(base), written))
    return "" if os.path.relpath(path, root or ".").split(os.sep)[0] == ".." else path


def _in_byte_order(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths, key=os.fsencode))


def _start_of(path: str) -> Span:
    return Span(path, 0, 0, 1, 1)


def _outside(written: str, root: str, place: Span) -> Diagnostic:
    return report(
        "outside-root",
        f"`{written}` leaves the program's folder",
        place,
        help=f"move the file into {f'`{root}`' if root else 'that folder'} and write its path relative to this file",
    )


def _unreadable(path: str, why: str, place: Span | None) -> Diagnostic:
    help_ = "paths are relative to the file that names them" if place else "name a rules file, or a folder of them"
    return report("unreadable-file", f"cannot read `{path}`: {why}", place or _start_of(path), help=help_)
