"""``members``: the people of the agency itself, and who is invited."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.serializers.agency import (
    InvitationOut,
    MemberInviteIn,
    MemberOut,
    MemberQuery,
    MemberRoleIn,
    show_invitation,
    show_member,
)
from tenants.access import access_invitation, access_member, require
from tenants.models import Membership
from tenants.permissions import Permission
from tenants.selectors import list_members_of, list_open_invitations_of
from tenants.services.invitations import resend_member_invitation
from tenants.services.members import (
    change_member_role,
    invite_member,
    remove_member,
    revoke_invitation,
)

TAG: Final = "members"
LOOK: Final = Permission.MEMBER_VIEW
MANAGE: Final = Permission.MEMBER_MANAGE
EXAMPLE: Final = {"email": "luca@studio-verdi.example", "full_name": "Luca Neri", "role": "MEMBER"}
_COLUMNS: Final = {"full_name": "user__full_name", "-full_name": "-user__full_name"}


class MemberList(Endpoint):
    """All members."""

    @operation("List members", tag=TAG, scope=LOOK, query=MemberQuery, answer=MemberOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """People who work in your agency, by name."""
        actor = actor_of(request)
        require(actor, LOOK)
        rows = list_members_of(actor)
        text, ordering = filters["search"], filters["ordering"]
        if text:
            rows = rows.filter(Q(user__full_name__icontains=text) | Q(user__email__icontains=text))
        if "role" in filters:
            rows = rows.filter(role=filters["role"])
        return paginate(
            sort_rows(rows, ordering=_COLUMNS.get(ordering, ordering)),
            filters=filters,
            show=show_member,
        )


class MemberDetail(Endpoint):
    """One member."""

    @operation("Show a member", tag=TAG, scope=LOOK, answer=MemberOut)
    def get(self, request: Request, *, member_id: str) -> Response:
        """One member; the ``ETag`` is for ``If-Match``."""
        return _answer(access_member(actor_of(request), member_id, permission=LOOK))

    @operation(
        "Change a member",
        tag=TAG,
        scope=MANAGE,
        body=MemberRoleIn,
        answer=MemberOut,
        example={"role": "ADMIN"},
        versioned=True,
    )
    def patch(self, request: Request, *, member_id: str, data: dict[str, Any]) -> Response:
        """Give a member another role. Only owners make and change owners; one always stays."""
        actor = actor_of(request)
        member = access_member(actor, member_id, permission=MANAGE)
        change_member_role(member, actor=actor, role=data["role"], version=read_version(request))
        return _answer(access_member(actor, member_id, permission=MANAGE))

    @operation("Remove a member", tag=TAG, scope=MANAGE)
    def delete(self, request: Request, *, member_id: str) -> Response:
        """End a membership at once; API keys that the person made stop working too."""
        actor = actor_of(request)
        remove_member(access_member(actor, member_id, permission=MANAGE), actor=actor)
        return answer()


class MemberInvite(Endpoint):
    """The way in for a colleague."""

    @operation(
        "Invite a member",
        tag=TAG,
        scope=MANAGE,
        body=MemberInviteIn,
        answer=InvitationOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Mail an invitation; a second one to the same address replaces the first."""
        actor = actor_of(request)
        require(actor, MANAGE)
        invitation = invite_member(actor=actor, at=timezone.now(), **data)
        return answer(show_invitation(invitation), status=201)


class InvitationList(Endpoint):
    """All open invitations."""

    @operation(
        "List invitations", tag=TAG, scope=LOOK, query=MemberQuery, answer=InvitationOut, many=True
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Invitations that were neither accepted nor taken back."""
        actor = actor_of(request)
        require(actor, LOOK)
        rows = list_open_invitations_of(actor)
        text = filters["search"]
        if text:
            rows = rows.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
        if "role" in filters:
            rows = rows.filter(role=filters["role"])
        return paginate(
            sort_rows(rows, ordering=filters["ordering"]),
            filters=filters,
            show=show_invitation,
        )


class InvitationDetail(Endpoint):
    """One open invitation."""

    @operation("Show an invitation", tag=TAG, scope=LOOK, answer=InvitationOut)
    def get(self, request: Request, *, invitation_id: str) -> Response:
        """One open invitation."""
        found = access_invitation(actor_of(request), invitation_id, permission=LOOK)
        return answer(show_invitation(found))

    @operation("Take back an invitation", tag=TAG, scope=MANAGE)
    def delete(self, request: Request, *, invitation_id: str) -> Response:
        """Take an offer back; its link stops working at once."""
        actor = actor_of(request)
        found = access_invitation(actor, invitation_id, permission=MANAGE)
        revoke_invitation(found, actor=actor, at=timezone.now())
        return answer()


class InvitationResend(Endpoint):
    """A new link for an invited person."""

    @operation("Mail an invitation again", tag=TAG, scope=MANAGE, answer=InvitationOut)
    def post(self, request: Request, *, invitation_id: str) -> Response:
        """Mail a new link that works for seven days; the former one stops working."""
        actor = actor_of(request)
        found = access_invitation(actor, invitation_id, permission=MANAGE)
        sent = resend_member_invitation(found, actor=actor, at=timezone.now())
        return answer(show_invitation(sent))


def _answer(member: Membership) -> Response:
    return answer(show_member(member), headers={"ETag": etag_of(member)})
