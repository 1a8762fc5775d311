"""``receive_mail``: take in one letter from the standard input, as a mail server hands it to a pipe.

The exit statuses are those of sysexits.h: the mail server tries again after 75, and bounces after 64, 65 and 78.
"""

import argparse
import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from discussions.actions.answering import LARGEST
from discussions.actions.taking_mail import take_mail

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Take in one letter from the standard input: the command for a pipe of the mail server."
    # What a pipe says is read by nobody, or sent to the sender.
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--recipient", default="", help="the address that the letter was delivered to")

    def handle(self, *, recipient: str, **options: Any) -> None:
        if not settings.REPLY_ADDRESS:
            self._end(os.EX_CONFIG, "The portal takes no mail in: REPLY_ADDRESS is not set.")
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if not raw.strip():
            self._end(os.EX_DATAERR, "There is no message.")
        try:
            received = take_mail(raw, envelope_recipient=recipient)
        except Exception:
            logger.exception("A letter could not be taken in.")
            self._end(os.EX_TEMPFAIL, "The portal cannot take mail in at the moment.")
        self.stdout.write(f"{received.outcome} {received.reason}".strip())

    def _end(self, status: int, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(status)
