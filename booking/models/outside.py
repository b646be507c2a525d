"""Calendars elsewhere that keep a space busy here."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import NAME_MAX_LENGTH, Space
from booking.states import OutsideState
from spotex.kernel.models import TimestampedModel, public_id_field

URL_MAX_LENGTH: Final = 1_000
EVENT_TITLE_MAX_LENGTH: Final = 120


class OutsideCalendar(TimestampedModel):
    """A calendar of somebody else, read again and again at its address, or once from a file."""

    public_id = public_id_field("ocal")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="outside_calendars")
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    url = models.TextField(_("address"), max_length=URL_MAX_LENGTH, blank=True)
    """Empty for a file; often a secret of its owner."""

    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    """When its events were known in full for the last time."""

    problem = models.CharField(_("problem"), max_length=40, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    """With what number the other side refused."""

    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("outside calendar")
        verbose_name_plural = _("outside calendars")

    def __str__(self) -> str:
        return self.name


class OutsideEvent(TimestampedModel):
    """A time that such a calendar keeps busy."""

    public_id = public_id_field("oev")
    calendar = models.ForeignKey(OutsideCalendar, on_delete=models.CASCADE, related_name="events")
    key = models.CharField(max_length=64)
    title = models.CharField(_("title"), max_length=EVENT_TITLE_MAX_LENGTH, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    state = models.CharField(_("state"), max_length=10, choices=OutsideState)
    is_partial = models.BooleanField(default=False)
    """Something else that is not sold keeps a part of the time busy already."""

    class Meta:
        verbose_name = _("outside event")
        verbose_name_plural = _("outside events")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="outside_event_has_time"
            ),
            models.UniqueConstraint(
                fields=["calendar", "key"],
                condition=~Q(state=OutsideState.GONE),
                name="one_event_of_a_calendar",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "ends_at"], name="outside_event_state"),
        ]

    def __str__(self) -> str:
        return self.title or self.public_id
