"""The solver: is there an event in whose world several conditions hold, or do they contradict one another?

Conditions become literals under `All` and `Some` (`normal`); literals narrow what each variable can be (`domains`,
`store`); what is left is settled into a world (`settling`, with a theory for each sort of variable); where that world
contradicts a `Some`, one of its parts is decided on (`search`). The laws of the answers stand in `question`.
"""

from __future__ import annotations

from pointsman.proofs.knowledge import knowledge_of
from pointsman.proofs.question import Answer, Found, Ground, Impossible, Question, Undecided
from pointsman.proofs.search import Disagreement, Failure, OutOfSteps, Search
from pointsman.proofs.world import World


def solve(ground: Ground, question: Question) -> Answer:
    """Answer a question about the program that `ground` stands for. The same question has the same answer."""
    try:
        return solve_strictly(ground, question)
    except Disagreement:
        return Undecided("disagreement")


def solve_strictly(ground: Ground, question: Question) -> Answer:
    """As `solve`, for tests: a mistake of the solver's own is raised, as `Disagreement`."""
    known = knowledge_of(ground)
    known.forget()
    search = Search(known, question)
    places = tuple(range(len(question.wanted)))
    try:
        result = search.run(places)
    except OutOfSteps:
        return Undecided("steps")
    if isinstance(result, World):
        return Found(result)
    if result.unknown:
        return Undecided(result.unknown)
    return Impossible(_smaller(search, _places_of(result, places)))


def _smaller(search: Search, core: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out of a core what it does not need, as far as the steps that are left allow."""
    for place in reversed(core):
        if len(core) < 2 or place not in core:
            continue
        try:
            result = search.run(tuple(other for other in core if other != place))
        except OutOfSteps:
            return core
        if isinstance(result, Failure) and not result.unknown:
            core = _places_of(result, core)
    return core


def _places_of(failure: Failure, places: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(place for place in places if failure.why >> place & 1)
