"""The waiting list: who wants a time that somebody else has."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import Space
from booking.models.reservations import BOOKER_MAX_LENGTH, Hold
from booking.states import WishState
from spotex.kernel.models import TimestampedModel, public_id_field


class Wish(TimestampedModel):
    """A stay of some length that somebody waits for, anywhere between two moments.

    An offer is a hold like any other, made for the person; nobody has two of them at once.
    """

    public_id = public_id_field("wish")
    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="wishes")
    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wishes",
        verbose_name=_("customer"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    """Anywhere between these two."""

    minutes = models.PositiveIntegerField(_("minutes"))
    booker = models.CharField(_("wished by"), max_length=BOOKER_MAX_LENGTH)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=5, default="it")
    state = models.CharField(
        _("state"), max_length=10, choices=WishState, default=WishState.WAITING
    )
    hold = models.ForeignKey(
        Hold, null=True, blank=True, on_delete=models.PROTECT, related_name="wishes"
    )
    """What is, or was last, offered."""

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("waiting list")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="wish_has_time"),
            models.CheckConstraint(
                condition=~Q(state=WishState.OFFERED) | Q(hold__isnull=False),
                name="offer_has_a_hold",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(state=WishState.OFFERED),
                name="one_offer_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["space", "ends_at"],
                condition=Q(state__in=[WishState.WAITING, WishState.OFFERED]),
                name="wish_open_of_space",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
