"""`strict` of a component: written anywhere among its clauses, once, and lowered with them."""

from __future__ import annotations

import pytest

from pointsman.language.format import format_source
from pointsman.language.pipeline import compile_rules
from pointsman.language.source import Source


def strict(text: str) -> bool:
    compiled = compile_rules({"a.rules": f"{text} start with A"})
    assert compiled.ir is not None, [it.message for it in compiled.diagnostics]
    return compiled.ir.components[0].strict


@pytest.mark.parametrize(
    "clauses", ["strict", "strict hears always speaks never", "hears always strict speaks never", "hears always strict"]
)
def test_a_component_may_be_strict_wherever_it_says_so(clauses: str) -> None:
    assert strict(f"component A is bot {clauses}")


def test_a_component_is_not_strict_by_itself() -> None:
    assert not strict("component A is bot hears always")


def test_a_strict_channel_makes_no_component_strict() -> None:
    assert not strict("component A is bot channel SMS strict")


def test_it_leaves_the_other_clauses_as_they_are() -> None:
    plain, other = (
        compile_rules({"a.rules": f"component A is bot {it} start with A"}).ir
        for it in ("hears always speaks never", "hears always strict speaks never")
    )
    assert plain
    assert other
    assert [(it.hears, it.speaks) for it in plain.components] == [(it.hears, it.speaks) for it in other.components]


def test_to_be_strict_is_no_use_of_a_component() -> None:
    text = "component A is bot component B is bot strict start with A"
    assert [it.slug for it in compile_rules({"a.rules": text}).diagnostics if it.slug.startswith("unused")] == [
        "unused-component"
    ]


def test_it_stands_on_a_line_of_its_own_with_its_comment() -> None:
    text = "component A is bot # a\nstrict # b\nspeaks never\n# c"
    assert format_source(Source("a.rules", text)).text == (
        "component A is bot  # a\n  strict            # b\n  speaks never\n# c\n"
    )
