"""Files of one program: order, `use`, the root folder, versions, and what cannot be read."""

import os
import socket
from pathlib import Path

import pytest

from pointsman import limits
from pointsman.language import tree
from pointsman.language.load import Folder, Loaded, Memory, load, load_from, settle_version
from pointsman.language.parse import parse
from pointsman.language.pipeline import compile_rules
from pointsman.language.source import Source


def from_memory(texts: dict[str, str], *entries: str) -> Loaded:
    return load_from(Memory(texts, entries or None))


def lists(loaded: Loaded) -> list[str]:
    return [item.name.text for item in loaded.items if isinstance(item, tree.ListOf)]


def faults(loaded: Loaded) -> list[tuple[str, str, int]]:
    return [(each.slug, each.span.file, each.span.line) for each in loaded.diagnostics]


def test_files_of_a_folder_stand_in_byte_order_of_their_paths(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("Z.rules", "a.rules", "é.rules", "b/c.rules", "b.rules"):
        (tmp_path / name).write_text(f'list {Path(name).stem}{len(name)} = "x"', encoding="utf-8")
    (tmp_path / "a.txt").write_text("list no = 1", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.rules").write_text("list no = 1", encoding="utf-8")
    assert lists(load(tmp_path)) == ["Z7", "a7", "b7", "c9", "é7"]


def test_used_items_stand_where_they_are_first_used_and_once() -> None:
    loaded = from_memory(
        {
            "a.rules": 'list one = 1 use "sub/b.rules" list two = 2 use "sub/b.rules"',
            "sub/b.rules": 'list three = 3 use "c.rules" use "../d.rules"',
            "sub/c.rules": "list four = 4",
            "d.rules": "list five = 5",
        }
    )
    assert lists(loaded) == ["one", "three", "four", "five", "two"]
    assert list(loaded.sources) == ["a.rules", "sub/b.rules", "sub/c.rules", "d.rules"]
    assert loaded.diagnostics == ()


def test_only_named_entries_make_the_program() -> None:
    assert lists(from_memory({"a.rules": "list a = 1", "b.rules": "list b = 1"}, "b.rules")) == ["b"]


def test_a_circle_of_uses_is_an_error_that_shows_the_way() -> None:
    loaded = from_memory(
        {"a.rules": 'list a = 1\nuse "b.rules"', "b.rules": 'list b = 1\nuse "c.rules"', "c.rules": '\n\nuse "a.rules"'}
    )
    assert faults(loaded) == [("use-cycle", "c.rules", 3)]
    assert [(label.span.file, label.span.line) for label in loaded.diagnostics[0].labels] == [
        ("a.rules", 2),
        ("b.rules", 2),
    ]
    assert lists(loaded) == ["a", "b"]


def test_a_file_that_uses_itself_is_a_circle() -> None:
    assert faults(from_memory({"a.rules": 'use "./a.rules"'})) == [("use-cycle", "a.rules", 1)]


@pytest.mark.parametrize("path", ["../x.rules", "/etc/passwd", "sub/../../x.rules", "", "\\x", "a\\u{0}b"])
def test_a_path_that_leaves_the_root_is_an_error(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "x.rules").write_text("list x = 1", encoding="utf-8")
    text = f'use "{path}"' if "\\x" not in path else 'use "\\\\x"'
    (root / "a.rules").write_text(text, encoding="utf-8")
    assert [slug for slug, _, _ in faults(load(root / "a.rules"))] == ["outside-root"]
    assert [slug for slug, _, _ in faults(from_memory({"a.rules": text}))] == ["outside-root"]


def test_a_symbolic_link_does_not_lead_out_of_the_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.rules").write_text("list x = 1", encoding="utf-8")
    (root / "link.rules").symlink_to(tmp_path / "secret.rules")
    (root / "folder").symlink_to(tmp_path)
    (root / "a.rules").write_text('use "link.rules"\nuse "folder/secret.rules"', encoding="utf-8")
    assert faults(load(root / "a.rules")) == [
        ("outside-root", str(root / "a.rules"), 1),
        ("outside-root", str(root / "a.rules"), 2),
    ]
    assert ("outside-root", str(root / "link.rules"), 1) in faults(load(root))


def test_a_symbolic_link_inside_the_root_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "b.rules").write_text("list b = 1", encoding="utf-8")
    (tmp_path / "link.rules").symlink_to("b.rules")
    (tmp_path / "a.rules").write_text('use "link.rules" use "b.rules"', encoding="utf-8")
    loaded = load(tmp_path)
    assert (lists(loaded), loaded.diagnostics) == (["b"], ())


def test_what_cannot_be_read_is_reported_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.rules").write_bytes(b"list a = 1\n# \xff")
    (tmp_path / "folder").mkdir()
    text = 'use "nowhere.rules"\nuse "folder"\nuse "bad.rules"\nlist x = 1'
    (tmp_path / "a.rules").write_text(text, encoding="utf-8")
    loaded = load(tmp_path / "a.rules")
    assert faults(loaded) == [("unreadable-file", str(tmp_path / "a.rules"), line) for line in (1, 2, 3)]
    assert "byte 14 is 0xff" in loaded.diagnostics[2].message
    assert lists(loaded) == ["x"]
    assert loaded.lost is None


def test_only_regular_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that nobody writes into would be waited for; a device may never end."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.rules")
    listened = load(tmp_path / "socket.rules").diagnostics
    os.mkfifo(tmp_path / "pipe.rules")
    (tmp_path / "a.rules").write_text('use "pipe.rules"\nlist x from "pipe.rules"', encoding="utf-8")
    used = load(tmp_path / "a.rules").diagnostics
    named = load(tmp_path / "pipe.rules").diagnostics
    listed = compile_rules(tmp_path / "a.rules").diagnostics
    device = load("/dev/zero").diagnostics
    assert [len(found) for found in (used, named, listed, device, listened)] == [1, 1, 2, 1, 1]
    for fault in (*used, *named, *listed, *device, *listened):
        assert fault.slug == "unreadable-file"
        assert fault.message.endswith("it is no regular file, but a pipe, a socket or a device")


def test_links_that_lead_round_in_a_circle_are_reported_as_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "b.rules").symlink_to("c.rules")
    (tmp_path / "c.rules").symlink_to("b.rules")
    (tmp_path / "a.rules").write_text('use "b.rules"', encoding="utf-8")
    for path in (tmp_path / "a.rules", tmp_path / "b.rules"):
        (fault,) = load(path).diagnostics
        assert fault.slug == "unreadable-file"
        assert fault.message.endswith("its symbolic links lead round in a circle")


def test_a_link_to_nothing_in_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.rules").write_text("list a = 1", encoding="utf-8")
    (tmp_path / "gone.rules").symlink_to("nowhere.rules")
    assert faults(load(tmp_path)) == [("unreadable-file", str(tmp_path / "gone.rules"), 1)]


def test_a_program_that_is_not_there_is_reported(tmp_path: Path) -> None:
    assert faults(load(tmp_path / "no.rules")) == [("unreadable-file", str(tmp_path / "no.rules"), 1)]
    assert faults(load(tmp_path)) == [("no-rules", str(tmp_path), 1)]


def test_text_that_is_not_utf_8_is_reported_at_its_first_wrong_byte(tmp_path: Path) -> None:
    (tmp_path / "a.rules").write_bytes(b"list a = 1\n# \xe9\n")
    (report,) = load(tmp_path / "a.rules").diagnostics
    assert (report.slug, report.span.line, report.span.column) == ("unreadable-file", 2, 3)


def test_a_file_over_the_bound_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SOURCE_BYTES_MAX", 20)
    (tmp_path / "a.rules").write_text("list a = 1 # and more", encoding="utf-8")
    assert [slug for slug, _, _ in faults(load(tmp_path / "a.rules"))] == ["too-large"]


def test_files_and_rules_of_a_program_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SOURCES_MAX", 2)
    monkeypatch.setattr(limits, "RULES_MAX", 1)
    rules = 'policy p on conversation starts rule "a" when channel is SMS then stop rule "b" otherwise then stop'
    loaded = from_memory({"a.rules": rules, "b.rules": "", "c.rules": "", "d.rules": ""})
    assert faults(loaded) == [("too-large", "c.rules", 1), ("too-large", "a.rules", 1)]


def test_mistakes_are_explained_up_to_a_bound_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DIAGNOSTICS_MAX", 3)
    broken = "list a = = 1\nlist b = = 2\n"
    found = from_memory({"a.rules": broken, "b.rules": broken, "c.rules": broken}).diagnostics
    assert [report.message == "`=` cannot stand here" for report in found] == [False] * 3 + [True] * 3


def test_a_long_chain_of_uses_does_not_exhaust_the_stack() -> None:
    last = limits.SOURCES_MAX - 1
    texts = {f"{n}.rules": f'use "{n + 1}.rules" list l{n} = 1' for n in range(last)} | {f"{last}.rules": ""}
    loaded = from_memory(texts, "0.rules")
    assert (len(loaded.sources), loaded.diagnostics) == (limits.SOURCES_MAX, ())
    assert lists(loaded)[0] == f"l{last - 1}"


def test_behind_a_broken_use_any_name_may_be_lost() -> None:
    loaded = from_memory({"a.rules": "use b.rules\n", "b.rules": "list b = 1\n"})
    assert [slug for slug, _, _ in faults(loaded)] == ["syntax"]
    assert loaded.lost is None


def test_what_broken_files_may_declare_is_lost() -> None:
    loaded = from_memory({"a.rules": "list a = \n", "b.rules": "list b = 1\n"})
    assert loaded.lost == {"a"}
    assert lists(loaded) == ["b"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["language 1", "language 1", "list a = 1"], []),
        (["language 2"], [("language-version", 1)]),
        (["language 0"], [("language-version", 1)]),
        (["language 1.5"], [("language-version", 1)]),
        (["list a = 1\nlanguage 1"], [("language-version", 2)]),
        (["language 1\nlanguage 1"], [("language-version", 2)]),
    ],
)
def test_a_language_version_stands_first_and_is_known(texts: list[str], expected: list[tuple[str, int]]) -> None:
    loaded = from_memory({f"{n}.rules": text for n, text in enumerate(texts)})
    assert [(slug, line) for slug, _, line in faults(loaded)] == expected
    assert loaded.version == 1
    assert not any(isinstance(item, tree.Language) for item in loaded.items)


def test_the_files_of_a_program_agree_on_a_version() -> None:
    files = [parse(Source(f"{n}.rules", f"language {n}")).file for n in (1, 2)]
    version, (fault,) = settle_version(files, newest=2)
    assert (version, fault.slug, fault.span.file, fault.labels[0].span.file) == (
        1,
        "language-version",
        "2.rules",
        "1.rules",
    )


def test_the_newest_version_holds_where_none_is_stated() -> None:
    assert settle_version([parse(Source("a.rules", "")).file], newest=3) == (3, [])


def test_the_root_of_a_file_is_its_folder(tmp_path: Path) -> None:
    assert Folder(tmp_path / "a.rules").root == str(tmp_path)
    assert Folder(tmp_path).root == str(tmp_path)


def test_a_file_whose_name_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff.rules")).write_text("language 1\n")
    (report,) = load(tmp_path).diagnostics
    assert report.slug == "unreadable-file"
    assert "a\ufffd.rules` is not UTF-8" in report.message
