"""What the events of sites say to people, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy

from portals.shared.wording import Sentence

SITE_SENTENCES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "hosting.site.created": Sentence("globe", gettext_lazy("{actor} added the site {subject}")),
        "hosting.site.deployment_started": Sentence(
            "rocket",
            gettext_lazy("{actor} started setting up {subject}"),
        ),
        "hosting.site.deployment_cancelled": Sentence(
            "ban",
            gettext_lazy("{actor} cancelled the deployment of {subject}"),
        ),
        "hosting.site.deployed": Sentence("circle-check", gettext_lazy("{subject} is online")),
        "hosting.site.failed": Sentence("circle-x", gettext_lazy("{subject} ran into an error")),
        "hosting.site.suspension_started": Sentence(
            "pause",
            gettext_lazy("{actor} asked to suspend {subject}"),
        ),
        "hosting.site.suspended": Sentence("pause", gettext_lazy("{subject} is suspended")),
        "hosting.site.resumption_started": Sentence(
            "play",
            gettext_lazy("{actor} asked to resume {subject}"),
        ),
        "hosting.site.resumed": Sentence("play", gettext_lazy("{subject} is online again")),
        "hosting.site.restart_started": Sentence(
            "rotate-cw",
            gettext_lazy("{actor} asked to restart {subject}"),
        ),
        "hosting.site.restarted": Sentence(
            "rotate-cw",
            gettext_lazy("{subject} runs on fresh processes"),
        ),
        "hosting.site.deletion_started": Sentence(
            "trash-2",
            gettext_lazy("{actor} asked to delete {subject}"),
        ),
        "hosting.site.deleted": Sentence("trash-2", gettext_lazy("{subject} was deleted")),
        "hosting.site.renamed": Sentence("pencil", gettext_lazy("{actor} renamed {subject}")),
        "hosting.site.clone_started": Sentence(
            "layers",
            gettext_lazy("{actor} asked for a staging copy of {subject}"),
        ),
        "hosting.site.push_started": Sentence(
            "rocket",
            gettext_lazy("{actor} asked to push the staging copy to {subject}"),
        ),
        "hosting.site.pushed": Sentence(
            "circle-check",
            gettext_lazy("{subject} shows the content of its staging copy"),
        ),
        "hosting.site.push_failed": Sentence(
            "circle-x",
            gettext_lazy("The staging copy did not get to {subject}"),
        ),
        "hosting.site.step_back_started": Sentence(
            "history",
            gettext_lazy("{actor} asked for the former content of {subject}"),
        ),
        "hosting.site.stepped_back": Sentence(
            "history",
            gettext_lazy("{subject} shows its former content again"),
        ),
        "hosting.site.php_change_started": Sentence(
            "cpu",
            gettext_lazy("{actor} asked for another PHP version of {subject}"),
        ),
        "hosting.site.php_changed": Sentence(
            "cpu",
            gettext_lazy("{subject} runs on another PHP version"),
        ),
        "hosting.site.php_change_failed": Sentence(
            "circle-x",
            gettext_lazy("{subject} went back to its PHP version"),
        ),
        "hosting.site.login_link_created": Sentence(
            "key-round",
            gettext_lazy("{actor} logged in to WordPress of {subject}"),
        ),
    },
)
