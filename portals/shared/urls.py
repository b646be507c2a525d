"""Addresses that several portals share: accounts, brand, language."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path, re_path

from portals.shared import converters  # noqa: F401  makes <view:…> known
from portals.shared.views import brand, gallery, invitations, language, saved_views, support

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
branded_urls = [*account_urls, *language_urls, *brand_urls, *invitation_urls, *support_urls]
