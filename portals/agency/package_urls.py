"""Addresses of packages, credits and vouchers in the agency portal."""

from __future__ import annotations

from django.urls import path

from portals.agency.views.booking import customer_credits, packages, vouchers
from portals.shared import converters  # noqa: F401  makes <pkg:…>, <crd:…> … known

package_urls = [
    path("packages/", packages.list_packages, name="package-list"),
    path("packages/new/", packages.add_package, name="package-create"),
    path("packages/<pkg:public_id>/", packages.show_package, name="package-detail"),
    path("packages/<pkg:public_id>/edit/", packages.edit_package, name="package-change"),
    path("packages/<pkg:public_id>/archive/", packages.archive, name="package-archive"),
    path("credits/<crd:public_id>/correct/", customer_credits.correct, name="credit-correct"),
]
customer_credit_urls = [
    path("<cus:public_id>/credits/", customer_credits.list_credits, name="credit-list"),
    path("<cus:public_id>/credits/new/", customer_credits.grant, name="credit-grant"),
]
voucher_urls = [
    path("", vouchers.list_vouchers, name="voucher-list"),
    path("new/", vouchers.add_voucher, name="voucher-create"),
    path("<vou:public_id>/", vouchers.show_voucher, name="voucher-detail"),
    path("<vou:public_id>/edit/", vouchers.edit_voucher, name="voucher-change"),
    path("<vou:public_id>/end/", vouchers.end, name="voucher-end"),
]
