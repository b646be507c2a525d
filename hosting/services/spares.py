"""Sites that are installed before anybody wants them, so that a new one is there at once.

A spare is a folder of its engine under the id of a site that does not exist yet, and a public row.
Whoever creates a site takes row and id in one transaction: there is no moment in which a spare is
taken and belongs to nobody. Everything that can be cut off happens before (the row says PREPARING,
and is reaped when its time is over) or after (it is a site's deployment like any other).
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from hosting.drivers.base import Parts, SiteEngine, SiteSpec
from hosting.drivers.choice import find_engine
from hosting.operations.models import SpareSite
from hosting.operations.states import SpareState
from spotex.kernel.errors import UpstreamFailure
from spotex.kernel.ids import new_public_id

logger = logging.getLogger(__name__)

PREPARING_SECONDS: Final = 300
_MEMORY: Final = Path("/proc/meminfo")


def claim_spare(*, engine: str, language: str, php_version: str) -> str:
    """Take a spare in the caller's transaction and return the id of its site; empty: none fits.

    Args:
        engine: name of the engine of the new site.
        language: of the new site.
        php_version: of the new site; empty for any.
    """
    fitting = SpareSite.objects.filter(state=SpareState.READY, engine=engine, language=language)
    if php_version:
        fitting = fitting.filter(php_version=php_version)
    spare = fitting.select_for_update(skip_locked=True).order_by("pk").first()
    if spare is None:
        return ""
    spare.delete()
    return spare.site


def fill_spares(*, at: datetime) -> int:
    """Prepare spares until there are as many as wanted and return how many were made.

    Spares that do not fit any more, or that nobody finished, are removed first.
    """
    engine = find_engine()
    _retire_misfits(engine, at=at)
    _reap_spares(at=at)
    made = 0
    for language in settings.SPOTEX_SPARE_LANGUAGES:
        while has_room() and (spare := _open_spare(engine, language, at=at)) is not None:
            if not _prepare_spare(engine, spare):
                return made
            made += 1
    return made


def has_room() -> bool:
    """Tell whether the machine has memory to spare; where it cannot be asked, it has."""
    try:
        lines = _MEMORY.read_text(encoding="ascii").splitlines()
    except OSError:
        return True
    free = next((int(line.split()[1]) for line in lines if line.startswith("MemAvailable")), None)
    return free is None or free >= settings.SPOTEX_SPARE_MEMORY_MB * 1_024


@transaction.atomic
def _open_spare(engine: SiteEngine, language: str, *, at: datetime) -> SpareSite | None:
    """Write down one more spare; None if there are enough, those in work counted."""
    there = SpareSite.objects.select_for_update().filter(engine=engine.name, language=language)
    if len(there) >= settings.SPOTEX_SPARE_SITES:
        return None
    return SpareSite.objects.create(
        site=new_public_id("site"),
        engine=engine.name,
        language=language,
        lease_until=at + timedelta(seconds=PREPARING_SECONDS),
    )


def _prepare_spare(engine: SiteEngine, spare: SpareSite) -> bool:
    """Install a spare and tell whether it is ready; a failure leaves it to the reaper."""
    spec = describe_spare(spare)
    try:
        parts = engine.check_parts(spec, log=logger.debug)
        engine.place_files(spec, log=logger.debug)
        engine.write_config(spec, log=logger.debug)
        engine.install(spec, log=logger.debug)
        engine.start(spec, log=logger.debug)
        engine.lay_up(spec, log=logger.debug)
    except UpstreamFailure as error:
        logger.warning("no spare could be prepared: %s", error.message)
        return False
    SpareSite.objects.filter(pk=spare.pk, state=SpareState.PREPARING).update(
        state=SpareState.READY,
        php_version=parts.php_version,
        wordpress_version=parts.wordpress_version,
    )
    return True


def describe_spare(spare: SpareSite) -> SiteSpec:
    """Return what an engine may know about a spare: names that lead nowhere.

    Source: RFC 2606 §2 reserves ``.invalid``.
    """
    return SiteSpec(
        site_id=spare.site,
        hosts=(f"{spare.site.rpartition('_')[2]}.spare.invalid",),
        title="spare",
        admin_email="spare@spare.invalid",
        language=spare.language,
    )


def _retire_misfits(engine: SiteEngine, *, at: datetime) -> None:
    """Leave to the reaper what runs on other parts than new sites would, or is too much."""
    ready = list(SpareSite.objects.filter(state=SpareState.READY).order_by("pk"))
    if not ready:
        return
    parts = engine.check_parts(describe_spare(ready[0]), log=logger.debug)
    kept: dict[str, int] = {}
    for spare in ready:
        kept[spare.language] = kept.get(spare.language, 0) + 1
        if _fits(spare, engine, parts) and kept[spare.language] <= settings.SPOTEX_SPARE_SITES:
            continue
        SpareSite.objects.filter(pk=spare.pk, state=SpareState.READY).update(
            state=SpareState.PREPARING,
            lease_until=at,
        )


def _fits(spare: SpareSite, engine: SiteEngine, parts: Parts) -> bool:
    return (
        spare.engine == engine.name
        and spare.language in settings.SPOTEX_SPARE_LANGUAGES
        and (spare.php_version, spare.wordpress_version)
        == (parts.php_version, parts.wordpress_version)
    )


def _reap_spares(*, at: datetime) -> None:
    """Remove what nobody will finish: first all of it on the machine, then its row."""
    for spare in SpareSite.objects.filter(state=SpareState.PREPARING, lease_until__lte=at):
        find_engine(spare.engine).remove(describe_spare(spare), log=logger.debug)
        SpareSite.objects.filter(pk=spare.pk, state=SpareState.PREPARING).delete()
