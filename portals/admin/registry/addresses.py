"""Addresses that people proved to be theirs; written by sign-up and by changes of the address."""

from __future__ import annotations

from typing import ClassVar

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portals.admin.decorators import display
from portals.admin.staff import StaffAdmin


@admin.register(EmailAddress)
class EmailAddressAdmin(StaffAdmin):
    """One row an address of a person."""

    list_display = ("email", "person", "verified", "primary")
    list_filter = ("verified", "primary")
    search_fields = ("email", "user__full_name", "user__email", "user__public_id")
    list_select_related = ("user",)
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    export_fields = ("email", "user__public_id", "verified", "primary")
    fieldsets = ((None, {"fields": (("email", "person"), ("verified", "primary"))}),)

    @display(description=_("person"), ordering="user__full_name")
    def person(self, row: EmailAddress) -> str:
        """Name the person."""
        return str(row.user)
