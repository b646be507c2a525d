"""An agency says who takes its customers' money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.models import ActivityEntry
from tenants.billing.ibans import IbanWrong
from tenants.billing.services.accounts import (
    HolderMissing,
    StripeNotReady,
    Till,
    TrialsOff,
    choose_till,
    lock_payment_account,
)
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider

IBAN = "IT60X0542811101000000123456"
TRANSFER = Till(
    provider=PaymentProvider.BANK_TRANSFER,
    holder=" Studio Acme srl ",
    iban="it60 x054 2811 1010 0000 0123 456",
)


def test_an_account_for_transfers_is_stored_as_banks_write_it(in_agency, owner_actor) -> None:
    choose_till(TRANSFER, actor=owner_actor)

    row = PaymentAccount.objects.get()
    assert (row.provider, row.holder, row.iban) == ("BANK_TRANSFER", "Studio Acme srl", IBAN)
    entry = ActivityEntry.objects.get(event="billing.account.changed")
    assert entry.details["provider"] == ["SANDBOX", "BANK_TRANSFER"]
    assert entry.details["iban"] == ["", "IT…3456"]


def test_choosing_the_same_again_leaves_no_second_line(in_agency, owner_actor) -> None:
    choose_till(TRANSFER, actor=owner_actor)
    choose_till(TRANSFER, actor=owner_actor)

    assert PaymentAccount.objects.count() == 1
    assert ActivityEntry.objects.filter(event="billing.account.changed").count() == 1


def test_the_trial_run_needs_no_account(in_agency, owner_actor) -> None:
    choose_till(TRANSFER, actor=owner_actor)

    row = choose_till(Till(provider=PaymentProvider.SANDBOX), actor=owner_actor)

    assert (row.provider, row.iban) == ("SANDBOX", "")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"iban": ""}, IbanWrong),
        ({"iban": "IT00"}, IbanWrong),
        ({"holder": " "}, HolderMissing),
        ({"holder": "x" * 121}, HolderMissing),
        ({"provider": PaymentProvider.SANDBOX, "holder": ""}, HolderMissing),
        ({"provider": PaymentProvider.STRIPE}, StripeNotReady),
    ],
)
def test_what_is_missing_or_wrong_changes_nothing(in_agency, owner_actor, change, error) -> None:
    with pytest.raises(error):
        choose_till(replace(TRANSFER, **change), actor=owner_actor)

    assert not PaymentAccount.objects.exclude(iban="").exists()
    assert not ActivityEntry.objects.filter(event="billing.account.changed").exists()


def test_nobody_chooses_the_trial_run_where_it_is_off(in_agency, owner_actor, settings) -> None:
    settings.SPOTEX_PAYMENT_TRIALS = False

    with pytest.raises(TrialsOff):
        choose_till(Till(provider=PaymentProvider.SANDBOX), actor=owner_actor)


def test_stripe_is_chosen_when_its_account_may_take_money(in_agency, owner_actor) -> None:
    row = lock_payment_account(owner_actor)
    row.account = "acct_1"
    row.save()
    with pytest.raises(StripeNotReady):
        choose_till(Till(provider=PaymentProvider.STRIPE), actor=owner_actor)

    row.is_ready = True
    row.save()

    chosen = choose_till(Till(provider=PaymentProvider.STRIPE), actor=owner_actor)
    assert chosen.provider == PaymentProvider.STRIPE


def test_only_who_manages_payments_chooses(in_agency, viewer_actor, colleague_actor) -> None:
    for actor in (viewer_actor, colleague_actor):
        with pytest.raises(NotAllowed):
            choose_till(TRANSFER, actor=actor)


def test_who_belongs_to_no_agency_has_no_account(db) -> None:
    with pytest.raises(Missing):
        lock_payment_account(ANONYMOUS)
