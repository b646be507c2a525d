from __future__ import annotations

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from spotex.kernel.actor import Actor
from spotex.kernel.models import ActivityEntry
from tenants.hosts import resolve_host, snapshot_of
from tenants.logos import LogoRefused
from tenants.models import Agency
from tenants.services.branding import ColorInvalid, change_branding

pytestmark = pytest.mark.usefixtures("in_agency")


def _logo() -> bytes:
    result = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(result, "PNG")
    return result.getvalue()


def test_change_branding_is_seen_on_the_next_request(agency: Agency, owner_actor: Actor) -> None:
    before = resolve_host("acme.customers.localhost").agency

    change_branding(
        agency,
        actor=owner_actor,
        changes={"brand_name": "Acme Web", "brand_color": "#AA0000", "brand_footer": "Roma"},
    )

    after = resolve_host("acme.customers.localhost").agency
    assert (after.brand_name, after.brand_color, after.brand_footer) == (
        "Acme Web",
        "#aa0000",
        "Roma",
    )
    assert after.brand_digest != before.brand_digest


def test_change_branding_tells_what_changed(agency: Agency, owner_actor: Actor) -> None:
    change_branding(
        agency, actor=owner_actor, changes={"brand_name": "Acme Web", "language": agency.language}
    )

    entry = ActivityEntry.objects.get(event="tenants.branding.changed")
    assert entry.details == {"brand_name": ["", "Acme Web"]}


def test_a_logo_is_stored_clean_and_in_the_agencys_folder(
    agency: Agency, owner_actor: Actor
) -> None:
    changed = change_branding(agency, actor=owner_actor, changes={}, logo=_logo())

    name = changed.brand_logo.name
    assert name.startswith(f"agencies/{agency.schema_name}/brand/mark-")
    assert default_storage.open(name).read(8) == b"\x89PNG\r\n\x1a\n"
    assert snapshot_of(changed).brand_logo_url == f"/brand/{name.rsplit('/', 1)[-1]}"


def test_a_logo_can_be_removed(agency: Agency, owner_actor: Actor) -> None:
    change_branding(agency, actor=owner_actor, changes={}, logo=_logo())

    changed = change_branding(agency, actor=owner_actor, changes={}, remove_logo=True)

    assert (changed.brand_logo.name, snapshot_of(changed).brand_logo_url) == ("", "")


def test_a_refused_logo_changes_nothing(agency: Agency, owner_actor: Actor) -> None:
    with pytest.raises(LogoRefused):
        change_branding(
            agency, actor=owner_actor, changes={"brand_name": "Acme Web"}, logo=b"MZ\x90"
        )

    agency.refresh_from_db()
    assert agency.brand_name == ""


@pytest.mark.parametrize("color", ["", "red", "#12345", "#1234567", "#12345g", "#123456\n", "#12"])
def test_a_colour_is_written_as_six_digits(agency: Agency, owner_actor: Actor, color: str) -> None:
    with pytest.raises(ColorInvalid):
        change_branding(agency, actor=owner_actor, changes={"brand_color": color})


def test_a_mark_stands_beside_the_name(agency: Agency, owner_actor: Actor) -> None:
    changed = change_branding(agency, actor=owner_actor, changes={}, logo=_logo())

    snapshot = snapshot_of(changed)
    assert (snapshot.brand_logo_is_mark, snapshot.is_closed) == (True, False)
