"""Candidates pieced together: a text to stay close to, the pieces that it lacks, and something between them.

Laws: candidates are tried on every literal, so nothing here has to be right; it has to be quick and to read well. What
is put between or beside pieces occurs in no value, so that it makes no test true or false but by parting and joining.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
_BESIDE = "xzqwvjky70958_:.'①⑨ⓩａ\u0301\u0308\u20dd\u0338"
"""Beside a piece: letters and digits that lengthen its words, signs that join words, marks that change a letter."""
_BESIDE_TRIED = 14
_FORMS_TRIED = 6
_REMOVALS_MAX = 8
_FILLER = "x"


def assembled(literals: Literals, pieces: Sequence[Piece], near: str | None, natural: str) -> str | None:
    """A text that everything holds of, or None where none of those tried is one."""
    shaped = _Assembly(literals, pieces)
    for ground in _grounds(literals, near, natural):
        for text in shaped.simple(ground):
            if (fits := shaped.fitting(text)) is not None:
                return fits
    for ground in ("", natural):
        for text in shaped.dressed(ground):
            if literals.steps.left < 0:
                return None
            if (fits := shaped.fitting(text)) is not None:
                return fits
    return None


def _grounds(literals: Literals, near: str | None, natural: str) -> Iterator[str]:
    """Texts to build upon: the near one, without the words that are refused, the natural one likewise, and nothing."""
    for text in dict.fromkeys((near, natural)):
        if text:
            yield text
            if (rest := _without_refused(literals, text)) != text:
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
    def __init__(self, literals: Literals, pieces: Sequence[Piece]) -> None:
        self._literals = literals
        self._pieces = pieces
        self._lengths = [(one, holds) for one, holds in literals.wanted if isinstance(one, LengthLiteral)]
        known = frozenset().union(*(one.values.alphabet for one, _ in literals.wanted if isinstance(one, TextLiteral)))
        self._between = [one for one in _BETWEEN if known.isdisjoint(fold(one).strip())]
        self._beside = ["", *islice((one for one in _BESIDE if known.isdisjoint(fold(one))), _BESIDE_TRIED)]

    def simple(self, ground: str) -> Iterator[str]:
        """The pieces that the ground lacks, as written, at its sides."""
        lacking = self._lacking(ground)
        first = {piece.how: piece for piece in reversed(lacking)}
        inner = [piece.choices[0][1] for piece in lacking if piece.how in ("contains", "mentions")]
        for between in self._between[:3] if inner and ground else self._between[:2]:
            yield _joined(
                between,
                _written(first.get("starts")),
                [ground, *inner] if ground else inner,
                _written(first.get("ends")),
            )

    def dressed(self, ground: str) -> Iterator[str]:
        """Every piece in a form, and with something beside it, with which no refused test holds of it alone."""
        lacking = self._lacking(ground)
        for between in self._between:
            parts = [self._dress(piece, between) for piece in lacking]
            inner = [part for part, piece in zip(parts, lacking, strict=True) if piece.how in ("contains", "mentions")]
            starts = [part for part, piece in zip(parts, lacking, strict=True) if piece.how == "starts"]
            ends = [part for part, piece in zip(parts, lacking, strict=True) if piece.how == "ends"]
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

    def _dress(self, piece: Piece, between: str) -> str:
        """The first form that passes the refused tests, or the first of all."""
        for claim, written in piece.choices:
            for text in self._forms(claim, written):
                padded = f"{between if claim.how != 'starts' else ''}{text}{between if claim.how != 'ends' else ''}"
                if self._passes(padded, piece):
                    return text
        return piece.choices[0][1]

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
        longer = self._lengthened(text)
        return longer if longer is not None and self._literals.accept(longer) else None

    def _lengthened(self, text: str) -> str | None:
        length = allowed_length(self._lengths, len(text)) if self._lengths else None
        if length is None or not len(text) < length <= limits.TEXT_CHARACTERS_MAX:
            return None
        filling = _FILLER * (length - len(text))
        at = text.rfind(" ")
        return f"{text[:at]}{filling}{text[at:]}" if at > 0 else text + filling


def _written(piece: Piece | None) -> str:
    return piece.choices[0][1] if piece else ""


def _joined(between: str, start: str, inner: Sequence[str], end: str) -> str:
    return between.join(part for part in (start, *inner, end) if part)


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
