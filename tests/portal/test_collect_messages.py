"""Every string is collected: xgettext knows functions by their names."""

import ast
from pathlib import Path

from django.conf import settings

from portal.management.commands.collect_messages import MakeMessages

PACKAGES = (
    "common",
    "discussions",
    "events",
    "groups",
    "members",
    "notifications",
    "portal",
    "practices",
    "search",
    "taxonomy",
)


def names_given_to_gettext():
    for package in PACKAGES:
        for path in Path(settings.BASE_DIR, package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                    yield from (alias.asname for alias in node.names if "gettext" in alias.name and alias.asname)


def test_other_names_of_gettext_are_collected():
    known = {"_"} | {
        option.removeprefix("--keyword=") for option in MakeMessages.xgettext_options if option.startswith("--keyword=")
    }
    used = set(names_given_to_gettext())
    assert used == {"_", "_now"}
    assert used - known == set()
