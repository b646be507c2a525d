"""Old lines go by the one command, which leaves a line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.services.retention import RetentionRefused, forget_old_activity

REASON = "agreed with the agency"


@pytest.mark.parametrize("where", ["agency", "public"])
def test_only_old_lines_go_and_one_says_so(agency, where) -> None:
    at = timezone.now() + timedelta(days=400)
    chosen = agency if where == "agency" else None
    with agency_scope(agency if chosen else "public"):
        old = ActivityEntry.objects.create(event="old.thing.done", via="TASK")

        kept = forget_old_activity(chosen, days=500, reason=REASON, at=at)
        erased = forget_old_activity(chosen, days=365, reason=f" {REASON} ", at=at)

        assert kept == 0
        assert erased >= 2
        assert not ActivityEntry.objects.filter(pk=old.pk).exists()


def test_the_line_says_how_many_until_when_and_why(agency) -> None:
    call_command("prune_activity", agency=[agency.slug], days=365, reason=REASON)
    call_command("prune_activity", "--platform", "--days=365", f"--reason={REASON}")

    with agency_scope(agency):
        entry = ActivityEntry.objects.get(event="tenants.activity.pruned")
    assert entry.via == "COMMAND"
    assert entry.details["reason"] == REASON
    assert entry.details["lines"] == 0
    assert entry.details["before"] < timezone.now().isoformat()
    assert ActivityEntry.objects.filter(event="tenants.activity.pruned").exists()


@pytest.mark.parametrize(("days", "reason"), [(364, REASON), (365, "  why ")])
def test_recent_lines_and_silence_are_refused(agency, days, reason) -> None:
    with pytest.raises(RetentionRefused):
        forget_old_activity(agency, days=days, reason=reason, at=timezone.now())
    with pytest.raises(CommandError):
        call_command("prune_activity", agency=[agency.slug], days=days, reason=reason)


def test_an_unknown_agency_is_named(db) -> None:
    with pytest.raises(CommandError, match="nobody"):
        call_command("prune_activity", agency=["nobody"], days=365, reason=REASON)
