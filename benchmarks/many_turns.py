"""List and search so often, and print the medians. Run as the web."""

import json
import statistics
import sys
import time
from collections.abc import Callable

import django

django.setup()

from accounts.models import Membership  # noqa: E402 -- after Django, as everything here
from referrals import looking  # noqa: E402
from referrals.lost import knowing_access, without_what_is_lost  # noqa: E402
from referrals.models import Referral  # noqa: E402
from referrals.searching import Terms, search  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402

WARM = 10


def main(turns: int) -> None:
    """As an adviser of Liverpool's, whose agency has the most."""
    adviser = Membership.objects.select_related("agency").get(
        user__email="adviser@liverpool-idva.example.org"
    )
    looking.SEARCHING = looking.Limits(10**6, 10**6, 10**6)  # one person does it all here
    acts: dict[str, Callable[[], object]] = {
        "list of 25": lambda: _list(adviser),
        "search": lambda: search(Terms(phone="07700 900123"), by=adviser, why="they_called"),
    }
    print(json.dumps({what: _median(act, turns) for what, act in acts.items()}))


def _list(member: Membership) -> None:
    with unit_of_work(member.context):
        rows = knowing_access(Referral.objects.received_by(member), member)
        shown = without_what_is_lost(rows.order_by("-created_at", "-id")[:25], member)
        assert len(shown) == 25  # noqa: S101, PLR2004 -- a page


def _median(act: Callable[[], object], turns: int) -> float:
    took = []
    for _ in range(turns + WARM):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[WARM:])


if __name__ == "__main__":
    main(int(sys.argv[1]))
