"""``fetch_mail``: take in the answers that lie in the mailbox, once or as they come."""

import argparse
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from discussions.actions.fetching_mail import MAILBOX_ERRORS, fetch_mail, watch_mailbox


class Command(BaseCommand):
    help = "Take in the answers that lie in the mailbox of MAILBOX_URL."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--watch", action="store_true", help="stay, and take in letters as they come")
        parser.add_argument(
            "--pause", type=int, default=60, help="seconds after which a broken connection is tried again"
        )

    def handle(self, *, watch: bool, pause: int, **options: Any) -> None:
        if not settings.MAILBOX or not settings.REPLY_ADDRESS:
            raise CommandError("Set MAILBOX_URL and REPLY_ADDRESS: there is no mailbox to fetch from.")
        while watch:
            self._watch()
            time.sleep(pause)
        try:
            self._say(fetch_mail())
        except MAILBOX_ERRORS as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error

    def _watch(self) -> None:
        try:
            for number in watch_mailbox():
                self._say(number)
                close_old_connections()
        except MAILBOX_ERRORS as error:
            self.stderr.write(f"The mailbox cannot be read: {error}")

    def _say(self, number: int) -> None:
        if number:
            self.stdout.write(f"Taken in: {number}")
