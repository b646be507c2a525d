"""Lists read their address and survive what people write into it."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from portals.shared.lists import (
    change_query,
    list_sort_heads,
    read_choice,
    read_ordering,
    read_search,
)


def ask(query: str):
    return RequestFactory().get(f"/?{query}")


@pytest.mark.parametrize(
    ("query", "words"),
    [("search=+gino+", "gino"), ("search=%00a", "a"), ("", ""), ("search=" + "x" * 300, "x" * 100)],
)
def test_read_search(query, words):
    assert read_search(ask(query)) == words


def test_read_choice_and_ordering_fall_back():
    assert read_choice(ask("state=A"), "state", among=("A",)) == "A"
    assert read_choice(ask("state=Z"), "state", among=("A",), default="A") == "A"
    assert read_ordering(ask("ordering=-name"), among={"name": "name"}, default="x") == "-name"
    assert read_ordering(ask("ordering=password"), among={"name": "name"}, default="x") == "x"


def test_change_query_keeps_the_rest_and_starts_at_page_one():
    assert change_query(ask("search=a&page=3"), state="B") == "?search=a&state=B"
    assert change_query(ask("state=B"), state="") == "?"


def test_sort_heads_turn_around():
    heads = list_sort_heads(ask(""), labels={"name": "Name"}, ordering="name")

    assert heads["name"].direction == "ascending"
    assert heads["name"].url == "?ordering=-name"
