"""A new site: checked, given an address that no other site has, and usually deployed at once."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hosting.addresses import OWN_HOST_MAX_LENGTH, make_label, normalize_host
from hosting.drivers.choice import find_engine
from hosting.events import SiteCreated
from hosting.models import Site, SiteLanguage
from hosting.operations.models import SiteRoute
from hosting.operations.states import RouteKind
from hosting.selectors import count_sites
from hosting.services.sites import deploy_site, require_name
from hosting.services.spares import claim_spare
from hosting.telling import tell_site
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from tenants.customers.models import Customer
from tenants.customers.services.contacts import require_active
from tenants.host_claims import lock_host
from tenants.models import Agency
from tenants.services.domains import is_portal_host
from tenants.services.plans import reserve_limit

TITLE_MAX_LENGTH: Final = 120
ADMIN_EMAIL_MAX_LENGTH: Final = 100
"""The column of WordPress's users."""

_LABEL_ATTEMPTS: Final = 50
_PHP_VERSION: Final = re.compile(r"^(8\.\d)?\Z")


class SiteTitleInvalid(RuleViolation):
    """The title is blank or too long."""

    code = "site_title_invalid"


class SiteEmailInvalid(RuleViolation):
    """The administrator's address is no e-mail address."""

    code = "site_email_invalid"


class SiteLanguageUnknown(RuleViolation):
    """WordPress is not offered in this language."""

    code = "site_language_unknown"


class PhpVersionUnknown(RuleViolation):
    """Not a version of PHP that sites can have."""

    code = "php_version_unknown"


class HostNameInvalid(RuleViolation):
    """Not a host name, or one that the platform keeps."""

    code = "host_name_invalid"


class HostNameTaken(RuleViolation):
    """The host leads to another site or portal."""

    code = "host_name_taken"


class NoAddressLeft(Conflict):
    """Every preview address that could be made of the name is in use."""

    code = "no_address_left"


@transaction.atomic
def create_site(  # noqa: PLR0913  what a site is made of
    *,
    actor: Actor,
    customer: Customer,
    name: str,
    title: str,
    admin_email: str,
    language: str = SiteLanguage.ITALIAN,
    host_name: str = "",
    php_version: str = "",
    deploy: bool = True,
) -> Site:
    """Create a site for a customer, and start its deployment unless told not to.

    Raises:
        CustomerIsArchived: the customer gets no new sites.
        LimitReached: the agency's plan has no room for one more.
        SiteNameMissing, SiteTitleInvalid, SiteEmailInvalid, SiteLanguageUnknown,
        PhpVersionUnknown, HostNameInvalid, HostNameTaken: an input breaks a rule.
        NoAddressLeft: no preview address is free.
    """
    require_active(customer)
    site = Site(
        customer=customer,
        name=require_name(name),
        title=require_title(title),
        admin_email=require_email(admin_email),
        language=require_language(language),
        php_version=require_php_version(php_version),
        host_name=require_own_host(host_name) if host_name.strip() else "",
        engine=find_engine().name,
    )
    agency_id = actor.agency_id or 0
    reserve_limit(agency_id, resource="sites", count=count_sites)
    if deploy:
        site.public_id = (
            claim_spare(engine=site.engine, language=site.language, php_version=site.php_version)
            or site.public_id
        )
    take_preview_host(site, agency_id=agency_id)
    if site.host_name:
        _take_own_host(site, agency_id=agency_id)
    site.save()
    tell_site(SiteCreated, site, actor=actor, preview_host=site.preview_host)
    return deploy_site(site, actor=actor) if deploy else site


def take_preview_host(site: Site, *, agency_id: int) -> None:
    """Give a new site an address made of its name that no other site has.

    Raises:
        NoAddressLeft: no preview address is free.
    """
    slug = Agency.objects.values_list("slug", flat=True).get(pk=agency_id)
    for attempt in range(1, _LABEL_ATTEMPTS):
        site.label = make_label(site.name, agency_slug=slug, attempt=attempt)
        site.preview_host = f"{site.label}.sites.{settings.SPOTEX_BASE_DOMAIN}"
        if _take_host(site, site.preview_host, RouteKind.PREVIEW, agency_id=agency_id):
            return
    raise NoAddressLeft(_("No address is free for this name. Please choose another name."))


def _take_own_host(site: Site, *, agency_id: int) -> None:
    lock_host(site.host_name)
    is_free = not is_portal_host(site.host_name, agency_id=agency_id)
    if not is_free or not _take_host(site, site.host_name, RouteKind.OWN, agency_id=agency_id):
        raise HostNameTaken(
            _("%(host)s already leads to another site.") % {"host": site.host_name},
            field="host_name",
        )


def _take_host(site: Site, host: str, kind: RouteKind, *, agency_id: int) -> bool:
    if SiteRoute.objects.filter(host=host).exists():
        return False
    try:
        with transaction.atomic():
            SiteRoute.objects.create(
                host=host,
                kind=kind,
                agency_id=agency_id,
                site=site.public_id,
            )
    except IntegrityError:  # somebody was a moment faster
        return False
    return True


def require_title(text: str) -> str:
    """Return a title in its stored form.

    Raises:
        SiteTitleInvalid: it is blank or too long.
    """
    printable = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
    title = " ".join(printable.split())
    if not title or len(title) > TITLE_MAX_LENGTH:
        raise SiteTitleInvalid(
            _("Give the site a title of at most %(most)s characters.") % {"most": TITLE_MAX_LENGTH},
            field="title",
        )
    return title


def require_email(text: str) -> str:
    """Return an e-mail address in its stored form.

    Raises:
        SiteEmailInvalid: it is none, or too long for WordPress.
    """
    email = text.strip().lower()
    if len(email) > ADMIN_EMAIL_MAX_LENGTH:
        raise SiteEmailInvalid(
            _("WordPress takes addresses of at most %(most)s characters.")
            % {"most": ADMIN_EMAIL_MAX_LENGTH},
            field="admin_email",
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise SiteEmailInvalid(_("Enter a valid e-mail address."), field="admin_email") from error
    return email


def require_language(text: str) -> str:
    """Return a language that WordPress is offered in.

    Raises:
        SiteLanguageUnknown: it is not offered.
    """
    if text not in SiteLanguage.values:
        raise SiteLanguageUnknown(
            _("Choose one of these languages: %(languages)s.")
            % {"languages": ", ".join(SiteLanguage.values)},
            field="language",
        )
    return text


def require_php_version(text: str) -> str:
    """Return a PHP version, empty for the server's default.

    Raises:
        PhpVersionUnknown: it has not the shape of one.
    """
    version = text.strip()
    if not _PHP_VERSION.match(version):
        raise PhpVersionUnknown(
            _("Name a PHP version such as 8.2, or none for the default."),
            field="php_version",
        )
    return version


def require_own_host(text: str) -> str:
    """Return an own domain in its stored form.

    Raises:
        HostNameInvalid: it is no host name, too long, or the platform's.
    """
    try:
        host = normalize_host(text)
    except ValueError as error:
        raise HostNameInvalid(
            _("Enter a domain such as www.example.com."),
            field="host_name",
        ) from error
    if len(host) > OWN_HOST_MAX_LENGTH:
        raise HostNameInvalid(
            _("A site's domain has at most %(most)s characters.") % {"most": OWN_HOST_MAX_LENGTH},
            field="host_name",
        )
    base = settings.SPOTEX_BASE_DOMAIN
    if host == base or host.endswith((f".{base}", ".localhost")):
        raise HostNameInvalid(
            _("Addresses below %(base)s are given out by the platform.") % {"base": base},
            field="host_name",
        )
    return host
