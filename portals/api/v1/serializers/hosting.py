"""Inputs and outputs of ``websites/*`` and ``operations/*``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hosting.models import Site, SiteLanguage
from hosting.operations.models import HOST_MAX_LENGTH, Operation, OperationStep
from hosting.operations.states import OperationState, StepState
from hosting.services.bulk import BULK_ACTIONS, SITES_AT_ONCE, BulkResult
from hosting.services.creation import ADMIN_EMAIL_MAX_LENGTH, TITLE_MAX_LENGTH
from hosting.services.sites import NAME_MAX_LENGTH
from hosting.states import SiteState
from portals.api.answers import as_time
from portals.api.fields import Choice, Email, Flag, Input, ListQuery, PageQuery, PublicId, Text
from portals.api.v1.serializers.shared import FailureOut
from portals.shared.operations import explain_error, sees_inside
from spotex.kernel.actor import Actor
from tenants.hosts import url_for


class WebsiteIn(Input):
    """A WordPress site for a customer."""

    customer = PublicId("cus")
    name = Text(max_length=NAME_MAX_LENGTH)
    title = Text(max_length=TITLE_MAX_LENGTH)
    admin_email = Email(max_length=ADMIN_EMAIL_MAX_LENGTH)
    language = Choice(choices=SiteLanguage.values, required=False)
    host_name = Text(required=False, allow_blank=True, max_length=HOST_MAX_LENGTH)
    php_version = Text(required=False, allow_blank=True, max_length=5)
    deploy = Flag(required=False)


class WebsiteChangesIn(Input):
    """What is to change. Title and e-mail are changed in WordPress itself."""

    name = Text(required=False, max_length=NAME_MAX_LENGTH)


class WebsitePhpIn(Input):
    """The PHP version to run on; one of those that the server has."""

    version = Text(max_length=5)


class WebsiteBulkIn(Input):
    """One action for many sites."""

    action = Choice(choices=[action.value for action in BULK_ACTIONS])
    websites = serializers.ListField(
        child=PublicId("site"),
        min_length=1,
        max_length=SITES_AT_ONCE,
    )


class WebsiteBulkResultOut(serializers.Serializer[Any]):
    """What became of one site; ``code`` is null where work was started."""

    id = serializers.CharField()
    started = serializers.BooleanField()
    operation = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    message = serializers.CharField()


class WebsiteBulkOut(serializers.Serializer[Any]):
    """One result for each site, in the order that was asked."""

    results = WebsiteBulkResultOut(many=True)


class WebsiteQuery(ListQuery):
    """Which sites."""

    customer = PublicId("cus", required=False)
    state = Choice(
        choices=[state.value for state in SiteState if state != SiteState.DELETED],
        required=False,
    )
    ordering = Choice(
        choices=["name", "-name", "created_at", "-created_at"],
        required=False,
        default="name",
    )


class WebsiteOut(serializers.Serializer[Any]):
    """A site; ``operation`` is the last work done on it."""

    id = serializers.CharField()
    customer = serializers.CharField()
    name = serializers.CharField()
    title = serializers.CharField()
    admin_email = serializers.CharField()
    language = serializers.CharField()
    php_version = serializers.CharField()
    state = serializers.ChoiceField(choices=SiteState.values)
    url = serializers.CharField()
    preview_host = serializers.CharField()
    host_name = serializers.CharField()
    staging_of = serializers.CharField(allow_null=True)
    content_at = serializers.DateTimeField(allow_null=True)
    operation = serializers.CharField(allow_null=True)
    error = FailureOut(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    deployed_at = serializers.DateTimeField(allow_null=True)


class LoginLinkOut(serializers.Serializer[Any]):
    """A link that logs into the site's dashboard once."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class OperationQuery(PageQuery):
    """Which operations."""

    state = Choice(choices=OperationState.values, required=False)
    website = PublicId("site", required=False)


class StepOut(serializers.Serializer[Any]):
    """One step of an operation. ``log`` is empty for the customer's people."""

    name = serializers.CharField()
    state = serializers.ChoiceField(choices=StepState.values)
    started_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)
    log = serializers.CharField()


class OperationOut(serializers.Serializer[Any]):
    """A long-running job on real infrastructure."""

    id = serializers.CharField()
    kind = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(choices=OperationState.values)
    progress = serializers.IntegerField(min_value=0, max_value=100)
    attempt = serializers.IntegerField()
    error = FailureOut(allow_null=True)
    steps = StepOut(many=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


def show_website(site: Site, *, actor: Actor) -> dict[str, Any]:
    """Return a ``WebsiteOut``."""
    return {
        "id": site.public_id,
        "customer": site.customer.public_id,
        "name": site.name,
        "title": site.title,
        "admin_email": site.admin_email,
        "language": site.language,
        "php_version": site.php_version,
        "state": site.state,
        "url": url_for(site.host),
        "preview_host": site.preview_host,
        "host_name": site.host_name,
        "staging_of": site.staging_of.public_id if site.staging_of else None,
        "content_at": as_time(site.content_at),
        "operation": site.operation or None,
        "error": explain_error(site.error, actor=actor),
        "version": site.version,
        "created_at": as_time(site.created_at),
        "deployed_at": as_time(site.deployed_at),
    }


def show_bulk_result(result: BulkResult) -> dict[str, Any]:
    """Return a ``WebsiteBulkResultOut``."""
    return {
        "id": result.public_id,
        "started": result.is_started,
        "operation": result.operation or None,
        "code": result.code or None,
        "message": result.message,
    }


def show_operation(operation: Operation, *, actor: Actor) -> dict[str, Any]:
    """Return an ``OperationOut``; its steps were fetched with it."""
    with_log = sees_inside(actor)
    return {
        "id": operation.public_id,
        "kind": operation.kind,
        "subject": operation.subject,
        "state": operation.state,
        "progress": operation.progress,
        "attempt": operation.attempt,
        "error": explain_error(operation.error, actor=actor),
        "steps": [_show_step(step, with_log=with_log) for step in operation.steps.all()],
        "created_at": as_time(operation.created_at),
        "started_at": as_time(operation.started_at),
        "finished_at": as_time(operation.finished_at),
    }


def _show_step(step: OperationStep, *, with_log: bool) -> dict[str, Any]:
    return {
        "name": step.name,
        "state": step.state,
        "started_at": as_time(step.started_at),
        "seconds": step.seconds,
        "log": step.log if with_log else "",
    }
