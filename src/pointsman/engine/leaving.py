"""A message leaves for the customer, in six steps.

    its channel -> render -> refuse -> its connection -> owe what it became -> remember the options that it offers

Rules on `message to customer` have been handled before, in `handling`, and its channel was chosen in `fallbacks`; what
is decided here follows from the channel. Nothing is owed or remembered of a message that is refused.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from pointsman.engine import choices
from pointsman.engine.downgrade import NoRendering, Rendered, rendered
from pointsman.engine.draft import Draft
from pointsman.engine.exits import exit_for
from pointsman.engine.interpret import holds
from pointsman.engine.seen import quoted
from pointsman.engine.view import View
from pointsman.engine.windows import told_over, window_over
from pointsman.language.ir import Condition
from pointsman.limits import LOSSES_TOLD_MAX
from pointsman.model.content import Message, Template, kind_of, text_of
from pointsman.model.decision import Loss, Step, ToCustomer


class Way(Struct, frozen=True):
    """By which channel a message is to leave, for which rule, and whether its failure is to be told to nobody."""

    channel: str
    rule: str = ""
    quiet: bool = False


class Left(Struct, frozen=True):
    """What became of a message for the customer: it left by `channel` as `parts` messages, or `reason` is why not.

    `rule` is the rule that withheld it, if one did. `losses` are those that its sender is told.
    """

    reason: str = ""
    rule: str = ""
    parts: int = 0
    losses: tuple[Loss, ...] = ()
    channel: str = ""


def leave(draft: Draft, view: View, message: Message, author: str, way: Way) -> Left:
    """Let a message of `author`, or the reply of the way's rule (`author` empty), go out as its channel carries it.

    `view` is what rungs' conditions see of the conversation.
    """
    channel, rule = way.channel, way.rule
    try:
        it = _rendered(draft, view, message, channel)
    except NoRendering as fault:
        return Left(str(fault))
    if reason := _refusal(draft, it, author, channel):
        return Left(reason)
    out = exit_for(draft, channel, it.messages)
    if out.reason:
        return Left(out.reason)
    by = "" if channel == draft.address.channel else channel
    shown = it.messages[0] if len(it.messages) == 1 else message
    draft.steps.append(Step("delivered" if author else "reply", author, _glance(shown), rule, by))
    own = message.reference or ""
    whole = ToCustomer(message, author, rule, by, reference=own, quiet=way.quiet, connection=out.connection)
    _owe(draft, it, replace(whole, until=out.until))
    choices.remember(draft, message, it)
    return Left(parts=len(it.messages), losses=it.losses[:LOSSES_TOLD_MAX], channel=channel)


def _rendered(draft: Draft, view: View, message: Message, channel: str) -> Rendered:
    state = view.conversation if view.conversation.channel == channel else replace(view.conversation, via=channel)

    def applies(condition: Condition, of: Message) -> bool:
        return holds(condition, view.later(state, of), draft.loaded.lists)

    return rendered(message, draft.loaded.ladders.get(channel), applies)


def _refusal(draft: Draft, it: Rendered, author: str, channel: str) -> str:
    """Why the channel or the author lets nothing go in this form; empty: it goes.

    Rules speak as a bot does. A template opens a conversation at any time: that is what its approval is for.
    """
    ladder, component = draft.loaded.ladders.get(channel), draft.loaded.components.get(author)
    if ladder and not all(isinstance(each.content, Template) for each in it.messages):
        role = component.role if component else "bot"
        if over := window_over(ladder.profile, role, draft.customer_wrote.get(channel, 0), draft.now):
            return told_over(over, channel)
    strict = bool((ladder and ladder.profile.strict) or (component and component.strict))
    return refusal_of(it, strict=strict)


def refusal_of(it: Rendered, *, strict: bool) -> str:
    """Why nothing goes of what a message became: it lost something where that is refused, or all; empty: it goes."""
    if it.losses and strict:
        return f"strict: {it.losses[0].line}"
    return "" if it.messages else next((loss.line for loss in it.losses), "nothing is left of it")


def _owe(draft: Draft, it: Rendered, whole: ToCustomer) -> None:
    """Owe what the message became; `whole` is the message itself, and what holds for all of it."""
    if whole.channel:
        draft.joined.add(whole.channel)
    draft.sends += 1
    last = len(it.messages) - 1
    draft.effects.extend(
        replace(whole, message=each, send=draft.sends, part=part, more=part < last)
        for part, each in enumerate(it.messages)
    )
    for loss in it.losses:
        draft.lose(loss, whole.rule, whole.channel)


def _glance(message: Message) -> str:
    """A message in one line, for those who read what happened."""
    words, kind = text_of(message), kind_of(message.content)
    shown = quoted(words) if words is not None else ""
    return shown if kind == "text" else f"{kind} {shown}".rstrip()
