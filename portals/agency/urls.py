"""Addresses of the agency portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from portals.agency.package_urls import customer_credit_urls, package_urls, voucher_urls
from portals.agency.views import (
    activity,
    api_keys,
    brand,
    closing,
    contacts,
    customer_tools,
    customers,
    dashboard,
    data,
    domains,
    exports,
    imports,
    incidents,
    live,
    members,
    payments,
    plan,
    security,
    settings,
    site_tools,
    sites,
    support,
    till,
)
from portals.agency.views.booking import (
    arrivals,
    calendar,
    equipment,
    hours,
    locations,
    moving,
    notes,
    outside,
    photos,
    rates,
    reports,
    requests,
    reservations,
    series,
    share,
    spaces,
    waiting,
)
from portals.shared import converters  # noqa: F401  makes <cus:…>, <site:…> … known
from portals.shared.urls import branded_urls, feed_urls, view_urls
from portals.shared.views import palette

handler400 = "portals.shared.errors.bad_request"
handler403 = "portals.shared.errors.permission_denied"
handler404 = "portals.shared.errors.not_found"
handler500 = "portals.shared.errors.server_error"

customer_urls = [
    path("", customers.list_customers, name="customer-list"),
    path("export/", exports.export_customers, name="customer-export"),
    path("import/", imports.upload, name="customer-import"),
    path("import/template/", imports.download_template, name="customer-template-download"),
    path("import/<cim:public_id>/", imports.show_import, name="customer-import-detail"),
    path("import/<cim:public_id>/run/", imports.run, name="customer-import-run"),
    path("import/<cim:public_id>/lines/", imports.download_lines, name="customer-import-download"),
    path("bulk/", customer_tools.act_on_many, name="customer-bulk"),
    path("bulk/undo/", customer_tools.undo_many, name="customer-bulk-undo"),
    path("new/", customers.add_customer, name="customer-create"),
    path("<cus:public_id>/", customers.show_customer, name="customer-detail"),
    path("<cus:public_id>/edit/", customers.edit_customer, name="customer-change"),
    path("<cus:public_id>/archive/", customers.archive, name="customer-archive"),
    path("<cus:public_id>/restore/", customers.restore, name="customer-restore"),
    *customer_credit_urls,
    path("<cus:public_id>/invite/", contacts.invite, name="contact-invite"),
]
contact_urls = [
    path("<con:public_id>/resend/", contacts.resend, name="contact-resend"),
    path("<con:public_id>/role/", contacts.change_role, name="contact-change-role"),
    path("<con:public_id>/remove/", contacts.remove, name="contact-remove"),
    path("<con:public_id>/factors/", security.reset_contact, name="contact-reset-factors"),
]
member_urls = [
    path("", members.list_members, name="member-list"),
    path("export/", exports.export_members, name="member-export"),
    path("invite/", members.invite, name="member-invite"),
    path("<mem:public_id>/role/", members.change_role, name="member-change-role"),
    path("<mem:public_id>/remove/", members.remove, name="member-remove"),
    path("<mem:public_id>/factors/", security.reset_member, name="member-reset-factors"),
    path("invitations/<inv:public_id>/revoke/", members.revoke, name="invitation-revoke"),
]
site_urls = [
    path("", sites.list_sites, name="site-list"),
    path("export/", exports.export_sites, name="site-export"),
    path("new/", sites.add_site, name="site-create"),
    path("<site:public_id>/", sites.show_site, name="site-detail"),
    path("bulk/", site_tools.act_on_many, name="site-bulk"),
    path("<site:public_id>/clone/", site_tools.clone, name="site-clone"),
    path("<site:public_id>/push/", site_tools.push, name="site-push"),
    path("<site:public_id>/step-back/", site_tools.step_back, name="site-step-back"),
    path("<site:public_id>/discard/", site_tools.discard, name="site-discard"),
    path("<site:public_id>/php/", site_tools.change_php, name="site-php"),
    path("<site:public_id>/deploy/", sites.deploy, name="site-deploy"),
    path("<site:public_id>/cancel/", sites.cancel, name="site-cancel"),
    path("<site:public_id>/suspend/", sites.suspend, name="site-suspend"),
    path("<site:public_id>/resume/", sites.resume, name="site-resume"),
    path("<site:public_id>/restart/", sites.restart, name="site-restart"),
    path("<site:public_id>/login/", sites.login, name="site-login"),
    path("<site:public_id>/delete/", sites.delete, name="site-delete"),
]
location_urls = [
    path("", locations.list_locations, name="location-list"),
    path("new/", locations.add_location, name="location-create"),
    path("<loc:public_id>/", locations.show_location, name="location-detail"),
    path("<loc:public_id>/edit/", locations.edit_location, name="location-change"),
    path("<loc:public_id>/archive/", locations.archive, name="location-archive"),
    path("<loc:public_id>/days/", locations.add_days_off, name="location-days-off"),
    path("<loc:public_id>/equipment/", equipment.add_equipment, name="equipment-create"),
    path("days/<opx:public_id>/remove/", locations.remove_days_off, name="days-off-remove"),
]
equipment_urls = [
    path("<eqp:public_id>/", equipment.show_equipment, name="equipment-detail"),
    path("<eqp:public_id>/edit/", equipment.edit_equipment, name="equipment-change"),
    path("<eqp:public_id>/archive/", equipment.archive, name="equipment-archive"),
]
space_urls: list[URLPattern | URLResolver] = [
    path("", spaces.list_spaces, name="space-list"),
    path("locations/", include(location_urls)),
    path("equipment/", include(equipment_urls)),
    path("vouchers/", include(voucher_urls)),
    *package_urls,
    path("new/", spaces.add_space, name="space-create"),
    path("<spc:public_id>/", spaces.show_space, name="space-detail"),
    path("<spc:public_id>/edit/", spaces.edit_space, name="space-change"),
    path("<spc:public_id>/archive/", spaces.archive, name="space-archive"),
    path("<spc:public_id>/hours/", hours.change, name="space-hours"),
    path("<spc:public_id>/rates/", rates.change, name="space-rates"),
    path("<spc:public_id>/rates/hours/", rates.add_peak, name="space-peak-add"),
    path("<spc:public_id>/rates/hours/remove/", rates.remove_peak, name="space-peak-remove"),
    path("<spc:public_id>/photos/", photos.list_photos, name="space-photos"),
    path("photos/<pho:public_id>/describe/", photos.describe, name="photo-describe"),
    path("photos/<pho:public_id>/first/", photos.put_first, name="photo-first"),
    path("photos/<pho:public_id>/remove/", photos.remove, name="photo-remove"),
    path("<spc:public_id>/share/", share.share_space, name="space-share"),
    path("widget/<wst:public_id>/remove/", share.remove_site, name="widget-site-remove"),
    path("<spc:public_id>/calendars/", outside.list_calendars, name="outside-list"),
    path("calendars/<ocal:public_id>/read/", outside.read_now, name="outside-read"),
    path("calendars/<ocal:public_id>/remove/", outside.remove, name="outside-remove"),
    path("<spc:public_id>/waiting/", waiting.list_wishes, name="wish-list"),
    path("waiting/<wish:public_id>/offer/", waiting.offer, name="wish-offer"),
    path("waiting/<wish:public_id>/leave/", waiting.drop, name="wish-leave"),
]
calendar_urls = [
    path("", calendar.show_calendar, name="calendar"),
    path("<spc:public_id>/book/", calendar.book, name="reservation-create"),
    path("<spc:public_id>/book/repeat/", series.book_again, name="series-create"),
    path("<spc:public_id>/block/", calendar.block, name="block-create"),
    path("blocks/<blk:public_id>/", calendar.show_block, name="block-detail"),
    path("blocks/<blk:public_id>/lift/", calendar.lift, name="block-lift"),
    path("conflicts/", outside.list_conflicts, name="conflict-list"),
    path("conflicts/<oev:public_id>/ignore/", outside.ignore, name="conflict-ignore"),
    path("conflicts/<oev:public_id>/retry/", outside.retry, name="conflict-retry"),
]
report_urls = [
    path("", reports.show, name="report-detail"),
    path("download/", reports.download, name="report-download"),
    path("mail/", reports.choose_mail, name="report-mail"),
    path("mail/stop/", reports.stop_mail, name="report-mail-stop"),
]
reservation_urls = [
    path("", reservations.list_reservations, name="reservation-list"),
    path("export/", reservations.export_reservations, name="reservation-export"),
    path("<res:public_id>/", reservations.show_reservation, name="reservation-detail"),
    path("<res:public_id>/approve/", requests.approve, name="reservation-approve"),
    path("<res:public_id>/decline/", requests.decline, name="reservation-decline"),
    path("<res:public_id>/check-in/", arrivals.note_arrival, name="reservation-check-in"),
    path(
        "<res:public_id>/check-in/undo/",
        arrivals.take_back_arrival,
        name="reservation-check-in-undo",
    ),
    path("<res:public_id>/no-show/", arrivals.note_absence, name="reservation-no-show"),
    path(
        "<res:public_id>/no-show/undo/",
        arrivals.take_back_absence,
        name="reservation-no-show-undo",
    ),
    path("<res:public_id>/move/", moving.move, name="reservation-move"),
    path("<res:public_id>/equipment/", moving.equip, name="reservation-equipment"),
    path("<res:public_id>/notes/", notes.note, name="reservation-notes"),
    path("<res:public_id>/extend/", moving.extend, name="reservation-extend"),
    path("<res:public_id>/cancel/", reservations.cancel, name="reservation-cancel"),
]
payment_urls = [
    path("", payments.list_payments, name="payment-list"),
    path("export/", payments.export_payments, name="payment-export"),
    path("<pay:public_id>/", payments.show_payment, name="payment-detail"),
    path("<pay:public_id>/refund/", payments.refund, name="payment-refund"),
    path("<pay:public_id>/received/", payments.note_transfer, name="payment-received"),
    path("refunds/<ref:public_id>/sent/", payments.note_refund, name="refund-sent"),
]
domain_urls = [
    path("", domains.list_domains, name="domain-list"),
    path("new/", domains.add, name="domain-create"),
    path("<dom:public_id>/", domains.show_domain, name="domain-detail"),
    path("<dom:public_id>/check/", domains.check, name="domain-check"),
    path("<dom:public_id>/portal/", domains.change_portal, name="domain-change"),
    path("<dom:public_id>/primary/", domains.make_primary, name="domain-primary"),
    path("<dom:public_id>/remove/", domains.remove, name="domain-remove"),
]
api_key_urls = [
    path("", api_keys.list_api_keys, name="api-key-list"),
    path("new/", api_keys.add_api_key, name="api-key-create"),
    path("guide/", api_keys.show_guide, name="api-guide"),
    path("<key:public_id>/", api_keys.edit_api_key, name="api-key-detail"),
    path("<key:public_id>/created/", api_keys.show_new_api_key, name="api-key-created"),
    path("<key:public_id>/revoke/", api_keys.revoke, name="api-key-revoke"),
]
plan_urls = [
    path("", plan.show_plan, name="plan-detail"),
    path("warnings/", plan.show_warnings, name="plan-warnings"),
    path("change/", plan.change_plan, name="plan-change"),
    path("cancel/", plan.cancel_plan, name="plan-cancel"),
    path("undo/", plan.undo_plan_change, name="plan-undo"),
]
activity_urls = [
    path("", activity.list_activity, name="activity-list"),
    path("export/", activity.export, name="activity-export"),
    path("<act:public_id>/", activity.show_line, name="activity-detail"),
]
support_urls = [
    path("", support.edit_support, name="support-change"),
    path("<imp:public_id>/", support.show_session, name="support-detail"),
]
incident_urls = [
    path("", incidents.list_incidents, name="incident-list"),
    path("new/", incidents.add_incident, name="incident-create"),
    path("<inc:public_id>/", incidents.show_incident, name="incident-detail"),
    path("<inc:public_id>/edit/", incidents.edit_incident, name="incident-change"),
]
data_urls = [
    path("", data.show_data, name="data-detail"),
    path("exports/", data.ask_for_export, name="export-create"),
    path("exports/<exp:public_id>/", data.download_export, name="export-download"),
    path("close/", closing.close_agency, name="closing-begin"),
    path("keep/", closing.keep_agency, name="closing-withdraw"),
]
live_urls = [
    path("calendar", live.follow_calendar, name="live-calendar"),
    path("dashboard", live.follow_dashboard, name="live-dashboard"),
    path("domains", live.follow_domains, name="live-domains"),
    path("sites", live.follow_sites, name="live-sites"),
    path("sites/<site:public_id>", live.follow_site, name="live-site"),
    path("operations/<op:public_id>", live.follow_operation, name="live-operation"),
]
app_patterns: list[URLPattern | URLResolver] = [
    path("", dashboard.show_dashboard, name="dashboard"),
    path("customers/", include(customer_urls)),
    path("contacts/", include(contact_urls)),
    path("people/", include(member_urls)),
    path("sites/", include(site_urls)),
    path("spaces/", include(space_urls)),
    path("calendar/", include(calendar_urls)),
    path("reservations/", include(reservation_urls)),
    path("payments/", include(payment_urls)),
    path("settings/payments/", till.edit_till, name="payment-account-change"),
    path("settings/payments/stripe/", till.open_stripe, name="stripe-open"),
    path("settings/payments/stripe/connect/", till.connect, name="stripe-connect"),
    path("reports/", include(report_urls)),
    path("settings/", brand.edit_brand, name="brand-change"),
    path("settings/preview/", brand.show_brand_preview, name="brand-preview"),
    path("settings/preview.css", brand.preview_css, name="brand-preview-css"),
    path("settings/plan/", include(plan_urls)),
    path("settings/security/", security.edit_security, name="security-change"),
    path("settings/api-keys/", include(api_key_urls)),
    path("views/", include(view_urls)),
    path("feeds/", include(feed_urls)),
    path("search/", palette.search, name="search"),
    path("shortcuts/", palette.change_shortcuts, name="shortcuts-change"),
    path("profile/", settings.edit_own_profile, name="profile-change"),
    path("settings/domains/", include(domain_urls)),
    path("settings/status/", include(incident_urls)),
    path("settings/activity/", include(activity_urls)),
    path("settings/support/", include(support_urls)),
    path("settings/data/", include(data_urls)),
    path("live/", include(live_urls)),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *branded_urls,
    path("api/v1/", include("portals.api.v1.urls")),
    path("", include((app_patterns, "agency"))),
]
