"""What owners read when a limit of their plan comes near, and when it is reached."""

from __future__ import annotations

import pytest

from portals.flows.notices import write_near_limit
from tenants.models import Agency


@pytest.mark.parametrize(
    ("used", "sentences"),
    [
        (4, ("is almost used up here.", "There is room for 1 more.")),
        (5, ("is used up here.", "There is no room for more.")),
        (6, ("is used up here.", "There is no room for more.")),
    ],
)
def test_the_notice_says_how_much_room_there_is(
    agency: Agency, used: int, sentences: tuple[str, str]
) -> None:
    notice = write_near_limit(agency, resource="sites", used=used, allowed=5)

    first, second = map(str, notice.paragraphs)
    assert first.endswith(sentences[0])
    assert ("almost" in first) == (used < 5)
    assert second.startswith(sentences[1])
