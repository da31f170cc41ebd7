"""A table of TOML to a struct of settings, strictly, with everything wrong in it reported at once."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import Struct, structs

from pointsman.config.places import Places
from pointsman.config.problems import Problem, UnfitError
from pointsman.config.sections import problem_at
from pointsman.config.values import Sources, convert
from pointsman.language.diagnostics import did_you_mean

S = TypeVar("S", bound=Struct)


class Reader:
    """Reads the tables of one configuration and collects what is wrong."""

    def __init__(self, file: str, places: Places, sources: Sources) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._places = places
        self._sources = sources

    def report(self, keys: tuple[str, ...], cause: str, remedy: str = "") -> None:
        """Record a fault at the place of `keys`."""
        self.problems.append(problem_at(self._file, self._places, keys, cause, remedy))

    def table(self, value: Any, keys: tuple[str, ...]) -> dict[str, Any]:
        """Return `value` if it is a table, else report that it is none; an empty one then."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.report(keys, "expected a table", f"write `[{'.'.join(keys)}]` and the keys below it")
        return {}

    def unknown(self, found: dict[str, Any], known: tuple[str, ...], keys: tuple[str, ...]) -> None:
        """Report every key of `found` that is not `known`."""
        for name in found:
            if name not in known:
                suggestion = did_you_mean(name, known)
                self.report((*keys, name), "unknown key", suggestion or f"known keys: {', '.join(known)}")

    def section(self, as_type: type[S], value: Any, keys: tuple[str, ...]) -> S | None:
        """Read a table as `as_type`; None if anything in it is wrong."""
        before = len(self.problems)
        found = self.table(value, keys)
        fields = {field.name: field for field in structs.fields(as_type)}
        self.unknown(found, tuple(fields), keys)
        values = {}
        for name, field in fields.items():
            if name in found:
                values[name] = self.value(found[name], field.type, (*keys, name))
                if field.required and values[name] == "":
                    self.report((*keys, name), "empty", f"write its value, or take out `[{'.'.join(keys)}]`")
            elif field.required:
                self.report((*keys, name), "missing", f"add `{name} = …` to `[{'.'.join(keys)}]`")
        return as_type(**values) if len(self.problems) == before else None

    def value(self, value: Any, as_type: Any, keys: tuple[str, ...]) -> Any:
        """Read one value; None, and a report, if it does not fit."""
        try:
            return convert(value, as_type, self._sources)
        except UnfitError as fault:
            self.report(keys, fault.cause, fault.remedy)
            return None
