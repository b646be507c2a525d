"""Customers, their contacts, saved views and incidents; each agency's schema has its own."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.customers.states import (
    ContactState,
    CustomerState,
    ImportMode,
    ImportState,
    IncidentImpact,
    IncidentState,
    ListName,
)
from tenants.lengths import (
    INCIDENT_MESSAGE_MAX_LENGTH,
    NAME_MAX_LENGTH,
    SDI_CODE_MAX_LENGTH,
    VIEW_NAME_MAX_LENGTH,
)
from tenants.states import ContactRole, Language

_OVER: list[str] = [IncidentState.RESOLVED.value, IncidentState.DONE.value]


class Customer(TimestampedModel):
    """A company that the agency serves."""

    public_id = public_id_field("cus")
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    email = models.EmailField(_("e-mail"))
    vat_number = models.CharField(_("VAT number"), max_length=16, blank=True)
    sdi_code = models.CharField(_("SDI code"), max_length=SDI_CODE_MAX_LENGTH, blank=True)
    pec = models.EmailField(_("PEC address"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    is_member = models.BooleanField(
        _("member"), default=False, help_text=_("Its people book spaces at the prices for members.")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=CustomerState,
        default=CustomerState.ACTIVE,
        db_index=True,
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vat_number"],
                condition=~models.Q(vat_number="") & models.Q(state="ACTIVE"),
                name="one_active_customer_per_vat_number",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(TimestampedModel):
    """A person's role in a customer; without a user until the invitation is accepted."""

    public_id = public_id_field("con")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    email = models.EmailField(_("e-mail"))
    full_name = models.CharField(_("full name"), max_length=NAME_MAX_LENGTH)
    role = models.CharField(_("role"), max_length=20, choices=ContactRole)
    state = models.CharField(_("state"), max_length=20, choices=ContactState)
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    expires_at = models.DateTimeField(_("invitation expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "email"],
                name="one_contact_per_address",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ACTIVE") | models.Q(user__isnull=False),
                name="active_contact_has_user",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email


class SavedView(TimestampedModel):
    """A list as somebody wants to see it again: its words, filter and order under a name."""

    public_id = public_id_field("view")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    """Set for a contact's view: shared, it is seen by this customer's people only."""

    list_name = models.CharField(max_length=20, choices=ListName)
    name = models.CharField(_("name"), max_length=VIEW_NAME_MAX_LENGTH)
    query = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"),
                "owner",
                "customer",
                "list_name",
                nulls_distinct=False,
                name="one_view_per_owner_and_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(TimestampedModel):
    """The view with which a list opens for one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    list_name = models.CharField(max_length=20, choices=ListName)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        verbose_name = _("default view")
        verbose_name_plural = _("default views")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "customer", "list_name"],
                nulls_distinct=False,
                name="one_default_view_per_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.list_name}"


class CustomerImport(TimestampedModel):
    """A file with customers: how it is read, and what became of it."""

    public_id = public_id_field("cim")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=NAME_MAX_LENGTH)
    content = models.BinaryField()
    encoding = models.CharField(max_length=10)
    delimiter = models.CharField(max_length=1)
    columns = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=20, choices=ImportState, default=ImportState.DRAFT
    )
    mode = models.CharField(max_length=10, choices=ImportMode, blank=True)
    lines = models.PositiveIntegerField(_("lines"))
    lines_seen = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("added"), default=0)
    refused = models.JSONField(default=list)
    """Number of the line and reason, for each line that was left out."""

    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = _("import of customers")
        verbose_name_plural = _("imports of customers")

    def __str__(self) -> str:
        return self.file_name


class Incident(TimestampedModel):
    """What the agency tells about a disturbance or a maintenance; anybody may read it."""

    public_id = public_id_field("inc")
    title = models.CharField(_("title"), max_length=NAME_MAX_LENGTH)
    impact = models.CharField(_("impact"), max_length=20, choices=IncidentImpact)
    state = models.CharField(_("state"), max_length=20, choices=IncidentState)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=_OVER, ended_at__isnull=False)
                | (~models.Q(state__in=_OVER) & models.Q(ended_at=None)),
                name="over_since",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class IncidentUpdate(TimestampedModel):
    """One thing said about an incident; nothing said is taken back."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    state = models.CharField(_("state"), max_length=20, choices=IncidentState)
    message = models.CharField(_("message"), max_length=INCIDENT_MESSAGE_MAX_LENGTH)
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("update of an incident")
        verbose_name_plural = _("updates of incidents")

    def __str__(self) -> str:
        return self.message[:80]
