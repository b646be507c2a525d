"""Addresses that several portals share: accounts, brand, language."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from django.urls import path, re_path

from portals.shared import converters  # noqa: F401  makes <view:…> and <ses:…> known
from portals.shared.factors import views
from portals.shared.views import (
    brand,
    feeds,
    gallery,
    invitations,
    language,
    photos,
    saved_views,
    security,
    status,
    support,
)

account_urls = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(
        "accounts/confirm-email/",
        account.email_verification_sent,
        name="account_email_verification_sent",
    ),
    re_path(
        r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
        account.confirm_email,
        name="account_confirm_email",
    ),
]
factor_urls = [
    path("security/", security.show_security, name="mfa_index"),
    path("accounts/2fa/", views.SignInStep.as_view(), name="mfa_authenticate"),
    path("accounts/2fa/confirm/", base.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/app/", views.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("accounts/2fa/app/remove/", views.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("accounts/2fa/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/codes/new/", views.RenewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("accounts/2fa/passkeys/new/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "accounts/2fa/passkeys/confirm/",
        views.ConfirmByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "accounts/2fa/passkeys/sign-in/",
        views.SignInByPasskey.as_view(),
        name="mfa_login_webauthn",
    ),
    path(
        "accounts/2fa/passkeys/<int:pk>/rename/",
        views.RenamePasskey.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "accounts/2fa/passkeys/<int:pk>/remove/",
        views.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
]
device_urls = [
    path("devices/", security.list_devices, name="device-list"),
    path("devices/end/", security.end_all_devices, name="device-end-all"),
    path("devices/<ses:public_id>/end/", security.end_device, name="device-end"),
]
person_urls = [*account_urls, *factor_urls, *device_urls]
language_urls = [
    path("i18n/setlang/", language.choose, name="set_language"),
    path("_ui/", gallery.show_gallery, name="gallery"),
]
view_urls = [
    path("new/", saved_views.add_view, name="view-create"),
    path("<view:public_id>/", saved_views.edit_view, name="view-detail"),
    path("<view:public_id>/query/", saved_views.replace_query, name="view-query"),
    path("<view:public_id>/default/", saved_views.choose_default, name="view-default"),
    path("<view:public_id>/delete/", saved_views.delete, name="view-delete"),
]
feed_urls = [
    path("", feeds.list_feeds, name="feed-list"),
    path("<feed:public_id>/", feeds.show_new_feed, name="feed-created"),
    path("<feed:public_id>/renew/", feeds.renew, name="feed-renew"),
    path("<feed:public_id>/revoke/", feeds.revoke, name="feed-revoke"),
]
photo_urls = [
    path("photos/<pho:public_id>.jpg", photos.send_large, name="photo-large"),
    path("photos/<pho:public_id>-small.jpg", photos.send_small, name="photo-small"),
]
feed_file_urls = [path("calendars/<str:secret>.ics", feeds.send_feed, name="feed-file")]
brand_urls = [
    path("brand/<slug:digest>.css", brand.brand_css, name="brand-css"),
    path("brand/<str:filename>", brand.brand_logo, name="brand-logo"),
]
invitation_urls = [
    path("invitations/<str:token>/", invitations.accept_invitation, name="invitation"),
]
support_urls = [
    path("support/begin/<str:token>/", support.begin, name="support-begin"),
    path("support/end/", support.end, name="support-end"),
]
status_urls = [path("status/", status.show_status, name="status-page")]
branded_urls = [
    *person_urls,
    *language_urls,
    *brand_urls,
    *invitation_urls,
    *support_urls,
    *status_urls,
    *feed_file_urls,
    *photo_urls,
]
