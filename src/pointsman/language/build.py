"""Lark's tree to the syntax tree.

Laws:

- One entry a construct in `_CONSTRUCTS`: most are a class whose fields are the children in order.
- Nothing is resolved, and nothing is judged but what the grammar cannot say: literals, slots, the depth of conditions.
- A fault in a literal costs nothing else; an item that makes no sense as a whole is given up with one report.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from lark import Token
from lark import Tree as LarkTree

from pointsman import limits
from pointsman.language import literals, tree
from pointsman.language.diagnostics import Diagnostic, report, ticked
from pointsman.language.grammar import Stop, grammar
from pointsman.language.ir import Span
from pointsman.language.source import Source
from pointsman.language.vocabulary import FIELDS

Branch: TypeAlias = "LarkTree[Token]"
Child: TypeAlias = "LarkTree[Token] | Token | None"

FIELD_WORDS = frozenset(field.path for field in FIELDS if "." not in field.path)
"""Fields without a dot; those that are no keywords reach the tree as names."""


class Abandoned(Exception):
    """An item makes no sense as a whole."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Builder:
    """Builds the nodes of one source. Faults of literals go to `complain`."""

    def __init__(self, source: Source, complain: literals.Report) -> None:
        self.source = source
        self.complain = complain
        self.depth = 0

    def item(self, branch: Branch) -> tree.Item | tree.Rule:
        """Return an item, or a rule that is still without its policy. Raises Abandoned."""
        self.depth = 0
        item: tree.Item | tree.Rule = self.build(branch)
        return item

    def build(self, child: Child) -> Any:
        """Return what a branch stands for: a node, a tuple of nodes, or a word; None for what was not written."""
        if child is None:
            return None
        return str(child) if isinstance(child, Token) else _CONSTRUCTS[str(child.data)](self, child)

    def children(self, branch: Branch) -> list[Any]:
        return [self.build(child) for child in branch.children]

    def span(self, branch: Branch) -> Span:
        return self.source.span(branch.meta.start_pos, branch.meta.end_pos)

    def literal(self, branch: Branch) -> tuple[str, Span]:
        """The spelling and the place of a branch that is a single token."""
        return str(branch.children[0]), self.span(branch)


Construct: TypeAlias = Callable[[Builder, Branch], Any]


# Shapes that many constructs share ------------------------------------------------------------------------------------


def _plain(node: Callable[..., tree.Node]) -> Construct:
    """The children are the fields."""
    return lambda builder, branch: node(*builder.children(branch), builder.span(branch))


def _many(node: Callable[..., tree.Node], fixed: int = 0) -> Construct:
    """The first `fixed` children are fields, the others the last field's tuple."""

    def build(builder: Builder, branch: Branch) -> tree.Node:
        children = builder.children(branch)
        return node(*children[:fixed], tuple(children[fixed:]), builder.span(branch))

    return build


def _literal(node: Callable[[str, Span, literals.Report], tree.Node]) -> Construct:
    return lambda builder, branch: node(*builder.literal(branch), builder.complain)


def _words(_: Builder, branch: Branch) -> str:
    """Keywords, with single spaces between them."""
    return " ".join(str(token) for token in branch.children)


def _tuple(builder: Builder, branch: Branch) -> tuple[Any, ...]:
    return tuple(builder.children(branch))


def _only(builder: Builder, branch: Branch) -> Any:
    return builder.build(branch.children[0])


def _split(items: list[Any], kind: type) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Part the leading items of `kind` from what follows them."""
    count = next((index for index, item in enumerate(items) if not isinstance(item, kind)), len(items))
    return tuple(items[:count]), tuple(items[count:])


# Literals and names ---------------------------------------------------------------------------------------------------


def _name(builder: Builder, branch: Branch) -> tree.Name:
    text, span = builder.literal(branch)
    return tree.Name(text.strip("'"), span)


def _word(builder: Builder, branch: Branch) -> tree.Name:
    """A keyword where a name could stand."""
    return tree.Name(_words(builder, branch), builder.span(branch))


def _field(builder: Builder, branch: Branch) -> tree.Field:
    return tree.Field(_words(builder, branch), builder.span(branch))


def _subject(builder: Builder, child: Child) -> tree.Subject:
    """What is compared or filled in; a bare name that is a field of the language is that field."""
    node: tree.Subject = builder.build(child)
    if isinstance(node, tree.Name) and isinstance(child, LarkTree) and str(child.children[0]) in FIELD_WORDS:
        return tree.Field(node.text, node.span)
    return node


def _length(builder: Builder, branch: Branch) -> tree.Length:
    return tree.Length(_subject(builder, branch.children[0]), builder.span(branch))  # type: ignore[arg-type] # a field


def _string(builder: Builder, branch: Branch) -> tree.String:
    return literals.plain(*builder.literal(branch), builder.source.span, builder.complain)


def _template(builder: Builder, branch: Branch) -> tree.Template:
    spelling, span = builder.literal(branch)
    place = builder.source.span
    parts: list[tree.Words | tree.Slot] = []
    for piece in literals.pieces(spelling, span, place, builder.complain):
        if piece.kind == "slot":
            parts += _slot(builder, piece)
        elif parts and isinstance(before := parts[-1], tree.Words):
            parts[-1] = tree.Words(before.text + piece.text, place(before.span.start, piece.end))
        else:
            parts.append(tree.Words(piece.text, place(piece.start, piece.end)))
    return tree.Template(tuple(parts), spelling, span)


def _slot(builder: Builder, piece: literals.Piece) -> list[tree.Slot]:
    """The slot between two braces; nothing, and a report, when it names no value."""
    language = grammar()
    span = builder.source.span(piece.start - 1, piece.end + 1)
    tokens = language.scan(builder.source.text, piece.start, piece.end)
    if tokens and str(tokens[0]) in language.keywords and tokens[0].type not in language.first["subject"]:
        tokens[0] = tokens[0].update(type="NAME")  # `{title}`: a keyword, but no field that the grammar knows
    try:
        subject, default = language.parse(tokens, "slot").children
    except Stop:
        builder.complain(
            report(
                "bad-template",
                f"{ticked(f'{{{piece.text}}}')} does not name a value",
                span,
                help=_slot_help(piece.text),
            )
        )
        return []
    return [tree.Slot(_subject(builder, subject), builder.build(default), span)]


def _slot_help(written: str) -> str:
    if '\\"' in written:
        plain = written.replace('\\"', '"')
        return f"inside braces, a quote stands without a backslash: `{{{plain}}}`"
    field, joint, default = written.partition(" or ")
    if joint and '"' not in default and default.strip():
        return f'write the default in double quotes: `{{{field.strip()} or "{default.strip()}"}}`'
    return 'write one field, with a default if it may be missing: `{contact.first_name or "there"}`; a brace is `{{`'


def _days(builder: Builder, branch: Branch) -> tree.Days:
    text, span = builder.literal(branch)
    first, _, last = (part.strip() for part in text.partition("-"))
    return tree.Days(first, last or first, span)  # type: ignore[arg-type] # the grammar admits weekdays only


def _hours(builder: Builder, branch: Branch) -> tree.Hours:
    return literals.hours(*builder.literal(branch), builder.source.span, builder.complain)


# Declarations ---------------------------------------------------------------------------------------------------------


def _plain_clause(builder: Builder, branch: Branch) -> tree.Clause:
    verb, mode = builder.children(branch)
    return tree.Clause(verb, mode, None, builder.span(branch))


def _when_clause(builder: Builder, branch: Branch) -> tree.Clause:
    verb, condition = builder.children(branch)
    return tree.Clause(verb, "when", condition, builder.span(branch))


def _week_line(builder: Builder, branch: Branch) -> tree.WeekLine:
    return tree.WeekLine(*_split(builder.children(branch), tree.Days), builder.span(branch))


def _open_line(builder: Builder, branch: Branch) -> tree.OpenLine:
    return tree.OpenLine(*_split(builder.children(branch), tree.Date), builder.span(branch))


def _policy(builder: Builder, branch: Branch) -> tree.Policy:
    name, mode, complete, event = builder.children(branch)
    return tree.Policy(name, mode, complete is not None, event, (), builder.span(branch))


def _when_rule(builder: Builder, branch: Branch) -> tree.Rule:
    name, condition, *actions = builder.children(branch)
    return tree.Rule(name, condition, tuple(actions), builder.span(branch))


def _otherwise_rule(builder: Builder, branch: Branch) -> tree.Rule:
    name, *actions = builder.children(branch)
    return tree.Rule(name, None, tuple(actions), builder.span(branch))


# Conditions -----------------------------------------------------------------------------------------------------------


def _nested(node: Callable[[tree.Condition, Span], tree.Condition]) -> Construct:
    """A condition inside another; counts how deep."""

    def build(builder: Builder, branch: Branch) -> tree.Condition:
        builder.depth += 1
        if builder.depth > limits.CONDITION_DEPTH_MAX:
            raise Abandoned(_too_deep(builder.span(branch)))
        condition = node(builder.build(branch.children[0]), builder.span(branch))
        builder.depth -= 1
        return condition

    return build


def _too_deep(span: Span) -> Diagnostic:
    return report(
        "too-deep",
        f"a condition is nested more than {limits.CONDITION_DEPTH_MAX} deep",
        span,
        help="split it over several rules, or put the values into a list",
    )


def _relation(relation: tree.Relation, *, may_negate: bool = False) -> Construct:
    def build(builder: Builder, branch: Branch) -> tree.Comparison:
        subject, *marks, operand = branch.children
        negated, exactly = marks if may_negate else (None, *marks)
        return tree.Comparison(
            _subject(builder, subject),
            relation,
            negated is not None,
            exactly is not None,
            builder.build(operand),
            builder.span(branch),
        )

    return build


def _compare(builder: Builder, branch: Branch) -> tree.Comparison:
    subject, relation, operand = branch.children
    return tree.Comparison(
        _subject(builder, subject),
        builder.build(relation),
        negated=False,
        exactly=False,
        operand=builder.build(operand),
        span=builder.span(branch),
    )


def _matches(builder: Builder, branch: Branch) -> tree.Matches:
    subject, regex = branch.children
    return tree.Matches(_subject(builder, subject), builder.build(regex), builder.span(branch))


def _exists(builder: Builder, branch: Branch) -> tree.Exists:
    return tree.Exists(_subject(builder, branch.children[0]), builder.span(branch))


def _state_test(builder: Builder, branch: Branch) -> tree.StateTest:
    name, negated, state = builder.children(branch)
    if isinstance(name, tree.Name):
        return tree.StateTest(name, state, negated is not None, builder.span(branch))
    written = builder.source.text[name.span.start : name.span.end]
    owner = "a calendar" if state in ("open", "closed") else "a component"
    raise Abandoned(
        report("wrong-kind", f"{ticked(written)} cannot be {state}", builder.span(branch), help=f"name {owner} here")
    )


# Actions --------------------------------------------------------------------------------------------------------------


def _reply(node: Callable[[tree.Template, tuple[tree.Template, ...], Span], tree.Action]) -> Construct:
    def build(builder: Builder, branch: Branch) -> tree.Action:
        content, buttons = builder.children(branch)
        return node(content, buttons or (), builder.span(branch))

    return build


def _set_context(builder: Builder, branch: Branch) -> tree.SetContext:
    path, value = branch.children
    return tree.SetContext(builder.build(path), _subject(builder, value), builder.span(branch))


# Channels and downgrades ----------------------------------------------------------------------------------------------


def _carries(builder: Builder, branch: Branch) -> tree.Carries:
    kind, *rest = builder.children(branch)
    support, authority, limits = None, None, rest
    if rest and isinstance(rest[0], str):
        support, authority, *limits = rest
    button = branch.data == "carries_button"
    return tree.Carries(kind, button, support, authority, tuple(limits), builder.span(branch))


def _limit(builder: Builder, branch: Branch) -> tree.Limit:
    part, amount, further, *qualifiers = branch.children
    unit, up_to = (None, further) if branch.data == "range" else (further, None)
    found: dict[str, list[Any]] = {}
    for each in qualifiers:
        if isinstance(each, LarkTree) and found.setdefault(str(each.data), each.children) is not each.children:
            builder.complain(_twice(builder.span(each)))
    return tree.Limit(
        builder.build(part),
        builder.build(amount),
        builder.build(up_to),
        builder.build(unit),
        with_buttons="with_buttons" in found,
        with_ucs2="with_ucs2" in found,
        ucs2=builder.build(found.get("with_ucs2", [None])[0]),
        authority=builder.build(found.get("authority", [None])[0]),
        span=builder.span(branch),
    )


def _twice(span: Span) -> Diagnostic:
    return report("duplicate", "a limit says this twice", span, help="keep one of them")


def _media_type(builder: Builder, branch: Branch) -> tree.MediaType:
    return tree.MediaType(*builder.literal(branch))


def _downgrade(builder: Builder, branch: Branch) -> tree.Downgrade:
    (kind, button), channels, when, renderings, each, remember = builder.children(branch)
    return tree.Downgrade(kind, button, channels or (), when, renderings, each, remember, builder.span(branch))


def _downgraded(*, button: bool) -> Construct:
    return lambda builder, branch: (builder.build(branch.children[0]), button)


def _text_rendering(builder: Builder, branch: Branch) -> tree.Rendering:
    return tree.Rendering("text", builder.build(branch.children[0]), builder.span(branch))


def _other_rendering(builder: Builder, branch: Branch) -> tree.Rendering:
    return tree.Rendering(builder.build(branch.children[0]), None, builder.span(branch))


# Tests ----------------------------------------------------------------------------------------------------------------


def _truth(node: Callable[[Any, bool, Span], tree.TestStep], yes: str) -> Construct:
    """Two children, of which the second is a word that means yes or no."""

    def build(builder: Builder, branch: Branch) -> tree.TestStep:
        subject, word = builder.children(branch)
        return node(subject, word == yes, builder.span(branch))

    return build


def _said(node: Callable[..., tree.TestStep]) -> Construct:
    """Any children, and behind them what goes `with` them, as one."""

    def build(builder: Builder, branch: Branch) -> tree.TestStep:
        children = builder.children(branch)
        plain = [child for child in children if not isinstance(child, tuple)]
        metas = tuple(meta for group in children if isinstance(group, tuple) for meta in group)
        return node(*plain, metas, builder.span(branch))

    return build


def _sends(builder: Builder, branch: Branch) -> tree.Sends:
    party, kind, url, size, over, *extras = builder.children(branch)
    added = [each for group in extras for each in group]
    buttons = tuple(each for each in added if isinstance(each, tree.String))
    metas = tuple(each for each in added if isinstance(each, tree.Meta))
    return tree.Sends(party, kind, url, size, over, buttons, metas, builder.span(branch))


def _requests(builder: Builder, branch: Branch) -> tree.Requests:
    party, request, *groups = builder.children(branch)
    word, target, flow, step = (*request, None, None, None)[:4]
    context = tuple(meta for group in groups for meta in group)
    return tree.Requests(party, word, target, flow, step, context, builder.span(branch))


def _named_request(word: str) -> Construct:
    return lambda builder, branch: (word, *builder.children(branch))


def _no_rule(builder: Builder, branch: Branch) -> tree.ExpectRule:
    return tree.ExpectRule(None, builder.span(branch))


# The table ------------------------------------------------------------------------------------------------------------

_CONSTRUCTS: dict[str, Construct] = {
    # words, literals and names
    "role": _words,
    "verb": _words,
    "frequency": _words,
    "mode": _words,
    "complete": _words,
    "any_of_role": _words,
    "switch": _words,
    "negated": _words,
    "exactly": _words,
    "state": _words,
    "comparator": _words,
    "support": _words,
    "part": _words,
    "unit": _words,
    "rendering_word": _words,
    "each_word": _words,
    "inside": _words,
    "requested": _words,
    "requested_alone": _words,
    "word": _only,
    "each": _only,
    "remember": _only,
    "of_size": _only,
    "name": _name,
    "names": _tuple,
    "path": _field,
    "field": _field,
    "kind_word": _word,
    "request_word": _word,
    "button_word": _word,
    "keyword": _word,
    "string": _string,
    "template": _template,
    "regex": _literal(literals.regex),
    "number": _literal(literals.number),
    "size": _literal(literals.size),
    "duration": _literal(literals.duration),
    "percent": _literal(literals.percent),
    "date": _literal(literals.date),
    "time": _literal(literals.clock),
    "days": _days,
    "hours": _hours,
    # declarations
    "language": _plain(tree.Language),
    "use_file": _plain(tree.Use),
    "use_standard": _plain(tree.UseStandard),
    "component": _many(tree.Component, 2),
    "plain_clause": _plain_clause,
    "when_clause": _when_clause,
    "start_with": _plain(tree.StartWith),
    "list_of": _many(tree.ListOf, 1),
    "list_from": _plain(tree.ListFrom),
    "calendar": _many(tree.Calendar, 1),
    "week_line": _week_line,
    "closed_line": _many(tree.ClosedLine),
    "open_line": _open_line,
    "zone_line": _plain(tree.ZoneLine),
    "policy": _policy,
    "when_rule": _when_rule,
    "otherwise_rule": _otherwise_rule,
    # events
    "customer": _plain(tree.Customer),
    "any_role": _plain(tree.AnyRole),
    "message_from": _plain(tree.MessageFrom),
    "message_to_customer": _plain(tree.MessageToCustomer),
    "switched": _plain(tree.Switched),
    "conversation_starts": _plain(tree.ConversationStarts),
    "conversation_ends": _plain(tree.ConversationEnds),
    "silence": _plain(tree.Silence),
    "silence_of_customer": _plain(tree.SilenceOfCustomer),
    "no_answer": _plain(tree.NoAnswer),
    "timer_event": _plain(tree.TimerEvent),
    "delivery_failed": _plain(tree.DeliveryFailed),
    "request_from": _plain(tree.RequestFrom),
    # conditions
    "or": _many(tree.Or),
    "and": _many(tree.And),
    "not": _nested(tree.Not),
    "grouped": _nested(tree.Grouped),
    "is": _relation("is", may_negate=True),
    "in": _relation("in", may_negate=True),
    "starts_with": _relation("starts with"),
    "ends_with": _relation("ends with"),
    "contains": _relation("contains"),
    "mentions": _relation("mentions"),
    "compare": _compare,
    "state_test": _state_test,
    "matches": _matches,
    "exists": _exists,
    "has_buttons": _plain(tree.HasButtons),
    "last_older": _plain(tree.LastOlder),
    "sample": _plain(tree.Sample),
    "count": _plain(tree.Count),
    "length": _length,
    "age": _plain(tree.Age),
    "one": _plain(tree.One),
    "any_of": _many(tree.AnyOf),
    "any_in": _plain(tree.AnyIn),
    # actions
    "enable": _plain(tree.Enable),
    "disable": _plain(tree.Disable),
    "hand_over": _plain(tree.HandOver),
    "reset": _plain(tree.Reset),
    "end_conversation": _plain(tree.EndConversation),
    "position": _plain(tree.Position),
    "set_context": _set_context,
    "clear_context": _plain(tree.ClearContext),
    "add": _plain(tree.Add),
    "clear_counter": _plain(tree.ClearCounter),
    "under_it": _tuple,
    "reply": _reply(tree.Reply),
    "reply_picture": _reply(tree.ReplyPicture),
    "tell": _plain(tree.Tell),
    "set_timer": _plain(tree.SetTimer),
    "cancel_timer": _plain(tree.CancelTimer),
    "tag": _plain(tree.Tag),
    "stop": _plain(tree.Stop),
    "send_only": _plain(tree.SendOnly),
    "also_send": _plain(tree.AlsoSend),
    "withhold": _plain(tree.Withhold),
    "redact": _plain(tree.Redact),
    "replace_text": _plain(tree.ReplaceText),
    "drop_buttons": _plain(tree.DropButtons),
    "prefer_channel": _plain(tree.PreferChannel),
    "fall_back": _plain(tree.FallBack),
    "refuse": _plain(tree.Refuse),
    # channels and downgrades
    "channel": _many(tree.Channel, 2),
    "carries": _carries,
    "carries_button": _carries,
    "postback": _many(tree.PostbackLine),
    "window_line": _many(tree.WindowLine),
    "window": _plain(tree.Window),
    "strict": _plain(tree.StrictLine),
    "limit": _limit,
    "range": _limit,
    "media_type": _media_type,
    "downgrade": _downgrade,
    "downgraded_kind": _downgraded(button=False),
    "downgraded_button": _downgraded(button=True),
    "renderings": _tuple,
    "text_rendering": _text_rendering,
    "other_rendering": _other_rendering,
    # tests
    "test": _many(tree.Test, 1),
    "at_fact": _plain(tree.AtFact),
    "channel_fact": _plain(tree.ChannelFact),
    "sender_fact": _plain(tree.SenderFact),
    "account_fact": _plain(tree.AccountFact),
    "field_fact": _plain(tree.FieldFact),
    "count_fact": _plain(tree.CountFact),
    "enabled_fact": _truth(tree.EnabledFact, "enabled"),
    "sample_fact": _truth(tree.SampleFact, "in"),
    "says": _said(tree.Says),
    "sends": _sends,
    "over": _only,
    "with_meta": _tuple,
    "with_buttons_named": _tuple,
    "meta": _plain(tree.Meta),
    "presses": _said(tree.Presses),
    "requests": _requests,
    "request_of": _tuple,
    "request_position": _named_request("position"),
    "request_hand_over": _named_request("hand over"),
    "request_alone": _tuple,
    "delivery_fails": _plain(tree.DeliveryFails),
    "delivery_succeeds": _plain(tree.DeliverySucceeds),
    "starts_step": _plain(tree.StartsStep),
    "ends_step": _plain(tree.EndsStep),
    "after": _plain(tree.After),
    "expect_rule": _plain(tree.ExpectRule),
    "expect_no_rule": _no_rule,
    "expect_enabled": _truth(tree.ExpectEnabled, "enabled"),
    "expect_reply": _plain(tree.ExpectReply),
    "expect_gets": _plain(tree.ExpectGets),
    "expect_nothing": _plain(tree.ExpectNothing),
    "expect_withheld": _plain(tree.ExpectWithheld),
    "expect_refused": _plain(tree.ExpectRefused),
    "expect_context": _plain(tree.ExpectContext),
    "expect_count": _plain(tree.ExpectCount),
    "expect_position": _plain(tree.ExpectPosition),
    "expect_notified": _plain(tree.ExpectNotified),
    "expect_timer": _plain(tree.ExpectTimer),
    "expect_tag": _plain(tree.ExpectTag),
    "expect_loss": _plain(tree.ExpectLoss),
}
"""Rule of the grammar to what it builds; the tests see that none is missing."""
