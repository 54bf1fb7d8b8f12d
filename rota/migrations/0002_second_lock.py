"""Row-level security on the rota: an agency's own, about its own people, and nobody else's."""

from django.db import migrations

from tenancy.operations import Protect

OURS = "agency_id = {agency}"
ABOUT_OURS = (
    f"{OURS} AND EXISTS (SELECT 1 FROM accounts_membership m"
    " WHERE m.id = membership_id AND m.agency_id = {agency})"
)
OF_OUR_PATTERN = (
    f"{OURS} AND EXISTS (SELECT 1 FROM rota_workingpattern p WHERE p.id = pattern_id)"
)
EVERY_VERB = "SELECT, INSERT, UPDATE, DELETE"


def _of_people(table: str) -> Protect:
    """The agency changes what it sees of its own people; the worker may only look."""
    return Protect(table, see=OURS, write=ABOUT_OURS, web=EVERY_VERB, worker="SELECT")


class Migration(migrations.Migration):
    dependencies = [("rota", "0001_initial"), ("accounts", "0003_clients_and_sessions")]
    operations = [
        _of_people("rota_workingpattern"),
        Protect(
            "rota_patternshift",
            see=OURS,
            write=OF_OUR_PATTERN,
            web=EVERY_VERB,
            worker="SELECT",
        ),
        _of_people("rota_exceptionday"),
        _of_people("rota_leave"),
        _of_people("rota_oncall"),
        _of_people("rota_adviserabilities"),
        Protect("rota_traveltime", see=OURS, write=OURS, web=EVERY_VERB, worker="SELECT"),
    ]
