import shutil
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture
def content(tmp_path):
    """A copy of the demonstration content that a test may spoil."""
    return Path(shutil.copytree(settings.CONTENT_DIR, tmp_path / "content"))
