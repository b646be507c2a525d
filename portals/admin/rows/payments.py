"""Payments of an agency's customers, and what went back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from portals.admin.rows.kinds import CREATED, RowKind, newest
from portals.templatetags.ui import money
from tenants.billing.failures import describe_failure, describe_refund_failure
from tenants.billing.models import Payment, Refund, SandboxIntent

KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {
        "payments": RowKind(
            title=_("Payments"),
            rows=newest(Payment, "customer"),
            columns=(
                CREATED,
                (_("description"), lambda row: row.description),
                (_("amount"), lambda row: money(row.amount_minor, row.currency)),
                (_("state"), lambda row: row.get_state_display()),
                (_("decision"), lambda row: row.get_decision_display()),
                (_("what went wrong"), describe_failure),
                (_("provider"), lambda row: row.get_provider_display()),
                (_("reference at the provider"), lambda row: row.reference),
            ),
            search=("public_id", "description", "email", "reference", "subject"),
            export=(
                *("public_id", "description", "email", "amount_minor", "currency", "provider"),
                *("reference", "state", "decision", "failure", "authorised_at", "captured_at"),
                "created_at",
            ),
        ),
        "refunds": RowKind(
            title=_("Refunds"),
            rows=newest(Refund, "payment"),
            columns=(
                CREATED,
                (_("description"), lambda row: row.payment.description),
                (_("amount"), lambda row: money(row.amount_minor, row.payment.currency)),
                (_("state"), lambda row: row.get_state_display()),
                (_("what went wrong"), describe_refund_failure),
            ),
            search=("public_id", "payment__description", "payment__public_id", "reference"),
            export=(
                *("public_id", ("payment__public_id", _("payment")), "amount_minor", "state"),
                *("reason", "reference", "failure", "created_at"),
            ),
        ),
        "trial-payments": RowKind(
            title=_("Payments at the trial provider"),
            rows=newest(SandboxIntent),
            columns=(
                CREATED,
                (_("reference at the provider"), lambda row: row.reference),
                (_("amount"), lambda row: money(row.amount_minor, row.currency)),
                (_("state"), lambda row: row.get_state_display()),
                (_("given back"), lambda row: money(row.refunded_minor, row.currency)),
            ),
            search=("reference",),
            export=(
                "reference",
                "amount_minor",
                "currency",
                "state",
                "refunded_minor",
                "created_at",
            ),
        ),
    },
)

MODELS: Final = (Payment, Refund, SandboxIntent)
