"""API keys: programs that act in an agency."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.lengths import ADDRESS_MAX_LENGTH, NAME_MAX_LENGTH
from tenants.tokens import DIGEST_LENGTH, KEY_PREFIX_LENGTH


class ApiKey(TimestampedModel):
    """What a program shows to act in an agency; the secret is kept only as a digest.

    Its power is what its scopes and its maker's role have in common, asked at every call.
    """

    public_id = public_id_field("key")
    agency = models.ForeignKey("tenants.Agency", on_delete=models.CASCADE, related_name="api_keys")
    created_by = models.ForeignKey("tenants.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    prefix = models.CharField(_("beginning"), max_length=KEY_PREFIX_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    requests_per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_from = models.CharField(_("from"), max_length=ADDRESS_MAX_LENGTH, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(scopes=[]),
                name="api_key_has_scopes",
            ),
        ]

    def __str__(self) -> str:
        return self.name
