"""Each record of the vocabulary has an example that compiles where it says, and the records leave out no construct."""

from __future__ import annotations

from typing import get_args

import pytest
from vocabulary_examples import EXAMPLES, Shown

from pointsman.language import tree
from pointsman.language.check.scope import walk
from pointsman.language.pipeline import compile_rules


@pytest.mark.parametrize("shown", EXAMPLES, ids=lambda it: it.example)
def test_an_example_compiles_where_it_says(shown: Shown) -> None:
    assert [it.message for it in compile_rules(shown.files).diagnostics if it.level == "error"] == []


def types_shown(kind: object) -> set[type]:
    return {type(node) for it in EXAMPLES for item in it.items() for node in walk(item)} & set(get_args(kind))


@pytest.mark.parametrize("kind", [tree.TestStep, tree.CalendarLine, tree.Action, tree.Event])
def test_no_construct_of_a_kind_is_without_an_example(kind: object) -> None:
    assert types_shown(kind) == set(get_args(kind))


def test_no_item_is_without_an_example() -> None:
    shown = {type(node) for it in EXAMPLES for item in it.items() for node in walk(item)}
    assert set(get_args(tree.Item)) | {tree.Rule} == shown & (set(get_args(tree.Item)) | {tree.Rule}) | {
        tree.Language,
        tree.Use,
    }
