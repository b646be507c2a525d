from __future__ import annotations

import pytest

from hosting.operations.models import Operation
from hosting.services import act_on_sites
from hosting.services.bulk import SITES_AT_ONCE, TooManySites
from hosting.states import SiteAction
from spotex.kernel.errors import NotAllowed
from spotex.kernel.ids import new_public_id
from spotex.kernel.tenancy import agency_scope


def test_each_site_gets_its_own_work_or_reason(make_site, agency, owner_actor) -> None:
    first, second = make_site(state="ACTIVE"), make_site(state="ACTIVE", name="Second")
    paused = make_site(state="SUSPENDED", name="Paused")
    ghost = new_public_id("site")
    wanted = [first.public_id, paused.public_id, ghost, second.public_id, first.public_id]

    with agency_scope(agency):
        results = act_on_sites(wanted, actor=owner_actor, action=SiteAction.RESTART)
        again = act_on_sites(wanted[:1], actor=owner_actor, action=SiteAction.RESTART)

    assert [(row.public_id, row.is_started, row.code) for row in results] == [
        (first.public_id, True, ""),
        (paused.public_id, False, "illegal_move"),
        (ghost, False, "not_found"),
        (second.public_id, True, ""),
    ]
    assert [row.name for row in results] == [first.name, "Paused", "", "Second"]
    assert results[1].message
    assert [row.code for row in again] == ["operation_open"]
    assert Operation.objects.filter(kind="site.restart").count() == 2


@pytest.mark.parametrize("count", [0, SITES_AT_ONCE + 1])
def test_number_of_sites_is_bounded(count, agency, owner_actor, engine) -> None:
    ids = [new_public_id("site") for _ in range(count)]

    with agency_scope(agency), pytest.raises(TooManySites):
        act_on_sites(ids, actor=owner_actor, action=SiteAction.SUSPEND)


def test_people_who_may_not_are_refused_at_once(make_site, agency, viewer_actor) -> None:
    site = make_site(state="ACTIVE")

    with agency_scope(agency), pytest.raises(NotAllowed):
        act_on_sites([site.public_id], actor=viewer_actor, action=SiteAction.RESUME)
