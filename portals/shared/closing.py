"""What portals and the API say and let through while an agency is suspended or ending."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from tenants.hosts import AgencySnapshot
from tenants.states import AgencyState, PortalName

_ALWAYS: Final = ("/brand/", "/static/")
_TO_TAKE_IT_BACK: Final = ("/accounts/", "/security/", "/i18n/", "/settings/data/")
"""What remains open in an agency's own portal while owners can take its end back."""

ENDING: Final = (AgencyState.CLOSING, AgencyState.CLOSED)


def is_shut(agency: AgencySnapshot, *, portal: str, path: str) -> bool:
    """Tell whether a path shows the notice instead of its page."""
    if not agency.is_closed:
        return False
    is_ending = agency.state == AgencyState.CLOSING and portal == PortalName.AGENCY
    return not path.startswith((*_ALWAYS, *_TO_TAKE_IT_BACK) if is_ending else _ALWAYS)


def notice_code(agency: AgencySnapshot) -> str:
    """Return the code for programs."""
    return "agency_closing" if agency.state in ENDING else "agency_suspended"


def notice_for_programs(agency: AgencySnapshot) -> str:
    """Return the sentence of the API."""
    if agency.state in ENDING:
        return _("This service is being closed. Please contact support.")
    return _("This service is paused. Nothing is lost; please contact support.")


def notice_for_agency(agency: AgencySnapshot) -> str:
    """Return the sentence of the agency's own portal."""
    if agency.state == AgencyState.CLOSING:
        return _("This agency is being closed.")
    if agency.state == AgencyState.CLOSED:
        return _("This agency has been closed.")
    return _("This agency is suspended.")
