"""The beginning of an agency: person, schema, owner and trial in one transaction."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor, Via
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.limits import HOUR, network_of, require_within
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.events import AgencyDataChanged, AgencyRegistered
from tenants.hosts import forget_hosts, snapshot_of
from tenants.models import Agency, Closure, Membership, Plan, User
from tenants.services.accounts import draft_user, save_new_user
from tenants.services.periods import start_trial
from tenants.slugs import RESERVED_SLUGS, SLUG_MAX_LENGTH, SLUG_MIN_LENGTH, is_slug
from tenants.spares import make_schema, prepare_schema, reserve_schema
from tenants.states import ClosureState, Role, Tier


class SlugInvalid(RuleViolation):
    """The address does not have the shape of a host label."""

    code = "slug_invalid"


class SlugReserved(RuleViolation):
    """The platform keeps this address."""

    code = "slug_reserved"


class SlugTaken(RuleViolation):
    """Another agency has this address."""

    code = "slug_taken"


class TimeZoneUnknown(RuleViolation):
    """There is no such time zone."""

    code = "time_zone_unknown"


class AgencyNameMissing(RuleViolation):
    """The name is blank."""

    code = "agency_name_missing"


def register_agency(  # noqa: PLR0913  the fields of SPEC §13
    *,
    email: str,
    password: str,
    full_name: str,
    agency_name: str,
    agency_slug: str,
    tier: str = Tier.STARTER,
    language: str = "",
    address: str = "",
    via: Via = Via.BROWSER,
) -> tuple[Agency, User]:
    """Create person, agency, schema and trial together; any failure leaves nothing.

    Raises:
        SlugInvalid, SlugReserved, SlugTaken: the address cannot be had.
        EmailInvalid, EmailTaken: the person's address cannot be used.
        PasswordWeak: a validator refuses the password.
        NameIsAddress: the person's name holds the address of a website.
        LimitExceeded: too many agencies were opened from the caller's network.
        Busy: other sign-ups take too long.
    """
    slug = require_free_slug(agency_slug)
    draft = draft_user(email=email, password=password, full_name=full_name, language=language)
    if address:
        require_within(
            "signup",
            network_of(address),
            allowed=settings.SPOTEX_SIGNUPS_PER_HOUR,
            seconds=HOUR,
        )
    # What is slow comes before the locks, under which every log-in waits.
    draft.set_password(password)
    prepare_schema()
    with transaction.atomic():
        reserve_schema()
        user = save_new_user(draft, verified=settings.SPOTEX_AUTO_VERIFY_EMAIL)
        agency = create_agency(
            name=agency_name,
            slug=slug,
            tier=tier,
            owner=user,
            via=via,
            address=address,
        )
    return agency, user


def require_free_slug(text: str) -> str:
    """Return the address in its stored form if an agency can have it.

    Raises:
        SlugInvalid: wrong characters or length.
        SlugReserved: the platform keeps it.
        SlugTaken: another agency has it.
    """
    slug = text.strip()
    if not is_slug(slug):
        raise SlugInvalid(
            _(
                "Use %(least)s to %(most)s lower-case letters, digits and single hyphens, "
                "beginning and ending with a letter or digit.",
            )
            % {"least": SLUG_MIN_LENGTH, "most": SLUG_MAX_LENGTH},
            field="agency_slug",
        )
    if slug in RESERVED_SLUGS:
        raise SlugReserved(
            _("“%(slug)s” is reserved. Please choose another address.") % {"slug": slug},
            field="agency_slug",
        )
    kept = Closure.objects.filter(slug=slug).filter(
        Q(slug_free_at__gt=timezone.now()) | Q(state=ClosureState.DELETING)
    )
    if Agency.objects.filter(slug=slug).exists() or kept.exists():
        raise SlugTaken(
            _("“%(slug)s” is already taken. Please choose another address.") % {"slug": slug},
            field="agency_slug",
        )
    return slug


@transaction.atomic
def create_agency(
    *,
    name: str,
    slug: str,
    tier: str,
    owner: User,
    via: Via,
    address: str = "",
) -> Agency:
    """Create an agency with its schema, its owner's membership and its trial.

    Raises:
        AgencyNameMissing: the name is blank.
        SlugInvalid, SlugReserved, SlugTaken: the address cannot be had.
    """
    if not name.strip():
        raise AgencyNameMissing(_("Give the agency a name."), field="agency_name")
    reserve_schema()
    agency = Agency(
        name=name.strip(),
        slug=require_free_slug(slug),
        plan=Plan.objects.get(tier=tier),
        language=owner.language or settings.LANGUAGE_CODE,
        support_email=owner.email,
    )
    agency.schema_name = agency.public_id.replace("agency_", "a_")
    agency.save()
    make_schema(agency.schema_name)
    membership = Membership.objects.create(user=owner, agency=agency, role=Role.OWNER)
    start_trial(agency, at=timezone.now())
    forget_hosts()
    actor = actor_of_member(
        membership,
        agency=snapshot_of(agency),
        via=via,
        address=address,
    )
    with agency_scope(agency):
        publish(
            AgencyRegistered(
                actor=actor,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details={"slug": agency.slug, "tier": tier},
            ),
        )
    return agency


class StaleAgency(Conflict):
    """The agency changed since somebody looked at it."""

    code = "stale"


@transaction.atomic
def change_agency(
    agency: Agency,
    *,
    actor: Actor,
    version: int | None = None,
    **changes: str,
) -> Agency:
    """Change an agency's own name, language or time zone.

    Args:
        agency: the row to change.
        actor: who changes it.
        version: the version that somebody looked at; None to skip the check.
        **changes: any of ``name``, ``language``, ``time_zone``.

    Raises:
        StaleAgency: it changed meanwhile.
        AgencyNameMissing: the name is blank.
        TimeZoneUnknown: there is no such zone.
    """
    agency = lock_row(agency)
    if version is not None and version != agency.version:
        raise StaleAgency(_("This agency changed meanwhile. Look at it again before saving."))
    if "name" in changes:
        changes["name"] = changes["name"].strip()
        if not changes["name"]:
            raise AgencyNameMissing(_("Give the agency a name."), field="name")
    if changes.get("time_zone", agency.time_zone) not in available_timezones():
        raise TimeZoneUnknown(_("There is no such time zone."), field="time_zone")
    before = {name: getattr(agency, name) for name in changes}
    details = list_changes(before, changes)
    if not details:
        return agency
    for name, value in changes.items():
        setattr(agency, name, value)
    agency.version += 1
    agency.save()
    with agency_scope(agency):
        publish(
            AgencyDataChanged(
                actor=actor,
                agency_id=agency.pk,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details=details,
            ),
        )
    return agency
