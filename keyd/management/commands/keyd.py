"""`keyd` serves keys on the socket that KEYD_SOCKET names, until it is told to stop."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from keyd.hardening import close_memory
from keyd.serving import Server, peers_of
from vault.errors import KeyServiceAway
from vault.keyd import assertion_key, inline_keyd


class Command(BaseCommand):
    help = "Serve keys on KEYD_SOCKET, to the processes that KEYD_PEERS names."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        close_memory()
        try:
            server = self._server()
        except (ImproperlyConfigured, KeyServiceAway, OSError) as refusal:
            raise CommandError(str(refusal)) from None

        def stop(number: int, frame: FrameType | None) -> None:
            del number, frame
            threading.Thread(target=server.shutdown).start()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        self.stdout.write(f"Keys are served on {settings.KEYD_SOCKET}.")
        self.stdout.flush()
        with server:
            server.serve_forever(poll_interval=0.2)
        Path(settings.KEYD_SOCKET).unlink(missing_ok=True)

    def _server(self) -> Server:
        if not settings.KEYD_SOCKET:
            raise ImproperlyConfigured("Say with KEYD_SOCKET where the service is to listen.")
        service = inline_keyd()
        service.healthcheck()
        return Server(
            Path(settings.KEYD_SOCKET),
            service,
            assertion_key=assertion_key(),
            peers=peers_of(settings.KEYD_PEERS),
        )
