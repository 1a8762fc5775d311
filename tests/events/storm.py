"""``python -m tests.events.storm``: fifty people at once, on an empty database that ``DATABASE_URL`` names.

Each is a process with a connection of its own; a barrier lets them go. What came of it is printed as JSON, for
``test_concurrent_registration``. It runs outside the tests' own database, whose transactions would hide what happens.
"""

import json
import multiprocessing
import os
import random
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

PEOPLE, PLACES, ACTIONS = 50, 5, 4

fork = multiprocessing.get_context("fork")


def at_once(people: list[int], act: Callable[[int], Any]) -> list[str]:
    """Let each of these people act in a process of his or her own, all at the same moment. Gives their errors."""
    from django.db import connection, connections

    connections.close_all()
    barrier, errors = fork.Barrier(len(people)), fork.SimpleQueue()

    def run(pk: int) -> None:
        connection.ensure_connection()
        barrier.wait(60)
        try:
            act(pk)
        except Exception:
            errors.put(traceback.format_exc())
        connections.close_all()

    processes = [fork.Process(target=run, args=(pk,)) for pk in people]
    for process in processes:
        process.start()
    found = []
    for process in processes:
        while process.is_alive() or not errors.empty():
            if not errors.empty():
                found.append(errors.get())
            process.join(0.01)
        if process.exitcode:
            found.append(f"A process ended with {process.exitcode}.")
    return found


def killed(act: Callable[[], Any]) -> bool:
    """Run ``act`` in a process that dies by it."""
    from django.db import connections

    connections.close_all()

    def run() -> None:
        act()
        os.kill(os.getpid(), signal.SIGKILL)

    process = fork.Process(target=run)
    process.start()
    process.join(60)
    return process.exitcode == -signal.SIGKILL


def prepare() -> None:
    from django.conf import settings

    from portal.structure import create_structure
    from tests.database import create_tables

    create_tables()
    create_structure(Path(settings.CONTENT_DIR) / "structure.toml")


def warm_up() -> None:
    """Once through everything, as a server at work has been: what is read only once is not read with locks held."""
    from django.db import transaction

    from events.actions.registering import cancel
    from tests.events.places import enrol_now, event_from_now, person

    with transaction.atomic():
        event = event_from_now(capacity=1)
        first, _second = (enrol_now(event, person()) for _number in range(2))
        cancel(registration=first)
        transaction.set_rollback(True)


def standing(event: Any) -> dict[str, Any]:
    from events.models import Event, Registration
    from notifications.models import OutgoingMail

    registrations = Registration.objects.filter(event=event)
    told = Counter(
        int(key.split(":")[1])
        for key in OutgoingMail.objects.filter(kind="event-registration").values_list("key", flat=True)
    )
    queued = list(registrations.in_queue().values_list("queued_at", flat=True))
    return {
        "statuses": dict(sorted(Counter(registrations.values_list("status", flat=True)).items())),
        "taken": Event.objects.get(pk=event.pk).taken,
        "holding": registrations.holding().count(),
        "different_positions": len(set(queued)),
        "waiting": len(queued),
        "told_once_a_round": all(told[registration.pk] == registration.round for registration in registrations),
    }


def registering(event: Any, people: list[int]) -> dict[str, Any]:
    from members.models import User
    from tests.events.places import enrol_now

    errors = at_once(people, lambda pk: enrol_now(event, User.objects.get(pk=pk)))
    return {"errors": errors, **standing(event)}


def cancelling_and_accepting(event: Any, people: list[int]) -> dict[str, Any]:
    """Everybody does anything, in any order, while the schedule takes offers back."""
    from django.utils import timezone

    from events.actions.places import lapse_offers
    from events.actions.registering import AlreadyRegistered, accept_offer, cancel, decline_offer
    from events.models import Registration
    from members.models import User
    from tests.events.places import enrol_now

    def act(pk: int) -> None:
        chance = random.Random(pk)
        registration = Registration.objects.get(event=event, user=pk)
        for _action in range(ACTIONS):
            kind = chance.choice(["cancel", "accept", "accept", "decline", "again", "lapse"])
            if kind == "again":
                try:
                    enrol_now(event, User.objects.get(pk=pk))
                except AlreadyRegistered:
                    pass
            elif kind == "lapse":
                lapse_offers(timezone.now() + timedelta(days=3))
            else:
                {"cancel": cancel, "accept": accept_offer, "decline": decline_offer}[kind](registration=registration)

    errors = at_once(people, act)
    return {"errors": errors, **standing(event)}


def dying(moment: str) -> list[Any]:
    """The one who holds the only place cancels in a process that is killed; then the schedule runs twice."""
    from django.db import transaction

    from events.actions.places import lapse_offers
    from events.actions.registering import cancel
    from notifications.actions import deliver_mail
    from notifications.models import OutgoingMail
    from tests.events.places import enrol_now, event_from_now, person, statuses

    event = event_from_now(capacity=1)
    leaves, waits = (enrol_now(event, person()) for _number in range(2))
    OutgoingMail.objects.all().delete()

    def act() -> None:
        if moment == "after":
            # Committed, and killed before the letters are delivered.
            cancel(registration=leaves)
            return
        with transaction.atomic():
            cancel(registration=leaves)
            assert statuses(leaves, waits) == ["cancelled", "offered"]
            os.kill(os.getpid(), signal.SIGKILL)

    seen: list[Any] = [killed(act)]
    for _time in range(2):
        lapse_offers()
        seen.append([*statuses(leaves, waits), deliver_mail.func()])
    # What was not done can be done again, and what was done is not done twice.
    cancel(registration=leaves)
    lapse_offers()
    seen.append([*statuses(leaves, waits), deliver_mail.func()])
    return seen


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()
    prepare()
    warm_up()
    from tests.events.places import event_from_now, person

    event = event_from_now(capacity=PLACES)
    people = [person().pk for _number in range(PEOPLE)]
    report = {
        "registering": registering(event, people),
        "storm": cancelling_and_accepting(event, people),
        "killed before the commit": dying("before"),
        "killed after the commit": dying("after"),
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
