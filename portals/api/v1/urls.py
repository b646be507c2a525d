"""Addresses of the REST API, version 1 (SPEC §13), the same on every host that has it.

Typed parts such as ``<cus:…>`` are those of ``portals.shared.converters``.
"""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, URLResolver, path

from portals.api.v1.views import (
    activity,
    api_keys,
    arrivals,
    auth,
    branding,
    contacts,
    customers,
    docs,
    domains,
    equipment,
    health,
    locations,
    login,
    members,
    notes,
    operations,
    packages,
    payments,
    photos,
    recovery,
    reports,
    reservation_requests,
    reservations,
    sessions,
    slots,
    spaces,
    subscriptions,
    tenants,
    users,
    vouchers,
    waitlist,
    website_tools,
    websites,
)
from portals.api.v1.views import credits as credit_views
from portals.shared import converters  # noqa: F401  makes <cus:…>, <site:…> … known

app_name: Final = "api"

_auth = [
    path("auth/register", auth.Register.as_view(), name="auth-register"),
    path("auth/login", login.Login.as_view(), name="auth-login"),
    path("auth/login/verify", login.SecondStep.as_view(), name="auth-login-verify"),
    path("auth/refresh", auth.Refresh.as_view(), name="auth-refresh"),
    path("auth/logout", auth.Logout.as_view(), name="auth-logout"),
    path("auth/verify-email", recovery.VerifyEmail.as_view(), name="auth-verify-email"),
    path(
        "auth/resend-verification",
        recovery.ResendVerification.as_view(),
        name="auth-resend-verification",
    ),
    path("auth/forgot-password", recovery.ForgotPassword.as_view(), name="auth-forgot-password"),
    path("auth/reset-password", recovery.ResetPassword.as_view(), name="auth-reset-password"),
    path(
        "auth/accept-invitation",
        recovery.AcceptInvitation.as_view(),
        name="auth-accept-invitation",
    ),
    path("auth/me", auth.Me.as_view(), name="auth-me"),
    path("auth/session", sessions.CurrentSession.as_view(), name="auth-session"),
    path("auth/sessions", sessions.SessionList.as_view(), name="auth-session-list"),
    path("auth/sessions/end-all", sessions.SessionEndAll.as_view(), name="auth-session-end-all"),
    path(
        "auth/sessions/<ses:session_id>",
        sessions.SessionDetail.as_view(),
        name="auth-session-detail",
    ),
]

_api_keys = [
    path("auth/api-keys", api_keys.ApiKeyList.as_view(), name="api-key-list"),
    path("auth/api-keys/<key:key_id>", api_keys.ApiKeyDetail.as_view(), name="api-key-detail"),
]

_MEMBER: Final = "members/<mem:member_id>"
_INVITATION: Final = "members/invitations/<inv:invitation_id>"
_agency = [
    path("members", members.MemberList.as_view(), name="member-list"),
    path("members/invite", members.MemberInvite.as_view(), name="member-invite"),
    path("members/invitations", members.InvitationList.as_view(), name="invitation-list"),
    path(_INVITATION, members.InvitationDetail.as_view(), name="invitation-detail"),
    path(f"{_INVITATION}/resend", members.InvitationResend.as_view(), name="invitation-resend"),
    path(_MEMBER, members.MemberDetail.as_view(), name="member-detail"),
    path("users", users.UserList.as_view(), name="user-list"),
    path("users/me", users.OwnUser.as_view(), name="user-me"),
    path("users/<user:user_id>", users.UserDetail.as_view(), name="user-detail"),
    path("tenants", tenants.TenantList.as_view(), name="tenant-list"),
    path("tenants/<agency:tenant_id>", tenants.TenantDetail.as_view(), name="tenant-detail"),
    path("tenants/<agency:tenant_id>/stats", tenants.TenantStats.as_view(), name="tenant-stats"),
    path("branding", branding.Branding.as_view(), name="branding"),
    path("activity", activity.ActivityList.as_view(), name="activity-list"),
    path("activity/<act:activity_id>", activity.ActivityDetail.as_view(), name="activity-detail"),
    path("branding/logo", branding.BrandingLogo.as_view(), name="branding-logo"),
]

_CUSTOMER: Final = "customers/<cus:customer_id>"
_CONTACT: Final = f"{_CUSTOMER}/contacts/<con:contact_id>"
_customers = [
    path("customers", customers.CustomerList.as_view(), name="customer-list"),
    path(_CUSTOMER, customers.CustomerDetail.as_view(), name="customer-detail"),
    path(f"{_CUSTOMER}/restore", customers.CustomerRestore.as_view(), name="customer-restore"),
    path(f"{_CUSTOMER}/contacts", contacts.ContactList.as_view(), name="contact-list"),
    path(f"{_CUSTOMER}/contacts/invite", contacts.ContactInvite.as_view(), name="contact-invite"),
    path(_CONTACT, contacts.ContactDetail.as_view(), name="contact-detail"),
    path(f"{_CONTACT}/resend", contacts.ContactResend.as_view(), name="contact-resend"),
]

_SITE: Final = "websites/<site:site_id>"
_OPERATION: Final = "operations/<op:operation_id>"
_hosting = [
    path("websites", websites.WebsiteList.as_view(), name="website-list"),
    path("websites/bulk", website_tools.WebsiteBulk.as_view(), name="website-bulk"),
    path(_SITE, websites.WebsiteDetail.as_view(), name="website-detail"),
    path(f"{_SITE}/deploy", websites.WebsiteDeploy.as_view(), name="website-deploy"),
    path(f"{_SITE}/suspend", websites.WebsiteSuspend.as_view(), name="website-suspend"),
    path(f"{_SITE}/resume", websites.WebsiteResume.as_view(), name="website-resume"),
    path(f"{_SITE}/restart", websites.WebsiteRestart.as_view(), name="website-restart"),
    path(f"{_SITE}/clone", website_tools.WebsiteClone.as_view(), name="website-clone"),
    path(f"{_SITE}/push", website_tools.WebsitePush.as_view(), name="website-push"),
    path(f"{_SITE}/step-back", website_tools.WebsiteStepBack.as_view(), name="website-step-back"),
    path(f"{_SITE}/php", website_tools.WebsitePhp.as_view(), name="website-php"),
    path(f"{_SITE}/login-link", websites.WebsiteLoginLink.as_view(), name="website-login-link"),
    path("operations", operations.OperationList.as_view(), name="operation-list"),
    path(_OPERATION, operations.OperationDetail.as_view(), name="operation-detail"),
    path(f"{_OPERATION}/cancel", operations.OperationCancel.as_view(), name="operation-cancel"),
    path(f"{_OPERATION}/events", operations.OperationEvents.as_view(), name="operation-events"),
]

_plans = [
    path("plans", subscriptions.PlanList.as_view(), name="plan-list"),
    path("subscriptions", subscriptions.SubscriptionList.as_view(), name="subscription-list"),
    path(
        "subscriptions/current",
        subscriptions.CurrentSubscription.as_view(),
        name="subscription-current",
    ),
    path(
        "subscriptions/change",
        subscriptions.SubscriptionChange.as_view(),
        name="subscription-change",
    ),
    path(
        "subscriptions/cancel",
        subscriptions.SubscriptionCancel.as_view(),
        name="subscription-cancel",
    ),
]

_DOMAIN: Final = "portal-domains/<dom:domain_id>"
_domains = [
    path("portal-domains", domains.DomainList.as_view(), name="portal-domain-list"),
    path(_DOMAIN, domains.DomainDetail.as_view(), name="portal-domain-detail"),
    path(f"{_DOMAIN}/verify", domains.DomainVerify.as_view(), name="portal-domain-verify"),
]

_SPACE: Final = "spaces/<spc:space_id>"
_SLOT: Final = "slots/<slot:slot_id>"
_RESERVATION: Final = "reservations/<res:reservation_id>"
_booking = [
    path("locations", locations.LocationList.as_view(), name="location-list"),
    path("locations/<loc:location_id>", locations.LocationDetail.as_view(), name="location-detail"),
    path("spaces", spaces.SpaceList.as_view(), name="space-list"),
    path(_SPACE, spaces.SpaceDetail.as_view(), name="space-detail"),
    path(f"{_SPACE}/slots", spaces.SpaceSlots.as_view(), name="space-slots"),
    path(f"{_SPACE}/availability", spaces.SpaceAvailability.as_view(), name="space-availability"),
    path(f"{_SPACE}/photos", photos.SpacePhotos.as_view(), name="photo-list"),
    path("photos/<pho:photo_id>", photos.PhotoDetail.as_view(), name="photo-detail"),
    path(f"{_SPACE}/equipment", equipment.SpaceEquipment.as_view(), name="space-equipment"),
    path("equipment", equipment.EquipmentList.as_view(), name="equipment-list"),
    path(
        "equipment/<eqp:equipment_id>",
        equipment.EquipmentDetail.as_view(),
        name="equipment-detail",
    ),
    path(f"{_SPACE}/stream", spaces.SpaceStream.as_view(), name="space-stream"),
    path(f"{_SLOT}/hold", slots.SlotHold.as_view(), name="slot-hold"),
    path(f"{_SLOT}/book", slots.SlotBook.as_view(), name="slot-book"),
    path(f"{_SLOT}/release", slots.SlotRelease.as_view(), name="slot-release"),
    path("reservations", reservations.ReservationList.as_view(), name="reservation-list"),
    path(
        "reservations/preview",
        reservations.ReservationPreview.as_view(),
        name="reservation-preview",
    ),
    path(_RESERVATION, reservations.ReservationDetail.as_view(), name="reservation-detail"),
    path(f"{_RESERVATION}/notes", notes.ReservationNotes.as_view(), name="reservation-notes"),
    path(
        f"{_RESERVATION}/internal-notes",
        notes.ReservationInternalNotes.as_view(),
        name="reservation-internal-notes",
    ),
    path(
        f"{_RESERVATION}/extend",
        arrivals.ReservationExtend.as_view(),
        name="reservation-extend",
    ),
    path(
        f"{_RESERVATION}/approve",
        reservation_requests.ReservationApprove.as_view(),
        name="reservation-approve",
    ),
    path(
        f"{_RESERVATION}/decline",
        reservation_requests.ReservationDecline.as_view(),
        name="reservation-decline",
    ),
    path(
        f"{_RESERVATION}/check-in",
        arrivals.ReservationCheckIn.as_view(),
        name="reservation-check-in",
    ),
    path(
        f"{_RESERVATION}/check-in/undo",
        arrivals.ReservationCheckInUndo.as_view(),
        name="reservation-check-in-undo",
    ),
    path(
        f"{_RESERVATION}/no-show",
        arrivals.ReservationNoShow.as_view(),
        name="reservation-no-show",
    ),
    path(
        f"{_RESERVATION}/no-show/undo",
        arrivals.ReservationNoShowUndo.as_view(),
        name="reservation-no-show-undo",
    ),
    path("waitlist", waitlist.WaitlistList.as_view(), name="waitlist-list"),
    path("waitlist/<wish:wish_id>", waitlist.WaitlistDetail.as_view(), name="waitlist-detail"),
]

_CREDIT: Final = "credits/<crd:credit_id>"
_credits = [
    path("packages", packages.PackageList.as_view(), name="package-list"),
    path("packages/<pkg:package_id>", packages.PackageDetail.as_view(), name="package-detail"),
    path(f"{_CUSTOMER}/credits", credit_views.CustomerCredits.as_view(), name="credit-list"),
    path(_CREDIT, credit_views.CreditDetail.as_view(), name="credit-detail"),
    path(f"{_CREDIT}/entries", credit_views.CreditEntries.as_view(), name="credit-entry-list"),
]

_vouchers = [
    path("vouchers", vouchers.VoucherList.as_view(), name="voucher-list"),
    path("vouchers/<vou:voucher_id>", vouchers.VoucherDetail.as_view(), name="voucher-detail"),
]

_reports = [path("reports/booking", reports.BookingReport.as_view(), name="report-booking")]

_payments = [
    path("payments", payments.PaymentList.as_view(), name="payment-list"),
    path(
        "payments/create-payment-intent",
        payments.PaymentIntentCreate.as_view(),
        name="payment-create-intent",
    ),
    path("payments/confirm", payments.PaymentConfirm.as_view(), name="payment-confirm"),
    path("payments/refund", payments.PaymentRefund.as_view(), name="payment-refund"),
    path("payments/<pay:payment_id>", payments.PaymentDetail.as_view(), name="payment-detail"),
]

_health = [
    path("health", health.Liveness.as_view(), name="health"),
    path("health/db", health.DatabaseHealth.as_view(), name="health-db"),
    path("health/redis", health.RedisHealth.as_view(), name="health-redis"),
    path("monitoring/health", health.PlatformHealth.as_view(), name="monitoring-health"),
]

_docs = [
    path("openapi.json", docs.show_openapi, name="openapi"),
    path("docs", docs.show_swagger, name="docs"),
    path("redoc", docs.show_redoc, name="redoc"),
    path("redoc.js", docs.send_redoc_script, name="redoc-script"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *_auth,
    *_api_keys,
    *_agency,
    *_customers,
    *_hosting,
    *_plans,
    *_domains,
    *_booking,
    *_credits,
    *_vouchers,
    *_payments,
    *_reports,
    *_health,
    *_docs,
]
