"""Reads the environment for the settings, and fails with an instruction."""

import hashlib
import os
import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    # A writer takes its turn at BEGIN, so that no transaction finds half-way that it may not write.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: an acknowledged ballot survives a power cut. NORMAL may lose the last commits in WAL
    # mode; what it would save is one fsync a write, and a room writes some tens at once at most.
    "init_command": (
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
        "PRAGMA journal_size_limit = 67108864;"
    ),
}


def switch(name: str, default: bool = False) -> bool:
    """Read an on/off variable: 1 or 0."""
    value = os.environ.get(name, "").strip()
    if value in ("", "0", "1"):
        return value == "1" if value else default
    raise ImproperlyConfigured(f"{name} is {value!r}: set it to 1 (on) or 0 (off).")


def number(name: str, default: int = 0) -> int:
    """Read a whole number, zero or more."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to a whole number, 0 or more.")
    return int(value)


def word(name: str, default: str) -> str:
    """Read one value."""
    return os.environ.get(name, "").strip() or default


def path(name: str, default: Path) -> Path:
    """Read an absolute path."""
    value = Path(os.environ.get(name, "").strip() or default)
    if not value.is_absolute():
        raise ImproperlyConfigured(f"{name} is {str(value)!r}: give an absolute path.")
    return value


def hosts(name: str, url: str) -> list[str]:
    """Read host names, separated by commas or spaces; the public address's is one of them."""
    named = os.environ.get(name, "").replace(",", " ").split()
    public = urlsplit(url).hostname
    return named if public is None or public in named else [*named, public]


def base_address(name: str) -> str:
    """Read a web address without a path, "" if unset: `https://kompas.example.nl`."""
    value = os.environ.get(name, "").strip().rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"{name} is {value!r}: give scheme and host alone, such as https://kompas.example.nl."
        )
    return value


def secret_key(name: str, file: Path) -> str:
    """Read the secret key from the environment, else from a file that is made at first use."""
    if key := os.environ.get(name, "").strip():
        return key
    if not file.exists():
        make_once(file, secrets.token_urlsafe(50))
    key = file.read_text().strip()
    if not key:
        raise ImproperlyConfigured(f"{file} is empty: remove it, and a new key is made.")
    return key


def make_once(file: Path, text: str) -> None:
    """Write a file for its owner alone; of two processes at once, the first one's text stays."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent)  # mode 600
        try:
            with os.fdopen(handle, "w") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            os.link(temporary, file)  # fails if the file is there, unlike a rename
        except FileExistsError:
            pass
        finally:
            os.unlink(temporary)
    except OSError as error:
        raise ImproperlyConfigured(
            f"{file} cannot be written ({error.strerror}): "
            "make its folder writable, or set KOMPAS_VAR to one that is."
        ) from error


def database(name: str, default: Path) -> dict:
    """Read a database URL into Django's terms; SQLite in a file when it is unset."""
    url = os.environ.get(name, "").strip()
    if not url:
        return sqlite(default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.netloc and parts.path.startswith("//"):
        return sqlite(Path(unquote(parts.path[1:])))
    if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
        return postgresql(name, parts)
    raise ImproperlyConfigured(
        f"{name} is not understood. Use sqlite:////absolute/path.sqlite3, "
        "postgresql://user:password@host/database or postgresql:///database?host=/socket/folder."
    )


def sqlite(file: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        # The last connection that closes folds the log into the database: not at each request.
        "CONN_MAX_AGE": 600,
        "OPTIONS": SQLITE_OPTIONS,
    }


def postgresql(name: str, parts) -> dict:
    options = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: the port is not a number.") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(port or "")),
        # One connection per thread of the server (asgi.py bounds them), looked at before each use,
        # so that a restart of the database costs nobody an error.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def mail(name: str) -> dict:
    """Read a mail server's URL into Django's settings; without one, mail goes to standard error."""
    url = os.environ.get(name, "").strip()
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} is not understood. Use smtp://user:password@host:587 (STARTTLS) "
            "or smtps://user:password@host:465."
        )
    tls = parts.scheme == "smtps"
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if tls else 25 if local else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": tls,
        "EMAIL_USE_TLS": not tls and not local,
        "EMAIL_TIMEOUT": 10,
    }


# What is known of the services that schools log in by; the rest is asked for.
KNOWN_PROVIDERS = {
    "entree": {"name": "Entree", "home": "nlEduPersonHomeOrganizationId"},
    "surfconext": {
        "name": "SURFconext",
        "issuer": "https://connect.surfconext.nl",
        "home": "schac_home_organization",
    },
    "microsoft": {"name": "Microsoft", "home": "tid"},
    "google": {"name": "Google", "issuer": "https://accounts.google.com", "home": "hd"},
}


def providers(name: str) -> dict[str, dict]:
    """Read by which services people can log in: their names, and of each its own variables.

    `KOMPAS_OIDC=entree,google` reads `KOMPAS_OIDC_ENTREE_CLIENT` and so on; docs/deploy.md lists
    them.
    """
    found = {}
    for id in os.environ.get(name, "").replace(",", " ").split():
        if not re.fullmatch(r"[a-z][a-z0-9]{0,29}", id):
            raise ImproperlyConfigured(
                f"{name} names {id!r}: use small letters and digits alone, such as entree."
            )
        found[id] = _provider(f"{name}_{id.upper()}", KNOWN_PROVIDERS.get(id, {}))
    return found


def _provider(start: str, known: dict) -> dict:
    def ask(part: str, example: str) -> str:
        value = word(f"{start}_{part}", known.get(part.lower(), ""))
        if not value:
            raise ImproperlyConfigured(f"{start}_{part} is missing: set it, {example}.")
        return value

    issuer = ask("ISSUER", "such as https://login.example.nl")
    parts = urlsplit(issuer)
    if parts.scheme != "https" or not parts.hostname or ".well-known" in issuer or "{" in issuer:
        raise ImproperlyConfigured(
            f"{start}_ISSUER is {issuer!r}: give the https address that the service calls its "
            "issuer, without /.well-known/…"
        )
    return {
        "name": ask("NAME", "as it stands on the button"),
        "issuer": issuer,
        "client": ask("CLIENT", "to the client id that the service gave"),
        "secret": secret(f"{start}_SECRET"),
        "home": ask("HOME", "to the claim that says to which organisation somebody belongs"),
        "trusted": switch(f"{start}_TRUSTED"),
    }


def secret(name: str) -> str:
    """Read a secret from the environment, or from the file that `name`_FILE names."""
    if value := os.environ.get(name, "").strip():
        return value
    if not os.environ.get(f"{name}_FILE", "").strip():
        raise ImproperlyConfigured(f"{name} is missing: set it, or {name}_FILE to a file with it.")
    file = path(f"{name}_FILE", Path("/"))
    try:
        value = file.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE: {file} cannot be read ({error.strerror})."
        ) from error
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE: {file} is empty.")
    if readable_by_all(file):
        raise ImproperlyConfigured(f"{name}_FILE: {file} can be read by all: chmod 600 it.")
    return value


def digest(base: Path, *files: Path) -> str:
    """Fold the code, templates and catalogues under a folder, and more files, into one word."""
    found = [file for file in files if file.exists()]
    for part in ("kompas", "sessions", "reports", "templates", "locale"):
        found += (
            file
            for file in (base / part).rglob("*")
            if file.suffix in (".py", ".html", ".svg", ".mo")
        )
    whole = hashlib.sha256()
    for file in sorted(found):
        whole.update(file.read_bytes())
    return whole.hexdigest()[:12]


def insecure(settings: dict) -> list[str]:
    """Say of each setting that production may not start with why, and what to do."""
    found = []
    if settings["DEBUG"]:
        found.append("KOMPAS_DEBUG is on, and shows everyone how things work inside: leave it out.")
    key = settings["SECRET_KEY"]
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure"):
        found.append(
            "KOMPAS_SECRET_KEY is short or not random: leave it out (a key is made and kept), or "
            "use the output of: openssl rand -base64 48"
        )
    if not settings["KOMPAS_URL"].startswith("https://"):
        found.append(
            "KOMPAS_URL is not an https address: set the public address, "
            "such as https://kompas.example.nl."
        )
    if any(host == "*" for host in settings["ALLOWED_HOSTS"]):
        found.append("KOMPAS_HOSTS lets every name in: leave it out, or name the hosts.")
    if readable_by_all(settings["KOMPAS_SECRET_KEY_FILE"]):
        found.append(f"{settings['KOMPAS_SECRET_KEY_FILE']} can be read by all: chmod 600 it.")
    base = settings["DATABASES"]["default"]
    if base["ENGINE"].endswith("sqlite3"):
        if readable_by_all(Path(base["NAME"])):
            found.append(f"{base['NAME']} can be read by all: chmod 600 it.")
    elif not private_connection(base):
        found.append(
            f"DATABASE_URL sends everything unencrypted to {base['HOST']}: "
            "add ?sslmode=verify-full (or require)."
        )
    return found


def readable_by_all(file: Path) -> bool:
    return file.exists() and bool(file.stat().st_mode & 0o007)


def private_connection(base: dict) -> bool:
    """Whether nobody on the network can read along: a socket, this machine, or TLS."""
    host = base["HOST"]
    if not host or host.startswith("/") or host in ("localhost", "127.0.0.1", "::1"):
        return True
    return base["OPTIONS"].get("sslmode") in ("require", "verify-ca", "verify-full")
