"""Where the money of an agency's customers goes: chosen by the agency, checked before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Missing, RuleViolation
from spotex.kernel.events import publish
from tenants.access import require
from tenants.billing.events import PaymentAccountChanged
from tenants.billing.ibans import hide_iban, read_iban
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider
from tenants.permissions import Permission

HOLDER_MAX_LENGTH: Final = 120


class TrialsOff(RuleViolation):
    """Nobody takes trial payments on this installation."""

    code = "trials_off"


class StripeNotReady(RuleViolation):
    """The agency has no account at Stripe that may take money."""

    code = "stripe_not_ready"


class HolderMissing(RuleViolation):
    """A transfer needs the name of whose account it is."""

    code = "holder_missing"


@dataclass(frozen=True, kw_only=True)
class Till:
    """What an agency chose: who takes the money, and the account for transfers."""

    provider: PaymentProvider
    holder: str = ""
    iban: str = ""


@transaction.atomic
def choose_till(till: Till, *, actor: Actor) -> PaymentAccount:
    """Say who takes the money from now on; payments that are open stay where they are.

    Raises:
        NotAllowed: the role does not carry the permission.
        TrialsOff: the trial run is no choice here.
        StripeNotReady: the agency's account at Stripe may not take money yet.
        HolderMissing, IbanWrong: the account for transfers is missing or wrong.
    """
    require(actor, Permission.PAYMENT_MANAGE)
    row = lock_payment_account(actor)
    holder, iban = _read_account(till)
    _require_open(till.provider, row=row)
    before = _show(row)
    row.provider, row.holder, row.iban = till.provider, holder, iban
    row.save()
    changes = list_changes(before, _show(row))
    if changes:
        publish(
            PaymentAccountChanged(
                actor=actor,
                subject_public_id=actor.agency_public_id,
                details=changes,
                provider=row.provider,
            )
        )
    return row


def lock_payment_account(actor: Actor) -> PaymentAccount:
    """Return the row of the actor's agency, locked; a new one goes on as before.

    Raises:
        Missing: the actor belongs to no agency.
    """
    if actor.agency_id is None:
        raise Missing(_("There is no such agency."))
    is_trial = settings.SPOTEX_PAYMENT_TRIALS
    provider = PaymentProvider.SANDBOX if is_trial else PaymentProvider.BANK_TRANSFER
    PaymentAccount.objects.get_or_create(agency_id=actor.agency_id, defaults={"provider": provider})
    return PaymentAccount.objects.select_for_update().get(agency_id=actor.agency_id)


def _read_account(till: Till) -> tuple[str, str]:
    """Return holder and IBAN as they are stored; both or neither, both for transfers."""
    holder = till.holder.strip()
    is_needed = till.provider == PaymentProvider.BANK_TRANSFER or bool(holder or till.iban.strip())
    if not is_needed:
        return "", ""
    iban = read_iban(till.iban)
    if not holder or len(holder) > HOLDER_MAX_LENGTH:
        text = _("Say whose account it is, in at most %(n)s characters.")
        raise HolderMissing(text % {"n": HOLDER_MAX_LENGTH}, field="holder")
    return holder, iban


def _require_open(provider: PaymentProvider, *, row: PaymentAccount) -> None:
    if provider == PaymentProvider.SANDBOX and not settings.SPOTEX_PAYMENT_TRIALS:
        raise TrialsOff(_("The trial run is switched off here."), field="provider")
    if provider == PaymentProvider.STRIPE and not (row.account and row.is_ready):
        raise StripeNotReady(
            _("Connect an account at Stripe first, and finish its questions."), field="provider"
        )


def _show(row: PaymentAccount) -> dict[str, str]:
    return {"provider": row.provider, "holder": row.holder, "iban": hide_iban(row.iban)}
