"""Agencies, and the text from which their schemas are made."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_tenants.models import TenantMixin

from spotex.kernel.models import TimestampedModel, public_id_field
from tenants.lengths import FOOTER_MAX_LENGTH, NAME_MAX_LENGTH
from tenants.slugs import SLUG_MAX_LENGTH, SLUG_PATTERN
from tenants.states import AgencyState, FactorRule, Language, SuspensionCause


class JsonIsObject(models.Func):
    """Tells in SQL whether a JSON value is an object."""

    template = "jsonb_typeof(%(expressions)s) = 'object'"
    output_field = models.BooleanField()
    conditional = True


def brand_path(agency: Agency, filename: str) -> str:
    """Return where a brand file lives: one folder an agency, named by its content."""
    return f"agencies/{agency.schema_name}/brand/{filename}"


class Agency(TimestampedModel, TenantMixin):  # type: ignore[misc]  # untyped library
    """A tenant: one schema, one brand, one plan."""

    auto_create_schema = False  # tenants.services.agencies does, in one transaction
    auto_drop_schema = False

    public_id = public_id_field("agency")
    name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH)
    slug = models.CharField(
        _("address"),
        max_length=SLUG_MAX_LENGTH,
        unique=True,
        validators=[RegexValidator(SLUG_PATTERN)],
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=AgencyState,
        default=AgencyState.ACTIVE,
        db_index=True,
    )
    suspended_reason = models.CharField(_("reason of suspension"), max_length=200, blank=True)
    suspension_cause = models.CharField(
        _("suspended by"),
        max_length=10,
        choices=SuspensionCause,
        blank=True,
        default=SuspensionCause.NONE,
    )
    plan = models.ForeignKey("tenants.Plan", on_delete=models.PROTECT, related_name="agencies")
    limit_overrides = models.JSONField(_("limits of its own"), default=dict, blank=True)
    limit_warnings = models.JSONField(_("warned about limits"), default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    database = models.CharField(_("physical home"), max_length=40, default="default")
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        default=Language.ITALIAN,
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Rome")
    brand_name = models.CharField(_("brand name"), max_length=NAME_MAX_LENGTH, blank=True)
    brand_color = models.CharField(
        _("brand colour"),
        max_length=7,
        default="#0f4c81",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$")],
    )
    brand_logo = models.FileField(_("logo"), upload_to=brand_path, blank=True)
    brand_footer = models.CharField(_("footer"), max_length=FOOTER_MAX_LENGTH, blank=True)
    support_email = models.EmailField(_("support address"), blank=True)
    agency_host = models.CharField(max_length=253, blank=True, editable=False)
    """The live own domain of the agency portal that links use, ``""`` for the platform's host."""

    customer_host = models.CharField(max_length=253, blank=True, editable=False)
    """The same of the customer portal."""
    factor_rule = models.CharField(
        _("two-step sign-in"),
        max_length=10,
        choices=FactorRule,
        default=FactorRule.OFF,
    )
    factor_required_on = models.DateField(_("required from"), null=True, blank=True)

    support_access = models.BooleanField(
        _("support may enter"),
        default=True,
        db_default=True,
    )

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="SUSPENDED", suspension_cause__in=["STAFF", "BILLING"])
                | (~models.Q(state="SUSPENDED") & models.Q(suspension_cause="")),
                name="suspension_has_cause",
            ),
            models.CheckConstraint(
                condition=JsonIsObject("limit_overrides") & JsonIsObject("limit_warnings"),
                name="limits_by_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        """The name under which the agency appears to its customers."""
        return self.brand_name or self.name


class SchemaBlueprint(TimestampedModel):
    """The statements that make an agency's schema, for one set of migrations."""

    fingerprint = models.CharField(max_length=64, unique=True)
    statements = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(statements=""),
                name="blueprint_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:12]
