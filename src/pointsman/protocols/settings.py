"""Kinds of values in a configuration section that are more than text or number. `config` builds them."""

from __future__ import annotations

import hashlib
import hmac

from pointsman import limits


class Secret:
    """One credential, or several while one is being replaced; its values appear in no text.

    `references` are how the configuration names the values (`env:NAME`, `file:PATH`), in the same order.
    """

    __slots__ = ("_digests", "_values", "references")

    def __init__(self, values: tuple[str, ...], references: tuple[str, ...]) -> None:
        self._values = values
        self._digests = tuple(_digest(value) for value in values)
        self.references = references

    @property
    def value(self) -> str:
        """The value that proves us to others: the first."""
        return self._values[0]

    @property
    def values(self) -> tuple[str, ...]:
        """Every value that is accepted, for those that prove themselves by a signature."""
        return self._values

    @property
    def digest(self) -> bytes:
        """What changes when a value does, and tells nobody the values."""
        return hashlib.sha256(b"".join(self._digests)).digest()

    def matches(self, candidate: str) -> bool:
        """Whether `candidate` is one of the values. Takes the same time whatever it is."""
        digest = _digest(candidate)
        found = False
        for known in self._digests:
            found |= hmac.compare_digest(known, digest)
        return found

    def shares_value_with(self, other: Secret) -> bool:
        """Whether both hold a same value."""
        return not set(self._digests).isdisjoint(other._digests)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self._digests, self.references) == (other._digests, other.references)

    def __hash__(self) -> int:
        return hash(self.references)

    def __repr__(self) -> str:
        return f"Secret({', '.join(self.references)})"


def _digest(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()


class Url(str):
    """An absolute http or https address with a host."""

    __slots__ = ()


class Milliseconds(int):
    """A length of time, written `10s`, `5m`, `2h`, `30d` or `1h30m`."""

    __slots__ = ()


DELIVERY_TIMEOUT = Milliseconds(limits.DELIVERY_TIMEOUT_MS)
