from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.slugs import RESERVED_SLUGS, SLUG_MAX_LENGTH, is_slug


@pytest.mark.parametrize("slug", ["abc", "a1b", "123", "studio-acme", "a-b-c", "x" * 40])
def test_is_slug_accepts(slug: str) -> None:
    assert is_slug(slug)


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "ab",
        "x" * 41,
        "-ab",
        "ab-",
        "a--b",
        "a.b",
        "a_b",
        "Abc",
        "città",
        "abc\n",
        "a b",
        "\u0430bc",
    ],
)
def test_is_slug_refuses(slug: str) -> None:
    assert not is_slug(slug)


@given(st.text(max_size=60))
def test_a_slug_is_always_a_host_label(text: str) -> None:
    shape = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

    expected = 3 <= len(text) <= SLUG_MAX_LENGTH and shape.fullmatch(text) is not None

    assert is_slug(text) == expected


def test_the_platforms_own_hosts_are_reserved() -> None:
    assert {"www", "admin", "api", "agency", "customers", "sites"} <= RESERVED_SLUGS
