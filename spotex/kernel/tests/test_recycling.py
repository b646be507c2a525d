from __future__ import annotations

import pytest
from django.core.cache import caches
from django.db import connection

from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import Agency
from tenants.tests.threads import run_together


@pytest.mark.django_db(transaction=True)
def test_work_over_many_agencies_changes_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "AGENCIES_PER_CONNECTION", 1)
    servers, counts = [], []

    for agency in Agency.objects.order_by("slug").iterator(chunk_size=1):
        with agency_scope(agency), connection.cursor() as cursor:
            counts.append(Customer.objects.count())
            cursor.execute("SELECT pg_backend_pid()")
            servers.append(cursor.fetchone())

    assert counts == [0, 0]
    assert len(set(servers)) == 2


def test_the_cache_of_an_agency_is_its_own_in_every_thread(
    agency: Agency, other_agency: Agency
) -> None:
    with agency_scope(agency):
        caches["agency"].set("word", "acme")

    def look(_number: int) -> object:
        with agency_scope(agency):
            own = caches["agency"].get("word")
        with agency_scope(other_agency):
            return own, caches["agency"].get("word"), caches["agency"].make_key("word")

    other_key = f"{other_agency.schema_name}:agency:1:word"
    assert run_together(1, look) == [("acme", None, other_key)]
