"""An agency's own domains. Platform hosts need no row."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.states import CertificateState, DomainState, PortalName

_HELD: list[str] = [DomainState.LIVE.value, DomainState.BROKEN.value]


def new_challenge() -> str:
    """Return what the owner of a domain puts into its DNS: 160 random bits."""
    return secrets.token_hex(20)


class Domain(TimestampedModel):
    """An agency's own domain; it serves exactly one portal.

    Anybody may ask for a domain; only one agency at a time has proved it.
    """

    public_id = public_id_field("dom")
    domain = models.CharField(_("domain"), max_length=253, db_index=True)
    tenant = models.ForeignKey(
        "tenants.Agency",
        on_delete=models.CASCADE,
        related_name="domains",
        db_index=True,
    )
    portal = models.CharField(
        max_length=20,
        choices=[
            (PortalName.AGENCY.value, PortalName.AGENCY.label),
            (PortalName.CUSTOMER.value, PortalName.CUSTOMER.label),
        ],
    )
    is_primary = models.BooleanField(_("primary"), default=False)
    state = models.CharField(
        _("state"), max_length=20, choices=DomainState, default=DomainState.PENDING
    )
    challenge = models.CharField(max_length=80, default=new_challenge, editable=False)
    findings = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    check_requested_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    """Checks in a row that did not pass."""

    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    broken_at = models.DateTimeField(_("broken"), null=True, blank=True)
    certificate_state = models.CharField(
        max_length=20, choices=CertificateState, default=CertificateState.NONE
    )
    certificate_issuer = models.CharField(max_length=200, blank=True)
    certificate_from = models.DateTimeField(null=True, blank=True)
    certificate_until = models.DateTimeField(null=True, blank=True)
    certificate_error = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(state__in=_HELD),
                name="one_proved_owner",
            ),
            models.UniqueConstraint(fields=["tenant", "domain"], name="one_row_of_a_domain"),
            models.UniqueConstraint(
                fields=["tenant", "portal"],
                condition=models.Q(is_primary=True),
                name="one_primary_domain",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_HELD, verified_at__isnull=False)
                | (~models.Q(state__in=_HELD) & models.Q(verified_at=None)),
                name="proved_since",
            ),
        ]

    def __str__(self) -> str:
        return str(self.domain)
