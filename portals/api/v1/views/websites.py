"""``websites``: WordPress sites that the platform runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from hosting.access import access_site
from hosting.models import Site
from hosting.selectors import list_sites_for, search_sites
from hosting.services import (
    change_site,
    create_login_link,
    create_site,
    delete_site,
    deploy_site,
    restart_site,
    resume_site,
    suspend_site,
)
from hosting.services.sites import LOGIN_LINK_SECONDS
from portals.api.answers import answer, as_time
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import read_version
from portals.api.v1.references import find_customer
from portals.api.v1.serializers.hosting import (
    LoginLinkOut,
    WebsiteChangesIn,
    WebsiteIn,
    WebsiteOut,
    WebsiteQuery,
    show_website,
)
from spotex.kernel.actor import Actor
from tenants.access import require
from tenants.permissions import Permission

TAG: Final = "websites"
EXAMPLE: Final = {
    "customer": "cus_01jd3vq8x0v4k5m6n7p8q9r0st",
    "name": "Sito vetrina",
    "title": "Trattoria da Gino",
    "admin_email": "gino@trattoria.example",
}


class WebsiteList(Endpoint):
    """All sites that the caller sees."""

    @operation(
        "List websites",
        tag=TAG,
        scope=Permission.SITE_VIEW,
        query=WebsiteQuery,
        answer=WebsiteOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Sites that you see, by name; deleted ones are left out."""
        actor = actor_of(request)
        rows = search_sites(list_sites_for(actor), text=filters["search"])
        if "state" in filters:
            rows = rows.filter(state=filters["state"])
        if "customer" in filters:
            rows = rows.filter(customer__public_id=filters["customer"])
        return paginate(
            sort_rows(rows, ordering=filters["ordering"]),
            filters=filters,
            show=partial(show_website, actor=actor),
        )

    @operation(
        "Create a website",
        tag=TAG,
        scope=Permission.SITE_DEPLOY,
        body=WebsiteIn,
        answer=WebsiteOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Create a site and start its deployment, unless ``deploy`` is false.

        Follow ``operation`` at ``operations/{id}`` or its event stream.
        """
        actor = actor_of(request)
        require(actor, Permission.SITE_DEPLOY)
        customer = find_customer(actor, data.pop("customer"))
        site = create_site(actor=actor, customer=customer, **data)
        return answer_site(site, actor=actor, status=201)


class WebsiteDetail(Endpoint):
    """One site."""

    @operation("Show a website", tag=TAG, scope=Permission.SITE_VIEW, answer=WebsiteOut)
    def get(self, request: Request, *, site_id: str) -> Response:
        """One site with state, addresses, last operation and error; ``ETag`` is for ``If-Match``."""
        actor = actor_of(request)
        return answer_site(access_site(actor, site_id), actor=actor)

    @operation(
        "Rename a website",
        tag=TAG,
        scope=Permission.SITE_OPERATE,
        body=WebsiteChangesIn,
        answer=WebsiteOut,
        example={"name": "Sito principale"},
        versioned=True,
    )
    def patch(self, request: Request, *, site_id: str, data: dict[str, Any]) -> Response:
        """Change the name in the portals; title and e-mail are changed in WordPress.

        With ``If-Match`` a change that happened since you looked answers 409.
        """
        actor = actor_of(request)
        site = access_site(actor, site_id, permission=Permission.SITE_OPERATE)
        version = read_version(request)
        if data:
            site = change_site(site, actor=actor, version=version, **data)
        return answer_site(site, actor=actor)

    @operation("Delete a website", tag=TAG, scope=Permission.SITE_DELETE, answer=WebsiteOut)
    def delete(self, request: Request, *, site_id: str) -> Response:
        """Start deleting the site with all its content; ``operation`` tells how it goes."""
        return act_on_site(request, site_id, delete_site, Permission.SITE_DELETE)


class WebsiteDeploy(Endpoint):
    """The way up."""

    @operation(
        "Deploy a website",
        tag=TAG,
        scope=Permission.SITE_DEPLOY,
        answer=WebsiteOut,
        idempotent=True,
    )
    def post(self, request: Request, *, site_id: str) -> Response:
        """Start the deployment, or go on where it failed; nothing is done twice."""
        return act_on_site(request, site_id, deploy_site, Permission.SITE_DEPLOY)


class WebsiteSuspend(Endpoint):
    """Off the net."""

    @operation("Suspend a website", tag=TAG, scope=Permission.SITE_OPERATE, answer=WebsiteOut)
    def post(self, request: Request, *, site_id: str) -> Response:
        """Show visitors a pause page; files and content stay."""
        return act_on_site(request, site_id, suspend_site, Permission.SITE_OPERATE)


class WebsiteResume(Endpoint):
    """Back on the net."""

    @operation("Resume a website", tag=TAG, scope=Permission.SITE_OPERATE, answer=WebsiteOut)
    def post(self, request: Request, *, site_id: str) -> Response:
        """Put a suspended site back on the net."""
        return act_on_site(request, site_id, resume_site, Permission.SITE_OPERATE)


class WebsiteRestart(Endpoint):
    """Fresh processes."""

    @operation("Restart a website", tag=TAG, scope=Permission.SITE_RESTART, answer=WebsiteOut)
    def post(self, request: Request, *, site_id: str) -> Response:
        """Give the site fresh processes and a fresh configuration."""
        return act_on_site(request, site_id, restart_site, Permission.SITE_RESTART)


class WebsiteLoginLink(Endpoint):
    """The key to the dashboard."""

    @operation("Create a login link", tag=TAG, scope=Permission.SITE_LOGIN, answer=LoginLinkOut)
    def post(self, request: Request, *, site_id: str) -> Response:
        """Return a link that logs into the site's dashboard, once, for a minute."""
        actor = actor_of(request)
        site = access_site(actor, site_id, permission=Permission.SITE_LOGIN)
        expires_at = timezone.now() + timedelta(seconds=LOGIN_LINK_SECONDS)
        url = create_login_link(site, actor=actor)
        return answer({"url": url, "expires_at": as_time(expires_at)})


def act_on_site(
    request: Request,
    site_id: str,
    service: Callable[..., Site],
    permission: Permission,
) -> Response:
    """Fetch a site, do one thing with it, and answer it."""
    actor = actor_of(request)
    site = access_site(actor, site_id, permission=permission)
    return answer_site(service(site, actor=actor), actor=actor)


def answer_site(site: Site, *, actor: Actor, status: int = 200) -> Response:
    """Answer a site with its ``ETag``."""
    return answer(
        show_website(site, actor=actor),
        status=status,
        headers={"ETag": f'"{site.version}"'},
    )
