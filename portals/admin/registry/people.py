"""Users and memberships: people are deactivated, never deleted."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from portals.admin.decorators import action, display
from portals.admin.staff import CREATED, Question, StaffAdmin, StaffInline, read_key, staff_actor
from spotex.kernel.tenancy import agency_scope
from tenants.factors import has_factor
from tenants.models import Agency, Membership, User
from tenants.services.factors import reset_factors
from tenants.services.members import change_member_role, remove_member
from tenants.services.staff import change_staff_rights, deactivate_user, reactivate_user


class ResetFactorsForm(forms.Form):
    """Why somebody's second factors are reset."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Why is it reset?"),
    )


class AgencyOfUserInline(StaffInline):
    """In which agencies a person works."""

    model = Membership
    fields = ("agency_name", "role", "created")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Fetch the agencies along."""
        rows: QuerySet[Membership] = super().get_queryset(request)
        return rows.select_related("agency")

    @display(description=_("agency"))
    def agency_name(self, row: Membership) -> str:
        """Name the agency."""
        return row.agency.name


@admin.register(User)
class UserAdmin(StaffAdmin):
    """One row a person. Contacts of customers are users too."""

    list_display = (
        "full_name",
        "email",
        "is_active",
        "is_staff",
        "agencies",
        "last_login",
        "created",
    )
    list_filter = ("is_active", "is_staff", "language", CREATED)
    search_fields = ("full_name", "email", "public_id")
    export_fields = (
        "public_id",
        "full_name",
        "email",
        "is_active",
        "is_staff",
        "language",
        "last_login",
        "created_at",
    )
    inlines = (AgencyOfUserInline,)
    actions_detail: ClassVar = (
        "deactivate",
        "reactivate",
        "grant_staff",
        "revoke_staff",
        "reset_second_factors",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("full_name", "email"),
                    ("is_active", "is_staff"),
                    ("language", "identity"),
                    ("last_login", "created"),
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Count the agencies of each person."""
        rows: QuerySet[User] = super().get_queryset(request)
        return rows.annotate(agencies_counted=Count("memberships"))

    @display(description=_("agencies"), ordering="agencies_counted")
    def agencies(self, user: User) -> int:
        """Show in how many agencies the person works."""
        return user.agencies_counted  # type: ignore[attr-defined, no-any-return]

    def has_reset_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for others who have a second factor."""
        return self._is_other(request, object_id, is_active=True) and has_factor(
            read_key(object_id),
        )

    def _is_other(self, request: HttpRequest, object_id: str | None, **state: bool) -> bool:
        others = User.objects.filter(pk=read_key(object_id), **state)
        return others.exclude(pk=request.user.pk or 0).exists()

    def has_deactivate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for others who are active."""
        return self._is_other(request, object_id, is_active=True)

    def has_reactivate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for those who are deactivated."""
        return self._is_other(request, object_id, is_active=False)

    def has_grant_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for those who are no staff."""
        return self._is_other(request, object_id, is_active=True, is_staff=False)

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it for colleagues."""
        return self._is_other(request, object_id, is_staff=True)

    @action(
        description=_("Deactivate"),
        icon="person_off",
        variant=ActionVariant.DANGER,
        permissions=["deactivate"],
    )
    def deactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End the person's access."""
        user = get_object_or_404(User, pk=read_key(object_id))
        return self.confirm(
            request,
            user,
            Question(
                title=_("Deactivate %(name)s") % {"name": user},
                explanation=_(
                    "The person is signed out everywhere and cannot sign in again. "
                    "Memberships and history stay.",
                ),
                done=_("The person can no longer sign in."),
                act=lambda _form: deactivate_user(user, actor=staff_actor(request)),
                is_dangerous=True,
            ),
        )

    @action(
        description=_("Reactivate"),
        icon="person_check",
        variant=ActionVariant.PRIMARY,
        permissions=["reactivate"],
    )
    def reactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the person in again."""
        user = get_object_or_404(User, pk=read_key(object_id))
        return self.confirm(
            request,
            user,
            Question(
                title=_("Reactivate %(name)s") % {"name": user},
                explanation=_("The person can sign in again with the former password."),
                done=_("The person can sign in again."),
                act=lambda _form: reactivate_user(user, actor=staff_actor(request)),
            ),
        )

    @action(description=_("Make staff"), icon="shield_person", permissions=["grant"])
    def grant_staff(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the person into this admin."""
        user = get_object_or_404(User, pk=read_key(object_id))
        return self.confirm(
            request,
            user,
            Question(
                title=_("Make %(name)s a member of the staff") % {"name": user},
                explanation=_("The person sees every agency here and can suspend them."),
                done=_("The person belongs to the staff."),
                act=lambda _form: change_staff_rights(
                    user, actor=staff_actor(request), is_staff=True
                ),
            ),
        )

    @action(description=_("Remove from staff"), icon="remove_moderator", permissions=["revoke"])
    def revoke_staff(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the right back."""
        user = get_object_or_404(User, pk=read_key(object_id))
        return self.confirm(
            request,
            user,
            Question(
                title=_("Remove %(name)s from the staff") % {"name": user},
                explanation=_("This admin closes for the person at once."),
                done=_("The person no longer belongs to the staff."),
                act=lambda _form: change_staff_rights(
                    user, actor=staff_actor(request), is_staff=False
                ),
                is_dangerous=True,
            ),
        )

    @action(description=_("Reset second factors"), icon="lock_reset", permissions=["reset"])
    def reset_second_factors(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let a person who lost telephone and recovery codes in by the password alone."""
        user = get_object_or_404(User, pk=read_key(object_id))
        return self.confirm(
            request,
            user,
            Question(
                title=_("Reset the second factors of %(name)s") % {"name": user},
                explanation=_(
                    "The person signs in with the password alone and is signed out everywhere "
                    "now. Make sure that it is really them.",
                ),
                done=_("The second factors are reset."),
                act=lambda form: reset_factors(
                    user,
                    actor=staff_actor(request),
                    reason=form.cleaned_data["reason"],
                ),
                form_class=ResetFactorsForm,
                is_dangerous=True,
            ),
        )


@admin.register(Membership)
class MembershipAdmin(StaffAdmin):
    """Roles of people in agencies; changed here when an agency has locked itself out."""

    list_display = ("person", "agency_name", "role", "created")
    list_filter = ("role", CREATED)
    search_fields = ("user__email", "user__full_name", "agency__name", "agency__slug")
    list_select_related = ("user", "agency")
    export_fields = (
        "public_id",
        ("user__full_name", _("person")),
        "user__email",
        "agency__slug",
        "role",
        "created_at",
    )
    readonly_fields = ("person", "agency_name", "identity", "created")
    fieldsets = ((None, {"fields": (("person", "agency_name"), "role", ("identity", "created"))}),)

    @display(description=_("person"), ordering="user__full_name")
    def person(self, row: Membership) -> str:
        """Name the person and the address."""
        return f"{row.user.full_name} <{row.user.email}>"

    @display(description=_("agency"), ordering="agency__name")
    def agency_name(self, row: Membership) -> str:
        """Name the agency."""
        return row.agency.name

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Let staff give another role, through the service."""
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Let staff end a membership, through the service."""
        return self.has_view_permission(request)

    def save_model(
        self,
        request: HttpRequest,
        obj: Membership,
        form: forms.ModelForm[Membership],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Give the role; the trail is the agency's."""
        if "role" not in form.changed_data:
            return
        with agency_scope(obj.agency):
            change_member_role(
                obj,
                actor=staff_actor(request, agency=obj.agency),
                role=form.cleaned_data["role"],
            )

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        """End the membership; the trail is the agency's."""
        agency = Agency.objects.get(pk=obj.agency_id)
        with agency_scope(agency):
            remove_member(obj, actor=staff_actor(request, agency=agency))
