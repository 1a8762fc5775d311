import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings

from portal.settings import env


def translator(service=None):
    if service:
        os.environ["TRANSLATOR"] = service
    try:
        return env.translator("TRANSLATOR", address="TRANSLATOR_URL", key="TRANSLATOR_KEY")
    finally:
        if service:
            del os.environ["TRANSLATOR"]


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("yes", True), ("0", False), ("OFF", False), ("", False)])
def test_flag_reads_usual_words(monkeypatch, value, expected):
    monkeypatch.setenv("DEBUG", value)
    assert env.flag("DEBUG") is expected


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("DEBUG", "perhaps", lambda: env.flag("DEBUG")),
        ("WEB_WORKERS", "0", lambda: env.integer("WEB_WORKERS", 2, least=1, most=64)),
        ("WEB_WORKERS", "two", lambda: env.integer("WEB_WORKERS", 2, least=1, most=64)),
        ("MAX_REQUEST_MEGABYTES", "0", lambda: env.integer("MAX_REQUEST_MEGABYTES", 32, least=1, most=2048)),
        ("SECOND_FACTOR_REQUIRED", "sometimes", lambda: env.flag("SECOND_FACTOR_REQUIRED", default=True)),
        ("TRUSTED_PROXIES", "-1", lambda: env.integer("TRUSTED_PROXIES", 0, least=0, most=9)),
        ("EMAIL_SECURITY", "ssl3", lambda: env.choice("EMAIL_SECURITY", "starttls", ("starttls", "tls", "none"))),
        ("BASE_URL", "practices.example.org", lambda: env.web_address("BASE_URL", "http://localhost")),
        ("BASE_URL", "ftp://practices.example.org", lambda: env.web_address("BASE_URL", "http://localhost")),
        ("DEFAULT_FROM_EMAIL", "nobody", lambda: env.email_address("DEFAULT_FROM_EMAIL", "a@example.org")),
        ("BOUNCE_ADDRESS", "bounces", lambda: env.optional_email_address("BOUNCE_ADDRESS")),
        ("DATABASE_URL", "mysql://x/y", lambda: env.database("DATABASE_URL", "sqlite:///x")),
        ("DATABASE_URL", "oracle", lambda: env.database("DATABASE_URL", "sqlite:///x")),
        ("DATABASE_URL", "postgresql://localhost", lambda: env.database("DATABASE_URL", "sqlite:///x")),
        ("TRANSLATOR", "babelfish", translator),
        ("TRANSLATOR_URL", "", lambda: translator("libretranslate")),
        ("TRANSLATOR_URL", "translate.example.org", lambda: translator("libretranslate")),
        ("TRANSLATOR_URL", "ftp://translate.example.org", lambda: translator("libretranslate")),
        ("TRANSLATOR_KEY", "", lambda: translator("deepl")),
        ("REPLY_ADDRESS", "replies+x@example.org", lambda: env.reply_address("REPLY_ADDRESS")),
        ("REPLY_ADDRESS", "nobody", lambda: env.reply_address("REPLY_ADDRESS")),
        ("REPLY_ADDRESS", "answers-to-our-portal@example.org", lambda: env.reply_address("REPLY_ADDRESS")),
        ("MAILBOX_URL", "pop3://a:b@example.org", lambda: env.mailbox("MAILBOX_URL")),
        ("MAILBOX_URL", "imaps://example.org", lambda: env.mailbox("MAILBOX_URL")),
        ("MAILBOX_URL", "imaps://a:b@example.org:many", lambda: env.mailbox("MAILBOX_URL")),
        ("MAILBOX_URL", "imap://a:b@example.org", lambda: env.mailbox("MAILBOX_URL")),
        ("DATA_DIR", "/proc/nowhere", lambda: env.folder("DATA_DIR", settings.BASE_DIR)),
    ],
)
def test_bad_value_is_refused_in_a_sentence_that_names_the_variable(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    with pytest.raises(env.SettingError, match=rf"^{name} must .*\.$"):
        read()


def test_translation_is_left_to_people_unless_a_service_is_named(monkeypatch):
    assert translator() == {}
    monkeypatch.setenv("TRANSLATOR_URL", "http://localhost:5000/")
    assert translator("libretranslate")["OPTIONS"] == {"address": "http://localhost:5000", "key": ""}
    monkeypatch.setenv("TRANSLATOR_URL", "")
    monkeypatch.setenv("TRANSLATOR_KEY", "k:fx")
    assert translator("deepl")["OPTIONS"] == {"key": "k:fx", "address": ""}


def test_mailbox_is_read_from_its_address(monkeypatch):
    monkeypatch.setenv("MAILBOX_URL", "imaps://replies%40example.org:s3%2Fcret@mail.example.org/Portal")
    mailbox = env.mailbox("MAILBOX_URL")
    assert mailbox == env.Mailbox("tls", "mail.example.org", 993, "replies@example.org", "s3/cret", "Portal")
    assert "s3/cret" not in repr(mailbox)


def test_password_of_a_mailbox_is_not_shown(monkeypatch):
    monkeypatch.setenv("MAILBOX_URL", "imaps://replies:secret@mail.example.org:port")
    with pytest.raises(env.SettingError) as refused:
        env.mailbox("MAILBOX_URL")
    assert "secret" not in str(refused.value)


def test_address_that_may_be_left_out_is_empty(monkeypatch):
    monkeypatch.setenv("BOUNCE_ADDRESS", "")
    assert env.optional_email_address("BOUNCE_ADDRESS") == ""


def test_short_secret_is_refused_without_being_shown(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "tooshort")
    with pytest.raises(env.SettingError, match=r"^SECRET_KEY must have at least 32 characters") as refused:
        env.secret("SECRET_KEY", stored_in=tmp_path / "secret_key")
    assert "tooshort" not in str(refused.value)


def test_secret_is_made_once_and_readable_by_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    path = tmp_path / "secret_key"
    first = env.secret("SECRET_KEY", stored_in=path)
    assert env.secret("SECRET_KEY", stored_in=path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_sqlite_takes_its_write_lock_at_the_start_of_a_transaction(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/x.sqlite3")
    options = env.database("DATABASE_URL", "")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def run_check(tmp_path, **variables):
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.base", "DATA_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_line_shows_the_sentence_and_no_traceback(tmp_path):
    answer = run_check(tmp_path, DEBUG="perhaps")
    assert answer.returncode == 1
    assert answer.stderr == "The portal cannot start: DEBUG must be 1 or 0 (it is “perhaps”).\n"


def test_demonstration_password_is_refused_on_a_portal_with_a_real_name(tmp_path):
    answer = run_check(tmp_path, DEMO_PASSWORD="known to all", ALLOWED_HOSTS="localhost,practices.example.org")
    assert answer.returncode == 1
    assert answer.stderr.startswith("The portal cannot start: DEMO_PASSWORD may only be set where")
