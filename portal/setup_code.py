"""The code that proves that whoever makes the first administrator also started the portal."""

import secrets
from pathlib import Path

from django.conf import settings


def _path() -> Path:
    return Path(settings.DATA_DIR) / "setup_code"


def make_setup_code() -> str:
    """The code of this installation; made at the first call, readable by the portal's own account only."""
    path = _path()
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text()


def read_setup_code() -> str:
    """The code, or one that nobody can guess when none was made."""
    return _path().read_text() if _path().exists() else secrets.token_urlsafe(32)


def forget_setup_code() -> None:
    _path().unlink(missing_ok=True)
