"""What texts are handed to: GOV.UK Notify, or, unless that is set up, something that sends none."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from django.conf import settings
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

logger = logging.getLogger(__name__)


class TextRefused(Exception):
    """This number takes no text; others might."""


class Texter(Protocol):
    """Hands one text over.

    :raises TextRefused: if this one will not go.
    :raises OSError: if none would.
    """

    def send(self, number: str, words: str, *, reference: str) -> None:
        """Hand it over; ``reference`` is the same when it is handed over again."""


class Console:
    """Says that a text would have gone, and neither what nor where to."""

    def send(self, number: str, words: str, *, reference: str) -> None:
        """Log it."""
        del number, words
        logger.info("Text %s would be sent; no texter is set up.", reference)


class Filed:
    """Writes texts where ``SMS_FILE_PATH`` says, for tests and to try things."""

    def send(self, number: str, words: str, *, reference: str) -> None:
        """Write it into a file of its own."""
        Path(settings.SMS_FILE_PATH, f"{reference}.txt").write_text(f"{number}\n{words}\n")


class Notify:
    """GOV.UK Notify. The template has no variables: its words are the neutral ones."""

    SECONDS: Final = 4  # over well within the lease
    ITS_FAULT: Final = 400
    """Notify's answer to a number it will not text. A wrong key or a full day is nobody's."""

    def __init__(self) -> None:
        self._client: Any = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_URL, timeout=self.SECONDS
        )

    def send(self, number: str, words: str, *, reference: str) -> None:
        """Ask Notify to send the template."""
        del words  # the template has them
        try:
            self._client.send_sms_notification(
                phone_number=number, template_id=settings.NOTIFY_TEMPLATE, reference=reference
            )
        except HTTPError as error:
            if error.status_code == self.ITS_FAULT:
                raise TextRefused from None
            raise ConnectionError(error.status_code) from None


TEXTERS: Final[Mapping[str, Callable[[], Texter]]] = {
    "console": Console,
    "file": Filed,
    "notify": Notify,
}
