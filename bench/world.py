"""Many agencies, made once and shared by the benchmarks of one run.

``SPOTEX_BENCH_AGENCIES`` scales it. The agencies are real ones, made by the service that sign-ups
use, all with one owner.
"""

from __future__ import annotations

import os
import secrets

from spotex.kernel.actor import Via
from tenants.models import Agency, User
from tenants.services.agencies import create_agency
from tenants.states import Tier

AGENCIES = int(os.environ.get("SPOTEX_BENCH_AGENCIES", "1000"))
_OWNER = "world@bench.test"
_PREFIX = "world-"


def ensure_agencies(count: int = AGENCIES) -> list[Agency]:
    """Return that many agencies, creating those that are missing."""
    wanted = [f"{_PREFIX}{number:05}" for number in range(count)]
    there = set(Agency.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    missing = [slug for slug in wanted if slug not in there]
    if missing:
        print(f"• Making {len(missing)} agencies", flush=True)
        owner = _find_or_create_owner()
        for slug in missing:
            create_agency(
                name=f"World {slug}",
                slug=slug,
                tier=Tier.ENTERPRISE,
                owner=owner,
                via=Via.COMMAND,
            )
    return list(Agency.objects.filter(slug__in=wanted).order_by("slug"))


def _find_or_create_owner() -> User:
    owner = User.objects.filter(email=_OWNER).first()
    return owner or User.objects.create_user(
        _OWNER, secrets.token_urlsafe(16), full_name="Wanda World"
    )
