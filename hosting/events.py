"""What happens to sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SiteChanged(Event):
    """Anything that portals show of a site may differ now; base of the events below."""

    agency_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class SiteCreated(SiteChanged):
    """A customer has one more site; nothing of it runs yet."""

    name: ClassVar[str] = "hosting.site.created"


@dataclass(frozen=True, kw_only=True)
class SiteDeploymentStarted(SiteChanged):
    """The site is being set up, or set up again after a failure."""

    name: ClassVar[str] = "hosting.site.deployment_started"


@dataclass(frozen=True, kw_only=True)
class SiteDeploymentCancelled(SiteChanged):
    """Somebody asked to stop a deployment; what it made is being taken away."""

    name: ClassVar[str] = "hosting.site.deployment_cancelled"


@dataclass(frozen=True, kw_only=True)
class SiteDeployed(SiteChanged):
    """The site answers with its own content."""

    name: ClassVar[str] = "hosting.site.deployed"


@dataclass(frozen=True, kw_only=True)
class SiteFailed(SiteChanged):
    """Work on the site failed; the reason is in the details."""

    name: ClassVar[str] = "hosting.site.failed"


@dataclass(frozen=True, kw_only=True)
class SiteSuspensionStarted(SiteChanged):
    """Somebody asked to take the site off the net."""

    name: ClassVar[str] = "hosting.site.suspension_started"


@dataclass(frozen=True, kw_only=True)
class SiteSuspended(SiteChanged):
    """Visitors see the pause page."""

    name: ClassVar[str] = "hosting.site.suspended"


@dataclass(frozen=True, kw_only=True)
class SiteResumptionStarted(SiteChanged):
    """Somebody asked to put the site back on the net."""

    name: ClassVar[str] = "hosting.site.resumption_started"


@dataclass(frozen=True, kw_only=True)
class SiteResumed(SiteChanged):
    """Visitors see the site again."""

    name: ClassVar[str] = "hosting.site.resumed"


@dataclass(frozen=True, kw_only=True)
class SiteRestartStarted(SiteChanged):
    """Somebody asked for fresh processes."""

    name: ClassVar[str] = "hosting.site.restart_started"


@dataclass(frozen=True, kw_only=True)
class SiteRestarted(SiteChanged):
    """The site runs on fresh processes."""

    name: ClassVar[str] = "hosting.site.restarted"


@dataclass(frozen=True, kw_only=True)
class SiteDeletionStarted(SiteChanged):
    """Somebody asked to delete the site."""

    name: ClassVar[str] = "hosting.site.deletion_started"


@dataclass(frozen=True, kw_only=True)
class SiteDeleted(SiteChanged):
    """Nothing of the site is left but its row."""

    name: ClassVar[str] = "hosting.site.deleted"


@dataclass(frozen=True, kw_only=True)
class SiteLoginLinkCreated(SiteChanged):
    """Somebody can enter the site's dashboard once, within a minute."""

    name: ClassVar[str] = "hosting.site.login_link_created"


@dataclass(frozen=True, kw_only=True)
class SiteRenamed(SiteChanged):
    """The portals show the site under another name."""

    name: ClassVar[str] = "hosting.site.renamed"


@dataclass(frozen=True, kw_only=True)
class SiteCloneStarted(SiteChanged):
    """Somebody asked for a copy to try things on."""

    name: ClassVar[str] = "hosting.site.clone_started"


@dataclass(frozen=True, kw_only=True)
class SitePushStarted(SiteChanged):
    """Somebody asked to replace the site's content by that of its copy."""

    name: ClassVar[str] = "hosting.site.push_started"


@dataclass(frozen=True, kw_only=True)
class SitePushed(SiteChanged):
    """The site shows the content of its copy."""

    name: ClassVar[str] = "hosting.site.pushed"


@dataclass(frozen=True, kw_only=True)
class SitePushFailed(SiteChanged):
    """The copy's content did not become the site's; the reason is in the details."""

    name: ClassVar[str] = "hosting.site.push_failed"


@dataclass(frozen=True, kw_only=True)
class SiteStepBackStarted(SiteChanged):
    """Somebody asked for the content from before the last push."""

    name: ClassVar[str] = "hosting.site.step_back_started"


@dataclass(frozen=True, kw_only=True)
class SiteSteppedBack(SiteChanged):
    """The site shows the content from before the last push."""

    name: ClassVar[str] = "hosting.site.stepped_back"


@dataclass(frozen=True, kw_only=True)
class SitePhpChangeStarted(SiteChanged):
    """Somebody asked for another PHP version."""

    name: ClassVar[str] = "hosting.site.php_change_started"


@dataclass(frozen=True, kw_only=True)
class SitePhpChanged(SiteChanged):
    """The site runs on another PHP version."""

    name: ClassVar[str] = "hosting.site.php_changed"


@dataclass(frozen=True, kw_only=True)
class SitePhpChangeFailed(SiteChanged):
    """The site did not run on the other PHP version; the reason is in the details."""

    name: ClassVar[str] = "hosting.site.php_change_failed"
