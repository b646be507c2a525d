"""Claims: everything that occupies a space, in one table with one constraint."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.states import ClaimKind


class Claim(models.Model):
    """Units of space, for a stretch of time, as long as it is valid.

    Two claims exclude each other when all three overlap. A hold is valid until it expires and a
    reservation for ever; releasing a claim ends its validity. Nothing is deleted or overwritten,
    so the table also tells who had what when.
    """

    unit = BigIntegerRangeField(_("units"))
    busy = DateTimeRangeField(_("busy"))
    """The stay and the pause after it; without the end."""

    valid = DateTimeRangeField(_("valid"))
    """By the clock of the database."""

    kind = models.CharField(_("kind"), max_length=12, choices=ClaimKind)
    subject = models.CharField(_("for"), max_length=40, db_index=True)
    """Public id of the reservation, the block or the calendar that it belongs to."""

    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints: ClassVar = [
            # Not deferrable: ON CONFLICT DO NOTHING needs an immediate constraint.
            ExclusionConstraint(
                name="never_sold_twice",
                expressions=[
                    ("unit", RangeOperators.OVERLAPS),
                    ("busy", RangeOperators.OVERLAPS),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            # An empty or endless range would conflict with nothing, or with everything.
            models.CheckConstraint(
                condition=Q(unit__isempty=False)
                & Q(unit__lower_inf=False)
                & Q(unit__upper_inf=False),
                name="claim_has_units",
            ),
            models.CheckConstraint(
                condition=Q(busy__isempty=False)
                & Q(busy__lower_inf=False)
                & Q(busy__upper_inf=False),
                name="claim_has_time",
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False) & Q(valid__lower_inf=False),
                name="claim_was_valid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
