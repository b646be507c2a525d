"""Tables of the public schema: who exists."""

from tenants.models.agencies import Agency, SchemaBlueprint
from tenants.models.closures import Closure
from tenants.models.domains import Domain
from tenants.models.due import DueWork
from tenants.models.exports import Export
from tenants.models.keys import ApiKey
from tenants.models.mail import MailMessage
from tenants.models.payments import PaymentAccount, ProviderEvent
from tenants.models.people import Invitation, Membership, User
from tenants.models.plans import Plan, Subscription
from tenants.models.schemas import SchemaMigration, SpareSchema
from tenants.models.support import Impersonation

__all__ = [
    "Agency",
    "ApiKey",
    "Closure",
    "Domain",
    "DueWork",
    "Export",
    "Impersonation",
    "Invitation",
    "MailMessage",
    "Membership",
    "PaymentAccount",
    "Plan",
    "ProviderEvent",
    "SchemaBlueprint",
    "SchemaMigration",
    "SpareSchema",
    "Subscription",
    "User",
]
