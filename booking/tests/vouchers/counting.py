"""The guest of these tests, and how often a voucher is used."""

from __future__ import annotations

from booking.models import Voucher
from booking.selectors.vouchers import (
    list_counting_uses,
)
from booking.services.reservations import (
    Visitor,
)

GUEST = Visitor(name="Gino", email="gino@guest.test")


def count_uses(voucher: Voucher) -> int:
    return list_counting_uses(voucher).count()
