"""One action on many sites: each by itself, with its own operation or its own reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from hosting.access import access_site
from hosting.models import Site
from hosting.services.sites import restart_site, resume_site, suspend_site
from hosting.states import SITE_MACHINE, SiteAction
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, Missing, NotAllowed, RuleViolation
from tenants.access import require
from tenants.permissions import Permission

SITES_AT_ONCE: Final = 100

BULK_ACTIONS: Final[Mapping[SiteAction, Callable[..., Site]]] = MappingProxyType(
    {
        SiteAction.RESTART: restart_site,
        SiteAction.SUSPEND: suspend_site,
        SiteAction.RESUME: resume_site,
    },
)


class TooManySites(RuleViolation):
    """More sites than one call takes, or none."""

    code = "too_many_sites"


@dataclass(frozen=True, kw_only=True)
class BulkResult:
    """What became of one site of many; ``code`` is empty where work was started."""

    public_id: str
    name: str = ""
    operation: str = ""
    code: str = ""
    message: str = ""

    @property
    def is_started(self) -> bool:
        """Tell whether work was started."""
        return not self.code


def act_on_sites(
    public_ids: Iterable[str],
    *,
    actor: Actor,
    action: SiteAction,
) -> list[BulkResult]:
    """Start one action on many sites; one that refuses does not stop the others.

    Raises:
        NotAllowed: the role does not carry the action's permission.
        TooManySites: no site, or more than one call takes.
    """
    wanted = list(dict.fromkeys(public_ids))
    permission = permission_of(action)
    require(actor, permission)
    if not 0 < len(wanted) <= SITES_AT_ONCE:
        raise TooManySites(
            _("Choose between 1 and %(most)s sites.") % {"most": SITES_AT_ONCE},
            field="websites",
        )
    return [_act(public_id, actor=actor, action=action) for public_id in wanted]


def permission_of(action: SiteAction) -> Permission:
    """Return what somebody needs for an action."""
    return Permission(SITE_MACHINE.moves[action].permission or "")


def _act(public_id: str, *, actor: Actor, action: SiteAction) -> BulkResult:
    name = ""
    try:
        with transaction.atomic():
            site = access_site(actor, public_id, permission=permission_of(action))
            name = site.name
            site = BULK_ACTIONS[action](site, actor=actor)
    except (Missing, NotAllowed, RuleViolation, Conflict) as error:
        return BulkResult(public_id=public_id, name=name, code=error.code, message=error.message)
    return BulkResult(public_id=public_id, name=name, operation=site.operation)
