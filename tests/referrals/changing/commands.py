"""The operator's side of a change of keys: commands as the owner, and what the tables say."""

from io import StringIO

from django.core.management import call_command

from accounts.models import Agency
from referrals.linking import known_cases
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner
from vault.keyd import get_keyd

SEALED_TO = "SELECT count(*) FROM referrals_bundle WHERE agency_id = %s AND key_version = %s"


def ran(*words):
    """What a command says, line by line. The processes' memory of keys is not touched."""
    out = StringIO()
    with databases.as_owner():
        call_command("vault", *words, stdout=out)
    return out.getvalue().splitlines()


def minutes_pass(table):
    """As if every change so far lay a quarter of an hour back, and memories were empty."""
    columns = {"vault_casekeychange": ("begun_at",)}.get(table, ("created_at", "retired_at"))
    moved = ", ".join(f"{name} = {name} - interval '15 minutes'" for name in columns)
    as_owner(f"UPDATE {table} SET {moved}")  # noqa: S608
    get_keyd.cache_clear()


def versions(table, **which):
    """Version, whether it is retired, whether its secret is there; oldest first."""
    where = " AND ".join(f"{name} = %s" for name in which)
    return as_owner(
        "SELECT version, retired_at IS NOT NULL, length(wrapped_key) > 0"  # noqa: S608
        f" FROM {table} WHERE {where} ORDER BY version",
        *which.values(),
    )


def id_of(code):
    return Agency.objects.get(code=code).pk


def name_of(referral, by):
    return open_case(referral.reference, by=by).document("identity")["given_name"]


def sealed_to(code, version):
    return as_owner(SEALED_TO, id_of(code), version)[0][0]


def found_again(member, documents=given.DOCUMENTS):
    with unit_of_work(member.context):
        return known_cases(documents, member)


def tags_of(code):
    rows = as_owner(
        "SELECT purpose, key_version, count(*) FROM referrals_searchtag"
        " WHERE agency_id = %s GROUP BY 1, 2 ORDER BY 1, 2",
        id_of(code),
    )
    return {(purpose, version): count for purpose, version, count in rows}
