"""The look of the staff admin."""

from django.templatetags.static import static

UNFOLD = {
    "SITE_TITLE": "Spotex",
    "SITE_HEADER": "Spotex",
    "SITE_SUBHEADER": "Staff",
    "SITE_SYMBOL": "hub",
    "SITE_FAVICONS": [{"rel": "icon", "href": "data:,"}],
    "STYLES": [lambda _request: static("staff/dashboards.css")],
    "SITE_URL": "portals.admin.sidebar.find_public_site",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "ACCOUNT": {"navigation": "portals.admin.sidebar.list_account_links"},
    "COMMAND": {"search_models": True},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "navigation": "portals.admin.sidebar.list_entries",
    },
    "COLORS": {
        "primary": {  # the slate of the platform's own pages
            "50": "oklch(97.6% .004 262)",
            "100": "oklch(94.6% .008 262)",
            "200": "oklch(89.4% .014 262)",
            "300": "oklch(80.5% .024 262)",
            "400": "oklch(73.0% .046 262)",
            "500": "oklch(66.0% .062 262)",
            "600": "oklch(45.0% .070 262)",
            "700": "oklch(38.5% .060 262)",
            "800": "oklch(32.0% .048 262)",
            "900": "oklch(26.5% .036 262)",
            "950": "oklch(19.0% .026 262)",
        },
    },
}
