"""Where Stripe's messages come in."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tenants.billing.gateways.stripe_double.messages import sign
from tenants.models import DueWork, ProviderEvent

SECRET = "whsec_of_the_platform"
EVENT = {
    "id": "evt_1",
    "type": "x.y",
    "data": {"object": {"object": "payment_intent", "id": "pi_1"}},
}


@pytest.fixture
def send(db, settings):
    settings.SPOTEX_STRIPE_WEBHOOK_SECRET = SECRET

    def call(body: bytes, *, signature: str):
        return Client(HTTP_HOST="api.localhost", enforce_csrf_checks=True).post(
            "/webhooks/stripe",
            body,
            content_type="application/json",
            headers={"stripe-signature": signature},
        )

    return call


def test_a_message_is_stored_once_and_applied_later(send) -> None:
    body = json.dumps(EVENT).encode()

    statuses = [send(body, signature=sign(body, secret=SECRET)).status_code for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert ProviderEvent.objects.get().subject == "pi_1"
    assert DueWork.objects.filter(kind="billing.apply_provider_event").count() == 1


def test_a_forged_message_is_refused(send) -> None:
    answer = send(json.dumps(EVENT).encode(), signature="t=1,v1=00")

    assert (answer.status_code, answer.json()) == (400, {"code": "signature_wrong"})
    assert not ProviderEvent.objects.exists()


def test_a_huge_message_is_not_read(send) -> None:
    assert send(b"x" * 600_000, signature="").status_code == 413
