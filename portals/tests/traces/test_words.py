from __future__ import annotations

import pytest

from portals.tests.traces.words import find_traces


@pytest.mark.parametrize(
    "text",
    [
        "by Spotex",
        "SPOTEX_TOKEN",
        "x-spotex-id",
        "https://www.spotexsrl.com/",
        "spo-tex",
        "Spo\u00adtex",
        "&#83;potex",
        "%53potex",
        "spo<wbr>tex",
        "zyxmarca.test",
    ],
)
def test_a_name_is_found_in_every_writing(text: str) -> None:
    assert find_traces(f"before {text} after")


@pytest.mark.parametrize("text", ["", "a spot expected", "Studio Acme", "expo"])
def test_innocent_words_are_left_alone(text: str) -> None:
    assert find_traces(text) == []
