"""All settings, read from the environment. A wrong or missing value stops the start clearly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from spotex.configuration import domains as _domains
from spotex.configuration.admin import UNFOLD  # noqa: F401  settings
from spotex.configuration.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401  settings
from spotex.configuration.booking import *  # noqa: F403  holds
from spotex.configuration.containers import (  # noqa: F401  settings
    SPOTEX_DOCKER_HOST,
    SPOTEX_DOCKER_PREFIX,
    SPOTEX_SITE_CPUS,
    SPOTEX_SITE_DATABASE_MEMORY_MB,
    SPOTEX_SITE_MEMORY_MB,
    SPOTEX_SITE_PROCESSES,
)
from spotex.configuration.domains import *  # noqa: F403  own domains, certificates
from spotex.configuration.identity import *  # noqa: F403  passwords, allauth, second factors
from spotex.configuration.logs import describe_logging
from spotex.configuration.pages import TEMPLATES  # noqa: F401  settings
from spotex.configuration.payments import *  # noqa: F403  keys of payment providers
from spotex.configuration.security import CONTENT_SECURITY_POLICY  # noqa: F401  settings

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- Mode ---------------------------------------------------------------------------------------

SPOTEX_MODE = env("SPOTEX_MODE", default="development")
if SPOTEX_MODE not in {"development", "production", "test"}:
    raise ImproperlyConfigured(
        f"SPOTEX_MODE is {SPOTEX_MODE!r}; use development, production or test.",
    )
PRODUCTION = SPOTEX_MODE == "production"
DEBUG = False  # error pages are designed; a stack trace is read in the log

if PRODUCTION and not env("SECRET_KEY", default=""):
    raise ImproperlyConfigured("SECRET_KEY is required when SPOTEX_MODE is production.")
SECRET_KEY = env("SECRET_KEY", default="development-only-key-that-protects-nothing-at-all")
DATA_DIR = Path(env("SPOTEX_DATA_DIR", default=str(BASE_DIR / ".spotex"))).expanduser().resolve()

# --- Hosts --------------------------------------------------------------------------------------

SPOTEX_BASE_DOMAIN = env("SPOTEX_BASE_DOMAIN", default="localhost").lower()
SPOTEX_PORT = env.int("SPOTEX_PORT", default=8000)
SPOTEX_DOMAIN_TARGET = _domains.read_target(SPOTEX_BASE_DOMAIN)
SPOTEX_TLS_LOG = _domains.read_log(DATA_DIR)
SPOTEX_TLS_ROOTS = _domains.read_roots(DATA_DIR)
_SECURE = PRODUCTION or _domains.SPOTEX_TLS != "off"
SPOTEX_URL_SCHEME = env("SPOTEX_URL_SCHEME", default="https" if _SECURE else "http")
SPOTEX_URL_PORT = _domains.read_url_port(production=PRODUCTION, port=SPOTEX_PORT)
SPOTEX_MAIL_DOMAIN = env("SPOTEX_MAIL_DOMAIN", default=SPOTEX_BASE_DOMAIN)
SPOTEX_SUPPORT_EMAIL = env("SPOTEX_SUPPORT_EMAIL", default=f"support@{SPOTEX_MAIL_DOMAIN}")
SPOTEX_LISTEN_FOR_HOSTS = env.bool("SPOTEX_LISTEN_FOR_HOSTS", default=SPOTEX_MODE != "test")
ALLOWED_HOSTS = ["*"]  # portals.middleware answers 404 for every host that is nobody's
ROOT_URLCONF = "spotex.urls"
WSGI_APPLICATION = "spotex.wsgi.application"

# --- Applications -------------------------------------------------------------------------------

SHARED_APPS = [
    "spotex.kernel",
    "unfold.apps.BasicAppConfig",  # before django_tenants, whose admin templates would win
    "tenants",  # before django_tenants, whose migrate_schemas it replaces
    "django_tenants",
    "hosting.operations",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "portals.admin.apps.StaffAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "rest_framework_simplejwt",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
    "portals",
]
TENANT_APPS = [
    "spotex.kernel",
    "tenants.customers",
    "tenants.billing",
    "hosting",
    "booking",
    "catalog",
    "catalog.procurement",
    "support",
    "support.notifications",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS)]
TENANT_MODEL = "tenants.Agency"
TENANT_DOMAIN_MODEL = "tenants.Domain"
AUTH_USER_MODEL = "tenants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "portals.middleware.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portals.middleware.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portals.middleware.hosts.HostMiddleware",
    "csp.middleware.CSPMiddleware",
    "portals.middleware.sessions.PortalSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portals.middleware.actors.ActorMiddleware",
    "portals.middleware.devices.DeviceMiddleware",
    "portals.middleware.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portals.middleware.support.SupportMiddleware",
    "portals.middleware.errors.DomainErrorMiddleware",
]


COTTON_ISOLATE_BY_DEFAULT = True  # a component sees its parameters, nothing else

# --- Data ---------------------------------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/spotex"),
        "ENGINE": "spotex.postgresql",
        "POOLER": env("SPOTEX_DATABASE_POOLER", default=""),
        "AGENCIES_PER_CONNECTION": env.int("SPOTEX_AGENCIES_PER_CONNECTION", default=150),
        "CONN_MAX_AGE": env.int("SPOTEX_CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    },
}
# A server that is silent holds a thread for moments, not until the system gives up.
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "tcp_user_timeout": 30_000,
    **DATABASES["default"].get("OPTIONS", {}),
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
SPOTEX_REDIS_TIMEOUT = env.float("SPOTEX_REDIS_TIMEOUT", default=2.0)
"""Seconds to wait for an answer of Redis."""
_REDIS_OPTIONS = {
    "socket_connect_timeout": SPOTEX_REDIS_TIMEOUT,
    "socket_timeout": SPOTEX_REDIS_TIMEOUT,
    "health_check_interval": 30,
    "retry": Retry(NoBackoff(), retries=1),  # a connection that Redis closed meanwhile
}
CACHES = {
    # Global: limits on log-ins must not multiply with the number of hosts.
    "default": {
        "BACKEND": "spotex.kernel.caches.CountingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": _REDIS_OPTIONS,
        "KEY_PREFIX": "spotex",
    },
    # One name space an agency.
    "agency": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": _REDIS_OPTIONS,
        "KEY_PREFIX": "agency",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [path for path in [BASE_DIR / "static" / "dist"] if path.exists()]
MEDIA_ROOT = DATA_DIR / "media"
SPOTEX_EXPORTS_DIR = Path(env("SPOTEX_EXPORTS_DIR", default=str(DATA_DIR / "exports")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "spotex" / "locale"]
FORMAT_MODULE_PATH = ["spotex.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Rome"

# --- Identity: spotex/configuration/identity.py -------------------------------------------------

ACCOUNT_DEFAULT_HTTP_PROTOCOL = SPOTEX_URL_SCHEME
SPOTEX_CLOSING_DAYS = env.int("SPOTEX_CLOSING_DAYS", default=30)
SPOTEX_SLUG_KEPT_DAYS = env.int("SPOTEX_SLUG_KEPT_DAYS", default=90)
SPOTEX_SIGNUPS_PER_HOUR = env.int("SPOTEX_SIGNUPS_PER_HOUR", default=10 if PRODUCTION else 1_000)
"""New agencies from one address; each costs a schema."""
SPOTEX_SPARE_SCHEMAS = env.int("SPOTEX_SPARE_SCHEMAS", default=10 if PRODUCTION else 2)
"""Schemas kept ready for new agencies."""
SPOTEX_INVITATIONS_PER_HOUR = env.int("SPOTEX_INVITATIONS_PER_HOUR", default=100)
"""Invitations that one agency may mail."""
SPOTEX_INVITATIONS_PER_RECIPIENT = env.int("SPOTEX_INVITATIONS_PER_RECIPIENT", default=5)
"""Invitations a day that reach one mailbox, from all agencies together."""
SPOTEX_AUTO_VERIFY_EMAIL = env.bool("SPOTEX_AUTO_VERIFY_EMAIL", default=False)
if PRODUCTION and SPOTEX_AUTO_VERIFY_EMAIL:
    raise ImproperlyConfigured("SPOTEX_AUTO_VERIFY_EMAIL is for development only; unset it.")

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "USER_ID_FIELD": "public_id",
    "USER_ID_CLAIM": "user",
    "UPDATE_LAST_LOGIN": False,
}

# --- Mail ---------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env("SPOTEX_FROM_EMAIL", default=f"no-reply@{SPOTEX_MAIL_DOMAIN}")
SPOTEX_MAILBOX = env.bool("SPOTEX_MAILBOX", default=not PRODUCTION)
"""Keep mails readable on the local mailbox page instead of sending them."""
if PRODUCTION and SPOTEX_MAILBOX:
    raise ImproperlyConfigured("SPOTEX_MAILBOX shows everybody's mail; it is for development.")
EMAIL_TIMEOUT = 10  # seconds that a silent mail server may cost a worker
if SPOTEX_MAILBOX:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
else:
    vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25"))

# --- Background work ----------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3_600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TIMEZONE = "UTC"

# --- Hosting ------------------------------------------------------------------------------------

SPOTEX_SITE_ENGINE = env("SPOTEX_SITE_ENGINE", default="embedded")
SPOTEX_SITES_DIR = Path(env("SPOTEX_SITES_DIR", default=str(DATA_DIR / "sites")))
SPOTEX_RUN_DIR = Path(env("SPOTEX_RUN_DIR", default=str(DATA_DIR / "run")))
SPOTEX_WORDPRESS_DIR = Path(env("SPOTEX_WORDPRESS_DIR", default=str(DATA_DIR / "wordpress")))
SPOTEX_SPARE_SITES = env.int("SPOTEX_SPARE_SITES", default=1)
"""Sites of each language that wait installed, so that a new one is there at once; 0 for none."""
SPOTEX_SPARE_LANGUAGES = env.list("SPOTEX_SPARE_LANGUAGES", default=["it_IT"])
SPOTEX_SPARE_MEMORY_MB = env.int("SPOTEX_SPARE_MEMORY_MB", default=500)
"""With less free memory than this no further spare is prepared."""
SPOTEX_OPERATION_DAYS = env.int("SPOTEX_OPERATION_DAYS", default=90)
"""How long finished work is kept; the last of each site stays."""

# --- API ----------------------------------------------------------------------------------------

SPOTEX_API_ANONYMOUS_PER_MINUTE = env.int("SPOTEX_API_ANONYMOUS_PER_MINUTE", default=60)
"""Calls without a token, a minute and address; with a token the agency's plan counts."""
SPOTEX_CALLER_SECONDS = env.float("SPOTEX_CALLER_SECONDS", default=1.0)
"""For how long a list remembers who sent a token; a change of rights counts after it."""

# --- Security -----------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "__Host-session" if _SECURE else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if _SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "portals.shared.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # the proxy redirects to TLS

# --- Logs ---------------------------------------------------------------------------------------

SPOTEX_METRICS_TOKEN = env("SPOTEX_METRICS_TOKEN", default="")
"""Who sends it as a bearer token may read /metrics and /health/vitals; empty: nobody."""
LOGGING = describe_logging(env, production=PRODUCTION)
