"""Equipment: what is lent with a stay, and who has how many pieces of it."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.places import Location, Space
from booking.models.reservations import Hold, Reservation
from booking.states import EquipmentPricing
from spotex.kernel.models import TimestampedModel, public_id_field

EQUIPMENT_NAME_MAX_LENGTH: Final = 60
EQUIPMENT_TEXT_MAX_LENGTH: Final = 200


class Equipment(TimestampedModel):
    """Something that a location lends with a stay, such as a projector, or adds to it."""

    public_id = public_id_field("eqp")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="equipment")
    name = models.CharField(_("name"), max_length=EQUIPMENT_NAME_MAX_LENGTH)
    description = models.CharField(
        _("description"), max_length=EQUIPMENT_TEXT_MAX_LENGTH, blank=True
    )
    pricing = models.CharField(
        _("price counts"),
        max_length=12,
        choices=EquipmentPricing,
        default=EquipmentPricing.FREE,
    )
    price_minor = models.PositiveIntegerField(_("price of a piece"), default=0)
    """In minor units, VAT of the space included; 0 where it is free of charge."""

    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    stock = models.PositiveIntegerField(
        _("pieces"), null=True, blank=True, help_text=_("Empty: as many as anybody wants.")
    )
    most_per_booking = models.PositiveSmallIntegerField(
        _("at most per booking"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    spaces = models.ManyToManyField(Space, blank=True, related_name="equipment")
    """Where it is lent; none: everywhere in the location."""

    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(pricing=EquipmentPricing.FREE, price_minor=0)
                | (~Q(pricing=EquipmentPricing.FREE) & Q(price_minor__gte=1)),
                name="equipment_has_a_price_or_is_free",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EquipmentUse(TimestampedModel):
    """Pieces that belong to a hold, then to the reservation that it became.

    From when to when follows from those, and whether they count: see
    ``booking.selectors.equipment``.
    """

    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="uses")
    hold = models.ForeignKey(
        Hold, null=True, blank=True, on_delete=models.PROTECT, related_name="equipment_uses"
    )
    reservation = models.ForeignKey(
        Reservation, null=True, blank=True, on_delete=models.PROTECT, related_name="equipment_uses"
    )
    quantity = models.PositiveIntegerField(_("pieces"))

    class Meta:
        verbose_name = _("use of equipment")
        verbose_name_plural = _("uses of equipment")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hold__isnull=False) | Q(reservation__isnull=False),
                name="equipment_is_used_for_something",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="equipment_use_has_pieces"),
            models.UniqueConstraint(fields=["equipment", "hold"], name="equipment_once_a_hold"),
            models.UniqueConstraint(
                fields=["equipment", "reservation"], name="equipment_once_a_reservation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.equipment}"
