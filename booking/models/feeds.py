"""Feeds: calendars elsewhere that read what happens here."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import Location, Space
from booking.states import FeedKind
from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.tokens import DIGEST_LENGTH


class Feed(TimestampedModel):
    """An address that a calendar reads again and again; its secret is kept only as a digest.

    What stands in it is what its reader may see at that moment: it ends with the person's role.
    """

    public_id = public_id_field("feed")
    kind = models.CharField(_("of"), max_length=10, choices=FeedKind)
    space = models.ForeignKey(
        Space, null=True, blank=True, on_delete=models.CASCADE, related_name="feeds"
    )
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.CASCADE, related_name="feeds"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person"),
    )
    """Who reads it; nobody in particular where it says no more than “busy”."""

    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("customer"),
    )
    """As whose contact the person reads it."""

    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    content_digest = models.CharField(max_length=DIGEST_LENGTH, blank=True, editable=False)
    content_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when it says what it says."""

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    kind=FeedKind.PERSON,
                    space=None,
                    location=None,
                    owner__isnull=False,
                    customer__isnull=False,
                )
                | Q(kind=FeedKind.SPACE, space__isnull=False, location=None, customer=None)
                | Q(kind=FeedKind.LOCATION, space=None, location__isnull=False, customer=None),
                name="feed_is_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def says_who(self) -> bool:
        """Tell whether it names the people who come, or says “busy” only."""
        return self.owner_id is not None
