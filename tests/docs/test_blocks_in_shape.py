"""Rules that the documents show stand in the shape that `pointsman fmt` writes, which has a section of its own."""

from __future__ import annotations

import pytest

from docs.test_blocks import Block, blocks, place
from pointsman.language.format import format_source
from pointsman.language.source import Source


@pytest.mark.parametrize("block", [it for it in blocks("rules") if "syntax" not in it.info], ids=place)
def test_a_rules_block_stands_in_the_one_shape(block: Block) -> None:
    assert format_source(Source(place(block), block.text)).text == block.text
