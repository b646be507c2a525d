"""What a form takes, the API takes too."""

from __future__ import annotations

import pytest
from django.forms import Form
from rest_framework.serializers import Serializer

from portals.agency.forms.customers import CustomerForm
from portals.agency.forms.sites import SiteForm
from portals.api.v1.serializers.auth import AcceptInvitationIn, RegisterIn
from portals.api.v1.serializers.customers import CustomerIn, InviteIn
from portals.api.v1.serializers.hosting import WebsiteIn
from portals.public.forms import SignUpForm
from portals.shared.people import InviteForm
from portals.shared.views.invitations import AcceptForm
from tenants.customers.models import Customer


@pytest.mark.parametrize(
    ("form", "body"),
    [
        (CustomerForm(), CustomerIn()),
        (SiteForm(customers=Customer.objects.none()), WebsiteIn()),
        (SignUpForm(plans=[]), RegisterIn()),
        (InviteForm(roles=()), InviteIn()),
        (AcceptForm(), AcceptInvitationIn()),
    ],
    ids=lambda one: type(one).__name__,
)
def test_longest_text_is_the_same_everywhere(form: Form, body: Serializer) -> None:
    limits = {
        name: (getattr(form.fields[name], "max_length", None), getattr(field, "max_length", None))
        for name, field in body.fields.items()
        if name in form.fields and name != "agency_slug"  # the API says why it is refused
    }

    assert len(limits) > 1
    assert [name for name, (ours, theirs) in limits.items() if ours != theirs] == []
