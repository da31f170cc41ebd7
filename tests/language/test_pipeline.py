"""The compiler from end to end: files in, a program or reports out, each stage's product to be seen."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import msgspec
import pytest
from snippets import DECLARATIONS, FILES, then, when

from pointsman import limits
from pointsman.language.pipeline import STAGES, Compiled, compile_rules, emit
from pointsman.language.program import FORMAT, decode, encode

SAMPLE = Path(__file__).parent / "sample"


def test_the_sample_of_the_language_page_compiles_with_warnings_only() -> None:
    compiled = compile_rules(SAMPLE)
    assert not compiled.failed
    assert compiled.program is not None
    assert {diagnostic.slug for diagnostic in compiled.diagnostics} == {"unused-list", "unhandled-failure"}


def test_a_program_is_the_same_value_every_time() -> None:
    one, other = compile_rules(FILES).program, compile_rules(FILES).program
    assert one is not None
    assert one == other
    assert len(one.hash) == 64


@pytest.mark.parametrize("change", [("CmBot", "CmBat"), ('"human"', '"person"'), ("17:30", "17:31")])
def test_another_text_is_another_program(change: tuple[str, str]) -> None:
    before, after = compile_rules(FILES).program, compile_rules({**FILES, "a.rules": DECLARATIONS.replace(*change)})
    assert before is not None
    assert after.program is not None
    assert before.hash != after.program.hash


def test_the_values_of_a_list_file_belong_to_the_hash() -> None:
    before, after = compile_rules(FILES).program, compile_rules({**FILES, "vips.txt": "+2\n"}).program
    assert before is not None
    assert after is not None
    assert before.hash != after.hash


def test_a_program_is_read_as_it_was_written_and_one_of_another_format_is_not() -> None:
    program = compile_rules(FILES).program
    assert program is not None
    assert decode(encode(program)) == program
    later = msgspec.structs.replace(program, format=FORMAT + 1)
    with pytest.raises(msgspec.DecodeError, match=f"program format {FORMAT + 1}, this version reads {FORMAT}"):
        decode(encode(later))


def test_a_program_with_an_error_is_none_and_says_why() -> None:
    compiled = compile_rules({**FILES, "b.rules": when("text is 5")})
    assert compiled.failed
    assert compiled.ir is None
    assert compiled.program is None
    assert [diagnostic.slug for diagnostic in compiled.diagnostics] == ["wrong-kind"]


def test_syntax_and_meaning_are_reported_in_one_run() -> None:
    compiled = compile_rules({**FILES, "b.rules": then("flee") + then("enable CmBto").replace('"r"', '"s"')})
    assert [diagnostic.slug for diagnostic in compiled.diagnostics][:1] == ["syntax"]
    assert "unknown-name" in {diagnostic.slug for diagnostic in compiled.diagnostics}


def test_a_file_and_a_folder_are_programs(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    folder, file = compile_rules(tmp_path), compile_rules(str(tmp_path / "a.rules"))
    assert folder.program == file.program
    assert list(folder.sources) == [str(tmp_path / "a.rules"), str(tmp_path / "vips.txt")]


def test_every_stage_is_timed_by_its_name() -> None:
    ticks = count()
    compiled = compile_rules(FILES, clock=lambda: float(next(ticks)))
    assert compiled.seconds == {name: 1.0 for name, _ in STAGES}


def test_each_stage_can_be_printed() -> None:
    compiled = compile_rules(FILES)
    assert emit(compiled, "tokens").splitlines()[:3] == [
        "a.rules:2:1 keyword component",
        "a.rules:2:11 name CmBot",
        "a.rules:2:17 keyword is",
    ]
    tree = msgspec.json.decode(emit(compiled, "tree"))
    assert [item["type"] for item in tree][:2] == ["Component", "Component"]
    assert msgspec.json.decode(emit(compiled, "ir"))["start_with"] == ["CmBot", "CustomerContact"]
    assert emit(compiled, "python").startswith("# ")
    assert "def rule_0_uses(v):" in emit(compiled, "python")
    assert msgspec.json.decode(emit(compiled, "index"))[0]["trigger"] == {"kind": "from customer"}


def test_a_broken_program_has_tokens_and_a_tree_to_print() -> None:
    compiled = compile_rules({"a.rules": "component CmBot is bot"})
    assert [diagnostic.slug for diagnostic in compiled.diagnostics] == ["missing-start-with"]
    assert emit(compiled, "tokens")
    assert emit(compiled, "tree")
    assert [emit(compiled, "ir"), emit(compiled, "python"), emit(compiled, "index")] == ["", "", ""]


# Lists from files -----------------------------------------------------------------------------------------------------


def listed(file: str | bytes, tmp_path: Path, name: str = "l.txt") -> Compiled:
    data = file if isinstance(file, bytes) else file.encode()
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "l.txt").write_bytes(data)
    (tmp_path / "outside.txt").write_text("secret")
    rules = f'list l from "{name}" policy p on message from customer rule "r" when text in l then stop'
    (tmp_path / "p" / "a.rules").write_text(rules)
    return compile_rules(tmp_path / "p")


def test_a_list_file_has_one_value_a_line(tmp_path: Path) -> None:
    compiled = listed("\ufeff one \r\n\n# two\n\t\nthree\none", tmp_path)
    assert compiled.ir is not None
    assert compiled.ir.lists[0].texts == ("one", "# two", "three")


def test_an_empty_list_file_is_an_empty_list(tmp_path: Path) -> None:
    compiled = listed("\n\n", tmp_path)
    assert compiled.ir is not None
    assert (compiled.ir.lists[0].texts, compiled.ir.lists[0].numbers) == ((), ())


@pytest.mark.parametrize(
    ("name", "slug"),
    [("gone.txt", "unreadable-file"), ("../outside.txt", "outside-root"), ("/etc/hostname", "outside-root")],
)
def test_a_list_file_that_cannot_be_had_is_reported_where_it_is_named(name: str, slug: str, tmp_path: Path) -> None:
    compiled = listed("x", tmp_path, name)
    (diagnostic,) = compiled.diagnostics
    assert (diagnostic.slug, diagnostic.span.line, diagnostic.span.column) == (slug, 1, 13)


def test_a_list_file_that_is_not_utf_8_is_reported(tmp_path: Path) -> None:
    assert [diagnostic.slug for diagnostic in listed(b"\xff", tmp_path).diagnostics] == ["unreadable-file"]


def test_a_list_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIST_VALUES_MAX", 2)
    assert [diagnostic.slug for diagnostic in listed("1\n2\n3", tmp_path).diagnostics] == ["too-large"]
    inline = 'list l = 1, 2, 3 policy p on silence for 5m rule "r" when count of n in l then add 1 to n'
    assert [diagnostic.slug for diagnostic in compile_rules({"a.rules": inline}).diagnostics] == ["too-large"]


TALK = """component CmBot is bot
start with CmBot
policy talk on message from customer
rule "word" when text in words then tag "word"
test "it is tagged"
  customer says "a"
  expect tag "word"
"""


def test_equal_rules_are_one_generation_wherever_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder / "more").mkdir(parents=True)
        (tmp_path / folder / "policy.rules").write_text('use "more/words.rules"\n' + TALK, "utf-8")
        (tmp_path / folder / "more" / "words.rules").write_text('list words = "a"\n', "utf-8")
    monkeypatch.chdir(tmp_path / "one")
    paths = ("policy.rules", ".", str(tmp_path / "one"), "../other/policy.rules", tmp_path / "other")
    programs = [compile_rules(path).program for path in paths]
    hashes = {program.hash for program in programs if program is not None}
    assert len(hashes) == 1, hashes
