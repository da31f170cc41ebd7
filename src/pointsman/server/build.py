"""Act one of a reload: everything that can fail, in order, with an outcome that says why it did.

Run by `builder` as `python -m pointsman.server.build CONFIG`: reads pointsman.toml and follows its secrets, compiles
the rules, holds the two against each other, runs the tests in the files, proves what can be proved of the rules, and
writes one `Built` or `Failed` to standard output. The serving processes never import this module.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from pointsman import limits
from pointsman.config import Config, ConfigError, Problem, carried_channels, check_against, load, named
from pointsman.delivery.clock import SystemClock
from pointsman.engine import loading
from pointsman.engine.retelling import retold
from pointsman.engine.scenario import TestResult, run_tests
from pointsman.language.diagnostics import arrange, render_json, render_summary, render_text
from pointsman.language.ir import ProgramIR
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.program import Program, encode
from pointsman.proofs.prove import prove
from pointsman.protocols.settings import Secret
from pointsman.server.control import die_with_parent
from pointsman.server.reload import Built, Failed, Watched


def build(path: Path, env: Mapping[str, str], now: int) -> Built | Failed:
    """Build from the configuration at `path` and the rules that it names; `now` is when, for a failure's report."""
    watched = _named(path)
    try:
        config = load(path, env)
    except ConfigError as fault:
        return _misconfigured(path, fault.problems, watched, now)
    compiled = compile_rules(config.rules, accounts=frozenset(config.accounts))
    watched = Watched((*watched.files, *compiled.sources, *_missing(compiled)), watched.folders)
    program = compiled.program
    if program is None:
        return _uncompiled(compiled, watched, now)
    problems = check_against(config, program.ir)
    if problems:
        return _misconfigured(path, problems, watched, now)
    failures = _failures(program)
    if failures:
        return _untested(program.ir, failures, watched, now)
    proved = prove(compiled, accounts=frozenset(config.accounts), carried=carried_channels(config))
    if proved.failed:
        return _uncompiled(proved, watched, now)
    return Built(program.hash, encode(program), config.text, _digest(config), watched, _text(proved))


# What can be wrong ----------------------------------------------------------------------------------------------------


def _misconfigured(path: Path, problems: Iterable[Problem], watched: Watched, now: int) -> Failed:
    found = tuple(problems)
    mistakes = "1 mistake" if len(found) == 1 else f"{len(found)} mistakes"
    shown = tuple(
        {"slug": "configuration", "level": "error", "message": problem.cause, "place": problem.place,
         "key": problem.path, "help": problem.remedy}
        for problem in found
    )  # fmt: skip
    return Failed(f"{mistakes} in {path.name}", "\n".join(map(str, found)), shown, watched, now)


def _uncompiled(compiled: Compiled, watched: Watched, now: int) -> Failed:
    arranged = arrange(compiled.diagnostics)
    shown: tuple[dict[str, Any], ...] = msgspec.json.decode(
        render_json(arranged.shown), type=tuple[dict[str, Any], ...]
    )
    what = "do not compile" if compiled.program is None else "do not keep what they promise"
    return Failed(f"the rules {what}: {render_summary(arranged)}", _text(compiled), shown, watched, now)


def _failures(program: Program) -> list[TestResult]:
    return [result for result in run_tests(loading.load(program)) if not result.passed]


def _untested(program: ProgramIR, failures: list[TestResult], watched: Watched, now: int) -> Failed:
    names = ", ".join(f"`{result.name}`" for result in failures[:3]) + (" …" if len(failures) > 3 else "")
    tests = "1 test fails" if len(failures) == 1 else f"{len(failures)} tests fail"
    shown = tuple(
        {"slug": "test-failed", "level": "error", "message": f"test `{result.name}` fails", "file": result.span.file,
         "line": result.span.line, "column": result.span.column}
        for result in failures[: limits.DIAGNOSTICS_MAX]
    )  # fmt: skip
    text = "\n\n".join("\n".join(retold(result, program)) for result in failures[: limits.DIAGNOSTICS_MAX])
    return Failed(f"{tests}: {names}", text, shown, watched, now)


def _text(compiled: Compiled) -> str:
    """All reports for a terminal."""
    return "\n\n".join(render_text(one, compiled.sources) for one in arrange(compiled.diagnostics).shown)


# What a build depends on ----------------------------------------------------------------------------------------------


def _named(path: Path) -> Watched:
    """The configuration and what it names, whether it is there and right or not.

    The rules count as a file and as a folder, since they may come back as either.
    """
    found = named(path)
    rules = () if found.rules is None else (str(found.rules),)
    return Watched((str(path), *rules, *map(str, found.secrets)), rules)


def _missing(compiled: Compiled) -> Iterator[str]:
    """Files that rules name and that cannot be read: once they can, it is time for another build."""
    for report in compiled.diagnostics:
        source = compiled.sources.get(report.span.file)
        if report.slug == "unreadable-file" and source is not None:
            named = source.text[report.span.start : report.span.end].strip('"')
            yield os.path.normpath(os.path.join(os.path.dirname(report.span.file), named))


def _digest(config: Config) -> str:
    """What changes when the value of a secret does."""
    sections = (config.server, *config.channels.values(), *config.components.values())
    digests = (secret.digest for section in sections for secret in _secrets(section))
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _secrets(section: msgspec.Struct) -> Iterator[Secret]:
    """The secrets of a section, those in its tables included."""
    for value in msgspec.structs.asdict(section).values():
        values = value.values() if isinstance(value, dict) else (value,)
        yield from (each for each in values if isinstance(each, Secret))


def main() -> None:
    """Build from the configuration named by the first argument and write the outcome to standard output."""
    die_with_parent()
    outcome = build(Path(sys.argv[1]), os.environ, SystemClock().now())
    sys.stdout.buffer.write(msgspec.msgpack.encode(outcome))


if __name__ == "__main__":
    main()
