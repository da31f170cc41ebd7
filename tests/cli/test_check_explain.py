"""`pointsman check --explain SLUG`: what a slug means, without a PATH."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.check import command
from pointsman.language.codes import CODES


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


@pytest.mark.parametrize("slug", CODES)
def test_a_slug_is_explained_by_its_level_title_paragraph_and_an_example_with_its_report(slug: str) -> None:
    result = run("--explain", slug)
    code = CODES[slug]
    assert result.exit_code == 0
    head, paragraph, *example = result.stdout.rstrip("\n").split("\n\n")
    assert head == f"{code.level}[{slug}]: {code.title}"
    assert paragraph.split() == code.prose.split()
    assert example[0] == "For example:"
    report = example[example.index("Reported as:") + 1]
    assert f"[{slug}]: " in report


def test_the_page_of_a_slug_reads_as_a_whole() -> None:
    assert run("--explain", "bad-zone").stdout == (
        "error[bad-zone]: a time zone does not exist\n"
        "\n"
        "Zones are named as in the IANA database: `Europe/Amsterdam`, `UTC`.\n"
        "\n"
        "For example:\n"
        "\n"
        "    calendar office\n"
        "      mon-fri 09:00-17:30\n"
        '      zone "Europe/Amsterdm"\n'
        "\n"
        "Reported as:\n"
        "\n"
        "    error[bad-zone]: there is no time zone `Europe/Amsterdm`\n"
        "     --> policy.rules:3:8\n"
        "      |\n"
        '    3 |   zone "Europe/Amsterdm"\n'
        "      |        ^^^^^^^^^^^^^^^^^\n"
        "      = help: did you mean `Europe/Amsterdam`?\n"
    )


def test_all_slugs_are_listed_with_level_and_title() -> None:
    lines = run("--explain", "all").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [[slug, code.level] for slug, code in CODES.items()]


def test_a_slug_that_does_not_exist_gets_the_nearest() -> None:
    result = run("--explain", "unkown-name")
    assert result.exit_code == 2
    assert "there is no slug `unkown-name`: did you mean `unknown-name`?" in result.stderr
    assert "--explain all lists them" in run("--explain", "elephant").stderr


def test_without_a_path_something_is_to_be_explained() -> None:
    result = run()
    assert result.exit_code == 2
    assert "name a rules file or a folder, or --explain SLUG" in result.stderr
