"""Regular expressions of the language: RE2 syntax, ASCII classes, searched in the raw text, in linear time.

One place compiles them, so that what `check` accepts is what the engine runs, with the same options and budget.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from pointsman import limits

FLAGS = "is"
"""`i`: letters match in either case; `s`: `.` matches a line end as well."""

_PARTS = re.compile(
    r"\\Q.*?(?:\\E|$)"  # literal text
    r"|\\."
    r"|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"  # a class, in which `]` may stand first
    r"|\(\?P?<(?P<name>\w+)>",
    re.DOTALL,
)


class PatternError(ValueError):
    """The expression is not RE2, or needs more memory than its budget. The message is RE2's own."""


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str, flags: str = "") -> Any:
    """Return the compiled expression, with `re`'s methods. Raises `PatternError`."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = limits.REGEX_MEMORY_BYTES_MAX
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise PatternError(_reason(error)) from None
    except UnicodeEncodeError:
        raise PatternError("a lone surrogate is not text") from None


def groups_of(pattern: str) -> tuple[str, ...]:
    """Names of the groups of an expression, in order of appearance; a name that stands twice is returned twice."""
    return tuple(part["name"] for part in _PARTS.finditer(pattern) if part["name"])


def _reason(error: Exception) -> str:
    """RE2 reports bytes: `missing ): a(b`."""
    (reason, *_) = error.args or ("",)
    return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
