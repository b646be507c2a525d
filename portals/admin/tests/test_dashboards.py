"""What staff sees first: true figures, for any period, at a cost that does not grow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from hosting.operations.models import Operation
from portals.admin.dashboards.attention import CONCERNS
from portals.admin.dashboards.charts import Chart, Series, Trend, round_up, write_euros
from portals.admin.dashboards.pages import DASHBOARDS
from portals.admin.dashboards.periods import CHOICES, choose_period
from portals.admin.dashboards.revenue import measure_revenue
from portals.admin.names import name_kind
from tenants.models import Agency, Domain, Subscription
from tenants.selectors import find_open_subscription
from tenants.services.periods import end_period

PATHS = [f"/{board.path}" for board in DASHBOARDS]
AT = datetime(2026, 3, 29, 21, 30, tzinfo=UTC)  # 23:30 in Rome, on the day of the clock change


@pytest.mark.parametrize(
    ("name", "first", "count", "before"),
    [
        ("7", date(2026, 3, 23), 7, date(2026, 3, 16)),
        ("30", date(2026, 2, 28), 30, date(2026, 1, 29)),
        ("90", date(2025, 12, 29), 13, date(2025, 9, 29)),
        ("365", date(2025, 4, 1), 12, date(2024, 4, 3)),
    ],
)
def test_a_period_ends_today_and_is_compared_with_as_many_days(name, first, count, before) -> None:
    period = choose_period(name, at=AT)

    assert (period.start, len(period.starts), period.before) == (first, count, before)
    assert (period.last, period.ends[-1]) == (date(2026, 3, 29), date(2026, 3, 30))
    assert (period.last - period.start).days + 1 == (period.start - period.before).days
    assert len(period.labels) == count


@pytest.mark.parametrize("name", [None, "", "8", "x", "-1"])
def test_a_period_that_is_none_is_the_usual_one(name) -> None:
    assert choose_period(name, at=AT).name == "30"


def test_figures_of_days_are_spread_over_the_stretches() -> None:
    period = choose_period("90", at=AT)
    days = [
        (period.start - timedelta(days=1), 100),
        (period.start, 1),
        (period.start + timedelta(days=6), 2),
        (period.start + timedelta(days=7), 4),
        (period.last, 8),
        (period.last + timedelta(days=1), 100),
    ]

    spread = period.spread(days)

    assert (spread[0], spread[1], spread[-1], sum(spread)) == (3, 4, 8, 15)


def test_months_are_named_in_the_language() -> None:
    with override("it"):
        assert choose_period("365", at=AT).labels[0] == "apr 2025"
        assert choose_period("7", at=AT).labels[0] == "23 mar"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 1), (1, 1), (3, 5), (11, 20), (21, 25), (26, 50), (99, 100), (101, 200)],
)
def test_the_upper_edge_is_round(value, expected) -> None:
    assert round_up(value) == expected


def test_bars_stand_on_each_other_and_never_leave_the_chart() -> None:
    chart = Chart(
        title="x",
        labels=["a", "b"],
        series=[Series("one", 1, [3, 0]), Series("two", 2, [1, 4])],
    )

    lower, upper, alone = chart.shapes

    assert lower.y == pytest.approx(upper.y + upper.height)
    assert (lower.y + lower.height, alone.y + alone.height) == (200, 200)
    assert upper.y >= 0
    assert alone.x + alone.width <= 1_000
    assert (alone.title, chart.edge_labels) == ("b · two: 4", ["a", "b", "b"])
    assert chart.table == [("a", ["3", "1"]), ("b", ["0", "4"])]


def test_a_chart_of_nothing_says_so() -> None:
    chart = Chart(title="x", labels=["a"], series=[Series("one", 1, [0])])

    assert chart.is_empty
    assert list(chart.shapes) == []


@pytest.mark.parametrize(
    ("trend", "percent", "direction", "tone"),
    [
        (Trend(now=12, before=10), 20, "up", "good"),
        (Trend(now=5, before=10), -50, "down", "bad"),
        (Trend(now=5, before=10, more_is_good=False), -50, "down", "good"),
        (Trend(now=5, before=0), None, "up", "good"),
        (Trend(now=0, before=0), None, "flat", "plain"),
        (Trend(now=5, before=4, more_is_good=None), 25, "up", "plain"),
    ],
)
def test_a_trend_says_where_it_goes_and_whether_that_is_good(
    trend, percent, direction, tone
) -> None:
    assert (trend.percent, trend.direction, trend.tone) == (percent, direction, tone)


def test_charts_write_whole_euros() -> None:
    with override("it"):
        assert write_euros(123_456) == "1.235\xa0€"


def test_a_kind_that_nobody_knows_keeps_its_name() -> None:
    assert name_kind("site.unknown") == "site.unknown"


@pytest.mark.parametrize("days", [*CHOICES, "x"])
@pytest.mark.parametrize("path", PATHS)
def test_every_dashboard_opens_for_every_period(
    path, days, staff_client, agency, failed_operation
) -> None:
    assert staff_client.get(path, {"days": days}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_a_dashboard_costs_the_same_for_more_agencies(
    path,
    staff_client,
    agency,
    failed_operation,
    failed_mail,
) -> None:
    with CaptureQueriesContext(connection) as one:
        staff_client.get(path)
    first = _open(agency)
    for number in range(3):
        other = Agency.objects.create(
            name=f"N{number}", slug=f"n{number}", schema_name=f"a_n{number}", plan=agency.plan
        )
        Subscription.objects.create(
            agency=other,
            tier="STANDARD",
            status="ACTIVE",
            price_minor=4_900,
            started_at=first.started_at,
            period_start=first.period_start,
            period_end=first.period_end,
            billing_day=1,
        )
        _fail(other, code=f"code_{number}")

    with CaptureQueriesContext(connection) as four:
        response = staff_client.get(path)

    assert response.status_code == 200
    assert len(four) == len(one) <= 18


def _fail(agency: Agency, *, code: str) -> Operation:
    now = timezone.now()
    return Operation.objects.create(
        agency=agency,
        kind="site.deploy",
        subject=f"site_{agency.slug}",
        subject_name="Sito",
        state="FAILED",
        error={"code": code, "step": "files"},
        queued_at=now,
        started_at=now - timedelta(seconds=8),
        finished_at=now,
        deadline_at=now,
    )


def test_the_overview_shows_true_figures(
    staff_client, agency, other_agency, failed_operation, failed_mail
) -> None:
    response = staff_client.get("/")

    figures = response.context["figures"]
    assert figures["agencies"]["active"] == Agency.objects.filter(state="ACTIVE").count() == 2
    assert (figures["queue"]["running"], figures["work"]["failed"]) == (0, 1)
    assert figures["growth"]["new"].now == 2
    assert figures["revenue"]["now"] == 0
    assert figures["open"]["trial_minor"] == sum(
        Subscription.objects.values_list("price_minor", flat=True),
    )
    assert "Sito di prova" in response.content.decode()


def test_what_needs_somebody_leads_to_its_list(
    staff_client, agency, failed_operation, failed_mail, failed_work, failed_migration
) -> None:
    Domain.objects.create(
        domain="a.example",
        tenant=agency,
        portal="agency",
        state="BROKEN",
        certificate_state="FAILED",
        verified_at=timezone.now(),
    )
    Agency.objects.filter(pk=agency.pk).update(limit_warnings={"customers": 5})
    trials = Subscription.objects.filter(agency=agency)
    trials.update(trial_until=timezone.now() + timedelta(days=2))

    notices = staff_client.get("/").context["figures"]["notices"]

    assert len(notices) == len(CONCERNS) - 2  # nothing is late or suspended
    for notice in notices:
        assert notice.words.startswith("1 ")
        page = staff_client.get(notice.url)
        assert page.status_code == 200
        assert page.context["cl"].result_count == 1, notice.url


def test_all_is_well_when_it_is(staff_client) -> None:
    assert "Nothing needs you." in staff_client.get("/").content.decode()


def _open(agency: Agency) -> Subscription:
    found = find_open_subscription(agency.pk)
    assert found is not None
    return found


def test_revenue_is_what_was_paid_for_at_that_moment(agency, other_agency) -> None:
    first, now = _open(agency), timezone.now()
    paying_since = now - timedelta(days=10)
    Subscription.objects.filter(pk=first.pk).update(
        started_at=now - timedelta(days=40),
        period_start=now - timedelta(days=40),
        period_end=paying_since,
        trial_until=paying_since,
    )
    end_period(first.public_id, at=paying_since)
    price = _open(agency).price_minor

    figures = measure_revenue(choose_period("30", at=now), at=now)

    line = figures["by_tier"][first.tier]
    assert (figures["now"], line[-1]) == (price, price)
    assert line[18] == 0
    assert line[20:] == [price] * 10
    assert figures["trend"].before == 0


@pytest.mark.parametrize(("status", "paid"), [("CANCELLED", 0), ("SUSPENDED", 0), ("PAST_DUE", 1)])
def test_revenue_ends_with_the_period_or_the_suspension(agency, status, paid) -> None:
    row, now = _open(agency), timezone.now()
    Subscription.objects.filter(pk=row.pk).update(
        status=status,
        trial_until=None,
        price_minor=1_000,
        started_at=now - timedelta(days=60),
        period_start=now - timedelta(days=60),
        period_end=now - timedelta(days=3),
        grace_until=now,
        updated_at=now - timedelta(days=3),
    )

    figures = measure_revenue(choose_period("30", at=now), at=now)

    assert figures["now"] == 1_000 * paid
    assert figures["by_tier"][row.tier][10] == figures["trend"].before == 1_000


def test_growth_counts_who_came_and_who_went(staff_client, agency, other_agency) -> None:
    now = timezone.now()
    Agency.objects.filter(pk=agency.pk).update(created_at=now - timedelta(days=45))
    Subscription.objects.filter(agency=agency).update(
        status="CANCELLED",
        period_start=now - timedelta(days=45),
        period_end=now - timedelta(days=1),
    )

    figures = staff_client.get("/dashboards/commerce/").context["figures"]

    assert (figures["growth"]["new"].now, figures["growth"]["new"].before) == (1, 1)
    assert (figures["growth"]["gone"].now, figures["growth"]["gone"].tone) == (1, "bad")
    tier = next(tier for tier in figures["tiers"] if tier["cancelled"])
    assert (tier["tier"], tier["cancelled"]) == (agency.plan.tier, 1)


def test_who_owes_is_near_a_limit_or_on_trial_is_named(staff_client, agency, other_agency) -> None:
    row = _open(agency)
    end_period(row.public_id, at=row.period_end)
    Subscription.objects.filter(agency=agency, ended_at=None).update(
        status="PAST_DUE", grace_until=timezone.now()
    )
    Agency.objects.filter(pk=agency.pk).update(limit_warnings={"customers": 5})

    response = staff_client.get("/dashboards/commerce/")

    figures = response.context["figures"]
    assert [found.agency for found in figures["late"]] == [agency]
    assert [found.agency for found in figures["trials"]] == [other_agency]
    assert figures["near_limits"] == [(agency, "Customers")]
    assert "1 agency owes" in response.content.decode()


def test_failures_are_grouped_by_cause_with_their_remedy(
    staff_client, agency, other_agency, failed_operation
) -> None:
    for owner, number in ((agency, 1), (other_agency, 2)):
        found = _fail(owner, code="disk_full")
        Operation.objects.filter(pk=found.pk).update(subject=f"site_{number}")
    done = _fail(agency, code="timeout")
    Operation.objects.filter(pk=done.pk).update(state="DONE", error=None, subject="site_3")

    response = staff_client.get("/dashboards/work/")

    figures = response.context["figures"]
    (cause,) = figures["causes"]
    assert (cause.code, cause.count, cause.agencies) == ("disk_full", 3, 2)
    assert "frees or adds space" in cause.remedy
    assert cause.who_acts == "Spotex"
    (kind,) = figures["kinds"]
    assert (kind.name, kind.done, kind.failed, kind.rate) == ("Setting up", 1, 3, 75.0)
    assert (kind.median, kind.slow) == (pytest.approx(8), pytest.approx(8))
    assert (figures["work"]["done"], figures["work"]["rate"].now) == (1, 75.0)
    assert "site.deploy" not in response.content.decode().replace("kind__exact=site.deploy", "")


def test_waiting_work_says_since_when(staff_client, failed_operation) -> None:
    Operation.objects.update(
        state="PENDING", error=None, queued_at=timezone.now() - timedelta(minutes=5)
    )

    figures = staff_client.get("/dashboards/work/").context["figures"]

    assert figures["queue"]["waiting"] == 1
    assert 300 <= figures["oldest_seconds"] < 400


def test_a_failure_of_long_ago_is_outside(staff_client, failed_operation) -> None:
    Operation.objects.update(finished_at=timezone.now() - timedelta(days=40))

    figures = staff_client.get("/dashboards/work/").context["figures"]

    assert (figures["causes"], figures["kinds"], figures["work"]["failed"]) == ([], [], 0)
    assert figures["work"]["rate"].before == 100
