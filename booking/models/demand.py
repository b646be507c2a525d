"""What people wanted and did not get, in numbers only, and who reads the reports by mail."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import Space
from booking.states import DemandReason
from spotex.kernel.models import TimestampedModel


class LostDemand(TimestampedModel):
    """How often a space was wanted for an hour and not given, for one reason; of nobody by name."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="lost_demand")
    day = models.DateField(_("wanted for"))
    hour = models.PositiveSmallIntegerField(_("hour"), null=True, blank=True)
    """Both by the clock of the place; empty where somebody looked at the whole day."""

    reason = models.CharField(_("why not"), max_length=20, choices=DemandReason)
    tries = models.PositiveIntegerField(_("times"))

    class Meta:
        verbose_name = _("lost demand")
        verbose_name_plural = _("lost demand")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["space", "day", "hour", "reason"],
                nulls_distinct=False,
                name="one_counter_of_lost_demand",
            ),
            models.CheckConstraint(
                condition=Q(hour__isnull=True) | Q(hour__lte=23), name="lost_hour_is_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.reason} {self.tries}"


class ReportMail(TimestampedModel):
    """A member who gets the report of the month before, on the first of each month."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    sent_for = models.DateField(_("sent for the month of"), null=True, blank=True)

    class Meta:
        verbose_name = _("report by mail")
        verbose_name_plural = _("reports by mail")

    def __str__(self) -> str:
        return str(self.user)
