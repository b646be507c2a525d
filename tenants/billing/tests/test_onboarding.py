"""An agency connects an account at Stripe, and it is known when that may take money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spotex.kernel.errors import NotAllowed
from spotex.kernel.models import ActivityEntry
from tenants.billing.services.accounts import Till, choose_till
from tenants.billing.services.onboarding import (
    StripeMissing,
    StripeOff,
    connect_stripe,
    link_to_stripe,
    refresh_stripe_account,
)
from tenants.billing.tests.test_hosted_pages import visit
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider

BACK = "https://portal.test/settings/payments/"


def test_an_account_is_opened_once_and_finished_at_stripe(in_agency, owner_actor, double) -> None:
    first = connect_stripe(actor=owner_actor)
    again = connect_stripe(actor=owner_actor)
    link = link_to_stripe(actor=owner_actor, return_url=BACK, refresh_url=BACK)
    refresh_stripe_account(actor=owner_actor)
    before = PaymentAccount.objects.get().is_ready

    later = visit(link, answer="later")
    done = visit(link, answer="submit")
    for _time in range(2):
        refresh_stripe_account(actor=owner_actor)
    chosen = choose_till(Till(provider=PaymentProvider.STRIPE), actor=owner_actor)

    assert first.account == again.account
    assert first.provider == PaymentProvider.SANDBOX
    assert later == done == (303, BACK)
    assert (before, chosen.is_ready) == (False, True)
    lines = ActivityEntry.objects.filter(event="billing.account.connected")
    assert lines.count() == 2
    assert len(double.books.list_of("account", account="")) == 1


def test_a_lost_answer_opens_no_second_account(in_agency, owner_actor, double) -> None:
    first = connect_stripe(actor=owner_actor).account
    PaymentAccount.objects.update(account="")

    colleague = replace(owner_actor, email="colleague@acme.test")
    assert connect_stripe(actor=colleague).account == first


def test_without_a_key_nobody_connects(in_agency, owner_actor, settings) -> None:
    settings.SPOTEX_STRIPE_KEY = ""

    with pytest.raises(StripeOff):
        connect_stripe(actor=owner_actor)


def test_without_an_account_there_is_nothing_to_answer(in_agency, owner_actor, double) -> None:
    with pytest.raises(StripeMissing):
        link_to_stripe(actor=owner_actor, return_url=BACK, refresh_url=BACK)
    refresh_stripe_account(actor=owner_actor)

    assert not PaymentAccount.objects.exists()


def test_only_who_manages_payments_connects(in_agency, viewer_actor, double) -> None:
    with pytest.raises(NotAllowed):
        connect_stripe(actor=viewer_actor)
    with pytest.raises(NotAllowed):
        link_to_stripe(actor=viewer_actor, return_url=BACK, refresh_url=BACK)
