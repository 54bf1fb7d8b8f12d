"""Bring Pierhead to a number of cases, and say how to measure it. Run as the database's owner."""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- it reads the settings
from django.utils import timezone  # noqa: E402

from accounts.actions.clients import add_client  # noqa: E402
from accounts.models import Agency, Application  # noqa: E402
from accounts.scopes import SCOPES  # noqa: E402
from demonstration.sign_ins import example_referral  # noqa: E402
from referrals.models import Referral  # noqa: E402
from tenancy.context import Context  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402

CLIENT, SECRET = "benchmark", "the benchmark's own long secret"
SAMPLE = 400


def main(cases: int) -> None:
    """Load, add the system that will ask, and print what it is to ask for."""
    call_command("demo", cases=cases, stdout=sys.stderr)
    with unit_of_work(Context.migration()):
        police = Agency.objects.get(code="merseyside-police")
        if not Application.objects.filter(client_id=CLIENT).exists():
            add_client(police, title="Benchmark", scopes=SCOPES, client_id=CLIENT, secret=SECRET)
        made = Referral.objects.filter(referring_agency=police).exclude(
            status__in=["draft", "expired"]
        )
        references = made.order_by("?").values_list("reference", flat=True)[:SAMPLE]
        found = {
            "client": [CLIENT, SECRET],
            "references": list(references),
            "body": example_referral(timezone.now() - timedelta(hours=1)),
            "rows": Referral.objects.count(),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
