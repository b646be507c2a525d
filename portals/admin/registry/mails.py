"""Outgoing mail: what waits and what failed. Its text is not shown: links in it are secrets."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import action, display
from portals.admin.staff import CREATED, Batch, Question, StaffAdmin, read_key, staff_actor
from tenants.models import MailMessage
from tenants.services.staff import resend_mail
from tenants.states import MailState


@admin.register(MailMessage)
class MailMessageAdmin(StaffAdmin):
    """One row a mail."""

    list_display = (
        "recipient",
        "subject",
        "state_label",
        "agency_name",
        "attempts",
        "due_at",
        "last_error",
    )
    list_filter = ("state", CREATED)
    search_fields = ("recipient", "subject", "public_id", "agency__name")
    list_select_related = ("agency",)
    export_fields = (
        "public_id",
        "recipient",
        "sender",
        "subject",
        "state",
        "agency__slug",
        "attempts",
        "due_at",
        "sent_at",
        "last_error",
        "created_at",
    )
    actions: ClassVar = ("send_each_again",)
    actions_detail: ClassVar = ("send_again",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("recipient", "sender"),
                    ("subject", "agency_name"),
                    ("state", "attempts"),
                    ("created", "due_at"),
                    ("sent_at", "last_error"),
                    "identity",
                ),
            },
        ),
    )

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, mail: MailMessage) -> str:
        """Name the agency in whose brand it is."""
        return mail.agency.name if mail.agency else ""

    @display(
        description=_("state"),
        ordering="state",
        label={"QUEUED": "info", "SENT": "success", "FAILED": "danger"},
    )
    def state_label(self, mail: MailMessage) -> tuple[str, str]:
        """Show the state in its colour."""
        return mail.state, mail.get_state_display()

    def has_resend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for mails that were given up."""
        return MailMessage.objects.filter(pk=read_key(object_id), state=MailState.FAILED).exists()

    @action(description=_("Send again"), icon="forward_to_inbox", permissions=["resend"])
    def send_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put a failed mail back into the queue."""
        mail = get_object_or_404(MailMessage, pk=read_key(object_id))
        return self.confirm(
            request,
            mail,
            Question(
                title=_("Send the mail to %(name)s again") % {"name": mail.recipient},
                explanation=_("It goes back into the queue with all its attempts."),
                done=_("The mail is in the queue."),
                act=lambda _form: resend_mail(
                    mail, actor=staff_actor(request, agency=mail.agency), at=timezone.now()
                ),
            ),
        )

    @action(description=_("Send again"), icon="forward_to_inbox")
    def send_each_again(
        self, request: HttpRequest, rows: QuerySet[MailMessage]
    ) -> HttpResponse | None:
        """Put chosen mails that failed back into the queue."""
        return self.confirm_each(
            request,
            rows,
            Batch(
                title=_("Send these mails again"),
                explanation=_("They go back into the queue with all their attempts."),
                act=lambda mail: resend_mail(
                    mail, actor=staff_actor(request, agency=mail.agency), at=timezone.now()
                ),
            ),
        )
