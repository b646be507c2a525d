"""How far everybody in the line is."""

from __future__ import annotations

from booking.models import Wish


def states() -> list[str]:
    return list(Wish.objects.order_by("pk").values_list("state", flat=True))
