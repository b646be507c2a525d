"""The sites' own scheduled work (published posts, clean-ups): the platform keeps the clock."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from hosting.drivers.base import EngineFailure
from hosting.drivers.choice import find_engine
from hosting.models import Site
from hosting.operations.models import SiteRoute
from hosting.operations.selectors import list_due_crons
from hosting.states import SiteState
from hosting.workflows import CRON_EVERY, describe_site
from spotex.kernel.tenancy import agency_scope

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500


@transaction.atomic
def claim_due_crons(*, at: datetime) -> list[tuple[str, str]]:
    """Return site and schema of what is due, and set each one's next time."""
    due = list_due_crons(at=at).select_for_update(skip_locked=True, of=("self",))
    found = list(due[:AT_ONCE])
    SiteRoute.objects.filter(pk__in=[route.pk for route in found]).update(
        cron_due_at=at + CRON_EVERY,
    )
    return [(route.site, route.agency.schema_name) for route in found]


def run_cron_of_site(site_id: str, *, schema: str) -> bool:
    """Let an active site do its due work; return whether it did."""
    with agency_scope(schema):
        site = Site.objects.filter(public_id=site_id, state=SiteState.ACTIVE).first()
    if site is None:
        return False
    try:
        find_engine(site.engine).run_cron(describe_site(site))
    except EngineFailure as error:
        logger.warning("%s: scheduled work did not run: %s", site_id, error.message)
        return False
    return True
