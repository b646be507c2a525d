"""The API: how calls are read and answered, and what its document says."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portals.api.auth.TokenAuthentication",
        "portals.api.keys.KeyAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portals.api.auth.VerifiedActor"],
    "DEFAULT_RENDERER_CLASSES": ["portals.api.renderers.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portals.api.parsing.StrictJsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "portals.api.renderers.AlwaysJson",
    "DEFAULT_THROTTLE_CLASSES": ["portals.api.throttling.PlanThrottle"],
    "DEFAULT_SCHEMA_CLASS": "portals.api.schema.OperationSchema",
    "EXCEPTION_HANDLER": "portals.api.errors.handle_exception",
    "UNAUTHENTICATED_USER": None,
}

_API_ID = "_[0-9a-hjkmnp-tv-z]{26}$"
SPECTACULAR_SETTINGS = {
    "TITLE": "Spotex API",
    "DESCRIPTION": (
        "Customers, WordPress sites and the work on them, spaces and who books them. Every answer has the same envelope; "
        "every error has a `code` for programs and a `message` for people. Times are ISO 8601 in "
        "UTC, ids are typed. Unknown fields and parameters are refused."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "DEFAULT_GENERATOR_CLASS": "portals.api.schema.ApiGenerator",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["portals.api.schema.complete_document"],
    "PATH_CONVERTER_OVERRIDES": {
        name: {"type": "string", "pattern": f"^{name}{_API_ID}"}
        for name in (
            *("cus", "con", "site", "op", "ses", "dom", "mem", "inv", "user", "key", "act"),
            *("agency", "loc", "spc", "res", "pay", "eqp", "pkg", "crd", "vou", "pho"),
        )
    }
    | {
        "slot": {
            "type": "string",
            "pattern": f"^slot{_API_ID[:-1]}_[0-9]{{8}}t[0-9]{{4}}z_[0-9]{{1,5}}$",
        }
    },
    "TAGS": [
        {"name": name}
        for name in (
            *(
                "auth",
                "api-keys",
                "tenants",
                "members",
                "users",
                "branding",
                "customers",
                "contacts",
                "websites",
                "operations",
            ),
            "activity",
            "portal-domains",
            *("locations", "spaces", "photos", "equipment", "slots", "reservations"),
            *("packages", "credits", "vouchers", "payments"),
            "subscriptions",
            "health",
        )
    ],
}
