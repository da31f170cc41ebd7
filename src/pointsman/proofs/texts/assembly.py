"""Candidates pieced together: a text to stay close to, the pieces that it lacks, and something between them.

Laws: candidates are tried on every literal, so nothing here has to be right; it has to be quick and to read well. What
is put between or beside pieces occurs in no value, so that it makes no test true or false but by parting and joining.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice, product

from pointsman import limits
from pointsman.language.folding import fold
from pointsman.proofs.texts.folds import variants
from pointsman.proofs.texts.implied import Claim
from pointsman.proofs.texts.layers import allowed_length
from pointsman.proofs.texts.literals import Candidate, LengthLiteral, TextLiteral
from pointsman.proofs.texts.pieces import Piece
from pointsman.proofs.texts.question import Literals

_BETWEEN = (" ", ", ", "! ", "\t", "x", ".", "·", "|", "/", "7", " x ", ", x, ")
_BESIDE = "xz70_①⑨🇿ⓩ\u0301\u0308\u20ddא:.'qwvjky958\u0338"
"""Beside a piece: letters and digits that lengthen its words, signs that join words, marks that change a letter."""
_BESIDE_TRIED = 14
_FORMS_TRIED = 6
_REMOVALS_MAX = 8
_FILLER = "x"
_PATIENCE = 1
"""How often a piece may find no form between other signs."""


def assembled(literals: Literals, pieces: Sequence[Piece], near: str | None, natural: str) -> str | None:
    """A text that everything holds of, or None where none of those tried is one."""
    shaped = _Assembly(literals, pieces, natural)
    for text in shaped.whole():
        if literals.accept(text):
            return text
    for ground in _grounds(literals, near, natural):
        for text in shaped.simple(ground):
            if (fits := shaped.fitting(text)) is not None:
                return fits
    return None


def dressed(literals: Literals, pieces: Sequence[Piece], natural: str) -> str | None:
    """As `assembled`, with the pieces in other forms and with something beside them; takes longer."""
    shaped = _Assembly(literals, pieces, natural)
    for ground in ("", natural):
        for text in shaped.dressed(ground):
            if (fits := shaped.fitting(text)) is not None:
                return fits
    return None


def _grounds(literals: Literals, near: str | None, natural: str) -> Iterator[str]:
    """Texts to build upon: the near one, without the words that are refused, the natural one likewise, and nothing."""
    for text in dict.fromkeys((near, natural)):
        if text:
            yield text
            if (rest := _without_refused(literals, text)) not in ("", text):
                yield rest
    yield ""


def _without_refused(literals: Literals, text: str) -> str:
    words = text.split()
    for _ in range(_REMOVALS_MAX):
        refused = _refusals(literals, " ".join(words))
        if not refused:
            break
        fewer = [(len(_refusals(literals, " ".join(rest))), rest) for rest in _each_left_out(words)]
        best = min(fewer, key=lambda one: one[0], default=None)
        if best is None or best[0] >= len(refused):
            break
        words = best[1]
    return " ".join(words)


def _each_left_out(words: list[str]) -> list[list[str]]:
    return [words[:at] + words[at + 1 :] for at in range(min(len(words), 2 * _REMOVALS_MAX))]


def _refusals(literals: Literals, text: str) -> list[int]:
    return [place for place in literals.failing(text) if not literals[place][1]]


class _Assembly:
    def __init__(self, literals: Literals, pieces: Sequence[Piece], natural: str) -> None:
        self._literals, self._natural = literals, natural
        self._pieces = pieces
        self._lengths = [(one, holds) for one, holds in literals.wanted if isinstance(one, LengthLiteral)]

    @cached_property
    def _known(self) -> frozenset[str]:
        texts = [one for one, _ in self._literals.wanted if isinstance(one, TextLiteral)]
        return frozenset().union(*(one.values.alphabet for one in texts))

    @cached_property
    def _between(self) -> list[str]:
        return [one for one in _BETWEEN if self._known.isdisjoint(fold(one).strip())]

    @cached_property
    def _beside(self) -> list[str]:
        return ["", *islice((one for one in _BESIDE if self._known.isdisjoint(fold(one))), _BESIDE_TRIED)]

    def whole(self) -> Iterator[str]:
        """Texts that are to be all of the text."""
        return (written for piece in self._pieces if piece.how == "is" for _, written in piece.choices)

    def simple(self, ground: str) -> Iterator[str]:
        """The pieces that the ground lacks, as written, at its sides."""
        lacking = self._lacking(ground)
        first = {piece.how: piece for piece in reversed(lacking)}
        inner = [piece.choices[0][1] for piece in lacking if piece.how in ("contains", "mentions")]
        for between in _BETWEEN[:3]:
            yield _joined(
                between,
                _written(first.get("starts")),
                [ground, *inner] if ground else inner,
                _written(first.get("ends")),
            )

    def dressed(self, ground: str) -> Iterator[str]:
        """Every piece in a form, and with something beside it, with which no refused test holds of it alone."""
        lacking = self._lacking(ground)
        patience = _PATIENCE
        for between in self._between:
            parts = [(piece.how, self._dress(piece, between)) for piece in lacking]
            patience -= any(part is None for _, part in parts)
            if patience < 0 or self._literals.steps.left < 0:
                return
            inner = [part for how, part in parts if part is not None and how in ("contains", "mentions")]
            starts = [part for how, part in parts if part is not None and how == "starts"]
            ends = [part for how, part in parts if part is not None and how == "ends"]
            for start, end in product(_merged(starts, begin=True) or [""], _merged(ends, begin=False) or [""]):
                yield _joined(between, start, [ground, *inner] if ground else inner, end)
                yield between.join([start, *inner, end])

    def _lacking(self, ground: str) -> list[Piece]:
        candidate = Candidate(ground)
        return [
            piece
            for piece in self._pieces
            if not ground or not all(self._literals[place][0].accepts(candidate) for place in piece.places)
        ]

    def _dress(self, piece: Piece, between: str) -> str | None:
        """The first form that passes the refused tests."""
        for claim, written in piece.choices:
            for text in self._forms(claim, written):
                padded = f"{between if claim.how != 'starts' else ''}{text}{between if claim.how != 'ends' else ''}"
                if self._passes(padded, piece):
                    return text
        return None

    def _forms(self, claim: Claim, written: str) -> Iterator[str]:
        written = claim.value if claim.how == "mentions" and claim.exactly else written
        forms = [written] if claim.exactly else [written, *islice(variants(written), _FORMS_TRIED)]
        if claim.how == "mentions":
            forms += [form.replace(" ", "\t") for form in forms if " " in form]
        befores = self._beside if claim.how in ("contains", "ends", "mentions") else [""]
        afters = self._beside if claim.how in ("contains", "starts", "mentions") else [""]
        for form in forms:
            for before, after in sorted(product(befores, afters), key=lambda pair: bool(pair[0]) + bool(pair[1])):
                yield f"{before}{form}{after}"

    def _passes(self, text: str, piece: Piece) -> bool:
        """Whether a text does what the piece is for, and none of what is refused of texts that have it inside."""
        candidate = Candidate(text)
        self._literals.steps.take()
        if not all(self._literals[place][0].accepts(candidate) for place in piece.places):
            return False
        inside = {"starts": ("starts",), "ends": ("ends",)}.get(piece.how, ())
        return not any(
            test.accepts(candidate)
            for _, test in self._literals.refused
            if test.how in ("contains", "mentions", *inside)
        )

    def fitting(self, text: str) -> str | None:
        """The text, or else the text lengthened to what is allowed, where everything holds of it."""
        if self._literals.accept(text):
            return text
        return next((longer for longer in self._lengthened(text) if self._literals.accept(longer)), None)

    def _lengthened(self, text: str) -> Iterator[str]:
        length = allowed_length(self._lengths, len(text)) if self._lengths else None
        if length is None or not len(text) < length <= limits.TEXT_CHARACTERS_MAX:
            return
        for filler in (f" {self._natural}", _FILLER):
            filling = (filler * (length - len(text)))[: length - len(text)]
            yield text + filling
            yield filling[1:] + filling[:1] + text
            at = text.rfind(" ")
            if at > 0:
                yield text[:at] + filling + text[at:]


def _written(piece: Piece | None) -> str:
    return piece.choices[0][1] if piece else ""


def _joined(between: str, start: str, inner: Sequence[str], end: str) -> str:
    joined = ""
    for part in (start, *inner, end):
        spaced = between == " " and (joined.endswith(" ") or part.startswith(" "))
        joined += between + part if joined and part and not spaced else part
    return joined


def _merged(parts: Sequence[str], *, begin: bool) -> list[str]:
    """Beginnings, or ends, of the raw and of the folded text made one where they overlap."""
    if len(parts) < 2:
        return list(parts)
    one, other = parts[:2]
    found = [one, other]
    if begin:
        found += [one + other[len(one) :], other + one[len(other) :]]
    else:
        found += [other[: max(len(other) - len(one), 0)] + one, one[: max(len(one) - len(other), 0)] + other]
    return found
