"""How an agency presents itself to its customers."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version
from tenants.branding import is_color
from tenants.events import BrandingChanged
from tenants.logos import clean_logo
from tenants.models import Agency


class ColorInvalid(RuleViolation):
    """The text is not a colour."""

    code = "color_invalid"


@transaction.atomic
def change_branding(
    agency: Agency,
    *,
    actor: Actor,
    changes: dict[str, Any],
    logo: bytes | None = None,
    remove_logo: bool = False,
    version: int | None = None,
) -> Agency:
    """Change name, colour, footer, support address, language or logo.

    Args:
        agency: the agency to change.
        actor: who changes it.
        changes: new values of ``brand_name``, ``brand_color`` (``#rrggbb``), ``brand_footer``,
            ``support_email``, ``language``; what is left out stays.
        logo: an uploaded picture.
        remove_logo: go back to the initial.
        version: the version that was looked at; None to skip the check.

    Raises:
        Stale: somebody else changed the agency meanwhile.
        ColorInvalid: the colour is not written ``#rrggbb``.
        LogoRefused: the picture cannot be used.
    """
    if "brand_color" in changes and not is_color(changes["brand_color"]):
        raise ColorInvalid(_("Write the colour as #rrggbb."), field="brand_color")
    clean = clean_logo(logo) if logo else None
    agency = lock_row(agency)
    require_version(agency, seen=version)
    before = {name: getattr(agency, name) for name in changes}
    had_logo = bool(agency.brand_logo)
    for name, value in changes.items():
        setattr(agency, name, value.lower() if name == "brand_color" else value)
    if clean is not None:
        agency.brand_logo.save(clean.filename, ContentFile(clean.content), save=False)
    elif remove_logo:
        agency.brand_logo = ""
    details = list_changes(before, {name: getattr(agency, name) for name in before})
    if not details and clean is None and not (remove_logo and had_logo):
        return agency
    agency.save()
    publish(
        BrandingChanged(
            actor=actor,
            agency_id=agency.pk,
            subject_public_id=agency.public_id,
            subject_name=agency.name,
            details=details,
        ),
    )
    return agency
