"""Typed readers for settings from the environment. Each refuses a bad value with a sentence that names the variable."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


class SettingError(ImproperlyConfigured):
    """A setting has a value that the portal cannot work with."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SettingError(f"{name} must be 1 or 0 (it is “{value}”).")


def integer(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise SettingError(f"{name} must be a whole number from {least} to {most} (it is “{value}”).")
    return int(value)


def choice(name: str, default: str, among: tuple[str, ...]) -> str:
    value = text(name, default).lower()
    if value not in among:
        raise SettingError(f"{name} must be one of {', '.join(among)} (it is “{value}”).")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word for word in (part.strip() for part in text(name, default).split(",")) if word]


def folder(name: str, default: Path) -> Path:
    """A folder that the portal may write to; made if it is not there."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"{name} must be a folder that can be made and written to: {path}: {error.strerror}."
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise SettingError(f"{name} must be a folder that the portal may write to; {path} is not.")
    return path


def web_address(name: str, default: str) -> str:
    """An address without path, such as ``https://practices.example.org``."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise SettingError(f"{name} must be an address such as https://practices.example.org (it is “{value}”).")
    return value


def translator(name: str, *, address: str, key: str) -> dict:
    """The service that translates: ``none``, ``libretranslate`` at an address of its own, or ``deepl`` with a key."""
    service = choice(name, "none", ("none", "libretranslate", "deepl"))
    if service == "libretranslate":
        if not text(address):
            raise SettingError(f"{address} must be the address of the service that {name}=libretranslate speaks to.")
        options = {"address": _service_address(address), "key": text(key)}
        return {"ENGINE": "discussions.translation.libretranslate.LibreTranslate", "OPTIONS": options}
    if service == "deepl":
        if not text(key):
            raise SettingError(f"{key} must be the key of an account for {name}=deepl.")
        options = {"key": text(key), "address": _service_address(address) if text(address) else ""}
        return {"ENGINE": "discussions.translation.deepl.DeepL", "OPTIONS": options}
    return {}


def _service_address(name: str) -> str:
    """An address that may have a path, such as ``https://translate.example.org/api``."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
        raise SettingError(f"{name} must be an address such as https://translate.example.org (it is another).")
    return value


def email_address(name: str, default: str) -> str:
    value = text(name, default)
    local, at, domain = value.rpartition("@")
    if not (local and at and domain) or any(character.isspace() for character in value):
        raise SettingError(f"{name} must be an e-mail address (it is “{value}”).")
    return value


def optional_email_address(name: str) -> str:
    """An e-mail address, or nothing."""
    return email_address(name, "") if text(name) else ""


def reply_address(name: str) -> str:
    """An address to which mail may come with ``+`` and a token of 46 characters before the ``@``; empty if not set."""
    value = text(name)
    if not value:
        return ""
    if value.count("@") != 1 or "+" in value or any(character.isspace() or character in "<>,;" for character in value):
        raise SettingError(f"{name} must be an e-mail address without + (it is “{value}”).")
    local, _at, domain = value.partition("@")
    if not domain or not 1 <= len(local) <= 18:
        raise SettingError(f"{name} must have from 1 to 18 characters before the @ (it is “{value}”).")
    return value.lower()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail is fetched from."""

    security: str
    """``tls``, ``starttls`` or ``none``."""
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


_MAILBOX_SECURITY = {"imaps": ("tls", 993), "imap+starttls": ("starttls", 143), "imap": ("none", 143)}


def mailbox(name: str) -> Mailbox | None:
    """A mailbox from ``imaps://user:password@host:993/INBOX``, user and password percent-encoded; None if not set."""
    value = text(name)
    if not value:
        return None
    # Without the value: it holds a password.
    refusal = SettingError(
        f"{name} must look like imaps://user:password@host/INBOX, with %40 for @ in user or password."
    )
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise refusal from None
    security, usual_port = _MAILBOX_SECURITY.get(parts.scheme, ("", 0))
    if not (security and parts.hostname and parts.username and parts.password):
        raise refusal
    if security == "none" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise SettingError(f"{name} must begin with imaps:// or imap+starttls:// but on the portal's own machine.")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Mailbox(
        security, parts.hostname, port or usual_port, unquote(parts.username), unquote(parts.password), folder
    )


def secret(name: str, *, stored_in: Path) -> str:
    """The secret in the variable or, without one, in the file ``stored_in``, which is made at the first start."""
    value = text(name)
    if not value:
        return _stored_secret(name, stored_in)
    if len(value) < 32:
        raise SettingError(f"{name} must have at least 32 characters, unpredictable ones (it has {len(value)}).")
    return value


def _stored_secret(name: str, path: Path) -> str:
    try:
        if not path.exists():
            # Written aside and linked into place, so that two processes at their first start agree on one secret.
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(50))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise SettingError(f"{name} is not set, and {path} cannot be used in its place: {error.strerror}.") from error


def database(name: str, default: str) -> dict:
    """Connection parameters from an address: ``sqlite:///path`` or ``postgresql://user:password@host/name``."""
    value = text(name, default)
    forms = "sqlite:////path/to/file or postgresql://user:password@host:5432/name"
    try:
        parameters = dict(dj_database_url.parse(value))
    except (ValueError, KeyError) as error:
        raise SettingError(f"{name} must look like {forms}.") from error
    if parameters["ENGINE"] not in _DATABASE_OPTIONS or not parameters["NAME"]:
        raise SettingError(f"{name} must look like {forms}.")
    return _DATABASE_OPTIONS[parameters["ENGINE"]](parameters)


def _sqlite(parameters: dict) -> dict:
    # IMMEDIATE: a transaction that will write waits for its turn at its start; upgraded later, it would fail at once.
    parameters["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000;"
        ),
    }
    parameters["CONN_MAX_AGE"] = 600
    return parameters


def _postgresql(parameters: dict) -> dict:
    parameters["CONN_MAX_AGE"] = 600
    parameters["CONN_HEALTH_CHECKS"] = True
    return parameters


_DATABASE_OPTIONS: dict[str, Callable[[dict], dict]] = {
    "django.db.backends.sqlite3": _sqlite,
    "django.db.backends.postgresql": _postgresql,
}
