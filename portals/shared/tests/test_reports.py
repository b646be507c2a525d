"""One month in four forms: page, CSV, XLSX and PDF say the same, and calculate nothing."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from booking.models import LostDemand, Reservation, Space
from booking.months import Month
from booking.opening import Hours
from booking.report_shapes import RateLine, Report
from booking.services.demand import demand
from booking.services.locations import create_location
from booking.services.spaces import create_space
from booking.states import PaymentRule
from portals.reports.cells import write_cell
from portals.reports.pdf import write_pdf
from portals.reports.tables import Table, list_tables, write_lead
from portals.shared.reports.charts import draw_bars
from spotex.kernel.tenancy import agency_scope
from tenants.billing.models import Payment

FORMULA = "=HYPERLINK(1)"
MARCH = "month=2026-03"
ALWAYS = [Hours(weekday=day, opens=0, closes=24 * 60) for day in range(7)]


@pytest.fixture
def make_room(agency, owner_actor):
    """Return ``make_room(name)``: a room that has been there for years, with one sold hour."""

    def make(name: str) -> Space:
        with agency_scope(agency):
            house = create_location(
                actor=owner_actor,
                name=f"Casa {name}",
                time_zone="Europe/Rome",
                opening_hours=ALWAYS,
                keeps_holidays=False,
            )
            room = create_space(actor=owner_actor, location=house, name=name)
            Space.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
            start = datetime(2026, 3, 2, 9, tzinfo=UTC)
            Reservation.objects.create(
                space=room,
                claim=0,
                starts_at=start,
                ends_at=start + timedelta(hours=1),
                state="COMPLETED",
                booker="guest_x",
                name="Gino",
                email="gino@trattoria.test",
                payment_rule=PaymentRule.PREPAID,
                total_minor=1_220,
                vat_minor=220,
                price_lines=[
                    {"kind": "HOUR", "quantity": 60, "unit_minor": 1_220, "amount_minor": 1_220}
                ],
            )
            LostDemand.objects.create(space=room, day=start.date(), hour=9, reason="TAKEN", tries=3)
            return room

    return make


@pytest.fixture
def client(client_for, owner):
    return client_for(owner)


def test_the_page_shows_figures_pictures_and_tables(client, make_room) -> None:
    room = make_room("Sala Blu")

    page = client.get(f"/reports/?{MARCH}")
    text = page.content.decode()

    assert page.status_code == 200
    assert room.name in text
    assert text.count("<svg role=") == 3
    assert "kind=xlsx" in text
    assert text.count("<rect") == 31 + 31 + 24


def test_what_is_paid_stands_beside_what_was_sold(client, make_room, agency) -> None:
    make_room("Sala Blu")
    unpaid = client.get(f"/reports/?{MARCH}").content.decode()
    with agency_scope(agency):
        stay = Reservation.objects.get()
        Payment.objects.create(
            subject_kind="RESERVATION",
            subject=stay.public_id,
            amount_minor=1_220,
            currency="EUR",
            provider="SANDBOX",
            state="CAPTURED",
        )

    paid = client.get(f"/reports/?{MARCH}").content.decode()

    assert "€12.20 of it still to be paid" in unpaid
    assert "still to be paid" not in paid
    assert "Paid so far (EUR)" in paid


def test_an_agency_without_spaces_is_told_so(client) -> None:
    page = client.get("/reports/?month=nonsense")

    assert page.status_code == 200
    assert "<svg role=" not in page.content.decode()


def test_a_space_can_be_chosen_and_an_unknown_one_is_missing(client, make_room) -> None:
    one, other = make_room("Sala Blu"), make_room("Sala Oro")

    page = client.get(f"/reports/?{MARCH}&space={one.public_id}")

    assert page.context["tables"][1]["rows"][0][1][0] == one.name
    assert len(page.context["tables"][1]["rows"]) == 1
    assert len(page.context["spaces"]) == 3
    assert other.name in page.content.decode()
    assert client.get(f"/reports/?{MARCH}&space=spc_x").status_code == 404
    assert client.get(f"/reports/?{MARCH}&location=%00").status_code == 200


def test_three_spaces_cost_as_many_queries_as_one(client, make_room) -> None:
    counts = []
    for names in (["A"], ["B", "C"]):
        for name in names:
            make_room(name)
        client.get(f"/reports/?{MARCH}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/reports/?{MARCH}")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_csv_says_what_was_sold_and_no_name_is_a_formula(client, make_room) -> None:
    make_room(FORMULA)

    answer = client.get(f"/reports/download/?{MARCH}&kind=csv", headers={"accept-language": "en"})
    text = answer.content.decode()
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))

    assert answer["Content-Type"].startswith("text/csv")
    assert "2026-03.csv" in answer["Content-Disposition"]
    line = next(row for row in rows if f"'{FORMULA}" in row)
    assert line[2:] == [
        "1",
        "1.00",
        "743.00",
        "0.1",
        "EUR",
        "12.20",
        "0.00",
        "12.20",
        "2.20",
        "10.00",
    ]
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_xlsx_holds_numbers_as_numbers_and_names_as_texts(client, make_room) -> None:
    make_room(FORMULA)

    answer = client.get(f"/reports/download/?{MARCH}&kind=xlsx")
    book = load_workbook(BytesIO(answer.content))
    row = list(book["spaces"][2])

    assert [cell.value for cell in row][1:5] == [FORMULA, 1, 1, 743]
    assert (row[1].data_type, row[7].value, row[7].data_type) == ("s", 12.2, "n")
    assert book["days"].max_row == 32
    assert book["days"]["A2"].value.date().isoformat() == "2026-03-01"


def test_pdf_is_a_document(client, make_room) -> None:
    make_room("Sala <b>& Čapek")

    answer = client.get(f"/reports/download/?{MARCH}&kind=pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")
    assert len(write_pdf([], title="Leer", subtitle="")) < len(answer.content)


def test_an_unknown_kind_is_the_csv(client, make_room) -> None:
    make_room("Sala")

    answer = client.get(f"/reports/download/?{MARCH}&kind=exe")

    assert answer["Content-Type"].startswith("text/csv")


def test_a_member_chooses_the_mail_and_stops_it(client, make_room) -> None:
    make_room("Sala")

    chosen = client.post("/reports/mail/", follow=True).content.decode()
    stopped = client.post("/reports/mail/stop/", follow=True).content.decode()

    assert "/reports/mail/stop/" in chosen
    assert "/reports/mail/stop/" not in stopped


def test_who_looks_at_a_full_day_is_counted_once(client_for, contact, make_room, agency) -> None:
    room = make_room("Sala")
    tomorrow = datetime.now(tz=UTC).date() + timedelta(days=2)
    with agency_scope(agency):
        from booking.services.claims import take
        from booking.states import ClaimKind

        start = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)
        take(
            room.unit,
            start=start - timedelta(days=1),
            end=start + timedelta(days=2),
            kind=ClaimKind.BLOCK,
            subject="blk_x",
        )
    demand.take()
    client = client_for(contact.user, portal="customer")

    for _look in range(2):
        client.get(f"/spaces/{room.public_id}/?day={tomorrow}")
    client.get(f"/spaces/{room.public_id}/?day={tomorrow}", headers={"hx-request": "true"})
    for _look in range(2):  # a program takes no cookie: another guest each time, one network
        client_for(portal="customer").get(f"/book/{room.public_id}/?day={tomorrow}")

    counted = demand.take()
    assert [(wish.day, wish.hour, wish.reason) for wish in counted] == [
        (tomorrow, None, "NOTHING_FREE")
    ]
    assert list(counted.values()) == [2]


def test_cells_read_as_the_language_has_them() -> None:
    with translation.override("it"):
        assert write_cell(Decimal("1234.50")) == "1.234,50"
        assert write_cell(1_234) == "1.234"
    assert (write_cell(None), write_cell("Sala")) == ("", "Sala")


@pytest.mark.parametrize(
    ("kind", "label", "words"),
    [
        ("HOUR", "", "Hourly"),
        ("PEAK", "Sera", "Peak hours · Sera"),
        ("PROJECTOR", "", "PROJECTOR"),
        ("PROJECTOR", "Beamer", "Beamer"),
    ],
)
def test_rates_have_names(kind, label, words) -> None:
    line = RateLine(
        kind=kind,
        label=label,
        unit_minor=1,
        currency="EUR",
        times=1,
        minutes=0,
        amount_minor=1,
    )
    report = Report(month=Month(year=2026, number=3), rates=[line])

    with translation.override("en"):
        tables = {table.name: table for table in list_tables(report, before=report)}

    assert tables["rates"].rows[0][0] == words


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        (None, "–"),
        (timedelta(hours=1), "1 hour before"),
        (timedelta(hours=47), "47 hours before"),
        (timedelta(days=3, hours=5), "3 days before"),
    ],
)
def test_leads_in_words(lead, words) -> None:
    with translation.override("en"):
        assert write_lead(lead) == words


def test_bars_are_as_high_as_their_part() -> None:
    chart = draw_bars(
        [0, 50, 200], words=["a", "b", "c"], title="T", ticks=[], top=100, top_words="100"
    )

    assert [bar.height for bar in chart.bars] == ["0.00", "50.00", "100.00"]
    assert [bar.y for bar in chart.bars] == ["100.00", "50.00", "0.00"]
    assert chart.width == "30"
    empty = draw_bars([1], words=["a"], title="T", ticks=[], top=0, top_words="")
    assert empty.bars[0].height == "0.00"


def test_a_column_is_numeric_when_all_its_cells_are() -> None:
    table = Table(
        name="t", title="T", heads=["a", "b", "c"], rows=[["x", 1, None], ["y", None, None]]
    )

    assert table.numeric == [False, True, False]
    assert Table(name="t", title="T", heads=["a"], rows=[]).numeric == [False]
