"""What is owed because of one event, on its way out: what each protocol cannot carry of it is recorded.

Laws:

- A message for the customer of which its protocol can say nothing is not owed. It counts as withheld: its author is
  told so, and so is who gets a copy.
- Every other loss is one step of the decision, which names the connection or component; it changes nothing else. So
  `strict`, which is about a channel and what people see on it, asks nothing of a protocol.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from pointsman.limits import LOSSES_TOLD_MAX
from pointsman.model.decision import Answer, Loss, Owed, Step, ToComponent, ToCustomer
from pointsman.model.event import Event, FromComponent
from pointsman.protocols.room import Room, is_sayable, losses


class Crossing(Struct, frozen=True):
    """What is `owed` after all, and the `steps` that tell what got lost.

    `lost` are the losses of messages for the customer by their author; `unsaid` are the authors of whom nothing is
    sent, and why.
    """

    owed: tuple[Owed, ...]
    steps: tuple[Step, ...] = ()
    lost: dict[str, tuple[Loss, ...]] = {}
    unsaid: dict[str, str] = {}

    def answer(self, answer: Answer, event: Event) -> Answer:
        """Return what the event's sender is told, who was to be told `answer`."""
        author = event.component if isinstance(event, FromComponent) else ""
        mine = self.lost.get(author, ()) if author and answer.outcome == "accepted" else ()
        if not mine:
            return answer
        if author in self.unsaid:
            return replace(answer, outcome="withheld", reason=self.unsaid[author], parts=1, losses=())
        return replace(answer, losses=(*answer.losses, *mine)[:LOSSES_TOLD_MAX])


def cross(sent: Iterable[tuple[Owed, Room | None]]) -> Crossing:
    """Let out what is owed, each with the room that its protocol has; None: nothing can get lost."""
    steps: list[Step] = []
    owed: list[Owed] = []
    lost: dict[str, tuple[Loss, ...]] = {}
    said: set[str] = set()
    unsaid: dict[str, str] = {}
    for one, room in sent:
        effect = one.effect
        if not isinstance(effect, ToCustomer | ToComponent) or room is None:
            owed.append(one)
            continue
        found = losses(effect.message, room)
        steps += [Step("loss", loss.kind, loss.told, channel=one.connection or effect.to) for loss in found]
        if isinstance(effect, ToCustomer):
            lost[effect.author] = (*lost.get(effect.author, ()), *found)
            if found and not is_sayable(effect.message, room):
                unsaid[effect.author] = found[0].line
                steps.append(Step("withheld", effect.author, found[0].line, effect.rule))
                continue
            said.add(effect.author)
        owed.append(one)
    unsaid = {author: reason for author, reason in unsaid.items() if author not in said}
    return Crossing(tuple(_told(one, unsaid) for one in owed), tuple(steps), lost, unsaid)


def _told(owed: Owed, unsaid: dict[str, str]) -> Owed:
    """The delivery; a copy of what was not said tells so."""
    effect = owed.effect
    if not unsaid or not isinstance(effect, ToComponent) or effect.withheld or effect.author not in unsaid:
        return owed
    return replace(owed, effect=replace(effect, withheld=unsaid[effect.author]))
