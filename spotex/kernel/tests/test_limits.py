from __future__ import annotations

import secrets

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from spotex.kernel import limits
from spotex.kernel.limits import (
    DAY,
    LimitExceeded,
    count_within,
    is_first,
    network_of,
    require_within,
)


def _try(count: int, *, who: str = "ada", allowed: int = 2) -> None:
    for _ in range(count):
        require_within("test", who, allowed=allowed, seconds=DAY)


def test_as_many_as_allowed_pass() -> None:
    _try(2)


def test_one_more_is_told_when_to_come_back() -> None:
    _try(2)

    with pytest.raises(LimitExceeded) as caught:
        _try(1)

    assert caught.value.code == "too_many_requests"
    assert 0 < caught.value.wait <= DAY + 1


def test_everybody_has_a_count_of_their_own() -> None:
    _try(2)

    _try(2, who="bea")


def test_no_limit_counts_nothing() -> None:
    _try(9, allowed=-1)


def test_count_within_says_how_often_and_how_long() -> None:
    counts = [count_within("x", seconds=DAY) for _ in range(3)]

    assert [count for count, _left in counts] == [1, 2, 3]
    assert all(0 < left <= DAY for _count, left in counts)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("unix", "unix"),
    ],
)
def test_a_network_of_ipv6_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network


class ForgetfulCache(LocMemCache):
    """Forgets a count between the two commands that need it."""

    def add(self, *args, **kwargs) -> bool:
        return False

    def incr(self, key, delta=1, version=None) -> int:
        raise ValueError(key)


def test_a_window_that_ends_in_between_counts_as_a_new_one(monkeypatch) -> None:
    monkeypatch.setattr(limits, "cache", ForgetfulCache("forgetful", {}))

    assert count_within("visits", seconds=60)[0] == 1


def test_the_shared_cache_counts_in_one_round_trip_and_forgets(settings) -> None:
    backend = "spotex.kernel.caches.CountingRedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": settings.REDIS_URL}}
    name = f"one-trip-{secrets.token_hex(8)}"

    counts = [count_within(name, seconds=DAY)[0] for _ in range(3)]

    (kept,) = caches["default"]._cache.get_client().keys(f"*{name}*")
    assert counts == [1, 2, 3]
    assert 0 < caches["default"]._cache.get_client().ttl(kept) <= DAY + 1


def test_what_was_done_is_done_for_a_while() -> None:
    told = [is_first("look", who, seconds=60) for who in ("anna", "anna", "bruno")]

    assert told == [True, False, True]
