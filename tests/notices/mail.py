"""Mail servers with faults, as Django mail backends."""

import os
import smtplib
import time
from collections.abc import Sequence
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends import locmem

SPOILT = "adviser@example.org"


class RefusesOne(locmem.EmailBackend):
    """Takes no letter for one address; its error repeats the address, as real ones do."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if SPOILT in messages[0].to:
            raise smtplib.SMTPRecipientsRefused({SPOILT: (550, b"no such mailbox")})
        return super().send_messages(messages)


class NobodyThere(locmem.EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError


class BreaksOnOne(locmem.EmailBackend):
    """Falls over one address with an error nobody foresaw."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if SPOILT in messages[0].to:
            raise RuntimeError(SPOILT)
        return super().send_messages(messages)


class NeverAnswers(locmem.EmailBackend):
    """Says that a letter came in, and then nothing any more."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        Path(os.environ["MAIL_MARKER"]).write_text(messages[0].to[0])
        time.sleep(60)
        return 0
