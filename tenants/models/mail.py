"""Outgoing mail: written with the change that causes it, delivered afterwards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.states import MailState


class MailMessage(TimestampedModel):
    """One mail to one person."""

    public_id = public_id_field("mail")
    agency = models.ForeignKey("tenants.Agency", null=True, blank=True, on_delete=models.CASCADE)
    about = models.ForeignKey(
        "tenants.Agency", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    """Whom a mail in the platform's own name speaks of; it goes with that agency."""
    sender = models.CharField(_("from"), max_length=254)
    recipient = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    file_name = models.CharField(_("attached file"), max_length=80, blank=True)
    file_type = models.CharField(max_length=80, blank=True)
    file_text = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="QUEUED"),
                name="mail_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"
