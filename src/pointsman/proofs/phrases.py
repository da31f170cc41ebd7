"""Text variables of a world: each on its own, by the theory of texts, and the sender in the form of its channel.

Laws: a text that is not asked about keeps the value of the world nearby; a text that is kept is only looked at. The
reasons of a contradiction are those of the tests in the theory's core, and why the text has to be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from pointsman.engine.scenario import ADDRESS
from pointsman.language.ir import Matches, TextTest
from pointsman.model.identity import PHONE_CHANNELS, canonical
from pointsman.proofs.domains import Presence
from pointsman.proofs.knowledge import Knowledge
from pointsman.proofs.normal import NOWHERE, Reads
from pointsman.proofs.plain import CHOICE, URL, WORDS
from pointsman.proofs.store import Contradiction, Store
from pointsman.proofs.texts import TextAnswer, TextFound, TextImpossible, TextUndecided, TextWanted, solve_text

_NOISE = r"[\s\v\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}().\-/]*"
"""What `model.identity.canonical` drops from a phone number: white space as Python knows it, and signs."""
CANONICAL: tuple[TextWanted, ...] = (
    TextWanted(Matches("sender", r"\A\+[0-9]+\z", "", (), NOWHERE)),
    TextWanted(Matches("sender", rf"\A{_NOISE}0{_NOISE}0{_NOISE}\z", "", (), NOWHERE)),
    TextWanted(Matches("sender", rf"\A{_NOISE}(?:\+{_NOISE})?(?:[0-9]{_NOISE})+\z", "", (), NOWHERE), holds=False),
)
"""The canonical addresses of phone channels: `+digits`; two zeros, which are no number; what looks like no number."""
NUMBERS, ODDITIES = (0,), (1, 2)
"""Places in CANONICAL: addresses as they are, and such as no phone has."""
_NATURAL = {"text": WORDS, "sender": ADDRESS.customer, "choice": CHOICE, "message.url": URL, "message.name": "file.pdf"}


class Phrases:
    """The texts of one world in the making. `near` are those of the world nearby; `steps` bounds each text's work."""

    def __init__(self, known: Knowledge, store: Store, near: dict[str, str], steps: int) -> None:
        self._known = known
        self._store = store
        self._near = near
        self._steps = steps

    def value(self, path: str, presence: Presence, near: str | None = None) -> str | None:
        """A text of which everything said is so, close to `near` if given; None: it is missing.

        Raises `Contradiction`.
        """
        near = self._near.get(path) if near is None or path in self._store.domains.kept else near
        store = self._store
        needed = store.there.get(path)
        if presence is Presence.NEVER or path in store.gone:
            why = store.gone.get(path, 0)
            if presence is Presence.ALWAYS:
                raise Contradiction(why)
            if needed is not None:
                raise Contradiction(why | needed)
            return None
        if path not in store.reads:
            missing = presence is Presence.MAYBE and needed is None
            return near if near is not None or missing else _NATURAL.get(path, WORDS)
        return self._found(path, near, 0 if presence is Presence.ALWAYS else needed)

    def _found(self, path: str, near: str | None, needed: int | None) -> str | None:
        """`needed` is why the text has to be there, None where it may be missing."""
        reads = self._reads(path)
        if near is None and needed is None and not any(read.holds for read, _ in reads):
            return None
        answer = self._ask(path, reads, near, missing=needed is None)
        match answer:
            case TextFound(value):
                return value
            case TextImpossible(core):
                raise Contradiction(_union(reads[place][1] for place in core if place < len(reads)) | (needed or 0))
            case TextUndecided(reason):
                raise Contradiction(_union(why for _, why in reads) | (needed or 0), reason)
            case _:
                assert_never(answer)

    def sender(self, channel: str, forms: tuple[int, ...]) -> str:
        """An address of that channel: on phone channels as it is nearby, or in one of `forms` (places in CANONICAL).

        Raises `Contradiction`; its reason leaves out that of the channel.
        """
        near, is_phone = self._near.get("sender"), channel in PHONE_CHANNELS
        reads = self._reads("sender")
        value = near if not reads and near is not None else self.value("sender", Presence.ALWAYS) or ""
        if not is_phone or "sender" in self._store.domains.kept or value == near == canonical(channel, value):
            return value
        if not reads:
            return ADDRESS.customer
        why, unknown = 0, ""
        for form in forms:
            answer = self._ask("sender", reads, near, missing=False, form=form)
            match answer:
                case TextFound(found):
                    return found or ""
                case TextImpossible(core):
                    why |= _union(reads[place][1] for place in core if place < len(reads))
                case TextUndecided(reason):
                    why, unknown = why | _union(reason for _, reason in reads), unknown or reason
                case _:
                    assert_never(answer)
        raise Contradiction(why, unknown)

    def _reads(self, path: str) -> list[tuple[Reads, int]]:
        """What is asked of a text, with reasons; in one order, so that equal questions are seen to be equal."""
        said = self._store.reads.get(path, {})
        return [said[number] for number in sorted(said)]

    def _ask(
        self,
        path: str,
        reads: list[tuple[Reads, int]],
        near: str | None,
        *,
        missing: bool,
        form: int | None = None,
    ) -> TextAnswer:
        kept = path in self._store.domains.kept
        key = (tuple((read.number, read.holds) for read, _ in reads), near, kept, missing, form, self._steps)
        answer = self._known.text_answers.get(key)
        if answer is None:
            wanted = [read.wanted for read, _ in reads]
            if form is not None:
                wanted.append(CANONICAL[form])
            if kept and near is not None:
                wanted.append(TextWanted(TextTest(path, "is", True, (near,), "", NOWHERE)))
            answer = self._known.text_answers[key] = solve_text(
                tuple(wanted),
                steps=self._steps,
                near=near,
                may_be_missing=missing,
                may_be_present=True,
                natural=_NATURAL.get(path, WORDS),
            )
        return answer


def _union(whys: Iterable[int]) -> int:
    found = 0
    for why in whys:
        found |= why
    return found
