"""Laws of the language on programs that are written as text: reading, checking, formatting, running.

Each law is asked of a corpus, whose constructs are spread evenly, and of drawn programs, which can be made smaller.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import run_tests
from pointsman.language.codes import CODES
from pointsman.language.format import format_source, meaning
from pointsman.language.format.comments import comments
from pointsman.language.load import Memory, decoded, load_from
from pointsman.language.parse import parse
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.source import Source
from pointsman.language.tree import without_spans
from properties.constructs import VOCABULARY, CountingGrammar, of_vocabulary
from properties.generated import TEXTS
from properties.played import history, play, seats
from properties.wording import KEYS
from properties.written import corpus, programs, tear, torn

drawn = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
NEVER_WRITTEN = {
    "value: percent": "no kind of value is compared with a percentage, so that no correct program holds one",
}


def rules_of(program: dict[str, str]) -> list[Source]:
    return [Source(path, text) for path, text in program.items() if path.endswith(".rules")]


# Any text -------------------------------------------------------------------------------------------------------------


def answer(text: str) -> Compiled:
    """What is reported of a text, each report at a place inside it."""
    compiled = compile_rules({"a.rules": text})
    assert compiled.failed == (compiled.program is None)
    for diagnostic in compiled.diagnostics:
        assert diagnostic.slug in CODES
        for span in (diagnostic.span, *(label.span for label in diagnostic.labels)):
            length = len(compiled.sources["a.rules"].text)
            assert span.file == "a.rules"
            assert 0 <= span.start <= span.end <= length
    return compiled


def shape(source: Source) -> str | None:
    """The text in the one shape, which the formatter's laws hold of; None where it has mistakes."""
    formatted = format_source(source)
    parsed = parse(source)
    assert formatted.diagnostics == parsed.diagnostics
    if formatted.text is None:
        assert parsed.diagnostics != ()
        return None
    written = Source(source.path, formatted.text)
    again = parse(written)
    assert again.diagnostics == ()
    assert meaning(again.file.items) == meaning(parsed.file.items)
    assert comments(written) == comments(source)
    assert format_source(written).text == formatted.text
    return formatted.text


def test_torn_texts_are_answered_with_reports_and_formatted_or_left_alone() -> None:
    outcomes = Counter()
    for text in torn(300):
        outcomes[answer(text).failed] += 1
        shape(Source("a.rules", text))
    assert outcomes[True] > 150, "texts that are hardly torn"


@drawn
@given(programs(), st.integers(1, 6), st.randoms(use_true_random=False))
def test_a_torn_text_is_answered_with_reports_and_formatted_or_left_alone(
    program: dict[str, str], times: int, noise: Random
) -> None:
    text = tear(program["a.rules"], times, noise)
    answer(text)
    shape(Source("a.rules", text))


@drawn
@given(st.one_of(st.text(max_size=200), st.text("rule\"'{}()#\\/ \n,.0", max_size=80)))
def test_any_text_is_answered_with_reports_and_formatted_or_left_alone(text: str) -> None:
    answer(text)
    shape(Source("a.rules", text))


@drawn
@given(st.binary(max_size=100))
def test_any_bytes_are_a_text_or_a_report(data: bytes) -> None:
    source = decoded("a.rules", data)
    if isinstance(source, Source):
        answer(source.text)


# Correct programs -----------------------------------------------------------------------------------------------------


def mistakes(program: dict[str, str]) -> list[tuple[str, str]]:
    return [(it.slug, it.message) for it in compile_rules(program).diagnostics if it.level == "error"]


def test_written_programs_compile() -> None:
    assert [found for program in corpus(200) for found in mistakes(program)] == []


@drawn
@given(programs())
def test_a_written_program_compiles(program: dict[str, str]) -> None:
    assert mistakes(program) == []


# Formatting -----------------------------------------------------------------------------------------------------------


def reshape(program: dict[str, str]) -> dict[str, str]:
    """The program with its rules in the one shape; they mean the same, each file alone and all together."""
    shaped = {source.path: shape(source) for source in rules_of(program)}
    assert None not in shaped.values()
    result = {path: shaped.get(path) or text for path, text in program.items()}
    before, after = compile_rules(program).ir, compile_rules(result).ir
    assert without_spans(before) == without_spans(after)
    return result


def test_programs_mean_the_same_in_the_one_shape() -> None:
    for program in corpus(80):
        reshape(program)


def test_whatever_parses_means_the_same_in_the_one_shape() -> None:
    for program in corpus(160):
        reshape(program)


@drawn
@given(programs())
def test_a_program_means_the_same_in_the_one_shape(program: dict[str, str]) -> None:
    reshape(program)


# Running --------------------------------------------------------------------------------------------------------------


def perform(program: dict[str, str], chance: Random) -> Counter[str]:
    """Play a program's own tests and events that speak of its names, by both evaluators, which agree."""
    compiled = compile_rules(program)
    assert compiled.program is not None
    fast, plain = load(compiled.program), load_plain(compiled.program)
    assert run_tests(fast) == run_tests(plain)
    names = [component.name for component in compiled.program.ir.components]
    events = history(chance, names, TEXTS, KEYS)
    done: Counter[str] = Counter()
    for one, other in zip(play(fast, seats(names), events), play(plain, seats(names), events), strict=True):
        assert msgspec.msgpack.encode(one) == msgspec.msgpack.encode(other)
        done.update(step.what for step in one.steps)
    return done


def test_written_programs_run_without_a_fault_and_alike_in_both_evaluators() -> None:
    done: Counter[str] = Counter()
    for number, program in enumerate(corpus(200)):
        done += perform(program, Random(number))
    assert done["rule"] > 100, "rules that hardly ever fire"


@drawn
@given(programs(), st.randoms(use_true_random=False))
def test_a_written_program_runs_without_a_fault_and_alike_in_both_evaluators(
    program: dict[str, str], chance: Random
) -> None:
    perform(program, chance)


# Completeness ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def held() -> tuple[CountingGrammar, Counter[str]]:
    """How often written programs hold each alternative of the grammar, and each record of the vocabulary."""
    grammar, records = CountingGrammar(), Counter[str]()
    for program in corpus(700):
        sources = rules_of(program)
        for source in sources:
            grammar.read(source)
        records.update(of_vocabulary(load_from(Memory(program)).items))
    return grammar, records


def test_every_alternative_of_the_grammar_is_written(held: tuple[CountingGrammar, Counter[str]]) -> None:
    grammar, _ = held
    often = {name: 1 if name.startswith("keyword: ") else 3 for name in grammar.alternatives}
    rare = {name for name in grammar.alternatives if grammar.seen[name] < often[name]}
    assert rare == NEVER_WRITTEN.keys(), "constructs that the strategies in tests/properties hardly write"


def test_every_record_of_the_vocabulary_is_written(held: tuple[CountingGrammar, Counter[str]]) -> None:
    _, records = held
    assert {name for name in VOCABULARY if records[name] < 10} == set()
    assert set(records) <= set(VOCABULARY)
