"""``work``: the queue's worker. What a killed one left undone is taken up first."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from search.actions import update_index


class Command(BaseCommand):
    help = "Do the work that waits in the queue, until stopped. One worker is enough; two do no harm."

    def handle(self, **options: Any) -> None:
        # A job that was running when its worker was killed says so for ever. Each may run twice without harm.
        DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.READY, started_at=None, worker_ids=[]
        )
        update_index.enqueue()
        call_command("db_worker", interval=0.5, startup_delay=False, reload=False, verbosity=0)
