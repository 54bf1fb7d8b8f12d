"""What a process of the tests runs with: the demonstration's settings, its mail caught."""

from config.settings.dev import *  # noqa: F403 -- a setting file extends another

EMAIL_BACKEND = env.read("MAIL_BACKEND")  # noqa: F405 -- likewise
EMAIL_FILE_PATH = env.read("MAIL_DIRECTORY")  # noqa: F405 -- likewise
for entry in CELERY_BEAT_SCHEDULE.values():  # noqa: F405 -- likewise
    entry["schedule"] = 0.5
