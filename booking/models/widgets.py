"""Sites of others on which the booking pages may be framed."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field

ORIGIN_MAX_LENGTH: Final = 200


class WidgetSite(TimestampedModel):
    """A website that may show free times in a frame."""

    public_id = public_id_field("wst")
    origin = models.CharField(_("site"), max_length=ORIGIN_MAX_LENGTH, unique=True)
    """Scheme, host and port, such as ``https://www.hotel.example``."""

    class Meta:
        verbose_name = _("site with the widget")
        verbose_name_plural = _("sites with the widget")

    def __str__(self) -> str:
        return self.origin
