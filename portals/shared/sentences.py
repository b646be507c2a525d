"""What each event of the trail says to people, in words.

A guard test asks a sentence of every event that an agency can see.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy

from portals.shared.booking_sentences import BOOKING_SENTENCES
from portals.shared.customer_sentences import CUSTOMER_SENTENCES
from portals.shared.payment_sentences import PAYMENT_SENTENCES
from portals.shared.site_sentences import SITE_SENTENCES
from portals.shared.wording import Sentence

SENTENCES: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "tenants.agency.registered": Sentence(
            "sparkles",
            gettext_lazy("{actor} opened the agency {subject}"),
        ),
        "tenants.agency.suspended": Sentence(
            "pause",
            gettext_lazy("{actor} suspended the agency {subject}"),
        ),
        "tenants.activity.pruned": Sentence(
            "trash-2",
            gettext_lazy("{actor} erased old lines of the activity"),
        ),
        "tenants.export.requested": Sentence(
            "database",
            gettext_lazy("{actor} asked for an export of all data of {subject}"),
        ),
        "tenants.export.ready": Sentence(
            "database",
            gettext_lazy("The export of all data of {subject} is ready"),
        ),
        "tenants.export.failed": Sentence(
            "circle-x",
            gettext_lazy("The export of all data of {subject} failed"),
        ),
        "tenants.export.downloaded": Sentence(
            "download",
            gettext_lazy("{actor} downloaded all data of {subject}"),
        ),
        "tenants.agency.exported": Sentence(
            "download",
            gettext_lazy("{actor} exported all data of {subject}"),
        ),
        "tenants.agency.restored": Sentence(
            "archive-restore",
            gettext_lazy("{actor} restored {subject} from an archive"),
        ),
        "tenants.agency.resumed": Sentence(
            "play",
            gettext_lazy("{actor} reopened the agency {subject}"),
        ),
        "tenants.agency.closing_requested": Sentence(
            "trash-2",
            gettext_lazy("{actor} asked for the deletion of the agency {subject}"),
        ),
        "tenants.agency.closing_reminded": Sentence(
            "mail",
            gettext_lazy("A reminder about the deletion of {subject} was sent to the owners"),
        ),
        "tenants.agency.closing_withdrawn": Sentence(
            "undo-2",
            gettext_lazy("{actor} took back the deletion of the agency {subject}"),
        ),
        "tenants.agency.deletion_started": Sentence(
            "trash-2",
            gettext_lazy("The deletion of the agency {subject} began"),
        ),
        "tenants.agency.deleted": Sentence(
            "trash-2",
            gettext_lazy("The agency {subject} was deleted"),
        ),
        "tenants.agency.changed": Sentence(
            "pencil",
            gettext_lazy("{actor} changed the data of the agency {subject}"),
        ),
        "tenants.subscription.changed": Sentence(
            "layers",
            gettext_lazy("{actor} changed the plan to {subject}"),
        ),
        "tenants.subscription.change_planned": Sentence(
            "clock",
            gettext_lazy("{actor} planned a change of the plan {subject} for the period’s end"),
        ),
        "tenants.subscription.change_undone": Sentence(
            "undo-2",
            gettext_lazy("{actor} keeps the plan {subject}"),
        ),
        "tenants.subscription.change_dropped": Sentence(
            "triangle-alert",
            gettext_lazy("The plan {subject} goes on: too much is in use for the smaller one"),
        ),
        "tenants.subscription.renewed": Sentence(
            "receipt",
            gettext_lazy("A new period of the plan {subject} began"),
        ),
        "tenants.subscription.past_due": Sentence(
            "triangle-alert",
            gettext_lazy("A payment for the plan {subject} is past due"),
        ),
        "tenants.subscription.reminded": Sentence(
            "mail",
            gettext_lazy("A reminder about the plan {subject} was sent to the owners"),
        ),
        "tenants.subscription.paid": Sentence(
            "badge-check",
            gettext_lazy("{actor} noted the payment for the plan {subject}"),
        ),
        "tenants.subscription.suspended": Sentence(
            "pause",
            gettext_lazy("The subscription {subject} was suspended: its payment did not arrive"),
        ),
        "tenants.subscription.reactivated": Sentence(
            "play",
            gettext_lazy("{actor} reactivated the subscription {subject}"),
        ),
        "tenants.subscription.cancelled": Sentence(
            "ban",
            gettext_lazy("The subscription {subject} ended as asked for"),
        ),
        "tenants.trial.extended": Sentence(
            "timer",
            gettext_lazy("{actor} extended the trial of {subject}"),
        ),
        "tenants.limits.overridden": Sentence(
            "sliders-horizontal",
            gettext_lazy("{actor} gave {subject} limits of its own"),
        ),
        "tenants.limit.nearly_reached": Sentence(
            "gauge",
            gettext_lazy("Four fifths or more of the limit “{subject}” are in use"),
        ),
        "tenants.branding.changed": Sentence(
            "palette",
            gettext_lazy("{actor} changed the brand of {subject}"),
        ),
        "tenants.domain.added": Sentence(
            "globe",
            gettext_lazy("{actor} added the domain {subject}"),
        ),
        "tenants.domain.changed": Sentence(
            "globe",
            gettext_lazy("{actor} changed the use of the domain {subject}"),
        ),
        "tenants.domain.removed": Sentence(
            "trash-2",
            gettext_lazy("{actor} removed the domain {subject}"),
        ),
        "tenants.domain.verified": Sentence(
            "circle-check",
            gettext_lazy("The domain {subject} is live"),
        ),
        "tenants.domain.broken": Sentence(
            "triangle-alert",
            gettext_lazy("The records of the domain {subject} are broken"),
        ),
        "tenants.domain.lapsed": Sentence(
            "circle-x",
            gettext_lazy("The domain {subject} was switched off: its records stayed broken"),
        ),
        "tenants.member.invited": Sentence(
            "mail-plus",
            gettext_lazy("{actor} invited {subject} to the agency"),
        ),
        "tenants.member.invitation_revoked": Sentence(
            "user-minus",
            gettext_lazy("{actor} took back the invitation of {subject}"),
        ),
        "tenants.member.joined": Sentence(
            "user-check", gettext_lazy("{subject} joined the agency")
        ),
        "tenants.member.role_changed": Sentence(
            "user-cog",
            gettext_lazy("{actor} changed the role of {subject}"),
        ),
        "tenants.member.removed": Sentence(
            "user-minus",
            gettext_lazy("{actor} removed {subject} from the agency"),
        ),
        "tenants.api_key.created": Sentence(
            "key-round",
            gettext_lazy("{actor} created the API key {subject}"),
        ),
        "tenants.api_key.changed": Sentence(
            "key-round",
            gettext_lazy("{actor} changed the API key {subject}"),
        ),
        "tenants.api_key.revoked": Sentence(
            "key-round",
            gettext_lazy("{actor} revoked the API key {subject}"),
        ),
        "tenants.support.started": Sentence(
            "life-buoy",
            gettext_lazy("{actor} of support entered a portal as {subject}"),
        ),
        "tenants.support.ended": Sentence(
            "life-buoy",
            gettext_lazy("The support session as {subject} ended"),
        ),
        "tenants.support.access_changed": Sentence(
            "life-buoy",
            gettext_lazy("{actor} changed whether support may enter {subject}"),
        ),
        "tenants.profile.changed": Sentence(
            "circle-user",
            gettext_lazy("{actor} changed their profile"),
        ),
        "tenants.factor.added": Sentence(
            "shield-check",
            gettext_lazy("{actor} added a second factor to their account"),
        ),
        "tenants.factor.removed": Sentence(
            "shield",
            gettext_lazy("{actor} removed a second factor from their account"),
        ),
        "tenants.recovery_codes.renewed": Sentence(
            "refresh-cw",
            gettext_lazy("{actor} made new recovery codes"),
        ),
        "tenants.factor.reset": Sentence(
            "shield",
            gettext_lazy("{actor} reset the second factors of {subject}"),
        ),
        "tenants.factor_rule.changed": Sentence(
            "shield-check",
            gettext_lazy("{actor} changed who needs two-step sign-in"),
        ),
        "tenants.session.ended": Sentence(
            "log-out",
            gettext_lazy("{actor} signed one of their devices out"),
        ),
        "tenants.session.all_ended": Sentence(
            "log-out",
            gettext_lazy("{actor} signed out everywhere"),
        ),
        **CUSTOMER_SENTENCES,
        **SITE_SENTENCES,
        **BOOKING_SENTENCES,
        **PAYMENT_SENTENCES,
    },
)


def find_sentence(event: str) -> Sentence:
    """Return how an event reads, also one that a newer or older release has written."""
    return SENTENCES.get(event, Sentence("history", f"{{actor}} · {event} · {{subject}}"))
