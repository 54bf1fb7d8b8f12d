"""A mail server that takes its time, so that there is a moment to be killed in."""

import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import filebased

SECONDS = 0.3


class Slow(filebased.EmailBackend):
    """Says that a letter has come in, takes a while, then keeps it."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        (Path(settings.EMAIL_FILE_PATH).parent / "under-way").touch()
        time.sleep(SECONDS)
        return int(super().send_messages(messages) or 0)
