from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from spotex.kernel.actor import ANONYMOUS, Actor


def test_nobody_may_do_anything() -> None:
    assert not ANONYMOUS.is_authenticated
    assert not ANONYMOUS.can("sites:read")


def test_an_actor_may_do_what_the_role_carries() -> None:
    actor = Actor(user_id=1, permissions=frozenset({"sites:read"}))

    assert actor.is_authenticated
    assert actor.can("sites:read")
    assert not actor.can("sites:write")


def test_the_platform_is_somebody() -> None:
    assert Actor(user_id=None, role="SYSTEM").is_authenticated


def test_an_actor_cannot_be_promoted() -> None:
    with pytest.raises(FrozenInstanceError):
        ANONYMOUS.role = "OWNER"
