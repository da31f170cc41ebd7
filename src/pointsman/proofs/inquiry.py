"""What the questions about one program share: who to ask, how to show what was found, and what was left undecided.

Law: whatever a question could not settle is counted here, and nothing is shown whose witness did not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from pointsman.engine.loaded import Loaded
from pointsman.language import ir, tree
from pointsman.language.diagnostics import ticked
from pointsman.proofs.asking import Asker
from pointsman.proofs.question import Ground
from pointsman.proofs.reach import Reach
from pointsman.proofs.rehearsal import Seen
from pointsman.proofs.truth import Truth
from pointsman.proofs.witness import Witnesses
from pointsman.proofs.world import World, view_of

NO_WITNESS = "witness"
"""Why a finding is not shown: no transcript brings it about."""
_WORLDS_TRIED_MAX = 4
"""Worlds of one finding for which a witness is looked for."""


class Open(Struct, frozen=True):
    """One question that was not settled. `blocks` where the language promises a proof."""

    span: ir.Span
    why: str
    blocks: bool


class Inquiry:
    """All that is asked about one program."""

    def __init__(
        self, program: Loaded, sources: Mapping[str, str], ground: Ground, blocks: Sequence[tree.Channel] = ()
    ) -> None:
        self.ir = program.ir
        self.program = program
        self.ground = ground
        self.blocks = tuple(blocks)
        """The channel blocks of the program, in its order."""
        self.asker = Asker(ground, 0)
        self.reach = Reach(program, self.asker)
        self.truth = Truth(ground)
        self.left_open: list[Open] = []
        self.unsettled: set[str] = set()
        """Rules of whose conditions something was left open, so that nothing more is said of what follows from it."""
        self._sources = sources
        self._witnesses = Witnesses(program, self.reach)

    def leave(self, span: ir.Span, why: str, *, blocks: bool = False) -> None:
        """Count a question as not settled."""
        self.left_open.append(Open(span, why, blocks))

    def shown(self, worlds: Iterable[World], name: str, seen: Seen, *about: ir.Rule) -> str | None:
        """The text of a witness of the first world that has one, None where none has. It tells of rules `about`."""
        rules = frozenset(rule.name for rule in about)
        for _, world in zip(range(_WORLDS_TRIED_MAX), worlds, strict=False):
            found = self._witnesses.of(world, name, seen, about=rules)
            if found is not None:
                return found.text
        return None

    def holds(self, condition: ir.Condition, world: World) -> bool:
        return self.truth.of(condition, view_of(world, self.ground.hours))

    def written(self, span: ir.Span) -> str:
        """What stands at a place, in back-ticks on one line."""
        return ticked(self._sources.get(span.file, "")[span.start : span.end])
