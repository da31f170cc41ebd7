"""The register of slugs, and where shipped files lie."""

import re
from pathlib import Path

import pytest

from pointsman.language.codes import CODES, LEVELS
from pointsman.language.shipped import shipped_folder, shipped_text

SOURCES = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))


@pytest.mark.parametrize("slug", CODES)
def test_a_slug_has_a_level_a_title_and_an_explanation(slug: str) -> None:
    code = CODES[slug]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", slug)
    assert code.level in LEVELS
    assert code.title == code.title.strip().rstrip(".")
    assert code.title[0].islower()
    assert code.prose.endswith(".")


def test_every_slug_is_reported_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "codes.py")
    made = {f"unused-{sort}" for sort in ("list", "calendar")} if 'f"unused-{sort}"' in text else set()
    assert [slug for slug in CODES if f'"{slug}"' not in text and slug not in made] == []


def test_shipped_files_are_found_by_name() -> None:
    assert "start: item*" in shipped_text("grammar/rules.lark")
    assert shipped_folder("rules/examples").is_dir()


def test_what_was_not_shipped_is_said_so() -> None:
    with pytest.raises(FileNotFoundError, match=r"`grammar/no\.lark` did not come"):
        shipped_text("grammar/no.lark")
    with pytest.raises(FileNotFoundError, match="is not a folder"):
        shipped_folder("grammar/rules.lark")
