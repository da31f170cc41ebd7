"""Results as JUnit XML, as CI systems read it: a test suite for each program, a test case for each test.

The elements and attributes are those of the Jenkins xUnit plugin's schema, `junit-10.xsd`, with `line` beside `file`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias
from xml.etree import ElementTree as ET

from pointsman.cli.testing.pages import Ran, Section
from pointsman.cli.testing.run import Outcome
from pointsman.cli.testing.stage import Played
from pointsman.cli.testing.suites import Broken, Suite
from pointsman.engine.retelling import placed, retold

Told: TypeAlias = Outcome | Broken | Ran
_ALIEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold, not even escaped."""


def junit(told: Sequence[Told]) -> bytes:
    """Return the report as a UTF-8 document."""
    root = ET.Element("testsuites", name="pointsman")
    for it in told:
        root.append(_broken(it) if isinstance(it, Broken) else _suite(it) if isinstance(it, Outcome) else _page(it))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", _seconds(float(suite.get("time", "0")) for suite in root))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(outcome: Outcome) -> ET.Element:
    cases = [_case(outcome.suite, it) for it in outcome.played]
    return _cases(outcome.suite.name, cases, _seconds(it.seconds for it in outcome.played))


def _page(ran: Ran) -> ET.Element:
    return _cases(ran.name, [_section(it) for it in ran.sections], _seconds(it.seconds for it in ran.sections))


def _cases(name: str, cases: Sequence[ET.Element], seconds: str) -> ET.Element:
    suite = ET.Element("testsuite", name=_plain(name))
    failed = sum(case.find("failure") is not None for case in cases)
    for count, number in {"tests": len(cases), "failures": failed, "errors": 0, "skipped": 0}.items():
        suite.set(count, str(number))
    suite.set("time", seconds)
    suite.extend(cases)
    return suite


def _case(suite: Suite, played: Played) -> ET.Element:
    result = played.result
    file, line = placed(result.span, suite.root).rsplit(":", 1)
    case = ET.Element("testcase", classname=_plain(file), name=_plain(result.name), file=_plain(file), line=line)
    case.set("time", _seconds([played.seconds]))
    if result.failure is not None:
        failure = ET.SubElement(case, "failure", type="expectation")
        failure.set("message", _plain(f"expected {result.failure.expected}"))
        failure.text = _plain("\n".join(retold(result, suite.program.ir, suite.root)))
    return case


def _section(it: Section) -> ET.Element:
    file = _plain(it.file)
    case = ET.Element("testcase", classname=file, name=_plain(it.title), file=file, line=str(it.line))
    case.set("time", _seconds([it.seconds]))
    if not it.passed:
        failure = ET.SubElement(case, "failure", type="page", message=_plain(it.lines[0]))
        failure.text = _plain("\n".join(it.lines))
    return case


def _broken(it: Broken) -> ET.Element:
    name = _plain(it.name)
    suite = ET.Element("testsuite", name=name, tests="1", failures="0", errors="1", skipped="0", time="0.0000")
    case = ET.SubElement(suite, "testcase", classname=name, name="compiles", file=name, time="0.0000")
    ET.SubElement(case, "error", type="rules", message=_plain(it.summary)).text = _plain(it.reports)
    return suite


def _seconds(each: Iterable[float]) -> str:
    return f"{sum(each):.4f}"


def _plain(text: str) -> str:
    """Text that XML can hold: controls and halves of surrogates are shown instead."""
    return _ALIEN.sub(lambda it: chr(0x2400 + ord(it[0])) if ord(it[0]) < 0x20 else "\N{REPLACEMENT CHARACTER}", text)
