"""An agency's account at Stripe: connected, finished there, and known to be ready.

Stripe is called outside of transactions. What it says of an account is fetched, never believed
from a message.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from tenants.access import require
from tenants.billing.events import PaymentAccountConnected
from tenants.billing.services.accounts import lock_payment_account
from tenants.models import PaymentAccount
from tenants.permissions import Permission

_ACCOUNTS: Final = "tenants.billing.gateways.stripe_accounts."
"""Loaded where it is used: its library is large."""

COUNTRY: Final = "IT"


class StripeOff(RuleViolation):
    """The platform has no key at Stripe."""

    code = "stripe_off"


class StripeMissing(RuleViolation):
    """The agency has no account at Stripe yet."""

    code = "stripe_missing"


def connect_stripe(*, actor: Actor) -> PaymentAccount:
    """Open an account at Stripe for the actor's agency; again it is the same one.

    Never inside a transaction.

    Raises:
        NotAllowed: the role does not carry the permission.
        StripeOff: the platform takes no cards.
        ProviderUnreachable, ProviderRefused: Stripe did not open it.
    """
    require(actor, Permission.PAYMENT_MANAGE)
    if not settings.SPOTEX_STRIPE_KEY:
        raise StripeOff(_("Card payments are not set up on this installation."))
    with transaction.atomic():
        row = lock_payment_account(actor)
    if row.account:
        return row
    opened = import_string(f"{_ACCOUNTS}create_account")(
        agency=actor.agency_public_id,
        country=COUNTRY,
        key=f"{actor.agency_public_id}:account",
    )
    return _note_account(actor, reference=opened.reference, is_ready=opened.is_ready)


def link_to_stripe(*, actor: Actor, return_url: str, refresh_url: str) -> str:
    """Return where Stripe asks its questions about the agency's account.

    Never inside a transaction.

    Raises:
        NotAllowed: the role does not carry the permission.
        StripeMissing: there is no account.
        ProviderUnreachable, ProviderRefused: Stripe did not answer.
    """
    require(actor, Permission.PAYMENT_MANAGE)
    row = PaymentAccount.objects.filter(agency_id=actor.agency_id or 0).exclude(account="").first()
    if row is None:
        raise StripeMissing(_("Connect an account first."))
    url: str = import_string(f"{_ACCOUNTS}link_to_questions")(
        row.account, return_url=return_url, refresh_url=refresh_url
    )
    return url


def refresh_stripe_account(*, actor: Actor) -> None:
    """Ask Stripe whether the agency's account may take money now.

    Never inside a transaction.

    Raises:
        ProviderUnreachable, ProviderRefused: Stripe did not answer.
    """
    row = PaymentAccount.objects.filter(agency_id=actor.agency_id or 0).exclude(account="").first()
    if row is None:
        return
    found = import_string(f"{_ACCOUNTS}fetch_account")(row.account)
    _note_account(actor, reference=found.reference, is_ready=found.is_ready)


@transaction.atomic
def _note_account(actor: Actor, *, reference: str, is_ready: bool) -> PaymentAccount:
    row = lock_payment_account(actor)
    if row.account == reference and row.is_ready == is_ready:
        return row
    before = [row.account, row.is_ready]
    row.account, row.is_ready = row.account or reference, is_ready
    row.save()
    publish(
        PaymentAccountConnected(
            actor=actor,
            subject_public_id=actor.agency_public_id,
            details={
                "account": [before[0], row.account],
                "is_ready": [before[1], row.is_ready],
            },
        )
    )
    return row
