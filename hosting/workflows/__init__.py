"""What the operations on sites consist of, and what their end means for the site.

A step looks the site up, asks its engine for one verb, and returns what is worth remembering.
"""

from hosting.operations.kinds import register_kind
from hosting.workflows import content, life
from hosting.workflows.content import CHANGE_PHP, CLONE, PUSH, STEP_BACK
from hosting.workflows.life import DELETE, DEPLOY, RESTART, RESUME, SUSPEND
from hosting.workflows.steps import CRON_EVERY, describe_site

__all__ = [
    "CHANGE_PHP",
    "CLONE",
    "CRON_EVERY",
    "DELETE",
    "DEPLOY",
    "PUSH",
    "RESTART",
    "RESUME",
    "STEP_BACK",
    "SUSPEND",
    "describe_site",
]

for _kind in (*life.KINDS, *content.KINDS):
    register_kind(_kind)
