"""``websites``: staging copies, PHP versions, and many sites at once."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from hosting.access import access_site
from hosting.services import (
    act_on_sites,
    change_php_version,
    clone_site,
    push_site,
    step_site_back,
)
from hosting.states import SiteAction
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.parsing import read_version
from portals.api.v1.serializers.hosting import (
    WebsiteBulkIn,
    WebsiteBulkOut,
    WebsiteOut,
    WebsitePhpIn,
    show_bulk_result,
)
from portals.api.v1.views.websites import TAG, act_on_site, answer_site
from tenants.permissions import Permission


class WebsiteClone(Endpoint):
    """A copy to try things on."""

    @operation(
        "Make a staging copy",
        tag=TAG,
        scope=Permission.SITE_DEPLOY,
        answer=WebsiteOut,
        status=201,
        idempotent=True,
    )
    def post(self, request: Request, *, site_id: str) -> Response:
        """Copy files and database to a new site with a preview address; it sends no mail.

        The answer is the copy: ``staging_of`` names this site, ``operation`` tells how it goes.
        Delete the copy to discard it.
        """
        actor = actor_of(request)
        site = access_site(actor, site_id, permission=Permission.SITE_DEPLOY)
        return answer_site(clone_site(site, actor=actor), actor=actor, status=201)


class WebsitePush(Endpoint):
    """The copy's content for the live site."""

    @operation(
        "Push a staging copy",
        tag=TAG,
        scope=Permission.SITE_OPERATE,
        answer=WebsiteOut,
        idempotent=True,
        versioned=True,
    )
    def post(self, request: Request, *, site_id: str) -> Response:
        """Replace the live site's files and database by those of this copy.

        What changed on the live site since ``content_at`` is lost; its former content is kept
        until the next push. If the live site does not answer afterwards, it steps back by itself.
        The answer is the live site.
        """
        actor = actor_of(request)
        site = access_site(actor, site_id, permission=Permission.SITE_OPERATE)
        live = push_site(site, actor=actor, version=read_version(request))
        return answer_site(live, actor=actor)


class WebsiteStepBack(Endpoint):
    """The content from before the last push."""

    @operation(
        "Undo the last push",
        tag=TAG,
        scope=Permission.SITE_OPERATE,
        answer=WebsiteOut,
        idempotent=True,
    )
    def post(self, request: Request, *, site_id: str) -> Response:
        """Put the content back that the live site had before the last push."""
        return act_on_site(request, site_id, step_site_back, Permission.SITE_OPERATE)


class WebsitePhp(Endpoint):
    """The PHP version."""

    @operation(
        "Change the PHP version",
        tag=TAG,
        scope=Permission.SITE_OPERATE,
        body=WebsitePhpIn,
        answer=WebsiteOut,
        example={"version": "8.2"},
        idempotent=True,
        versioned=True,
    )
    def post(self, request: Request, *, site_id: str, data: dict[str, Any]) -> Response:
        """Run the site on another PHP; if it does not answer then, it goes back by itself."""
        actor = actor_of(request)
        site = access_site(actor, site_id, permission=Permission.SITE_OPERATE)
        site = change_php_version(
            site, actor=actor, php_version=data["version"], version=read_version(request)
        )
        return answer_site(site, actor=actor)


class WebsiteBulk(Endpoint):
    """Many sites at once."""

    @operation(
        "Act on many websites",
        tag=TAG,
        scope=Permission.SITE_RESTART,
        body=WebsiteBulkIn,
        answer=WebsiteBulkOut,
        example={"action": "restart", "websites": ["site_01jd3vq8x0v4k5m6n7p8q9r0st"]},
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Restart, suspend or resume up to 100 sites; each by itself, with its own result.

        A key needs the scope to restart; to suspend and resume the one to operate as well.
        """
        results = act_on_sites(
            data["websites"], actor=actor_of(request), action=SiteAction(data["action"])
        )
        return answer({"results": [show_bulk_result(result) for result in results]})
