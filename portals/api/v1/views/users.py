"""``users``: people that the caller may see, and the caller."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation, person_of
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.serializers.agency import PersonOut, ProfileIn, UserQuery, show_person
from tenants.access import require
from tenants.customers.access import access_person
from tenants.customers.selectors import list_people_for
from tenants.models import User
from tenants.permissions import Permission
from tenants.services.accounts import change_profile

TAG: Final = "users"
LOOK: Final = Permission.CONTACT_VIEW


class UserList(Endpoint):
    """All people that the caller sees."""

    @operation("List users", tag=TAG, scope=LOOK, query=UserQuery, answer=PersonOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Members of the agency and people of its customers, as far as you see them.

        An API key needs ``members:read`` too for the members, ``customers:read`` for the others.
        """
        actor = actor_of(request)
        require(actor, LOOK)
        rows, text = list_people_for(actor), filters["search"]
        if text:
            rows = rows.filter(Q(full_name__icontains=text) | Q(email__icontains=text))
        rows = sort_rows(rows, ordering=filters["ordering"])
        return paginate(rows, filters=filters, show=show_person)


class UserDetail(Endpoint):
    """One person."""

    @operation("Show a user", tag=TAG, scope=LOOK, answer=PersonOut)
    def get(self, request: Request, *, user_id: str) -> Response:
        """One person that you see."""
        return _answer(access_person(actor_of(request), user_id))


class OwnUser(Endpoint):
    """The caller."""

    @operation(
        "Change yourself",
        tag=TAG,
        body=ProfileIn,
        answer=PersonOut,
        example={"language": "it"},
        versioned=True,
    )
    def patch(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Change your own name and language; everybody changes only themselves."""
        person = person_of(request)
        change_profile(
            person,
            full_name=data.get("full_name", person.full_name),
            language=data.get("language", person.language),
            actor=actor_of(request),
            version=read_version(request),
        )
        return _answer(access_person(actor_of(request), person.public_id))


def _answer(person: User) -> Response:
    return answer(show_person(person), headers={"ETag": etag_of(person)})
