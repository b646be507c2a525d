"""Entry points of background work on mails."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from tenants.services.mail import blank_old_mail, deliver_mail_message, list_waiting_mail


@shared_task(name="tenants.deliver_mail")
def deliver_mail(*, mail_id: int, **_: Any) -> None:
    """Deliver one mail, unless somebody did already."""
    deliver_mail_message(mail_id=mail_id, at=timezone.now())


@shared_task(name="tenants.deliver_waiting_mail")
def deliver_waiting_mail(**_: Any) -> None:
    """Deliver what was left behind or is due for another attempt."""
    for mail_id in list_waiting_mail(at=timezone.now()):
        deliver_mail_message(mail_id=mail_id, at=timezone.now())


@shared_task(name="tenants.blank_old_mail")
def blank_mail(**_: Any) -> None:
    """Forget what old mails said."""
    blank_old_mail(at=timezone.now())
