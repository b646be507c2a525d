"""Sites, as an agency and its customers see them; each agency's schema has its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from hosting.operations.models import HOST_MAX_LENGTH
from hosting.states import SiteState
from spotex.kernel.ids import MAX_LENGTH
from spotex.kernel.models import TimestampedModel, public_id_field


class SiteLanguage(models.TextChoices):
    """Languages in which WordPress is installed."""

    ITALIAN = "it_IT", _("Italian")
    ENGLISH = "en_US", _("English")


class Site(TimestampedModel):
    """One WordPress site of a customer."""

    public_id = public_id_field("site")
    customer = models.ForeignKey(
        "customers.Customer",
        on_delete=models.PROTECT,
        related_name="sites",
        verbose_name=_("customer"),
    )
    name = models.CharField(_("name"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    admin_email = models.EmailField(_("administrator's e-mail"))
    language = models.CharField(_("language"), max_length=10, choices=SiteLanguage)
    php_version = models.CharField(_("PHP version"), max_length=5, blank=True)
    label = models.CharField(_("host label"), max_length=63)
    preview_host = models.CharField(_("preview address"), max_length=HOST_MAX_LENGTH)
    host_name = models.CharField(_("own domain"), max_length=HOST_MAX_LENGTH, blank=True)
    engine = models.CharField(_("engine"), max_length=20)
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=SiteState,
        default=SiteState.DEPLOYING,
        db_index=True,
    )
    error = models.JSONField(_("error"), null=True, blank=True)
    staging_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stagings",
        verbose_name=_("staging copy of"),
    )
    content_at = models.DateTimeField(_("content copied"), null=True, blank=True)
    pushed_copy = models.CharField(_("copy in place"), max_length=MAX_LENGTH, blank=True)
    operation = models.CharField(_("last operation"), max_length=MAX_LENGTH, blank=True)
    paused_with_agency = models.BooleanField(_("paused with the agency"), default=False)
    version = models.PositiveIntegerField(default=1)
    deployed_at = models.DateTimeField(_("deployed"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["label"],
                condition=~models.Q(state="DELETED"),
                name="one_site_per_label",
            ),
            models.UniqueConstraint(
                fields=["staging_of"],
                condition=~models.Q(state="DELETED"),
                name="one_staging_per_site",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ERROR") | models.Q(error__isnull=False),
                name="site_error_has_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["ACTIVE", "DELETED"]) | models.Q(error__isnull=True),
                name="healthy_site_has_no_error",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "state"], name="site_of_customer"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staging(self) -> bool:
        """Tell whether it is a copy for trying things."""
        return self.staging_of_id is not None

    @property
    def host(self) -> str:
        """The host under which the site is shown to people."""
        return self.preview_host

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that leads to the site, the preview host first."""
        return (self.preview_host, self.host_name) if self.host_name else (self.preview_host,)
