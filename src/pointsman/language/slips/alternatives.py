"""`text is "x" or "y"`: values joined where conditions are."""

from __future__ import annotations

from typing import NamedTuple

from pointsman.language.diagnostics import Diagnostic, report, ticked
from pointsman.language.grammar import grammar
from pointsman.language.slips.scene import Scene, span_of

_BEFORE_SUBJECT = {"WHEN", "AND", "OR", "NOT", "LPAR"}
_NAMES = {"NAME", "QUOTED_NAME"}
_TEXTS = {"STRING", "LONG_STRING"}
_AMOUNTS = {"NUMBER", "SIZE", "DURATION"}
_ORDERS = {"AT_LEAST", "AT_MOST", "LESSTHAN", "MORETHAN"}
_VERBS = {"IS", "CONTAINS", "MENTIONS", "STARTS", "ENDS"} | _ORDERS
_SHOWN_MAX = 6
"""Values that the help repeats; after that, it says `…`."""


class _Comparison(NamedTuple):
    """`SUBJECT RELATION VALUE`, as it is written."""

    subject: str
    relation: list[str]
    value: str


def joined_values(scene: Scene) -> Diagnostic | None:
    """A value behind `or` or `and`, where a whole condition belongs."""
    first = scene.at if scene.kind_at(scene.at - 1) in ("OR", "AND") else scene.at - 1
    joint = scene.kind_at(first - 1)
    sort = _sort(scene, first)
    if joint not in ("OR", "AND") or not sort or _sort(scene, first - 2) != sort:
        return None
    comparison = _comparison(scene, first - 2)
    if comparison is None:
        return None
    token = scene.tokens[first]
    message = f"{ticked(str(token))} stands alone behind `{joint.lower()}`, where a condition belongs"
    help_ = f"write `{_rewritten(comparison, _row(scene, first, joint), joint.lower())}`"
    return report("syntax", message, span_of(scene.source, token), help=help_)


def written_out(scene: Scene, value: int, values: list[str]) -> str:
    """The comparison with token `value`, before which `any` may stand, as one with any of `values`; or empty text."""
    comparison = _comparison(scene, value - (scene.kind_at(value - 1) == "ANY"))
    if comparison is None:
        return ""
    subject, relation, _ = comparison
    if len(values) == 1:
        return f"{subject} {' '.join(relation)} {ticked(values[0])[1:-1]}"
    return _rewritten(_Comparison(subject, relation, values[0]), values[1:], "or")


def _sort(scene: Scene, index: int) -> str:
    """What sort of value a token is, or empty text."""
    kind, first = scene.kind_at(index), grammar().first
    if kind in _NAMES | first["kind_word"] | first["request_word"]:
        return "name"
    return "text" if kind in _TEXTS else "amount" if kind in _AMOUNTS else ""


def _comparison(scene: Scene, value: int) -> _Comparison | None:
    """The comparison that ends in token `value`."""
    verb = value - 1
    while scene.kind_at(verb) in ("NOT", "EXACTLY", "WITH"):
        verb -= 1
    if scene.kind_at(verb) not in _VERBS:
        return None
    start = verb
    while start > 0 and scene.kind_at(start - 1) not in _BEFORE_SUBJECT:
        start -= 1
    relation = [str(token) for token in scene.tokens[verb:value]]
    return _Comparison(scene.written(start, verb), relation, str(scene.tokens[value]))


def _row(scene: Scene, first: int, joint: str) -> list[str]:
    """The values from token `first` on, as long as they are joined alike; one that is compared begins a condition."""
    values = [str(scene.tokens[first])]
    at = first
    while scene.kind_at(at + 1) == joint and _sort(scene, at + 2) and scene.kind_at(at + 3) not in _VERBS:
        at += 2
        values.append(str(scene.tokens[at]))
    return values


def _rewritten(comparison: _Comparison, more: list[str], word: str) -> str:
    subject, relation, value = comparison
    values = [value, *more]
    shown = [ticked(one)[1:-1] for one in values[:_SHOWN_MAX]] + ["…"] * (len(values) > _SHOWN_MAX)
    if word == "and" or relation[0] not in ("is", "contains", "mentions", "starts", "ends"):
        return f" {word} ".join(f"{subject} {' '.join(relation)} {one}" for one in shown)
    if relation[0] == "is":
        between = [*(["not"] if "not" in relation else []), "in", *(["exactly"] if "exactly" in relation else [])]
    else:
        between = [*relation, "any"]
    return f"{subject} {' '.join(between)} ({', '.join(shown)})"
