"""``load_demo``: the demonstration content, from the files in ``content/``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.content.tables import ContentError
from portal.demonstration import NotADemonstration, load_demonstration


class Command(BaseCommand):
    help = "Load the demonstration content, or bring it up to date with its files. Running it twice changes nothing."

    def handle(self, **options: Any) -> None:
        try:
            load_demonstration(Path(settings.CONTENT_DIR))
        except (ContentError, NotADemonstration) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The demonstration content is loaded from {settings.CONTENT_DIR}.")
