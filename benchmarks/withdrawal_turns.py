"""Withdraw and agree again, by turns with the bare rewriting, and print a table. Run as the web."""

import os
import sys
import time

import django

django.setup()

import psycopg  # noqa: E402 -- after Django, as everything here

from accounts.models import Agency, AgencyKind, Membership  # noqa: E402
from accounts.roles import Role  # noqa: E402
from referrals import actions, compartments  # noqa: E402
from referrals.actions.keeping_notes import writing_to  # noqa: E402
from referrals.actions.referring_on import Passage  # noqa: E402
from referrals.beginning import Route  # noqa: E402
from referrals.compartments import Compartment  # noqa: E402
from referrals.details import CaseDetails, ConsentDetails  # noqa: E402
from referrals.keeping import sealed_document  # noqa: E402
from referrals.models import Bundle, Referral, SealedRecord  # noqa: E402
from referrals.models.consent import Purpose  # noqa: E402
from referrals.reading import open_case  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402

OTHERS, SERVICES = 5, 4  # the desk, the police and three services; the fourth is taken off
GIVEN = ConsentDetails(answer="given", method="in_person", wording_version="2026-1")
FIELDS = {"needs": {"wanted": "Somebody to talk to, and a safe place for a few nights."}}
Times = dict[str, list[float]]
FLOOR = """
CREATE TABLE bare_record (id int PRIMARY KEY, envelope bytea);
CREATE TABLE bare_bundle (id int PRIMARY KEY, sealed bytea);
"""


def main(records: int, turns: int, wanted: float) -> None:
    """One case; turn about, until each was done as often as asked."""
    house = _House()
    took: dict[str, list[float]] = {"bare rewriting": [], "withdrawal": []}
    own: dict[str, list[float]] = {name: [] for name in took}
    with psycopg.connect(os.environ["BARE_URL"]) as bare:
        floor = _Floor(bare, house.case(records))
        for turn in range(turns + 2):  # the first two warm up
            case = house.case(records)
            for name, act in (("bare rewriting", floor.rewrite), ("withdrawal", case.withdraw)):
                began, worked = time.perf_counter(), time.process_time()
                act()
                if turn > 1:
                    took[name].append((time.perf_counter() - began) * 1000)
                    own[name].append((time.process_time() - worked) * 1000)
            case.check()
    _show(took, own, records, wanted)


class _House:
    """Who takes part."""

    def __init__(self) -> None:
        self.officer = _member(Role.OFFICER, AgencyKind.POLICE)
        self.adviser = _member(Role.ADVISER, AgencyKind.IDVA)
        workers = Membership.objects.filter(role=Role.CASEWORKER).select_related("agency")
        apart = {each.agency_id: each for each in workers if not each.is_client}
        *self.staying, self.leaver = list(apart.values())[:SERVICES]

    def case(self, records: int) -> "_Case":
        """A case that six agencies can open, with so many records under four keys."""
        documents = {"identity": {"given_name": "Bench", "family_name": "Mark"}, **FIELDS}
        details = CaseDetails(
            area_code=self.adviser.agency.areas[0],
            harm_strands=["domestic_abuse"],
            risk_band="high",
            documents=documents,
        )
        route = Route(to=self.adviser.agency, source="police")
        sent = actions.refer(details, GIVEN, route, by=self.officer)
        case = _Case(self, actions.accept(sent.reference, by=self.adviser))
        case.write(records // 2)
        case.onward = [case.shared(member) for member in (*self.staying, self.leaver)][-1]
        case.write(records)
        return case


class _Case:
    """A case of the house, and the last of its referrals."""

    def __init__(self, house: _House, referral: Referral) -> None:
        self.house, self.referral, self.onward = house, referral, ""

    def write(self, records: int) -> None:
        """Bring it to so many records, of every part."""
        by = self.house.adviser
        with writing_to(self.referral.reference, by=by) as (writing, _):
            stored = SealedRecord.objects.filter(case=writing.case).count()
            parts = [part for part in Compartment if part in compartments.FIELDS]
            SealedRecord.objects.bulk_create(
                sealed_document(writing, parts[number % len(parts)], FIELDS["needs"], kind="note")
                for number in range(records - stored)
            )

    def shared(self, member: Membership) -> str:
        """Share it with one more agency; the reference by which it has it."""
        passage = Passage(to=member.agency, purpose=Purpose.SERVICE, consent=GIVEN)
        child = actions.pass_on(self.referral.reference, passage, by=self.house.adviser)
        actions.accept(child.reference, by=member)
        return str(child.reference)

    def withdraw(self) -> None:
        """What is measured, to its commit."""
        actions.withdraw_consent(self.onward, by=self.house.adviser)

    def sizes(self) -> tuple[list[int], int]:
        """How long the envelopes are, and a bundle."""
        with unit_of_work(self.house.adviser.context):
            rows = SealedRecord.objects.filter(case=self.referral.case_id)
            bundle = Bundle.objects.filter(case=self.referral.case_id).first()
            return [len(row.envelope) for row in rows], len(bundle.sealed) if bundle else 0

    def check(self) -> None:
        """Whoever stays reads on."""
        for member in (self.house.adviser, self.house.officer):
            if not open_case(self.referral.reference, by=member).records:
                sys.exit("Somebody who stays cannot read.")


class _Floor:
    """The same rows, changed and committed, and nothing sealed."""

    def __init__(self, connection, case: _Case) -> None:  # noqa: ANN001 -- psycopg's
        self.connection = connection
        envelopes, bundle = case.sizes()
        self.envelopes, self.bundle = [os.urandom(size) for size in envelopes], os.urandom(bundle)
        connection.execute(FLOOR)
        ids = list(range(len(self.envelopes)))
        connection.execute(
            "INSERT INTO bare_record SELECT * FROM unnest(%s::int[], %s::bytea[])",
            [ids, self.envelopes],
        )
        connection.commit()

    def rewrite(self) -> None:
        """One transaction."""
        ids = list(range(len(self.envelopes)))
        self.connection.execute(
            "UPDATE bare_record r SET envelope = n.envelope"
            " FROM unnest(%s::int[], %s::bytea[]) AS n (id, envelope) WHERE r.id = n.id",
            [ids, self.envelopes],
        )
        self.connection.execute("DELETE FROM bare_bundle")
        self.connection.execute(
            "INSERT INTO bare_bundle SELECT n, %s FROM generate_series(1, %s) AS n",
            [self.bundle, OTHERS],
        )
        self.connection.commit()


def _member(role: Role, kind: AgencyKind) -> Membership:
    members = Membership.objects.filter(role=role, agency__kind=kind).select_related("agency")
    sharing = Agency.objects.filter(code__in=("merseyside-police", "liverpool-idva"))
    found = members.filter(agency__in=sharing, user__isnull=False).order_by("pk").first()
    if found is None:
        sys.exit(f"Nobody is a {role}.")
    return found


def _show(took: Times, own: Times, records: int, wanted: float) -> None:
    print(f"{records} records, {OTHERS} other agencies")
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("| act | p50 | p95 | of it this process worked, p50 |")
    print("|---|--:|--:|--:|")
    middle = {}
    for name, times in took.items():
        times.sort()
        worked = sorted(own[name])[len(times) // 2]
        middle[name] = times[len(times) // 2]
        p95 = times[len(times) * 95 // 100]
        print(f"| {name} | {middle[name]:.1f} ms | {p95:.1f} ms | {worked:.1f} ms |")
    ratio = middle["withdrawal"] / middle["bare rewriting"]
    met = "met" if middle["withdrawal"] <= wanted else "NOT met"
    print(f"ratio of p50: {ratio:.1f}; wanted at most {wanted:.0f} ms: {met}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
