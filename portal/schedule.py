"""What happens by the clock: the worker does it once a minute."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.core.management import call_command
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from discussions.actions.attachments import drop_unsent_files
from discussions.actions.fetching_mail import fetch_mail
from discussions.actions.reporting import remind_of_reports
from discussions.actions.taking_mail import prune_received_mail
from events.actions.places import lapse_offers
from events.actions.retention import erase_answers
from events.actions.telling import tell_what_is_due
from groups.actions.requests import forget_old_requests, remind_of_requests
from notifications.actions import deliver_mail, prune_sent_mail
from notifications.digests import send_due_digests, send_waiting_at_once
from notifications.notices import prune_notices
from portal.asking.calls import tell_of_ending_calls
from practices.actions.schedule import do_what_is_due
from search.actions.misses import prune_misses
from search.actions.saved_searches import tell_new_matches

EVERY = timedelta(minutes=1)
KEPT_DAYS = 2

logger = logging.getLogger(__name__)

STEPS: tuple[Callable[[], object], ...] = (
    partial(call_command, "publish_scheduled", verbosity=0),
    do_what_is_due,
    remind_of_reports,
    tell_new_matches,
    lapse_offers,
    erase_answers,
    tell_what_is_due,
    remind_of_requests,
    forget_old_requests,
    fetch_mail,
    tell_of_ending_calls,
    send_waiting_at_once.func,
    send_due_digests,
    deliver_mail.func,
    prune_sent_mail,
    prune_notices,
    prune_received_mail,
    prune_misses,
    drop_unsent_files,
    partial(call_command, "prune_db_task_results", min_age_days=KEPT_DAYS, failed_min_age_days=14, verbosity=0),
)


@task()
def run_schedule() -> None:
    """Remind, publish and unpublish what is due, send what waits, drop what is old, and come back in a minute."""
    try:
        for step in STEPS:
            try:
                step()
            except Exception:
                # One that fails must not keep the others waiting.
                logger.exception("A step of the schedule failed.")
    finally:
        run_schedule.using(run_after=timezone.now() + EVERY).enqueue()


def start_schedule() -> None:
    """Queue the first round, in the place of any that a former worker left."""
    waiting = DBTaskResult.objects.filter(task_path=run_schedule.module_path, status=TaskResultStatus.READY)
    waiting.delete()
    run_schedule.enqueue()
