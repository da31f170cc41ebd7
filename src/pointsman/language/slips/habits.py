"""Slips of habit: what reads well in English or in another language, and is written otherwise here."""

from __future__ import annotations

from lark import Token

from pointsman.language.diagnostics import Diagnostic, report, ticked
from pointsman.language.grammar import END, grammar
from pointsman.language.slips.scene import Scene, span_of

_NAMES = ("NAME", "QUOTED_NAME")
_ARTICLES = ("a", "an", "the")
_POLICY = (Token("POLICY", "policy"), Token("NAME", "p"), Token("ON", "on"))
_RULE = Token("RULE", "rule")
_END = Token(END, "")
_AFTER_CONDITION = ("THEN", "AND", "OR", "RPAR")
_EVENT_TOKENS_MAX = 12


def another_condition(scene: Scene) -> Diagnostic | None:
    """`otherwise when …`, and a second `when` or an `if` among the actions."""
    if scene.kind == "WHEN" and scene.kind_at(scene.at - 1) == "OTHERWISE":
        help_ = "leave `otherwise` out, or the condition: it fires when no other rule of its policy did"
        return report("syntax", "a rule has `when` or `otherwise`, and not both", scene.span, help=help_)
    if (scene.kind == "WHEN" or scene.word == "if") and scene.could_be("_action"):
        help_ = "join conditions with `and`, or begin another rule"
        return report("syntax", "a rule has one `when`, before its `then`", scene.span, help=help_)
    return None


def nameless_rule(scene: Scene) -> Diagnostic | None:
    """`otherwise then …` or `when …` where a rule's name belongs."""
    another = scene.kind in ("OTHERWISE", "WHEN") or scene.word == "else"
    if not another or "RULE" not in scene.expected or (scene.kind == "WHEN" and scene.could_be("_action")):
        return None
    word = "when" if scene.kind == "WHEN" else "otherwise"
    rest = "when … then …" if word == "when" else "otherwise then …"
    help_ = f'write `rule "NAME" {rest}`'
    return report(
        "syntax", f"{ticked(scene.word)} stands behind the name of a rule, and there is none", scene.span, help=help_
    )


def event_as_condition(scene: Scene) -> Diagnostic | None:
    """`when no answer from Bot for 5m`: an event is what a policy is on."""
    if not scene.could_be("condition"):
        return None
    end = next((at for at in range(scene.at, len(scene.tokens)) if scene.kind_at(at) in _AFTER_CONDITION), scene.at)
    event = scene.tokens[scene.at : min(end, scene.at + _EVENT_TOKENS_MAX)]
    if not event or not grammar().fits([*_POLICY, *event, _RULE]):
        return None
    written = scene.written(scene.at, scene.at + len(event))
    help_ = f"rules on it have a policy of their own: `policy NAME on {written}`"
    place = scene.place(scene.at, scene.at + len(event))
    return report("syntax", f"{ticked(written)} is an event, and no condition", place, help=help_)


def buttons_under_words(scene: Scene) -> Diagnostic | None:
    """`Bot says "Which?" with buttons …`: what has buttons is sent."""
    before = [scene.kind_at(scene.at - back) for back in (3, 2, 1)]
    if scene.word == "buttons" and before == ["SAYS", "STRING", "WITH"]:
        help_ = 'write `sends text "…" with buttons …`'
        return report("syntax", "what somebody `says` has no buttons", scene.span, help=help_)
    return None


def stray_mark(scene: Scene) -> Diagnostic | None:
    """`text is "a")`, `text is "a", then`: without it, the text goes on."""
    if scene.kind not in ("RPAR", "COMMA"):
        return None
    end = scene.at
    while scene.kind_at(end) == scene.kind:
        end += 1
    if not grammar().fits([*scene.tokens[: scene.at], *(scene.tokens[end : end + 1] or [_END])]):
        return None
    message = f"{ticked(scene.word * (end - scene.at))} does not belong here"
    return report("syntax", message, scene.place(scene.at, end), help="take it out")


def is_in(scene: Scene) -> Diagnostic | None:
    """`text is in words`, `text is not in words`."""
    before = scene.kind_at(scene.at - 1)
    if scene.kind != "IN" or "IS" not in (before, scene.kind_at(scene.at - 2)) or before not in ("IS", "NOT"):
        return None
    first = scene.tokens[scene.at - (1 if before == "IS" else 2)]
    place = scene.source.span(first.start_pos or 0, scene.span.end)
    written = "in" if before == "IS" else "not in"
    return report("syntax", "`in` takes no `is` before it", place, help=f"write `{written}`")


def article(scene: Scene) -> Diagnostic | None:
    """`message is a picture`: the article was taken for the kind."""
    previous = scene.previous
    if previous is None or previous.type != "NAME" or str(previous) not in _ARTICLES:
        return None
    without = [*scene.tokens[: scene.at - 1], *scene.tokens[scene.at : scene.at + 1]]
    if not grammar().fits(without):
        return None
    return report(
        "syntax", f"{ticked(previous)} does not belong here", span_of(scene.source, previous), help="take it out"
    )


def bare_key(scene: Scene) -> Diagnostic | None:
    """`set team to "vip"`."""
    if scene.kind not in _NAMES or scene.kind_at(scene.at - 1) != "SET":
        return None
    help_ = f"write `set context.{scene.word.strip(chr(39))} to …`"
    return report("syntax", f"{ticked(scene.word)} cannot be set", scene.span, help=help_)


def note_before_name(scene: Scene) -> Diagnostic | None:
    """`tell "…" to Desk`."""
    if scene.kind not in ("STRING", "LONG_STRING") or scene.kind_at(scene.at - 1) != "TELL":
        return None
    target = scene.tokens[scene.at + 2] if scene.kind_at(scene.at + 2) in _NAMES else "NAME"
    help_ = f"name the component first: `tell {target} …`"
    return report("syntax", "a note stands behind the component that it is for", scene.span, help=help_)


def listed_names(scene: Scene) -> Diagnostic | None:
    """`enable CmBot, Desk`."""
    verb = scene.kind_at(scene.at - 2)
    if (
        scene.kind not in ("COMMA", "AND")
        or verb not in ("ENABLE", "DISABLE")
        or scene.kind_at(scene.at + 1) not in _NAMES
    ):
        return None
    help_ = f"write each in an action of its own: `{scene.tokens[scene.at - 2]} {scene.next_word}`"
    return report("syntax", f"{ticked(str(scene.tokens[scene.at - 2]))} takes one component", scene.span, help=help_)


def quoted_expression(scene: Scene) -> Diagnostic | None:
    """`text matches "x"`."""
    if scene.kind != "STRING" or "REGEX" not in scene.expected or "STRING" in scene.expected:
        return None
    pattern = scene.word[1:-1].replace("/", "\\/")
    help_ = f"write it between slashes: `/{pattern}/`" if pattern else "write at least one character between slashes"
    return report("syntax", f"expected a regular expression, found {ticked(scene.word)}", scene.span, help=help_)


def time_of_day(scene: Scene) -> Diagnostic | None:
    """`time > 09:00`: times of day are what calendars are for."""
    if scene.kind not in ("TIME", "HOURS", "DATE") or not scene.could_be("value"):
        return None
    help_ = "declare a calendar with these hours or dates, and ask `NAME is open`"
    return report("syntax", f"nothing is compared with {ticked(scene.word)}", scene.span, help=help_)
