"""``branding``: how the agency appears to its customers."""

from __future__ import annotations

from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.parsing import LOGO_PARSERS, LOGO_TYPES, etag_of, read_picture, read_version
from portals.api.v1.serializers.agency import BrandingIn, BrandingOut, show_branding
from tenants.access import access_agency, require
from tenants.models import Agency
from tenants.permissions import Permission
from tenants.services.branding import change_branding

TAG: Final = "branding"
LOOK: Final = Permission.AGENCY_VIEW
MANAGE: Final = Permission.AGENCY_MANAGE
EXAMPLE: Final = {
    "name": "Studio Verdi",
    "color": "#0f4c81",
    "footer": "Studio Verdi SRL, Milano",
    "support_email": "aiuto@studio-verdi.example",
    "language": "it",
}


class Branding(Endpoint):
    """Name, colour, texts."""

    @operation("Show the branding", tag=TAG, scope=LOOK, answer=BrandingOut)
    def get(self, request: Request) -> Response:
        """What customers see; the ``ETag`` is for ``If-Match``."""
        return _answer(_access(request, LOOK))

    @operation(
        "Replace the branding",
        tag=TAG,
        scope=MANAGE,
        body=BrandingIn,
        answer=BrandingOut,
        example=EXAMPLE,
        versioned=True,
    )
    def put(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Set all of it but the logo; what is left out becomes empty."""
        return _change(
            request,
            changes={
                "brand_name": data["name"],
                "brand_color": data["color"].lower(),
                "brand_footer": data.get("footer", ""),
                "support_email": data.get("support_email", ""),
                "language": data["language"],
            },
        )


class BrandingLogo(Endpoint):
    """The picture."""

    parser_classes = LOGO_PARSERS

    @operation(
        "Replace the logo",
        tag=TAG,
        scope=MANAGE,
        answer=BrandingOut,
        upload=LOGO_TYPES,
        versioned=True,
    )
    def put(self, request: Request) -> Response:
        """Send the picture itself as the body: SVG, PNG, JPEG or WebP, at most 2 MB."""
        _access(request, MANAGE)
        return _change(request, changes={}, logo=read_picture(request))

    @operation("Remove the logo", tag=TAG, scope=MANAGE, answer=BrandingOut)
    def delete(self, request: Request) -> Response:
        """Go back to the initial of the name."""
        return _change(request, changes={}, remove_logo=True)


def _access(request: Request, permission: Permission) -> Agency:
    require(actor_of(request), permission)
    return access_agency(actor_of(request), permission=permission)


def _change(request: Request, **given: Any) -> Response:
    agency = change_branding(
        _access(request, MANAGE),
        actor=actor_of(request),
        version=read_version(request),
        **given,
    )
    return _answer(agency)


def _answer(agency: Agency) -> Response:
    return answer(show_branding(agency), headers={"ETag": etag_of(agency)})
