"""Every setting in one file. Production is the default; `PRIFORA_DEVELOPMENT=1` is for one's own machine."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from prifora.kernel import env
from prifora.logs import configure as configure_logs

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT = env.flag("PRIFORA_DEVELOPMENT")
TESTING = env.flag("PRIFORA_TESTING")
DATA_DIR = Path(env.text("DATA_DIR", str(ROOT / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# Secrets: 32 random bytes each; the server refuses to start on missing or weak ones.
SECRET_KEY = env.secret("PRIFORA_SECRET_KEY").hex()
SEAL_KEY = env.secret("PRIFORA_SEAL_KEY")
BLIND_KEY = env.secret("PRIFORA_BLIND_KEY")
MLS_REMOVE_KEY = env.secret("PRIFORA_MLS_KEY")
KEYS_URL = env.text("KEYS_URL", str(DATA_DIR / "keys.sqlite3"))

ORIGIN = env.text("PRIFORA_ORIGIN", "http://127.0.0.1:8000" if DEVELOPMENT else "https://prifora.invalid")
SECURE = ORIGIN.startswith("https://")
ALLOWED_HOSTS = env.listing("PRIFORA_HOSTS", urlsplit(ORIGIN).hostname or "")
if DEVELOPMENT:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost"]
if TESTING:
    ALLOWED_HOSTS += ["testserver"]
ORIGINS = [ORIGIN, *env.listing("PRIFORA_MORE_ORIGINS")]
CSRF_TRUSTED_ORIGINS = ORIGINS

INSTALLED_APPS = [
    "prifora.staff.StaffAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_standardized_errors",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "accounts",
    "contacts",
    "media",
    "stations",
    "recovery",
    "books",
    "chat",
    "shop",
    "realtime",
    "notices",
    "figures",
    "payments",
    "plans",
    "tickets",
    "prospects",
    "support",
    "privacy",
]

MIDDLEWARE = [
    "prifora.kernel.problems.JsonProblems",
    "csp.middleware.CSPMiddleware",
    "prifora.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "prifora.language.OwnLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.RateLimitedIs429",
    "accounts.middleware.SignInIsWhole",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "prifora.urls"
ASGI_APPLICATION = "prifora.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "prifora" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


# a statement keeps the plan it was prepared with, so that must not be one for tables that are small yet: an
# index is used wherever there is one
POSTGRES = {"prepare_threshold": 2, "options": "-c enable_seqscan=off -c jit=off"}
# the pool waits ever longer between its tries: after 4 s it begins anew, so that it is soon back; a database
# that is cut off without a word is given up after 10 s, not when the kernel does
PATIENCE = {"connect_timeout": 4, "tcp_user_timeout": 10_000}
POOLED = {"pool": {"min_size": 2, "max_size": 12, "timeout": 4, "reconnect_timeout": 4}} | PATIENCE


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a postgres:// or sqlite:// address."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path) or str(DATA_DIR / "prifora.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;PRAGMA temp_store=MEMORY;"
                "PRAGMA wal_autocheckpoint=8000;PRAGMA cache_size=-16000;",
            },
            "TEST": {"NAME": env.text("TEST_DATABASE", str(DATA_DIR / "test.sqlite3"))},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "prifora",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": POSTGRES if TESTING else POSTGRES | POOLED,
        "TEST": {"NAME": env.text("TEST_DATABASE", "test_prifora")},
    }


def mail_host(backend: str) -> str:
    """Return where a mail backend sends; nothing for one that writes files; its own name when not known."""
    if backend.startswith("django.core.mail.backends.") and ".smtp." not in backend:
        return ""
    known = {
        "anymail.backends.mailjet.EmailBackend": "api.mailjet.com",
        "django.core.mail.backends.smtp.EmailBackend": "localhost",
    }
    return known.get(backend, backend)


def store_host(url: str) -> str:
    """Return the host of an s3:// address; nothing when files stay on this machine."""
    if not url:
        return ""
    endpoint = parse_qs(urlsplit(url).query).get("endpoint", ["https://s3.amazonaws.com"])[-1]
    return urlsplit(endpoint).hostname or ""


DATABASES = {"default": database(env.text("DATABASE_URL", "sqlite://"))}

REDIS_URL = env.text("REDIS_URL", "")
"""Empty: one process, nothing between processes. Else Redis or Valkey carries frames, tasks and limits."""

CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # rate limits live here: at Django's 300 entries, strangers could push each other's counts out
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if REDIS_URL:
    CACHES["default"] = {"BACKEND": "prifora.kernel.cache.ReturningRedisCache", "LOCATION": REDIS_URL}
CACHES["default"]["KEY_FUNCTION"] = "prifora.kernel.sealing.hidden_key"

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else {"polling_interval": 0.05}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_TIMEZONE = "UTC"
EMBEDDED_WORKER = not REDIS_URL and not TESTING

# Sign-in (django-allauth, headless)
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwords.AuthKeyValidator"}]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = CSRF_COOKIE_AGE = LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 90
CSRF_FAILURE_VIEW = "prifora.pages.csrf_failure"
LOGIN_URL = "/sign-in"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGIN_METHODS = {"phone", "username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "username*", "email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupFields"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_USERNAME_BLACKLIST = ["admin", "prifora", "root", "support", "station"]
HEADLESS_ONLY = True
HEADLESS_SERVE_SPECIFICATION = False
HEADLESS_CLIENTS = ("browser",)
HEADLESS_ADAPTER = "accounts.headless.HeadlessAdapter"
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": "/verify/{key}",
    "account_reset_password": "/reset",  # nosec B105
    "account_reset_password_from_key": "/reset/{key}",  # nosec B105
    "account_signup": "/sign-up",
}
MFA_ADAPTER = "accounts.mfa.SealedMfaAdapter"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way: clocks differ, and people type slowly (RFC 6238, 5.2)
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT or TESTING
MFA_TOTP_ISSUER = "PRIFORA"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SignedIn"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["prifora.kernel.bodies.JsonBody"],
    "DEFAULT_SCHEMA_CLASS": "prifora.schema.Schema",
    "EXCEPTION_HANDLER": "prifora.kernel.problems.answer_problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PRIFORA",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],
    "ENUM_NAME_OVERRIDES": {},
}

# Language: what the person reads in
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "prifora" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DEFAULT_REGION = "NL"

# Mail and text messages carry codes and notices, never content
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend"
    if DEVELOPMENT
    else "anymail.backends.mailjet.EmailBackend",
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
ANYMAIL = {
    "MAILJET_API_KEY": env.text("MAILJET_KEY", ""),
    "MAILJET_SECRET_KEY": env.text("MAILJET_SECRET", ""),
}
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "PRIFORA <noreply@prifora.invalid>")
SMS_URL = env.text("SMS_URL", "") if DEVELOPMENT or TESTING else env.text("SMS_URL")
"""Where text messages are posted; empty: they are written to DATA_DIR/sms (one's own machine only)."""

# Web push: the mail address of who runs this server, for the makers of browsers; empty: nobody is pushed to
PUSH_CONTACT = env.text("PUSH_CONTACT", "")
PUSH_HOSTS = (
    ["fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", "notify.windows.com"]
    if PUSH_CONTACT
    else []
)
"""No processors of ours: each browser has one by its maker, and it is reached only for who turns it on."""

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WEB_DIST = ROOT / "web" / "dist"
WHITENOISE_ROOT = WEB_DIST if WEB_DIST.exists() else None
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/"
WHITENOISE_AUTOREFRESH = DEVELOPMENT or TESTING
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
"""Nothing that may be sent lies on the disk before it is sealed."""

STORE_DIR = env.text("MEDIA_DIR", "")
"""Where sealed files come in and, without MEDIA_URL, stay; empty: DATA_DIR."""
STORE_URL = env.text("MEDIA_URL", "")
if STORE_URL and not STORE_URL.startswith("s3://"):
    raise env.Misconfigured("MEDIA_URL is not s3://bucket/prefix?endpoint=…&region=…")
STORE_KEY = env.text("MEDIA_S3_KEY", "")
STORE_SECRET = env.text("MEDIA_S3_SECRET", "")
STORE_QUOTA_GB = env.number("MEDIA_QUOTA_GB", 50)

# Parcels: Sendcloud's API (https://panel.sendcloud.sc/api/v2); empty: files in DATA_DIR/parcels
CARRIER_URL = env.text("CARRIER_URL", "")
CARRIER_KEY = env.text("CARRIER_KEY", "")
CARRIER_SECRET = env.text("CARRIER_SECRET", "")

# Payments: people type their details at the provider's, never here
MOLLIE_URL = env.text("MOLLIE_URL", "https://api.mollie.com")
MOLLIE_KEY = env.text("MOLLIE_KEY", "")
"""Empty: nothing can be paid here."""

# Plans: whether families need one, by codes from the shop, and for how many days a new one may try everything
PLANS_USED = env.flag("PRIFORA_PLANS")
PLAN_TRIAL_DAYS = env.number("PLAN_TRIAL_DAYS", 30)

# Who runs this server, as the privacy policy says it
OPERATOR = env.text("OPERATOR", "")
OPERATOR_DIRECTOR = env.text("OPERATOR_DIRECTOR", "")
PRIVACY_CONTACT = env.text("PRIVACY_CONTACT", "")
PRIVACY_OFFICER = {
    "email": env.text("PRIVACY_EMAIL", ""),
    "address": env.text("PRIVACY_ADDRESS", ""),
    "phone": env.text("PRIVACY_PHONE", ""),
}
PRIVACY_OFFICER_IS_DPO = env.flag("PRIVACY_OFFICER_IS_DPO", default=True)
"""Whether the privacy officer is also the data protection officer of GDPR art. 37, and called so."""

# Who sells, as it stands on every bill; without a name nothing can be billed
SELLER = {
    "name": env.text("SELLER_NAME", "PRIFORA" if DEVELOPMENT or TESTING else ""),
    "street": env.text("SELLER_STREET", "Teststraat 1" if DEVELOPMENT or TESTING else ""),
    "postcode": env.text("SELLER_POSTCODE", "1000 AA" if DEVELOPMENT or TESTING else ""),
    "city": env.text("SELLER_CITY", "Amsterdam" if DEVELOPMENT or TESTING else ""),
    "country": env.text("SELLER_COUNTRY", "NL"),
    "vat_id": env.text("SELLER_VAT_ID", "NL000099998B57" if DEVELOPMENT or TESTING else ""),
    "registration": env.text("SELLER_REGISTRATION", "12345678" if DEVELOPMENT or TESTING else ""),
    "email": env.text("SELLER_EMAIL", "billing@prifora.example" if DEVELOPMENT or TESTING else ""),
}
SELLER_ONE_STOP = env.flag("SELLER_ONE_STOP", default=True)
"""Whether VAT on sales to people in other EU countries is declared through the One Stop Shop."""

# Staff: the networks from which the admin site opens; empty: from everywhere
STAFF_NETWORKS = [ip_network(one) for one in env.listing("STAFF_NETWORKS")]

# Who receives data: where this server sends, and the companies behind it (kernel/processors.py)
PROCESSORS = env.text("PROCESSORS", "")
OUTGOING = {
    "mail": mail_host(EMAIL_BACKEND),
    "text messages": urlsplit(SMS_URL).hostname or "",
    "sealed files": store_host(STORE_URL),
    "parcels": urlsplit(CARRIER_URL).hostname or "",
    "payments": (urlsplit(MOLLIE_URL).hostname or "") if MOLLIE_KEY else "",
    "database server": str(DATABASES["default"].get("HOST", "")),
    "key server": (urlsplit(KEYS_URL).hostname or "") if KEYS_URL.startswith("postgres") else "",
    "between processes": urlsplit(REDIS_URL).hostname or "",
}

# Headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE and env.flag("PRIFORA_REDIRECT_TO_HTTPS", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("PRIFORA_BEHIND_PROXY") else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["svelte-trusted-html", "prifora"],
    }
}

LOGGING_CONFIG = None
configure_logs()
