import sys

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal import processes
from portal.management.commands.work import take_up_abandoned_jobs

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
END = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        ({"web server": SLEEP, "worker": END}, "The worker has ended by itself (status 3)."),
        ({"web server": END, "worker": SLEEP}, "The web server has ended by itself (status 3)."),
    ],
)
def test_when_one_process_ends_the_other_is_stopped_too(monkeypatch, commands, told):
    started, said = [], []
    popen = processes.subprocess.Popen
    monkeypatch.setattr(processes, "commands", lambda host, port: commands)
    monkeypatch.setattr(
        processes.subprocess, "Popen", lambda *args, **options: started.append(popen(*args, **options)) or started[-1]
    )
    processes.serve(host="127.0.0.1", port=1, environment={}, say=said.append)
    assert said == [told, "Stopped."]
    assert [process.poll() is None for process in started] == [False, False]


@pytest.mark.django_db
def test_jobs_of_a_killed_worker_are_taken_up_again():
    for status in (TaskResultStatus.RUNNING, TaskResultStatus.SUCCESSFUL):
        DBTaskResult.objects.create(
            task_path="search.actions.update_index",
            status=status,
            args_kwargs={"args": [], "kwargs": {}},
            backend_name="default",
            queue_name="default",
            priority=0,
        )
    assert take_up_abandoned_jobs() == 1
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {
        TaskResultStatus.READY,
        TaskResultStatus.SUCCESSFUL,
    }
