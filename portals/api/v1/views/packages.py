"""``packages``: time that the agency sells at once."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_package
from booking.models import Package
from booking.selectors.credits import list_packages_for, search_packages
from booking.selectors.places import list_spaces_for
from booking.services.packages import (
    PackageInvalid,
    archive_package,
    change_package,
    create_package,
)
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.references import find_chosen_spaces
from portals.api.v1.serializers.credits import (
    PackageChangesIn,
    PackageIn,
    PackageOut,
    PackageQuery,
    show_package,
)
from spotex.kernel.actor import Actor
from tenants.access import require
from tenants.permissions import Permission

TAG: Final = "packages"
EXAMPLE: Final = {
    "name": "Ten hours of meeting rooms",
    "minutes": 600,
    "price": {"amount_minor": 20_000, "currency": "EUR"},
    "valid_days": 365,
}


class PackageList(Endpoint):
    """All packages that the caller sees."""

    @operation(
        "List packages",
        tag=TAG,
        scope=Permission.SPACE_VIEW,
        query=PackageQuery,
        answer=PackageOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """What is offered; the agency's own people see archived ones, too."""
        rows = list_packages_for(actor_of(request)).prefetch_related("spaces")
        rows = search_packages(rows, text=filters["search"])
        return paginate(
            sort_rows(rows, ordering=filters["ordering"]), filters=filters, show=show_package
        )

    @operation(
        "Create a package",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=PackageIn,
        answer=PackageOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Offer so many minutes for a price; customers see it at once."""
        actor = actor_of(request)
        require(actor, Permission.SPACE_MANAGE)
        return _answer(create_package(actor=actor, **_read(actor, data)), status=201)


class PackageDetail(Endpoint):
    """One package."""

    @operation("Show a package", tag=TAG, scope=Permission.SPACE_VIEW, answer=PackageOut)
    def get(self, request: Request, *, package_id: str) -> Response:
        """One package; the ``ETag`` is for ``If-Match``."""
        return _answer(access_package(actor_of(request), package_id))

    @operation(
        "Change a package",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=PackageChangesIn,
        answer=PackageOut,
        example={"valid_days": 180},
        versioned=True,
    )
    def patch(self, request: Request, *, package_id: str, data: dict[str, Any]) -> Response:
        """Change some fields; credits that were granted before stay as they are.

        With ``If-Match`` a change that happened since you looked answers 409.
        """
        actor = actor_of(request)
        package = access_package(actor, package_id, permission=Permission.SPACE_MANAGE)
        version = read_version(request)
        if data:
            changes = _read(actor, data)
            package = change_package(package, actor=actor, version=version, **changes)
        return _answer(package)

    @operation("Archive a package", tag=TAG, scope=Permission.SPACE_MANAGE, answer=PackageOut)
    def delete(self, request: Request, *, package_id: str) -> Response:
        """Offer it no longer; customers use up what they have of it."""
        actor = actor_of(request)
        package = access_package(actor, package_id, permission=Permission.SPACE_MANAGE)
        return _answer(archive_package(package, actor=actor, now=timezone.now()))


def _read(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a body by the names of the model.

    Raises:
        PackageInvalid: there is no such space.
    """
    price = data.pop("price", None)
    if price is not None:
        data |= {"price_minor": price["amount_minor"], "currency": price["currency"]}
    if "spaces" in data:
        refusal = PackageInvalid(_("There is no such space."), field="spaces")
        spaces = list_spaces_for(actor)
        data["spaces"] = find_chosen_spaces(spaces, data["spaces"], refusal=refusal)
    return data


def _answer(package: Package, *, status: int = 200) -> Response:
    return answer(show_package(package), status=status, headers={"ETag": etag_of(package)})
