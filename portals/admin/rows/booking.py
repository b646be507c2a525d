"""What occupies spaces, who reserved them, and who would have liked to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db.models import F, Func, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from booking.models import (
    Block,
    Claim,
    Hold,
    LostDemand,
    ReportMail,
    Reservation,
    Series,
    Space,
    Voucher,
    VoucherUse,
    Wish,
)
from booking.states import ReservationState, WishState
from portals.admin.rows.kinds import CREATED, RowKind, newest
from portals.templatetags.ui import moment, money


def _write_amount(voucher: Voucher) -> str:
    return money(voucher.amount_minor, voucher.currency) if voucher.amount_minor else ""


def _list_claims() -> QuerySet[Claim]:
    """List claims with the space that they are made on, and their ranges as two ends each."""
    low, high = (Func(OuterRef("unit"), function=end) for end in ("lower", "upper"))
    around = Space.objects.filter(unit_low__lte=low, unit_high__gte=high)
    narrowest = around.order_by(F("unit_high") - F("unit_low")).values("name")[:1]
    claims = Claim.objects.order_by("-created_at", "-pk")
    return claims.annotate(
        space_name=Subquery(narrowest),
        busy_from=F("busy__startswith"),
        busy_until=F("busy__endswith"),
        valid_from=F("valid__startswith"),
        valid_until=F("valid__endswith"),
    )


_PERIOD: Final = (
    (_("from"), lambda row: moment(row.starts_at)),
    (_("to"), lambda row: moment(row.ends_at)),
)

KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {
        "reservations": RowKind(
            title=_("Reservations"),
            rows=newest(Reservation, "space__location", "customer"),
            columns=(
                (_("code"), lambda row: row.code),
                (_("space"), lambda row: f"{row.space.location.name} · {row.space.name}"),
                *_PERIOD,
                (_("name"), lambda row: row.name),
                (_("customer"), lambda row: row.customer.name if row.customer else ""),
                (_("state"), lambda row: row.get_state_display()),
                (_("total"), lambda row: money(row.total_minor, row.currency)),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("code", "name", "email", "public_id", "space__name", "customer__name"),
            states=ReservationState.choices,
            export=(
                *("public_id", "code", ("space__name", _("space")), "starts_at", "ends_at"),
                *("name", "email", ("customer__name", _("customer")), "state"),
                *("total_minor", "currency", "refund_minor", "created_at"),
            ),
        ),
        "holds": RowKind(
            title=_("Holds"),
            rows=newest(Hold, "space__location"),
            columns=(
                CREATED,
                (_("space"), lambda row: f"{row.space.location.name} · {row.space.name}"),
                *_PERIOD,
                (_("held by"), lambda row: row.booker),
                (_("until"), lambda row: moment(row.expires_at)),
                (_("end"), lambda row: row.get_end_display()),
            ),
            search=("public_id", "booker", "space__name"),
            export=(
                *("public_id", ("space__name", _("space")), "starts_at", "ends_at"),
                *("booker", "expires_at", "end", "created_at"),
            ),
        ),
        "vouchers": RowKind(
            title=_("Vouchers"),
            rows=newest(Voucher),
            columns=(
                CREATED,
                (_("code"), lambda row: row.code),
                (_("percent"), lambda row: str(row.percent or "")),
                (_("amount"), _write_amount),
                (_("to"), lambda row: row.last_day.isoformat() if row.last_day else ""),
                (_("uses in all"), lambda row: str(row.most_uses)),
                (_("ended"), lambda row: moment(row.ended_at)),
            ),
            search=("public_id", "code", "note"),
            export=(
                *("public_id", "code", "note", "percent", "amount_minor", "currency"),
                *("first_day", "last_day", "most_uses", "most_per_person", "ended_at"),
            ),
        ),
        "voucher-uses": RowKind(
            title=_("Uses of vouchers"),
            rows=newest(VoucherUse, "voucher", "hold", "reservation"),
            columns=(
                CREATED,
                (_("voucher"), lambda row: row.voucher.code),
                (_("person"), lambda row: row.person),
                (_("for"), lambda row: (row.reservation or row.hold).public_id),
                (_("not given back"), lambda row: str(_("Yes") if row.is_spent else _("No"))),
            ),
            search=("person", "voucher__code", "reservation__public_id"),
            export=(
                *(("voucher__code", _("voucher")), "person", "is_spent", "created_at"),
                *(("reservation__public_id", _("reservation")), ("hold__public_id", _("hold"))),
            ),
        ),
        "wishes": RowKind(
            title=_("Waiting list"),
            rows=newest(Wish, "space__location", "customer"),
            columns=(
                CREATED,
                (_("space"), lambda row: f"{row.space.location.name} · {row.space.name}"),
                *_PERIOD,
                (_("minutes"), lambda row: str(row.minutes)),
                (_("name"), lambda row: row.name),
                (_("customer"), lambda row: row.customer.name if row.customer else ""),
                (_("state"), lambda row: row.get_state_display()),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("public_id", "name", "email", "space__name", "customer__name"),
            states=WishState.choices,
            export=(
                *("public_id", ("space__name", _("space")), "starts_at", "ends_at", "minutes"),
                *("name", "email", ("customer__name", _("customer")), "state", "created_at"),
            ),
        ),
        "series": RowKind(
            title=_("Stays that repeat"),
            rows=newest(Series),
            columns=(
                CREATED,
                (_("repeats"), lambda row: row.get_frequency_display()),
                (_("every"), lambda row: str(row.every)),
                (_("booked by"), lambda row: row.booker),
                (_("public id"), lambda row: row.public_id),
            ),
            search=("public_id", "booker"),
            export=("public_id", "frequency", "every", "booker", "created_at"),
        ),
        "blocks": RowKind(
            title=_("Blocked times"),
            rows=newest(Block, "space__location"),
            columns=(
                (_("space"), lambda row: f"{row.space.location.name} · {row.space.name}"),
                *_PERIOD,
                (_("reason"), lambda row: row.reason),
                (_("lifted"), lambda row: moment(row.lifted_at)),
            ),
            search=("public_id", "reason", "space__name"),
            export=(
                *("public_id", ("space__name", _("space")), "starts_at", "ends_at"),
                *("reason", "lifted_at", "created_at"),
            ),
        ),
        "claims": RowKind(
            title=_("Claims on spaces"),
            rows=_list_claims,
            columns=(
                CREATED,
                (_("kind"), lambda row: row.get_kind_display()),
                (_("space"), lambda row: row.space_name),
                (_("busy from"), lambda row: moment(row.busy_from)),
                (_("busy to"), lambda row: moment(row.busy_until)),
                (_("valid from"), lambda row: moment(row.valid_from)),
                (_("valid until"), lambda row: moment(row.valid_until)),
                (_("for"), lambda row: row.subject),
            ),
            search=("subject", "kind"),
            export=(
                *("created_at", "kind", ("space_name", _("space"))),
                *(("busy_from", _("busy from")), ("busy_until", _("busy to"))),
                *(("valid_from", _("valid from")), ("valid_until", _("valid until"))),
                ("subject", _("for")),
            ),
        ),
        "lost-demand": RowKind(
            title=_("Lost demand"),
            rows=newest(LostDemand, "space__location"),
            columns=(
                (_("space"), lambda row: f"{row.space.location.name} · {row.space.name}"),
                (_("wanted for"), lambda row: row.day.isoformat()),
                (_("hour"), lambda row: "" if row.hour is None else f"{row.hour:02}:00"),
                (_("why not"), lambda row: row.get_reason_display()),
                (_("times"), lambda row: str(row.tries)),
            ),
            search=("space__name", "space__location__name", "reason"),
            export=(
                *(("space__location__name", _("location")), ("space__name", _("space"))),
                *("day", "hour", "reason", "tries"),
            ),
        ),
        "report-mails": RowKind(
            title=_("Reports by mail"),
            rows=newest(ReportMail, "user"),
            columns=(
                (_("person"), lambda row: row.user.email),
                (_("sent for the month of"), lambda row: f"{row.sent_for or ''}"),
                CREATED,
            ),
            search=("user__email",),
            export=(("user__email", _("person")), "sent_for", "created_at"),
        ),
    },
)
"""Claims are shown by the ends of their ranges, and by the space that their units belong to."""

MODELS: Final = (
    Reservation,
    Hold,
    Series,
    Wish,
    Block,
    Claim,
    LostDemand,
    ReportMail,
    Voucher,
    VoucherUse,
)
