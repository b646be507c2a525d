"""Staff finds every model, and every list can be searched, filtered and taken out."""

from __future__ import annotations

import re
from typing import Final

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise

from portals.admin.exports import WORDS, Column, head_of
from portals.admin.rows import MODELS, ROW_KINDS
from portals.admin.sidebar import list_entries
from portals.admin.staff import StaffAdmin

SECRETS: Final = "holds secrets that open doors"
FRAMEWORK: Final = "of a library, which writes it past the services; the product does not use it"

NOT_REGISTERED: Final = {
    "kernel.IdempotencyKey": "holds whole answers of the API; lives a day",
    "contenttypes.ContentType": FRAMEWORK,
    "auth.Permission": FRAMEWORK,
    "auth.Group": FRAMEWORK,
    "admin.LogEntry": FRAMEWORK,
    "sessions.Session": SECRETS,
    "account.EmailConfirmation": SECRETS,
    "token_blacklist.OutstandingToken": SECRETS,
    "token_blacklist.BlacklistedToken": SECRETS,
    "mfa.Authenticator": SECRETS,
    "usersessions.UserSession": SECRETS,
    "customers.DefaultView": "says only which saved view a person's list opens with",
}
IN_AGENCIES: Final = {model._meta.label for model in MODELS}
SITE: Final = admin.site
REGISTERED: Final = sorted(SITE._registry, key=lambda model: model._meta.label)
SECRET: Final = re.compile(r"password|secret|digest|token|challenge|statements|^html$|^text$|body")


def _label(model: type[models.Model]) -> str:
    return model._meta.label


def _admin(model: type[models.Model]) -> StaffAdmin:
    found = SITE._registry[model]
    assert isinstance(found, StaffAdmin)
    return found


@pytest.mark.urls("portals.admin.urls")
def test_every_list_is_in_the_menu(rf) -> None:
    entries = [entry for group in list_entries(rf.get("/")) for entry in group["items"]]
    linked = {entry["link"] for entry in entries}

    lists = {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in REGISTERED
    }
    assert lists - linked == set()


def test_every_model_is_seen_by_staff_or_hidden_for_a_reason() -> None:
    every = {_label(model) for model in apps.get_models()}
    seen = {_label(model) for model in REGISTERED}
    apps_there = {config.label for config in apps.get_app_configs()}
    hidden = {name for name in NOT_REGISTERED if name.split(".")[0] in apps_there}

    unseen = every - seen - IN_AGENCIES - hidden
    assert unseen == set(), "register it, list it in portals/admin/rows.py, or name the reason here"
    assert hidden & (seen | IN_AGENCIES) == set()
    assert hidden - every == set()


@pytest.mark.parametrize("model", REGISTERED, ids=_label)
def test_a_list_has_search_filters_and_export(model: type[models.Model]) -> None:
    page = _admin(model)

    assert page.search_fields
    assert page.list_filter
    assert page.export_fields
    assert "export_csv" in page.actions_list
    assert page.fieldsets


def _has_words(model: type[models.Model], column: Column) -> bool:
    if not isinstance(column, str):
        return isinstance(column[1], Promise)
    here = model
    for part in column.split("__"):
        field = here._meta.get_field(part)
        if part not in WORDS and not isinstance(getattr(field, "verbose_name", None), Promise):
            return False
        here = field.related_model or here
    return True


FILES: Final = [(model, column) for model in REGISTERED for column in _admin(model).export_fields]
FILES_OF_AGENCIES: Final = [
    (kind.rows().model, column) for kind in ROW_KINDS.values() for column in kind.export
]


def test_columns_of_files_have_words_and_hold_no_secrets() -> None:
    for model, column in [*FILES, *FILES_OF_AGENCIES]:
        name = column if isinstance(column, str) else column[0]
        assert _has_words(model, column), (model, column)
        assert head_of(model, column)
        assert not SECRET.search(name), (model, column)


def test_pages_show_no_secrets() -> None:
    shown = [
        (model, name)
        for model in REGISTERED
        for name in [*flatten_fieldsets(_admin(model).fieldsets), *_admin(model).list_display]
    ]

    assert [pair for pair in shown if SECRET.search(str(pair[1]))] == []
