"""Support sessions: staff of the platform in the place of one person of an agency."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.ids import MAX_LENGTH
from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.states import PortalName
from tenants.tokens import DIGEST_LENGTH

REASON_MAX_LENGTH = 300


class Impersonation(TimestampedModel):
    """Who of the staff enters which portal as whom, why, until when, and whether to change things.

    ``contact_public_id`` names the customer's person, whose row lies in the agency's schema.
    The link that begins the session is kept only as a digest.
    """

    public_id = public_id_field("imp")
    agency = models.ForeignKey(
        "tenants.Agency",
        on_delete=models.CASCADE,
        related_name="support_sessions",
        verbose_name=_("agency"),
    )
    staff = models.ForeignKey(
        "tenants.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("Spotex staff"),
    )
    person = models.ForeignKey(
        "tenants.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person"),
    )
    portal = models.CharField(_("portal"), max_length=20)
    contact_public_id = models.CharField(max_length=MAX_LENGTH, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_MAX_LENGTH)
    writes = models.BooleanField(_("may change things"), default=False)
    token_digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    link_until = models.DateTimeField(_("link works until"))
    expires_at = models.DateTimeField(_("ends at the latest"))
    opened_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("support session")
        verbose_name_plural = _("support sessions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(portal=PortalName.AGENCY, contact_public_id="")
                | (models.Q(portal=PortalName.CUSTOMER) & ~models.Q(contact_public_id="")),
                name="support_enters_one_portal",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["staff"],
                condition=models.Q(ended_at=None),
                name="open_support_of_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
