from __future__ import annotations

from spotex.kernel.changes import list_changes


def test_only_what_differs_is_listed() -> None:
    before = {"name": "Gino", "language": "it", "notes": ""}

    assert list_changes(before, {"name": "Gina", "language": "it", "notes": ""}) == {
        "name": ["Gino", "Gina"]
    }
    assert list_changes(before, before) == {}
