#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from portal.settings.env import SettingError

    try:
        settings.INSTALLED_APPS  # noqa: B018 -- reading any setting loads them all
    except SettingError as error:
        sys.exit(f"The portal cannot start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
