"""The settings of the server: a fresh checkout runs with them as they are.

What an installation changes comes from the environment; docs/deploy.md lists it.
"""

import tomllib
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from kompas import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# Where what running makes is kept: database, key, collected static files.
KOMPAS_VAR = environment.path("KOMPAS_VAR", BASE_DIR / "var")

# Where people reach this installation, "" when not told: then a page's own address is used.
KOMPAS_URL = environment.base_address("KOMPAS_URL")
# Whether a team without an account may start a talk.
KOMPAS_GUESTS = environment.switch("KOMPAS_GUESTS", default=True)
# How many reverse proxies stand in front; with 0 nobody's word is taken for the client's address.
KOMPAS_PROXIES = environment.number("KOMPAS_PROXIES")
# What was erased and what ended; outlives the database, so that no restored backup gives it again.
KOMPAS_ERASURES = environment.path("KOMPAS_ERASURES", KOMPAS_VAR / "erasures.log")

KOMPAS_PRODUCTION = environment.switch("KOMPAS_PRODUCTION")
DEBUG = environment.switch("KOMPAS_DEBUG")
KOMPAS_SECRET_KEY_FILE = KOMPAS_VAR / "secret-key"
SECRET_KEY = environment.secret_key("KOMPAS_SECRET_KEY", KOMPAS_SECRET_KEY_FILE)

# Outside production any name is answered: phones on the same network use the machine's address.
ALLOWED_HOSTS = environment.hosts("KOMPAS_HOSTS", KOMPAS_URL) or (
    [] if KOMPAS_PRODUCTION else ["*"]
)
CSRF_TRUSTED_ORIGINS = [KOMPAS_URL] if KOMPAS_URL else []

DATABASES = {"default": environment.database("DATABASE_URL", KOMPAS_VAR / "kompas.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "kompas.accounts.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "kompas.accounts",
    "kompas.live",
    "sessions.apps.SessionsConfig",
    "reports.apps.ReportsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kompas.middleware.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kompas.middleware.TextGZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kompas.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kompas.accounts.middleware.LoginsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sessions.middleware.ActorMiddleware",
]

ROOT_URLCONF = "kompas.urls"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["kompas.accounts.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "kompas.accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "kompas.accounts.passwords.OwnWords"},
    {"NAME": "kompas.accounts.passwords.NotCommon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"

# Coming in: by e-mail address, and with an invitation (docs/decisions/coming-in.md). How often
# something may be tried is counted by kompas.throttle: allauth would count in each process.
ACCOUNT_ADAPTER = "kompas.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation goes to an address, or from hand to hand
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "login": "kompas.accounts.forms.LogInForm",
    "reauthenticate": "kompas.accounts.forms.AgainForm",
    "change_password": "kompas.accounts.forms.ChangePasswordForm",
    "set_password": "kompas.accounts.forms.SetPasswordForm",
    "reset_password": "kompas.accounts.forms.ForgottenForm",
    "reset_password_from_key": "kompas.accounts.forms.NewPasswordForm",
}

# The second step: an app, a passkey, codes for when they are lost (docs/decisions/coming-in.md).
MFA_ADAPTER = "kompas.accounts.second_step.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Kompas"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are not verified here
MFA_RATE_LIMITS = False  # counted by kompas.throttle
MFA_FORMS = {
    "authenticate": "kompas.accounts.forms.CodeForm",
    "reauthenticate": "kompas.accounts.forms.CodeAgainForm",
    "activate_totp": "kompas.accounts.forms.AppForm",
    "add_webauthn": "kompas.accounts.forms.PasskeyForm",
    "authenticate_webauthn": "kompas.accounts.forms.PasskeyStepForm",
    "login_webauthn": "kompas.accounts.forms.PasskeyLogInForm",
    "reauthenticate_webauthn": "kompas.accounts.forms.PasskeyAgainForm",
}

# Log-in by another: what it says is used, and but for who it is not kept.
KOMPAS_OIDC = environment.providers("KOMPAS_OIDC")
SOCIALACCOUNT_ADAPTER = "kompas.accounts.openid.OpenIDAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

TEMPLATE_FILES = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    TEMPLATE_FILES
                    if DEBUG
                    else [("django.template.loaders.cached.Loader", TEMPLATE_FILES)],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],  # as in Django 6
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kompas.context.page",
            ],
        },
    }
]

# Language and time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"

# Static files: hashed, compressed, kept by browsers for ever. A checkout in which they have not
# been collected yet serves them from where they lie.
STATIC_URL = "/static/"
STATIC_ROOT = KOMPAS_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_MANIFEST = STATIC_ROOT / "staticfiles.json"
COLLECTED = STATIC_MANIFEST.exists() and not DEBUG
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

# What shapes a page, as one word: it changes when a screen has to ask again.
KOMPAS_VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
KOMPAS_RELEASE = f"{KOMPAS_VERSION}-{environment.digest(BASE_DIR, STATIC_MANIFEST)}"

# Security
# What else lives under the school's domain is not ours to decide on.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kompas.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 5
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

if KOMPAS_PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without the proxy
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    if refusals := environment.insecure(globals()):
        raise ImproperlyConfigured(
            "KOMPAS_PRODUCTION is on, and this is not secure:\n- " + "\n- ".join(refusals)
        )

# What takes long waits in the database, for `manage.py db_worker`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail
globals().update(environment.mail("KOMPAS_MAIL_URL"))
DEFAULT_FROM_EMAIL = environment.word("KOMPAS_MAIL_FROM", "kompas@localhost")

# Warnings and worse, to standard error. No line holds a client's address, a body or a link's
# secret.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "kompas.logs.RedactingFormatter",
            "format": "{levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Scanners ask for any name; that is answered with 400, and no news.
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        # The server's own access log would hold addresses and secrets.
        "uvicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
