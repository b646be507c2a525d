"""The base of every page of the admin: look at everything, change through services only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.contrib.admin import DateFieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from portals.admin.actors import read_key, staff_actor
from portals.admin.decorators import display
from portals.admin.exports import ExportsRows
from portals.templatetags.ui import moment
from spotex.kernel.errors import DomainError
from spotex.kernel.models import TimestampedModel

Text = str | Promise

__all__ = [
    "CREATED",
    "Batch",
    "Question",
    "ReadOnly",
    "StaffAdmin",
    "StaffInline",
    "read_key",
    "staff_actor",
]


class ReadOnly:
    """Permissions: every member of the staff sees it, nobody writes the row directly."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show it in the menu."""
        return _is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let staff look."""
        return _is_staff(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: rows are made by services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse unless a subclass changes it through a service."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: users and agencies are referred to from agencies' schemas."""
        return False


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked before an action.

    Args:
        title: what will be done; also the button's text.
        explanation: what it means.
        done: the message afterwards.
        act: calls the service with the valid form.
        form_class: what else must be known, such as a reason.
        is_dangerous: colours the button.
    """

    title: Text
    explanation: Text
    done: Text
    act: Callable[[forms.Form], object]
    form_class: type[forms.Form] = forms.Form
    is_dangerous: bool = False


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What is asked before an action on chosen rows.

    Args:
        title: what will be done; also the button's text.
        explanation: what it means.
        act: calls the service for one row.
    """

    title: Text
    explanation: Text
    act: Callable[[Any], object]


class CreatedFilter(DateFieldListFilter):
    """Filters by the day of creation, under a translated title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = str(_("created"))


MOST_CHOSEN: Final = 200
"""More rows than this are not acted on at once."""

CREATED: Final = ("created_at", CreatedFilter)


class StaffInline(ReadOnly, TabularInline):  # type: ignore[misc]  # Unfold is not typed
    """Rows below another row, to look at."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    hide_title = True
    tab = True

    @display(description=_("created"))
    def created(self, row: TimestampedModel) -> str:
        """Show when the row was made."""
        return moment(row.created_at)


class StaffAdmin(ReadOnly, ExportsRows, ModelAdmin):  # type: ignore[misc]  # Unfold is not typed
    """A list and a page for one model."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = False
    list_filter_sheet = False
    compressed_fields = True
    warn_unsaved_form = True
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-pk")
    actions: ClassVar[tuple[str, ...] | None] = None

    @display(description=_("created"), ordering="created_at")
    def created(self, row: TimestampedModel) -> str:
        """Show when the row was made."""
        return moment(row.created_at)

    @display(description=_("public id"))
    def identity(self, row: Model) -> str:
        """Show the id that people and programs use."""
        return str(getattr(row, "public_id", ""))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show or save the page; a rule that forbids the change is said in a message."""
        try:
            answer: HttpResponse = super().changeform_view(
                request,
                object_id,
                form_url,
                extra_context,
            )
        except DomainError as error:
            messages.error(request, error.message)
            return redirect(request.get_full_path())
        return answer

    def confirm(self, request: HttpRequest, obj: Model, question: Question) -> HttpResponse:
        """Ask before an action on one row (GET), then do it (POST)."""
        form = question.form_class(request.POST if request.method == "POST" else None)
        here = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        if request.method == "POST" and form.is_valid():
            try:
                question.act(form)
            except DomainError as error:
                messages.error(request, error.message)
            else:
                messages.success(request, str(question.done))
            return redirect(here, obj.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": question.title,
            "question": question,
            "form": form,
            "back": here,
        }
        return TemplateResponse(
            request,
            "portals/admin/confirm.html",
            context,
            status=422 if form.errors else 200,
        )

    def confirm_each(
        self, request: HttpRequest, rows: QuerySet[Any], batch: Batch
    ) -> HttpResponse | None:
        """Ask before an action on chosen rows, then do it for each; one that fails stops none."""
        chosen = list(rows[: MOST_CHOSEN + 1])
        if len(chosen) > MOST_CHOSEN:
            messages.error(
                request, gettext("Choose %(most)d rows at most.") % {"most": MOST_CHOSEN}
            )
            return None
        if "confirmed" in request.POST:
            _do_each(request, chosen, batch)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": batch.title,
            "batch": batch,
            "rows": chosen,
            "action": request.POST.get("action", ""),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "portals/admin/confirm_each.html", context)


def _do_each(request: HttpRequest, rows: list[Any], batch: Batch) -> None:
    done = 0
    for row in rows:
        try:
            batch.act(row)
        except DomainError as error:
            messages.error(request, f"{row}: {error.message}")
        else:
            done += 1
    if done:
        text = ngettext("Done for %(n)d row.", "Done for %(n)d rows.", done)
        messages.success(request, text % {"n": done})
