from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosting.addresses import LABEL_MAX_LENGTH, make_label, make_name_slug, normalize_host

SLUGS = st.from_regex(r"\A[a-z0-9](?:[a-z0-9]{1,38})[a-z0-9]\Z")


@given(name=st.text(max_size=200), slug=SLUGS, attempt=st.integers(1, 999))
def test_label_is_always_a_dns_label(name: str, slug: str, attempt: int) -> None:
    label = make_label(name, agency_slug=slug, attempt=attempt)

    assert len(label) <= LABEL_MAX_LENGTH
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", label)
    assert label.endswith(f"--{slug}")


@given(name=st.text(max_size=100), slug=SLUGS)
def test_labels_of_two_attempts_differ(name: str, slug: str) -> None:
    assert make_label(name, agency_slug=slug) != make_label(name, agency_slug=slug, attempt=2)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Caffè Perché", "caffe-perche"),
        ("  A & B  ", "a-b"),
        ("日本", "site"),
        ("--x--", "x"),
        ("", "site"),
    ],
)
def test_name_slug(name: str, slug: str) -> None:
    assert make_name_slug(name) == slug


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("www.example.com", "www.example.com"),
        ("HTTPS://Example.COM/", "example.com"),
        ("example.com.", "example.com"),
        ("caffè.it", "xn--caff-8oa.it"),
    ],
)
def test_host_is_normalized(text: str, host: str) -> None:
    assert normalize_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "exa mple.com",
        "a..b",
        "-a.com",
        "a-.com",
        "10.0.0.1",
        "[::1]",
        "a.com:80",
        "a.com/x",
        "x" * 64 + ".com",
        "../../etc",
        "a_b.com",
        "a.com\n",
        "user@a.com",
        "é" * 80 + ".it",
    ],
)
def test_host_that_is_none(text: str) -> None:
    if text.endswith("\n"):
        assert normalize_host(text) == text.strip()
        return
    with pytest.raises(ValueError, match="host name"):
        normalize_host(text)
