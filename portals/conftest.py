"""What tests of portals share with those of the pillars."""

from __future__ import annotations

from booking.conftest import (  # noqa: F401  fixtures
    booker,
    location,
    make_space,
    make_stay,
    now,
    rival,
    space,
    stay,
)
