"""Words and values as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context
from django.test import RequestFactory
from django.utils import timezone, translation

from hosting.states import SiteState
from portals.templatetags import controls, ui
from tenants.hosts import snapshot_of


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (0, "0 s"), (0.42, "0,4 s"), (11.6, "12 s"), (60, "1 min"), (80, "1 min 20 s")],
)
def test_duration(seconds: float | None, text: str) -> None:
    with translation.override("it"):
        assert ui.duration(seconds) == text


@pytest.mark.parametrize(
    ("language", "whole", "text"),
    [
        ("it", False, "12,50\xa0€"),
        ("en", False, "€12.50"),
        ("it", True, "12\xa0€"),
        ("en", True, "€12"),
    ],
)
def test_money(language: str, whole: bool, text: str) -> None:  # noqa: FBT001
    with translation.override(language):
        assert ui.money(1250 if not whole else 1200, whole=whole) == text


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Giulia Conti", "GC"), ("giulia", "G"), ("info@x.it", "II"), ("", "?"), ("«Chi siamo»", "S")],
)
def test_initials(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


def test_state_of_an_enum_and_of_a_stranger() -> None:
    assert ui.state_look(SiteState.ACTIVE).tone == "ok"
    assert ui.state_look("RUNNING").moving
    assert ui.state_look("SOMETHING").word == "Something"


@pytest.mark.parametrize("state", SiteState)
def test_every_state_of_a_site_has_a_look(state: SiteState) -> None:
    assert state.value in ui.STATES


@pytest.mark.parametrize(
    ("used", "limit", "share"),
    [(3, 10, 30), (0, 5, 0), (12, 10, 100), (1, -1, -1), ("4", "5", 80), (0, 0, -2), (2, 0, 100)],
)
def test_usage_share(used: int, limit: int, share: int) -> None:
    assert ui.usage_share(used, limit) == share


def test_step_seconds_from_either_source() -> None:
    started = datetime(2026, 11, 20, 9, tzinfo=UTC)
    step = SimpleNamespace(started_at=started, finished_at=started + timedelta(seconds=3))
    assert ui.step_seconds(step) == 3
    assert ui.step_seconds({"seconds": 1.5}) == 1.5
    assert ui.step_seconds({"started_at": started}) is None


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_when(ago: timedelta, text: str) -> None:
    with translation.override("en"):
        assert f">{text}</time>" in ui.when(timezone.now() - ago)


def test_when_far_away_or_ahead_is_written_in_full() -> None:
    with translation.override("en"):
        for at in (datetime(2020, 1, 1, tzinfo=UTC), timezone.now() + timedelta(hours=1)):
            assert f">{ui.moment(at)}</time>" in ui.when(at)
    assert "–" in ui.when(None)
    assert ui.moment(None) == ""


class SampleForm(forms.Form):
    name = forms.CharField(help_text="Help")
    secret = forms.CharField(widget=forms.PasswordInput)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    agreed = forms.BooleanField()


def test_control_tells_assistive_technology_what_is_wrong() -> None:
    html = controls.control(SampleForm({})["name"])
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="input"' in html


def test_kinds_of_fields() -> None:
    form = SampleForm()
    assert controls.is_password(form["secret"])
    assert controls.is_check(form["agreed"])
    assert controls.is_group(form["kind"])
    assert not controls.is_group(form["name"])


def test_page_query_keeps_the_rest() -> None:
    request = RequestFactory().get("/?search=a&page=1")
    assert ui.page_query(Context({"request": request}), "page", 2) == "?search=a&page=2"


def test_menu_entries_are_grouped() -> None:
    entries = [SimpleNamespace(label="A"), {"label": "B", "group": "More"}]
    assert [(heading, len(members)) for heading, members in ui.by_group(entries)] == [
        (None, 1),
        ("More", 1),
    ]


def test_icon_of_the_tab_carries_the_initial(agency) -> None:
    url = ui.brand_icon_url(snapshot_of(agency))
    assert url.startswith("data:image/svg+xml,")
    assert "%3ES%3C/text" in url
    assert ui.brand_icon_url(None) == "data:,"


def test_icon_of_the_tab_is_the_logo_where_it_fits(agency) -> None:
    agency.brand_logo = "agencies/x/brand/mark-1.svg"
    assert ui.brand_icon_url(snapshot_of(agency)) == "/brand/mark-1.svg"

    agency.brand_logo = "agencies/x/brand/logo-1.svg"
    assert ui.brand_icon_url(snapshot_of(agency)).startswith("data:image/svg+xml,")


@pytest.mark.parametrize(
    ("level", "tone"),
    [("success", "ok"), ("warning", "warn"), ("error", "error"), ("info", "info")],
)
def test_tone_of_a_message(level: str, tone: str) -> None:
    assert ui.message_tone(level) == tone
