"""Minimal valid rows of an agency's schema; use them inside ``agency_scope``."""

from __future__ import annotations

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from tenants.customers.models import Contact, Customer
from tenants.customers.states import ContactState
from tenants.states import ContactRole
from tenants.tests.factories import NOON, UserFactory
from tenants.tokens import digest_of


class CustomerFactory(DjangoModelFactory):
    """A company that is served."""

    class Meta:
        model = Customer

    name = factory.Sequence("Cliente {}".format)
    email = factory.Sequence("cliente-{}@company.test".format)


class ContactFactory(DjangoModelFactory):
    """A person who is invited with the token ``token``; with ``active`` one who can sign in."""

    class Meta:
        model = Contact

    class Params:
        token = factory.Sequence("token-{}".format)
        active = factory.Trait(
            user=factory.SubFactory(UserFactory),
            email=factory.SelfAttribute("user.email"),
            full_name=factory.SelfAttribute("user.full_name"),
            state=ContactState.ACTIVE,
        )

    customer = factory.SubFactory(CustomerFactory)
    email = factory.Sequence("contact-{}@company.test".format)
    full_name = "Corrado Contatto"
    role = ContactRole.ADMIN
    state = ContactState.INVITED
    token_digest = factory.LazyAttribute(lambda new: digest_of(new.token))
    expires_at = factory.LazyFunction(lambda: NOON + timedelta(days=7))
