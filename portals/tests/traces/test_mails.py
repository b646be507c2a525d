"""Every kind of mail, as it goes over the wire, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_string, policy
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.apps import apps
from django.conf import settings as django_settings
from django.urls import set_urlconf
from django.utils import timezone

from conftest import ClientFor
from portals.tests.traces.conftest import OWN_HOSTS
from portals.tests.traces.words import find_traces
from tenants.hosts import snapshot_of
from tenants.models import Agency, MailMessage, User
from tenants.services.mail import deliver_mail_message, queue_mail, render_letter
from tenants.states import PortalName
from tenants.tests.smtp_server import Post, running_post

pytestmark = pytest.mark.django_db

KINDS = sorted(
    path.stem for path in Path(django_settings.BASE_DIR, "templates", "emails").glob("*.subject")
)


def _list_stock_prefixes() -> list[str]:
    """Return the names of all mails that the library for accounts knows."""
    library = Path(apps.get_app_config("account").path).parent / "templates"
    return sorted(
        str(path.relative_to(library)).removesuffix("_subject.txt")
        for path in library.glob("*/email/*_subject.txt")
        if path.parts[-3] in {"account", "mfa"}
    )


@pytest.fixture
def post(settings) -> Iterator[Post]:
    with running_post() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


def _deliver(post: Post) -> str:
    """Send the newest mail and return all of it, decoded, with its headers."""
    mail = MailMessage.objects.latest("pk")
    deliver_mail_message(mail_id=mail.pk, at=timezone.now())
    raw = post.taken[-1]
    message = message_from_string(raw, policy=policy.default)
    parts = [str(part.get_content()) for part in message.walk() if not part.is_multipart()]
    return "\n".join([raw, str(message.items()), *parts])


def test_our_mails(dressed: Agency, post: Post) -> None:
    context = {
        "full_name": "Ada",
        "inviter": "Olga",
        "link": f"https://{OWN_HOSTS[PortalName.CUSTOMER]}/x/",
        "host": OWN_HOSTS[PortalName.CUSTOMER],
    }
    brand = snapshot_of(dressed)
    for kind in KINDS:
        for language in ("it", "en"):
            letter = render_letter(kind, agency=brand, language=language, context=context)
            queue_mail(letter, recipient="ada@people.test", agency=brand)

            sent = _deliver(post)

            assert "Studio Acme" in sent
            assert find_traces(sent) == [], kind


@pytest.mark.parametrize("portal", [PortalName.AGENCY, PortalName.CUSTOMER])
def test_mails_of_the_account_library(
    dressed: Agency, owner: User, client_for: ClientFor, post: Post, portal: PortalName
) -> None:
    request = client_for(portal=portal).get("/accounts/login/").wsgi_request
    set_urlconf(request.urlconf)
    context = {"user": owner, "code": "123", "password_reset_url": "/x", "activate_url": "/x"}
    prefixes = _list_stock_prefixes()

    for prefix in prefixes:
        with request_context(request):
            get_adapter(request).send_mail(prefix, owner.email, context)

        sent = _deliver(post)
        assert "Studio Acme" in sent, prefix
        assert find_traces(sent) == [], prefix
    set_urlconf(None)
    assert len(prefixes) > 12
