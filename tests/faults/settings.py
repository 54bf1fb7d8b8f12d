"""What the processes of these tests run with: the demonstration's settings, mail caught."""

from datetime import UTC, datetime, timedelta

import time_machine

from config import env
from config.settings.dev import *  # noqa: F403 -- a setting file extends another

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the world's, made quickly
EMAIL_BACKEND = env.read("MAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = env.read("MAIL_DIRECTORY")
NOTICES_WINDOW = 0  # each thing that is owed is a letter, so that letters can be counted
for entry in CELERY_BEAT_SCHEDULE.values():  # noqa: F405 -- likewise
    entry["schedule"] = 1.0  # turns are as long all the same (notices/ticks.py)
if minutes := int(env.read("TEST_CLOCK_MINUTES", "0")):
    wrong = datetime.now(UTC) + timedelta(minutes=minutes)
    time_machine.travel(wrong, tick=True).start()  # for the life of the process
