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


def nodes(kind):
    for package in PACKAGES:
        for path in Path(settings.BASE_DIR, package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, kind):
                    yield path, node


def names_given_to_gettext():
    for _path, node in nodes(ast.ImportFrom):
        if node.module == "django.utils.translation":
            yield from (alias.asname for alias in node.names if "gettext" in alias.name and alias.asname)


def is_gettext(node):
    name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    return name in {"_", "_now"} or "gettext" in name


def test_other_names_of_gettext_are_collected():
    known = {"_"} | {
        option.removeprefix("--keyword=") for option in MakeMessages.xgettext_options if option.startswith("--keyword=")
    }
    used = set(names_given_to_gettext())
    assert used == {"_", "_now"}
    assert used - known == set()


def test_no_string_stands_inside_another_where_it_would_not_be_collected():
    inside = [(path.name, node.lineno) for path, node in nodes(ast.JoinedStr) if any(map(is_gettext, ast.walk(node)))]
    assert inside == []
