"""The Celery application; why each setting is as it is stands in ``config/settings/base.py``."""

from celery import Celery

app = Celery("pierhead")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
