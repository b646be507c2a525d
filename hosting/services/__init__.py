"""Writes of the hosting pillar."""

from hosting.services.creation import create_site
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

__all__ = [
    "cancel_deployment",
    "change_site",
    "create_login_link",
    "create_site",
    "delete_site",
    "deploy_site",
    "restart_site",
    "resume_site",
    "suspend_site",
]
