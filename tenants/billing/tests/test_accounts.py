"""Where an agency's money goes before it has chosen."""

from __future__ import annotations

import pytest

from tenants.billing.selectors import find_payment_account
from tenants.models import Agency, PaymentAccount
from tenants.payment_providers import PaymentProvider


@pytest.mark.parametrize(
    ("trials", "provider"),
    [(True, PaymentProvider.SANDBOX), (False, PaymentProvider.BANK_TRANSFER)],
)
def test_nobody_pays_by_trial_where_trials_are_off(
    agency: Agency, settings, *, trials: bool, provider: PaymentProvider
) -> None:
    settings.SPOTEX_PAYMENT_TRIALS = trials

    assert find_payment_account(agency.pk).provider == provider


def test_what_the_agency_chose_holds(agency: Agency, settings) -> None:
    settings.SPOTEX_PAYMENT_TRIALS = False
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.STRIPE, account="acct_1")

    assert find_payment_account(agency.pk).provider == PaymentProvider.STRIPE
