"""The vocabulary is whole: its records and the tree, the IR and the model name the same things."""

from __future__ import annotations

from typing import get_args

from pointsman.language import ir, tree
from pointsman.language.check import words
from pointsman.language.vocabulary import (
    ACTIONS,
    CALENDAR_FIELDS,
    CHANNELS,
    EVENTS,
    FIELDS,
    PREDICATES,
    QUANTITIES,
    REQUESTS,
    Kind,
)
from pointsman.model import event as model


def tags(union: object) -> set[str]:
    return {str(member.__struct_config__.tag) for member in get_args(union)}


def test_each_action_of_the_tree_has_one_record_and_each_record_an_action() -> None:
    assert set(words.REGISTERED_ACTIONS) == set(get_args(tree.Action))
    assert sorted(record.name for record in words.REGISTERED_ACTIONS.values()) == sorted(
        record.name for record in ACTIONS
    )


def test_each_action_is_one_that_the_ir_can_hold() -> None:
    assert {record.name for record in ACTIONS} == tags(ir.Action)


def test_each_trigger_of_the_model_has_an_event() -> None:
    assert {record.name for record in EVENTS} == set(get_args(model.TriggerKind))


def test_each_request_is_a_mutation_of_the_model() -> None:
    assert set(REQUESTS) == tags(model.Mutation)


def test_names_are_unique() -> None:
    for records in (ACTIONS, EVENTS, PREDICATES, QUANTITIES):
        names = [record.name for record in records]
        assert len(set(names)) == len(names)
    paths = [record.path for record in (*FIELDS, *CALENDAR_FIELDS)]
    assert len(set(paths)) == len(paths)
    assert len(set(CHANNELS)) == 9


def test_only_closed_sets_list_their_names() -> None:
    assert {record.path for record in FIELDS if record.names} == {"message", "channel", "request"}
    assert all(record.kind == Kind.CHOICE for record in FIELDS if record.names)
