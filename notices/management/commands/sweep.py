import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from notices import sweeping, ticks

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``sweep``: what beat and worker do, without Redis; beside them it does no harm."""

    help = "Sweeps every room once, or, with --loop, every thirty seconds. Run it as the worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, unless told to stay."""
        how_long = parser.add_mutually_exclusive_group()
        how_long.add_argument("--once", action="store_true", help="sweep now and end (the default)")
        how_long.add_argument("--loop", action="store_true", help="sweep until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep room by room."""
        if options["loop"]:
            self._loop()
        for job in settings.SWEEPS:
            self.stdout.write(f"{job}: {sweeping.run(job)}")

    def _loop(self) -> None:
        while True:
            for job in settings.SWEEPS:
                _run_in_turn(job)
            close_old_connections()
            time.sleep(ticks.KNOCKS_EVERY.total_seconds())


def _run_in_turn(job: str) -> None:
    try:
        sweeping.run_in_turn(job)
    except Exception:  # a loop that ends is a clock that stops
        logger.exception("The sweep of %s failed.", job)
        close_old_connections()
