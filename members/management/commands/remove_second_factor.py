"""``remove_second_factor ADDRESS``: for somebody whose phone and recovery codes are lost."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.accounts import account_of
from members.actions import remove_second_factor


class Command(BaseCommand):
    help = "Take passkeys, app and recovery codes from an account. Make sure first who asks for it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *, address: str, **options: Any) -> None:
        user = account_of(address)
        if user is None:
            raise CommandError(f"There is no account with the address {address}.")
        if not remove_second_factor(user=user):
            raise CommandError(f"The account {user.email} has no second step.")
        self.stdout.write(f"{user.email} logs in with the password alone, and was told so by mail.")
