"""Credits in the order in which they are of use."""

from __future__ import annotations

from datetime import timedelta

from booking.models import Credit
from booking.selectors.credits import current_first, list_credits_for, sum_usable
from booking.services.credits import correct_credit


def test_what_is_over_or_used_up_hides_nothing_that_counts(give, owner_actor, now) -> None:
    over, empty, later, sooner, endless = (give(60, days=days) for days in (5, 0, 90, 30, 0))
    Credit.objects.filter(pk=over.pk).update(valid_until=now - timedelta(days=1))
    correct_credit(empty, minutes=-60, reason="Errore", actor=owner_actor)
    mine = list_credits_for(owner_actor)

    assert list(current_first(mine, at=now)) == [sooner, later, endless, over, empty]
    assert sum_usable(mine, at=now) == 180
    assert sum_usable(mine.filter(pk=over.pk), at=now) == 0
