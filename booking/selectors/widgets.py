"""Sites on which the widget may stand."""

from __future__ import annotations

from django.db.models import QuerySet

from booking.models import WidgetSite
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


def list_widget_sites_for(actor: Actor) -> QuerySet[WidgetSite]:
    """List the sites for those of the agency who manage spaces."""
    if actor.customer_id is not None or not actor.can(Permission.SPACE_MANAGE):
        return WidgetSite.objects.none()
    return WidgetSite.objects.order_by("origin")


def list_widget_origins() -> list[str]:
    """List the origins that may frame the pages of the agency in whose schema we are."""
    return list(WidgetSite.objects.order_by("origin").values_list("origin", flat=True))
