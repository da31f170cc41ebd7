"""Pages of Markdown: what is a case, what is reported, and that rewriting changes expectations only."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.language.diagnostics import Diagnostic
from pointsman.language.load import Folder
from pointsman.language.markdown import Page, read_page, rewritten
from pointsman.language.overlay import Overlay
from pointsman.language.source import Source

RULES = '```rules\nlist a = "b"\n```\n'
EXPECTED = "```diagnostics\nold\n```\n"


def page(text: str) -> Page:
    return read_page(Source("page.md", text))


def titles(text: str) -> list[str]:
    return [case.title for case in page(text).cases]


def messages(text: str) -> list[tuple[int, str]]:
    return [(report.span.line, report.message) for report in page(text).diagnostics]


def fault(found: object) -> str:
    assert isinstance(found, Diagnostic)
    return found.slug


def test_a_section_with_blocks_is_a_case_named_by_the_headings_around_it() -> None:
    text = f"# Page\n\n## One\n\n{RULES}\n### Two\n\nprose\n\n#### Three\n\n{RULES}\n## Four\n\n{RULES}"
    assert titles(text) == ["One", "One: Two: Three", "Four"]


def test_headings_may_be_underlined() -> None:
    assert titles(f"Page\n====\n\nOne\n---\n\n{RULES}") == ["One"]


def test_what_stands_before_the_second_level_is_given_to_all_cases() -> None:
    other = RULES.replace("rules", "rules name=c.rules")
    [opening, one] = page(f"# Page\n\n{RULES}\n## One\n\n{other}").cases
    assert (opening.opening, list(opening.files), opening.shared) == (True, ["policy.rules"], frozenset())
    assert (one.opening, list(one.files)) == (False, ["policy.rules", "c.rules"])
    assert one.shared == {"policy.rules"}


@pytest.mark.parametrize(
    "block",
    [
        "```rules shown\nx\n```\n",
        "```\nx\n```\n",
        "```sh shown\nx\n```\n",
        "```text\nx\n```\n",
        "    ```rules\n    indented code\n",
        "<!--\n```rules\nx\n```\n-->\n",
    ],
)
def test_what_is_only_shown_is_neither_run_nor_reported(block: str) -> None:
    assert (page(f"## One\n\n{block}").cases, messages(f"## One\n\n{block}")) == ((), [])


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("```ruels\n```\n", "there is no block of kind `ruels`"),
        ("```python\n```\n", "there is no block of kind `python`"),
        ("```rules named=x.rules\n```\n", "`named=x.rules` cannot stand behind `rules`"),
        ("```rules name\n```\n", "`name` cannot stand behind `rules`"),
        ("```rules name=a.rules name=b.rules\n```\n", "`name=b.rules` cannot stand behind `rules`"),
        ("```diagnostics notes=1\n```\n", "`notes=1` cannot stand behind `diagnostics`"),
        ("```failures all\n```\n", "`all` cannot stand behind `failures`"),
        ('```rules name="a.rules\n```\n', "a quote is not closed behind the kind of this block"),
        ("```rules name=a.txt\n```\n", "a `rules` block cannot be the file `a.txt`"),
        ("```rules name=./a.rules\n```\n", "a `rules` block cannot be the file `./a.rules`"),
        ("```text name=a.rules\n```\n", "a `text` block cannot be the file `a.rules`"),
        ("```text times=2\n```\n", "a `text` block cannot be the file ``"),
        ("```rules name=/etc/a.rules\n```\n", "`/etc/a.rules` leaves the program's folder"),
        ("```rules name=x/../../a.rules\n```\n", "`x/../../a.rules` leaves the program's folder"),
        ("```text name=a.txt times=-1\n```\n", "a block cannot stand for `-1` times its text"),
        ("```text name=a.txt times=99999999\nx\n```\n", "a block cannot stand for `99999999` times its text"),
        ("```rules\nx\n", "this block is not closed"),
        ("```rules", "this block is not closed"),
        ("````rules\n```\n", "this block is not closed"),
        ("> ```rules\n> ```\n", "a block inside a list or a quotation is not run"),
        ("1. ```diagnostics\n   ```\n", "a block inside a list or a quotation is not run"),
    ],
)
def test_what_cannot_be_run_is_reported_at_its_line(block: str, message: str) -> None:
    found = page(f"## One\n\n{block}")
    assert [(report.span.line, report.message) for report in found.diagnostics] == [(3, message)]
    assert all(report.help for report in found.diagnostics)
    assert found.cases == ()


def test_a_section_says_each_thing_once_and_has_a_program() -> None:
    assert messages(f"{RULES}\n{RULES}\n{EXPECTED}\n{EXPECTED}") == [
        (5, "this section has the file `policy.rules` twice"),
        (13, "this section has `diagnostics` twice"),
    ]
    assert messages(f"## One\n\n{EXPECTED}") == [(3, "this section expects something and has no program")]


def test_line_ends_of_another_system_and_other_fences_are_read() -> None:
    [case] = page('## One\r\n\r\n~~~~ rules\r\nlist a = "b"\r\n```\r\n~~~~~\r\n').cases
    assert case.files["policy.rules"].text == 'list a = "b"\n```\n'


@pytest.mark.parametrize(
    "new", ["", "one\n", "one\n\n\ntwo\n", "```\n", "~~~~\n", "````rules\n```\n````\n", "no line end"]
)
@pytest.mark.parametrize("fence", ["```", "~~~", "`````"])
def test_new_contents_take_the_place_of_the_old_and_of_nothing_else(new: str, fence: str) -> None:
    expected = f"{fence}diagnostics notes\nold\n\nold\n{fence}\n"
    before, after = f"# Page\n\nprose\n\n{RULES}\n", f"\n* prose\n\n{RULES.replace('rules', 'rules shown')}"
    read = page(before + expected + after)
    [case] = read.cases
    [block] = case.expected
    text = rewritten(read, {block: new})
    assert text.startswith(before)
    assert text.endswith(after)
    [again] = page(text).cases
    assert [(it.kind, it.notes, it.text) for it in again.expected] == [
        ("diagnostics", True, new if new.endswith("\n") or not new else f"{new}\n")
    ]


LINES = st.sampled_from(
    [
        "# Page", "## One", "### Two", "```", "````", "~~~", "```rules", "```rules name=a.rules", "```text name=a.txt",
        "```diagnostics", "```transcript test=x", "```failures", "````markdown", "- item", "> quote", "    code", "",
        'list a = "b"', "<!--", "-->", "\t```rules", " ```diagnostics notes", "text",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=20))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_any_page_is_read_and_is_rewritten_as_it_is(lines: list[str]) -> None:
    text = "\n".join(lines)
    read = page(text)
    assert all(report.help for report in read.diagnostics)
    blocks = {block for case in read.cases for block in case.expected}
    assert rewritten(read, {block: block.text for block in blocks}) == text
    again = page(rewritten(read, dict.fromkeys(blocks, "new\n```\n")))
    assert {block.text for case in again.cases for block in case.expected} <= {"new\n```\n"}
    assert [case.title for case in again.cases] == [case.title for case in read.cases]


@given(st.text())
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_no_text_makes_reading_a_page_raise(text: str) -> None:
    page(text)


def test_texts_lie_over_a_folder_and_what_is_not_there_is_looked_for_beneath(tmp_path: Path) -> None:
    root = tmp_path
    (root / "real.rules").write_text("real")
    (root / "odd.rules").write_bytes(b"\xff")
    place = Source("x", "x").whole
    shelf = Overlay({"a.rules": "a", "sub/b.rules": "b"}, Folder(root / "page.md"))
    assert shelf.entries() == ("a.rules", "sub/b.rules")
    assert shelf.resolve("a.rules", "sub/b.rules", place) == "sub/b.rules"
    assert shelf.resolve("sub/b.rules", "../real.rules", place) == "real.rules"
    found = shelf.read("real.rules")
    assert isinstance(found, Source)
    assert (found.path, found.text, shelf.inside("real.rules")) == ("real.rules", "real", "real.rules")
    assert [fault(shelf.read(path)) for path in ("odd.rules", "missing.rules")] == ["unreadable-file"] * 2
    for base, written in (("a.rules", "../x.rules"), ("real.rules", "../x.rules"), ("a.rules", "/etc/x.rules")):
        assert fault(shelf.resolve(base, written, place)) == "outside-root"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.rules").write_text("secret")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "link.rules").symlink_to(tmp_path / "secret.rules")
    assert fault(Overlay({}, Folder(tmp_path / "pages" / "page.md")).read("link.rules")) == "outside-root"


def test_without_a_folder_there_are_the_texts_alone() -> None:
    shelf = Overlay({"a.txt": "a"})
    assert fault(shelf.entries()) == "no-rules"
    assert shelf.resolve("a.rules", "b.rules", Source("x", "x").whole) == "b.rules"
    assert fault(shelf.read("b.rules")) == "unreadable-file"
    assert shelf.inside("b.rules") == "b.rules"
