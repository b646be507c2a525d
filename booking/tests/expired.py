"""Terms that are over: moments moved, so that no test has to wait."""

from __future__ import annotations

from datetime import timedelta

from booking.models import Claim, Hold, Reservation


def expire(hold: Hold) -> None:
    """Let a hold have been made, and be over, before now."""
    let_claim_end(hold)
    hold.expires_at = hold.created_at - timedelta(minutes=45)
    hold.save()


def expire_payment(reservation: Reservation) -> None:
    """Let the term of a payment be over, for the claim as well."""
    assert reservation.pay_by is not None
    let_claim_end(reservation)
    reservation.pay_by -= timedelta(hours=1)
    reservation.save()


def let_claim_end(keeper: Hold | Reservation) -> None:
    """Let the time be free again since before now."""
    start = keeper.created_at - timedelta(hours=1)
    Claim.objects.filter(pk=keeper.claim).update(valid=(start, start + timedelta(minutes=15)))
