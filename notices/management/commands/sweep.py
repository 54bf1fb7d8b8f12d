import logging
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from notices import sweeping, ticks

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``sweep``: what beat and worker do, without Redis; beside them it does no harm."""

    help = "Sweeps every room once, or, with --loop, slot by slot. Run it as the worker."
    requires_system_checks = []  # they would load the doors

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, unless told to stay."""
        how_long = parser.add_mutually_exclusive_group()
        how_long.add_argument("--once", action="store_true", help="sweep now and end (the default)")
        how_long.add_argument("--loop", action="store_true", help="sweep until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep room by room; one that fails does not keep the others from their turn."""
        if options["loop"]:
            while True:
                _sweep_all(sweeping.run_in_turn)
                time.sleep(ticks.KNOCKS_EVERY.total_seconds())
        settled = _sweep_all(sweeping.run)
        for job, number in settled.items():
            self.stdout.write(f"{job}: {number}")
        if failed := [job for job in settings.SWEEPS if job not in settled]:
            raise CommandError(f"Failed: {', '.join(failed)}.")


def _sweep_all(run: Callable[[str], int | None]) -> dict[str, int | None]:
    settled = {}
    for job in settings.SWEEPS:
        try:
            settled[job] = run(job)
        except Exception:  # a loop that ends is a clock that stops
            logger.exception("The sweep of %s failed.", job)
        close_old_connections()
    return settled
