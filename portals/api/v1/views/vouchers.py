"""``vouchers``: codes that make stays cheaper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_voucher
from booking.models import Space
from booking.selectors.places import list_spaces_for
from booking.selectors.vouchers import list_vouchers_for, search_vouchers
from booking.services.vouchers import VoucherInvalid, change_voucher, create_voucher, end_voucher
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.references import find_chosen_spaces
from portals.api.v1.serializers.vouchers import (
    VoucherChangesIn,
    VoucherIn,
    VoucherOut,
    VoucherQuery,
    read_voucher,
    show_voucher,
)
from spotex.kernel.actor import Actor
from tenants.access import require
from tenants.permissions import Permission

TAG: Final = "vouchers"
EXAMPLE: Final = {"code": "SUMMER20", "percent": 20, "last_day": "2030-08-31", "most_uses": 100}


class VoucherList(Endpoint):
    """All vouchers of the agency."""

    @operation(
        "List vouchers",
        tag=TAG,
        scope=Permission.SPACE_VIEW,
        query=VoucherQuery,
        answer=VoucherOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """The agency's codes, for its own people; ended ones are among them."""
        rows = search_vouchers(list_vouchers_for(actor_of(request)), text=filters["search"])
        return paginate(
            sort_rows(rows.prefetch_related("spaces"), ordering=filters["ordering"]),
            filters=filters,
            show=show_voucher,
        )

    @operation(
        "Create a voucher",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=VoucherIn,
        answer=VoucherOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Make a code worth a share of the price or an amount; it counts at once."""
        actor = actor_of(request)
        require(actor, Permission.SPACE_MANAGE)
        spaces = _find_spaces(actor, data.get("spaces", ()))
        made = create_voucher(actor=actor, spaces=spaces, **read_voucher(data))
        return _answer(actor, made.public_id, status=201)


class VoucherDetail(Endpoint):
    """One voucher."""

    @operation("Show a voucher", tag=TAG, scope=Permission.SPACE_VIEW, answer=VoucherOut)
    def get(self, request: Request, *, voucher_id: str) -> Response:
        """One voucher with how often it is used; the ``ETag`` is for ``If-Match``."""
        return _answer(actor_of(request), voucher_id)

    @operation(
        "Change a voucher",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=VoucherChangesIn,
        answer=VoucherOut,
        example={"most_uses": 200},
        versioned=True,
    )
    def patch(self, request: Request, *, voucher_id: str, data: dict[str, Any]) -> Response:
        """Change some fields; what is held or booked with it keeps its price.

        With ``If-Match`` a change that happened since you looked answers 409.
        """
        actor = actor_of(request)
        voucher = access_voucher(actor, voucher_id, permission=Permission.SPACE_MANAGE)
        version, fields = read_version(request), read_voucher(data)
        if "spaces" in data:
            fields["spaces"] = _find_spaces(actor, data["spaces"])
        if fields:
            change_voucher(voucher, actor=actor, version=version, **fields)
        return _answer(actor, voucher_id)

    @operation("End a voucher", tag=TAG, scope=Permission.SPACE_MANAGE, answer=VoucherOut)
    def delete(self, request: Request, *, voucher_id: str) -> Response:
        """Let nobody use it any more; what is held or booked with it keeps its price."""
        actor = actor_of(request)
        voucher = access_voucher(actor, voucher_id, permission=Permission.SPACE_MANAGE)
        end_voucher(voucher, actor=actor, now=timezone.now())
        return _answer(actor, voucher_id)


def _find_spaces(actor: Actor, public_ids: Iterable[str]) -> list[Space]:
    refusal = VoucherInvalid(_("There is no such space."), field="spaces")
    return find_chosen_spaces(list_spaces_for(actor), public_ids, refusal=refusal)


def _answer(actor: Actor, voucher_id: str, *, status: int = 200) -> Response:
    """Answer a voucher as it is now, with its uses and its ``ETag``."""
    voucher = access_voucher(actor, voucher_id)
    return answer(show_voucher(voucher), status=status, headers={"ETag": etag_of(voucher)})
