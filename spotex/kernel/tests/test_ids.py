from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from spotex.kernel.ids import MAX_LENGTH, is_public_id, new_public_id


def test_new_public_id_sorts_by_time() -> None:
    first = new_public_id("site")
    time.sleep(0.002)
    second = new_public_id("site")

    assert first < second


def test_new_public_id_has_its_prefix_and_fits() -> None:
    identity = new_public_id("agency")

    assert is_public_id(identity, prefix="agency")
    assert not is_public_id(identity, prefix="site")
    assert len(identity) <= MAX_LENGTH


@given(st.text())
def test_is_public_id_takes_any_text(text: str) -> None:
    assert is_public_id(text, prefix="site") in {True, False}
