"""How the event of a world comes about in a transcript, by the kind of its trigger: the ways that may be taken.

Laws: each way yields whole scripts, the plainest first, whose last step is the event; a way that cannot be taken yields
nothing. Whether the event was then seen as the world has it is for the rehearsal to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct, structs

from pointsman.engine.loaded import Loaded
from pointsman.language import ir, tree
from pointsman.language.tree.node import NOWHERE
from pointsman.model.content import MESSAGE_KINDS
from pointsman.model.event import CUSTOMER, Trigger
from pointsman.proofs import wording
from pointsman.proofs.script import Script, Unplayable
from pointsman.proofs.world import World

SECOND_MS = 1000
_CAUSES_MAX = 4
"""Rules that are tried, of those that may have set a timer or changed who is enabled."""
_DEPTH_MAX = 2
"""Events that lead up to an event, each by a rule."""

Ask: TypeAlias = Callable[[Trigger, str, World], World | None]
"""(trigger, rule, world to stay close to) -> a world in which that rule fires on that trigger, if one is found."""
Step: TypeAlias = (
    tree.Says | tree.Sends | tree.Presses | tree.Requests | tree.DeliveryFails | tree.StartsStep | tree.EndsStep
)


class Speech(Struct, frozen=True):
    """`party` speaks `ago` ms before the event; `waited_for` is a component that hears it and may answer."""

    ago: int
    party: str
    waited_for: str = ""


class Ways:
    """The ways of one program. `ask` finds the worlds of events that have to happen before."""

    def __init__(self, program: Loaded, ask: Ask) -> None:
        self._program = program
        self._ask = ask

    def scripts(self, world: World, depth: int = 0) -> Iterator[Script]:
        """Yield scripts that may bring about the event of a world."""
        for rounded in _in_seconds(world):
            yield from self._of_kind(rounded, depth)

    def _of_kind(self, world: World, depth: int) -> Iterator[Script]:
        trigger = world.trigger
        match trigger.kind:
            case "from customer":
                yield from self._sent(CUSTOMER, world)
            case "from component":
                yield from self._sent(trigger.name, world)
            case "to customer":
                for name in self._speakers(world):
                    yield from self._sent(name, world)
            case "starts":
                yield from self._once(partial(_first, world=world, event=tree.StartsStep(NOWHERE)))
            case "ends":
                yield from self._after_past(world, tree.EndsStep(NOWHERE), begun=True)
            case "request":
                yield from self._after_past(world, _requested(world), begun=True)
            case "enabled" | "disabled":
                yield from self._switched(world)
            case "silence" | "silence of customer" | "no answer":
                yield from self._waited(world)
            case "timer":
                if depth < _DEPTH_MAX:
                    yield from self._timer(world, depth)
            case "delivery failed":
                yield from self._after_past(world, _failed(world), begun=True)
            case _:
                assert_never(trigger.kind)

    # Events that a step makes happen ---------------------------------------------------------------------------------

    def _sent(self, party: str, world: World) -> Iterator[Script]:
        if world.names["message"] in MESSAGE_KINDS:
            yield from self._after_past(world, _message(party, world))

    def _after_past(self, world: World, event: Step, *, begun: bool = False) -> Iterator[Script]:
        """Scripts that end in a step, on a conversation that the step begins, or (`begun`) that is under way."""
        for explicit in (True,) if begun else (False, True):
            yield from self._once(partial(self._then, world=world, event=event, explicit=explicit))

    def _then(self, script: Script, world: World, event: Step, *, explicit: bool) -> None:
        speeches = [Speech(ago, party) for party, ago in world.spoke.items()]
        left = self._past(script, world, speeches, explicit=explicit)
        script.wait(left)
        script.become(world)
        script.add(event)

    def _past(self, script: Script, world: World, speeches: list[Speech], *, explicit: bool) -> int:
        """Write what was before the event; return how long before it (ms) the last of that was."""
        ordered = sorted(speeches, key=lambda speech: -speech.ago)
        began = max([world.age, *(speech.ago for speech in ordered)])
        script.open(world, world.now - began)
        script.become(world)
        if explicit or (began and (not ordered or ordered[0].ago < began)):
            script.starts()
        clock, offers = began, _offers(world)
        for speech in ordered:
            script.wait(clock - speech.ago)
            clock = speech.ago
            if speech.waited_for:
                script.switch(script.speaking(speech.waited_for, script.state.enabled, hearing=True))
            script.greets(speech.party, offers if speech.party != CUSTOMER else ())
            offers = () if speech.party != CUSTOMER else offers
        if offers:
            script.greets(next(iter(self._speakers(world)), CUSTOMER), offers)
        script.become(world)
        return clock

    def _speakers(self, world: World) -> list[str]:
        """Components that may speak to the customer: those that may as things are first, then the others."""
        able = self._program.routing(world.enabled).speaks
        return sorted(self._program.components, key=lambda name: name not in able)

    def _switched(self, world: World) -> Iterator[Script]:
        """Scripts in which a component asks for the change."""
        kind, name = world.trigger.kind, world.trigger.name
        before = structs.replace(world, enabled=world.enabled ^ {name})
        asked: Literal["enable", "disable"] = "enable" if kind == "enabled" else "disable"
        for asker in sorted(self._program.components, key=lambda other: other == name):
            step = tree.Requests(wording.name(asker), asked, wording.name(name), None, None, (), NOWHERE)
            yield from self._after_past(before, step, begun=True)

    # Events that time makes happen -----------------------------------------------------------------------------------

    def _waited(self, world: World) -> Iterator[Script]:
        for speeches in self._armings(world):
            for watchful in (False, True):
                yield from self._once(partial(self._pass, world=world, speeches=speeches, watchful=watchful))

    def _pass(self, script: Script, world: World, speeches: list[Speech], *, watchful: bool) -> None:
        left = self._past(script, world, speeches, explicit=False)
        _elapse(script, world, left, watchful=watchful)

    def _armings(self, world: World) -> Iterator[list[Speech]]:
        """What was spoken before the wait ran out, with what began it."""
        ms, name = world.trigger.ms, world.trigger.name
        longer = [Speech(ago, party) for party, ago in world.spoke.items() if ago > ms]
        match world.trigger.kind:
            case "silence":
                at_once = [Speech(ms, party) for party, ago in world.spoke.items() if ago == ms]
                yield [*longer, *(at_once or [Speech(ms, CUSTOMER)])]
            case "silence of customer":
                spoke = [party for party, ago in world.spoke.items() if ago == ms and party != CUSTOMER]
                for party in spoke or self._speakers(world):
                    yield [*longer, Speech(ms, party)]
            case _:
                again = world.spoke.get(CUSTOMER, ms)
                others = [it for it in longer if it.party != CUSTOMER]
                shorter = [
                    Speech(ago, it) for it, ago in world.spoke.items() if ago < ms and it not in (CUSTOMER, name)
                ]
                yield [
                    *others,
                    Speech(ms, CUSTOMER, name),
                    *shorter,
                    *([Speech(again, CUSTOMER)] if again < ms else []),
                ]

    def _timer(self, world: World, depth: int) -> Iterator[Script]:
        """A rule sets the timer, on an event that is found for it; then time passes."""
        timer = world.trigger.name
        for trigger, rule, ms in self._setters(timer)[:_CAUSES_MAX]:
            spoke = {party: ago - ms for party, ago in world.spoke.items() if ago >= ms}
            then = structs.replace(world, now=world.now - ms, age=max(world.age - ms, 0), spoke=spoke)
            cause = self._ask(trigger, rule.name, then)
            if cause is None:
                continue
            for script in self.scripts(structs.replace(cause, draws={**world.draws, **cause.draws}), depth + 1):
                for watchful in (False, True):
                    yield from self._once(partial(_ran_out, before=script, world=world, watchful=watchful))

    def _setters(self, timer: str) -> list[tuple[Trigger, ir.Rule, int]]:
        return [
            (trigger, rule, action.ms)
            for policy in self._program.ir.policies
            for rule in policy.rules
            for action in rule.actions
            if isinstance(action, ir.SetTimer) and action.timer == timer
            for trigger in policy.triggers
            if trigger != Trigger("timer", timer)
        ]

    def _once(self, write: Callable[[Script], None]) -> Iterator[Script]:
        script = Script(self._program)
        try:
            write(script)
        except Unplayable:
            return
        yield script


def _first(script: Script, world: World, event: Step) -> None:
    script.open(world, world.now)
    script.become(world)
    script.add(event)


def _ran_out(script: Script, before: Script, world: World, *, watchful: bool) -> None:
    for line in before.lines:
        script.add(line.written)
    wait = script.state.waits.get(world.trigger.key)
    if wait is None or wait.due is None:
        raise Unplayable
    script.become(world)
    _elapse(script, world, wait.due - script.stage.now, watchful=watchful)


def _elapse(script: Script, world: World, ms: int, *, watchful: bool) -> None:
    """Let the last stretch of time pass; `watchful`: putting right before its end what other waits have changed."""
    if watchful and ms > SECOND_MS:
        script.wait(ms - SECOND_MS)
        script.become(world)
        script.wait(SECOND_MS)
    else:
        script.wait(ms)


def _in_seconds(world: World) -> Iterator[World]:
    """The world with what lasts rounded to whole seconds, the finest that a transcript says: to either side."""
    nearby = _rounded(world, up_below=SECOND_MS // 2)
    yield nearby
    other = _rounded(world, up_below=0)
    if other != nearby:
        yield other


def _rounded(world: World, up_below: int) -> World:
    """Round up what is less than `up_below` over a whole second (`older than 1h` was asked for), and down the rest."""

    def seconds(ms: int) -> int:
        whole, over = divmod(ms, SECOND_MS)
        return (whole + (0 < over < up_below)) * SECOND_MS

    spoke = {party: seconds(ago) for party, ago in world.spoke.items()}
    return structs.replace(
        world, now=world.now - world.now % SECOND_MS, age=max([seconds(world.age), *spoke.values()]), spoke=spoke
    )


# Steps ----------------------------------------------------------------------------------------------------------------


def _message(party: str, world: World) -> Step:
    """The step in which a party sends the message of a world."""
    texts, kind = world.texts, world.names["message"]
    words, meta = texts.get("text"), _keyed(texts, "meta")
    if "choice" in texts:
        label = wording.string(texts["choice"] if words is None else words)
        return tree.Presses(label, None, wording.meta(meta), NOWHERE)
    who = wording.party(party)
    labels = (wording.string("Yes"),) if world.buttons else ()
    if kind == "text" and not labels:
        return tree.Says(who, wording.string(words or ""), None, wording.meta(meta), NOWHERE)
    said = {f"message.{key}": texts[f"message.{key}"] for key in ("name", "mime") if f"message.{key}" in texts}
    if kind == "text":
        url = words or ""
    else:
        url = texts.get("message.url", "" if kind in ("contact", "template") else _URL)
        said |= {} if words is None else {"message.text": words}
    size = world.numbers.get("message.size")
    return tree.Sends(
        who,
        wording.name(kind),
        wording.string(url),
        None if size is None else wording.size(size),
        None,
        labels,
        wording.meta({**said, **meta}),
        NOWHERE,
    )


_URL = "https://example.com/file"


def _offers(world: World) -> tuple[str, ...]:
    """The buttons that have to have been offered, for the one that is pressed to stand where it is to stand."""
    label, index = world.texts.get("choice"), world.numbers.get("choice index")
    if label is None or index is None:
        return ()
    return (*(f"Option {number}" for number in range(1, index)), label)


def _requested(world: World) -> Step:
    request, target = world.names["request"], world.names.get("target")
    asked = _keyed(world.texts, "request")
    flow, step = asked.pop("flow", "start"), asked.pop("step", "start")
    positions = request == "position"
    return tree.Requests(
        wording.name(world.trigger.name),
        request,  # type: ignore[arg-type]  # one of the words of the language
        None if target is None else wording.name(target),
        wording.string(flow) if positions else None,
        wording.string(step) if positions else None,
        wording.meta(asked),
        NOWHERE,
    )


def _failed(world: World) -> tree.DeliveryFails:
    """The step in which the delivery of a world fails; it is said how often it was tried where that matters."""
    attempts = world.numbers.get("attempts", 1)
    key, number = (wording.name("attempts"), wording.number(attempts)) if attempts != 1 else (None, None)
    reason = wording.string(world.texts.get("reason", "expired"))
    return tree.DeliveryFails(wording.party(world.trigger.name), reason, key, number, NOWHERE)


def _keyed(texts: dict[str, str], head: str) -> dict[str, str]:
    return {path.partition(".")[2]: value for path, value in texts.items() if path.startswith(f"{head}.")}
