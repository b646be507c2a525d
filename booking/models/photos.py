"""Photos of spaces."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.places import Space
from spotex.kernel.models import TimestampedModel, public_id_field

ALT_MAX_LENGTH: Final = 160


class SpacePhoto(TimestampedModel):
    """A picture of a space, redrawn by us, in two sizes; its content never changes."""

    public_id = public_id_field("pho")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(_("position"))
    alt = models.CharField(_("what is seen"), max_length=ALT_MAX_LENGTH)
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    """Of the large one; the small one has the same shape."""

    large = models.BinaryField(editable=False)
    small = models.BinaryField(editable=False)

    class Meta:
        verbose_name = _("photo of a space")
        verbose_name_plural = _("photos of spaces")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(alt=""), name="photo_says_what_is_seen"),
        ]

    def __str__(self) -> str:
        return self.alt
