"""``work``: the queue's worker. What a killed one left undone is taken up first."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.schedule import start_schedule
from search.actions import update_index
from search.engines import get_engine


def take_up_abandoned_jobs() -> int:
    """Put the jobs back that were running when their worker was killed; they would say so for ever.

    Every job may run twice without harm, so that one of a second, living worker may be among them.
    """
    abandoned = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return abandoned.update(status=TaskResultStatus.READY, started_at=None, worker_ids=[])


class Command(BaseCommand):
    help = "Do the work that waits in the queue, until stopped. One worker is enough; two do no harm."

    def handle(self, **options: Any) -> None:
        get_engine().prepare()
        take_up_abandoned_jobs()
        update_index.enqueue()
        start_schedule()
        call_command("db_worker", interval=0.5, startup_delay=False, reload=False, verbosity=0)
