"""Sites on which the widget may stand: allowed and removed by those who manage spaces."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events.widgets import WidgetSiteAllowed, WidgetSiteEvent, WidgetSiteRemoved
from booking.models import WidgetSite
from booking.origins import read_origin
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish

SITES_MAX: Final = 20


class SiteInvalid(RuleViolation):
    """This is no website."""

    code = "widget_site_invalid"


class TooManySites(RuleViolation):
    """There are as many sites as fit into a header."""

    code = "too_many_widget_sites"


@transaction.atomic
def allow_widget_site(*, actor: Actor, address: str) -> WidgetSite:
    """Let the booking pages be framed on a site; one that is allowed already stays so.

    Raises:
        SiteInvalid, TooManySites: see above.
    """
    origin = read_origin(address)
    if origin is None:
        raise SiteInvalid(
            _("Give the address of a website, such as www.hotel.example."), field="address"
        )
    if WidgetSite.objects.count() >= SITES_MAX:
        raise TooManySites(
            _("There are %(count)s sites already. Remove one first.") % {"count": SITES_MAX},
            field="address",
        )
    site, is_new = WidgetSite.objects.get_or_create(origin=origin)
    if is_new:
        _tell(WidgetSiteAllowed, site, actor=actor)
    return site


@transaction.atomic
def remove_widget_site(site: WidgetSite, *, actor: Actor) -> None:
    """Let the booking pages be framed there no longer."""
    _tell(WidgetSiteRemoved, site, actor=actor)
    site.delete()


def _tell(kind: type[WidgetSiteEvent], site: WidgetSite, *, actor: Actor) -> None:
    publish(kind(actor=actor, subject_public_id=site.public_id, subject_name=site.origin))
