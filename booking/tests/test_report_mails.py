"""Who gets the report by mail, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.due_handlers import mail_due_reports
from booking.events.reports import ReportReady
from booking.models import ReportMail
from booking.selectors.reports import gets_report_mail
from booking.services import report_mails
from booking.services.report_mails import OnlyForPeople, choose_report_mail, stop_report_mail
from spotex.kernel.errors import Missing
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.models import DueWork, MailMessage, Membership
from tenants.selectors import find_membership

NOVEMBER = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIRST = datetime(2026, 12, 1, 5, tzinfo=UTC)  # six o'clock in Rome


def due() -> list[datetime]:
    return list(
        DueWork.objects.filter(kind="booking.mail_reports").values_list("due_at", flat=True)
    )


def announce(agency, *, at: datetime = FIRST) -> datetime | None:
    return mail_due_reports(key=agency.public_id, agency_id=agency.pk, at=at)


def test_who_chooses_it_gets_it_on_the_next_first(in_agency, owner_actor) -> None:
    choose_report_mail(actor=owner_actor, now=NOVEMBER)
    choose_report_mail(actor=owner_actor, now=NOVEMBER)

    assert gets_report_mail(owner_actor)
    assert due() == [FIRST]
    events = ActivityEntry.objects.filter(event__startswith="booking.report")
    assert list(events.values_list("event", flat=True)) == ["booking.report.chosen"]


def test_the_last_who_stops_ends_the_appointment(in_agency, owner_actor, colleague_actor) -> None:
    for actor in (owner_actor, colleague_actor):
        choose_report_mail(actor=actor, now=NOVEMBER)

    stop_report_mail(actor=owner_actor)
    stop_report_mail(actor=owner_actor)
    assert due() == [FIRST]
    stop_report_mail(actor=colleague_actor)

    assert due() == []
    stopped = ActivityEntry.objects.filter(event="booking.report.stopped")
    assert stopped.count() == 2


def test_programs_support_and_customers_get_none(in_agency, owner_actor, contact_actor) -> None:
    for actor in (
        replace(owner_actor, user_id=None),
        replace(owner_actor, support_session="imp_x"),
    ):
        with pytest.raises(OnlyForPeople):
            choose_report_mail(actor=actor, now=NOVEMBER)
    with pytest.raises(Missing):
        choose_report_mail(actor=contact_actor, now=NOVEMBER)

    assert not ReportMail.objects.exists()


def test_the_month_that_is_over_is_mailed_once(
    space, owner, owner_actor, agency, django_capture_on_commit_callbacks
) -> None:
    choose_report_mail(actor=owner_actor, now=NOVEMBER)

    again = announce(agency)
    announce(agency)

    assert again == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert ReportMail.objects.get().sent_for == date(2026, 11, 1)
    mail = MailMessage.objects.get(recipient=owner.email)
    assert "2026-11" in mail.text
    assert (mail.file_name.endswith("-2026-11.csv"), space.name in mail.file_text) == (True, True)


def test_the_next_month_comes_too(space, owner_actor, agency) -> None:
    choose_report_mail(actor=owner_actor, now=NOVEMBER)
    announce(agency)
    announce(agency, at=datetime(2027, 1, 1, 5, tzinfo=UTC))

    assert MailMessage.objects.count() == 2
    assert ReportMail.objects.get().sent_for == date(2026, 12, 1)


def test_a_colleague_who_chooses_it_takes_the_late_month_from_nobody(
    in_agency, owner_actor, colleague_actor
) -> None:
    choose_report_mail(actor=owner_actor, now=NOVEMBER)

    choose_report_mail(actor=colleague_actor, now=FIRST + timedelta(hours=2))

    assert due() == [FIRST]


def test_what_fails_for_one_keeps_nobody_else_waiting(
    in_agency, owner_actor, colleague_actor, agency, monkeypatch
) -> None:
    for actor in (owner_actor, colleague_actor):
        choose_report_mail(actor=actor, now=NOVEMBER)

    def fail(*, user_id: int, agency_id: int) -> Membership | None:
        if user_id == owner_actor.user_id:
            raise RuntimeError("nothing to be read")
        return find_membership(user_id=user_id, agency_id=agency_id)

    monkeypatch.setattr(report_mails, "find_membership", fail)
    with pytest.raises(RuntimeError, match="nothing to be read"):
        announce(agency)

    with agency_scope(agency):
        sent = dict(ReportMail.objects.values_list("user_id", "sent_for"))
    assert sent == {owner_actor.user_id: None, colleague_actor.user_id: date(2026, 11, 1)}


def test_who_is_gone_is_forgotten(in_agency, owner_actor, agency) -> None:
    choose_report_mail(actor=owner_actor, now=NOVEMBER)
    Membership.objects.filter(user_id=owner_actor.user_id).delete()

    assert announce(agency) is None
    with agency_scope(agency):
        assert not ReportMail.objects.exists()
    assert not MailMessage.objects.exists()
    assert ReportReady.name == ""
