"""Syntax errors in words: what was found, what could stand there, and what to write.

A slip that people make often has its own entry in `_SLIPS`; the first that recognises itself speaks.
"""

from __future__ import annotations

from collections.abc import Callable

from pointsman.language.diagnostics import Diagnostic
from pointsman.language.slips.alternatives import joined_values
from pointsman.language.slips.expected import missing_word, plainly
from pointsman.language.slips.habits import (
    another_condition,
    article,
    bare_key,
    buttons_under_words,
    event_as_condition,
    is_in,
    listed_names,
    nameless_rule,
    note_before_name,
    quoted_expression,
    stray_mark,
    time_of_day,
)
from pointsman.language.slips.lexical import no_unit, odd_hours, odd_quotes, slash_inside, spelled_out_unit, unreadable
from pointsman.language.slips.scene import Scene, span_of
from pointsman.language.slips.sentences import (
    equals_sign,
    joined_actions,
    keyword_as_name,
    misspelt_before,
    name_in_double_quotes,
    negated_verb,
    other_word,
    quoted_kind,
    text_without_quotes,
    then_without_when,
)
from pointsman.language.slips.spoken import customer_tested, one_of, order_in_words, time_in_words, values_in_a_row

__all__ = ["Scene", "explain", "span_of"]

_SLIPS: tuple[Callable[[Scene], Diagnostic | None], ...] = (
    slash_inside,
    odd_quotes,
    odd_hours,
    unreadable,
    equals_sign,
    another_condition,
    nameless_rule,
    event_as_condition,
    customer_tested,
    order_in_words,
    one_of,
    time_in_words,
    values_in_a_row,
    then_without_when,
    listed_names,
    joined_actions,
    is_in,
    article,
    bare_key,
    note_before_name,
    quoted_expression,
    time_of_day,
    spelled_out_unit,
    no_unit,
    negated_verb,
    other_word,
    quoted_kind,
    joined_values,
    stray_mark,
    misspelt_before,
    buttons_under_words,
    keyword_as_name,
    text_without_quotes,
    missing_word,
    name_in_double_quotes,
)


def explain(scene: Scene) -> Diagnostic:
    """Return the report for the place where reading stopped."""
    for slip in _SLIPS:
        diagnostic = slip(scene)
        if diagnostic is not None:
            return diagnostic
    return plainly(scene)
