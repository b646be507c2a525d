"""Writes of the hosting pillar."""

from hosting.services.bulk import act_on_sites
from hosting.services.creation import create_site
from hosting.services.php import change_php_version
from hosting.services.sites import (
    cancel_deployment,
    change_site,
    create_login_link,
    delete_site,
    deploy_site,
    restart_site,
    resume_site,
    suspend_site,
)
from hosting.services.staging import (
    clone_site,
    discard_staging,
    push_site,
    review_push,
    step_site_back,
)

__all__ = [
    "act_on_sites",
    "cancel_deployment",
    "change_php_version",
    "change_site",
    "clone_site",
    "create_login_link",
    "create_site",
    "delete_site",
    "deploy_site",
    "discard_staging",
    "push_site",
    "restart_site",
    "resume_site",
    "review_push",
    "step_site_back",
    "suspend_site",
]
