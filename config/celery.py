"""The Celery application; why each setting is as it is stands in ``config/settings/base.py``."""

from celery import Celery
from celery.signals import beat_init, worker_init, worker_process_init

from config.lifeline import end_when_parent_does
from config.restored import refuse_an_older_database
from config.right_clock import refuse_a_wrong_clock

app = Celery("pierhead")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_the_worker(**_: object) -> None:
    """A pool process never outlives its worker, not even a killed one."""
    end_when_parent_does()


@worker_init.connect
@beat_init.connect
def look_before_working(**_: object) -> None:
    """Neither works by a clock that is wrong, nor on a database that forgot erasures."""
    refuse_a_wrong_clock()
    refuse_an_older_database(also_if_silent=True)
