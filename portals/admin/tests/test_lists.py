"""Lists of staff cost the same however long they are."""

from __future__ import annotations

from typing import Final

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portals.admin.tests.rows import MAKERS
from tenants.models import Agency

REGISTERED: Final = sorted(admin.site._registry, key=lambda model: model._meta.label)


def _label(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", REGISTERED, ids=_label)
def test_a_list_costs_the_same_for_one_row_and_for_three(
    model: type[models.Model], staff_client: Client, agency: Agency
) -> None:
    make, address = MAKERS[_label(model)], f"/{model._meta.app_label}/{model._meta.model_name}/"
    make(agency, 1)
    staff_client.get(address)
    with CaptureQueriesContext(connection) as one:
        staff_client.get(address)
    before = model._default_manager.count()
    make(agency, 2)
    make(agency, 3)

    with CaptureQueriesContext(connection) as three:
        page = staff_client.get(address)

    assert page.status_code == 200
    assert model._default_manager.count() - before in {0, 2}
    assert len(three) == len(one)
