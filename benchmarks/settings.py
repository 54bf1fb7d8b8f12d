"""Pierhead as `make run` has it, quieter, and with the sign-ins written where nobody looks."""

import os
from pathlib import Path

from config.settings.dev import *  # noqa: F403 -- the same settings, but one

DEMONSTRATION_FILE = Path(os.environ["BENCHMARK_DIRECTORY"]) / "demo.json"
API_REQUESTS_A_MINUTE = 1_000_000_000  # counted, and never too many
