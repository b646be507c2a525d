"""The life of a site: states, actions, and the one table that says which is possible when.

Deploying and deleting move the site when they are asked for; suspending, resuming and restarting
only when their operation is done. Three actions belong to the platform alone: what an operation's
end does to its site; nobody can ask for them. A deletion that failed leaves the site in DELETING,
from where it can only be deleted again: deploying what is half gone would lose content silently.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from spotex.kernel.machine import Move, StateMachine
from tenants.permissions import Permission


class SiteState(TextChoices):
    """What people see of a site."""

    DEPLOYING = "DEPLOYING", _("Being set up")
    ACTIVE = "ACTIVE", _("Active")
    ERROR = "ERROR", _("Error")
    SUSPENDED = "SUSPENDED", _("Suspended")
    DELETING = "DELETING", _("Being deleted")
    DELETED = "DELETED", _("Deleted")


class SiteAction(StrEnum):
    """What can happen to a site."""

    DEPLOY = "deploy"
    SUSPEND = "suspend"
    RESUME = "resume"
    RESTART = "restart"
    LOGIN = "login"
    CLONE = "clone"
    PUSH = "push"
    STEP_BACK = "step-back"
    CHANGE_PHP = "php"
    DELETE = "delete"
    FINISH_DEPLOY = "finish-deploy"
    FINISH_DELETE = "finish-delete"
    FAIL = "fail"


S = SiteState

SITE_MACHINE: StateMachine[SiteAction] = StateMachine(
    MappingProxyType(
        {
            SiteAction.DEPLOY: Move(
                frozenset({S.DEPLOYING, S.ERROR}),
                S.DEPLOYING,
                Permission.SITE_DEPLOY,
                "hosting.site.deployment_started",
            ),
            SiteAction.LOGIN: Move(
                frozenset({S.ACTIVE}),
                S.ACTIVE,
                Permission.SITE_LOGIN,
                "hosting.site.login_link_created",
            ),
            SiteAction.RESTART: Move(
                frozenset({S.ACTIVE}),
                S.ACTIVE,
                Permission.SITE_RESTART,
                "hosting.site.restarted",
            ),
            SiteAction.SUSPEND: Move(
                frozenset({S.ACTIVE}),
                S.SUSPENDED,
                Permission.SITE_OPERATE,
                "hosting.site.suspended",
            ),
            SiteAction.RESUME: Move(
                frozenset({S.SUSPENDED}),
                S.ACTIVE,
                Permission.SITE_OPERATE,
                "hosting.site.resumed",
            ),
            SiteAction.CLONE: Move(
                frozenset({S.ACTIVE}),
                S.ACTIVE,
                Permission.SITE_DEPLOY,
                "hosting.site.clone_started",
            ),
            SiteAction.PUSH: Move(
                frozenset({S.ACTIVE}),
                S.ACTIVE,
                Permission.SITE_OPERATE,
                "hosting.site.pushed",
            ),
            SiteAction.STEP_BACK: Move(
                frozenset({S.ACTIVE}),
                S.ACTIVE,
                Permission.SITE_OPERATE,
                "hosting.site.stepped_back",
            ),
            SiteAction.CHANGE_PHP: Move(
                frozenset({S.ACTIVE}),
                S.ACTIVE,
                Permission.SITE_OPERATE,
                "hosting.site.php_changed",
            ),
            SiteAction.DELETE: Move(
                frozenset({S.DEPLOYING, S.ACTIVE, S.ERROR, S.SUSPENDED, S.DELETING}),
                S.DELETING,
                Permission.SITE_DELETE,
                "hosting.site.deletion_started",
            ),
            SiteAction.FINISH_DEPLOY: Move(
                frozenset({S.DEPLOYING}),
                S.ACTIVE,
                event="hosting.site.deployed",
            ),
            SiteAction.FINISH_DELETE: Move(
                frozenset({S.DELETING}),
                S.DELETED,
                event="hosting.site.deleted",
            ),
            SiteAction.FAIL: Move(
                frozenset({S.DEPLOYING, S.ACTIVE, S.SUSPENDED}),
                S.ERROR,
                event="hosting.site.failed",
            ),
        },
    ),
)
