from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from tenants.models import Agency
from tenants.services.accounts import is_email_verified
from tenants.states import Role


@pytest.mark.django_db
def test_create_agency_creates_agency_and_owner(capsys) -> None:
    call_command(
        "create_agency",
        "onda",
        "Onda Media",
        "--owner-email=ada@onda.test",
        "--owner-name=Ada Onda",
        "--tier=PREMIUM",
        "--verified",
    )

    agency = Agency.objects.get(slug="onda")
    member = agency.members.select_related("user").get()
    assert (agency.name, agency.plan.tier, member.role) == ("Onda Media", "PREMIUM", Role.OWNER)
    assert is_email_verified(member.user)
    said = capsys.readouterr().out
    assert "http://onda.agency.localhost" in said
    assert "Password of ada@onda.test:" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "password", "reason"),
    [
        ("www", "correct-horse-9-battery", r"\(agency_slug\)"),
        ("onda", "short", r"\(password\)"),
    ],
)
def test_create_agency_says_why_not(slug, password, reason) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command(
            "create_agency",
            slug,
            "Onda Media",
            "--owner-email=ada@onda.test",
            "--owner-name=Ada Onda",
            f"--password={password}",
        )

    assert not Agency.objects.filter(name="Onda Media").exists()


@pytest.mark.django_db
def test_each_agency_runs_in_every_schema(agency, other_agency, capsys) -> None:
    call_command("each_agency", "check", "--fail-level=CRITICAL")

    said = capsys.readouterr().out
    assert "acme: done" in said
    assert "beta: done" in said


@pytest.mark.django_db
def test_each_agency_names_a_failure_and_goes_on(agency, other_agency, capsys) -> None:
    with pytest.raises(CommandError, match="Failed in: acme, beta"):
        call_command("each_agency", "loaddata", "no-such-fixture")

    assert "Done in 0 of 2 agencies" in capsys.readouterr().out


@pytest.mark.django_db
def test_each_agency_refuses_what_it_does_not_know(agency) -> None:
    with pytest.raises(CommandError, match="no command"):
        call_command("each_agency", "no_such_command")
    with pytest.raises(CommandError, match="no agency"):
        call_command("each_agency", "--only=nobody", "check")


@pytest.mark.django_db
def test_create_agency_keeps_a_given_password_to_itself(capsys) -> None:
    call_command(
        "create_agency",
        "onda",
        "Onda Media",
        "--owner-email=ada@onda.test",
        "--owner-name=Ada Onda",
        "--password=correct-horse-9-battery",
    )

    owner = Agency.objects.get(slug="onda").members.get().user
    assert not is_email_verified(owner)
    assert owner.check_password("correct-horse-9-battery")
    assert "assword" not in capsys.readouterr().out


def test_each_agency_can_be_told_which(agency, other_agency, capsys) -> None:
    call_command("each_agency", "--only", "beta", "check")

    assert "beta: done\nDone in 1 of 1 agencies." in capsys.readouterr().out
