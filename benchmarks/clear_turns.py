"""Create, open and list, sealed and clear by turns, and print a table. Run as the web."""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import django

django.setup()

from accounts.models import AgencyKind, Membership  # noqa: E402
from accounts.roles import Role  # noqa: E402
from referrals import actions, keeping, looking  # noqa: E402
from referrals.beginning import Route  # noqa: E402
from referrals.details import CaseDetails, ConsentDetails, PartyDetails  # noqa: E402
from referrals.lost import knowing_access, without_what_is_lost  # noqa: E402
from referrals.models import Referral, SealedRecord  # noqa: E402
from referrals.reading import open_case  # noqa: E402
from tenancy.work import unit_of_work  # noqa: E402
from vault import keyd  # noqa: E402
from vault.bundles import SealedBundle  # noqa: E402
from vault.signing import Signature  # noqa: E402

WANTED = {"create": 1.6, "open": 1.5, "list of 25": 1.15}
GIVEN = ConsentDetails(answer="given", method="in_person", wording_version="2026-1")
DOCUMENTS = {
    "identity": {"given_name": "Bench", "family_name": "Mark", "born_on": "1990-02-03"},
    "contact": {"phone": "07700 900123", "channel": "phone_call", "what_to_say": "The surgery"},
    "address": {"staying_at": "With a friend", "postcode": "L3 1BY"},
    "incident": {"summary": "Threatened at home. " * 20, "crime_reference": "05A1/12345/26"},
    "risk": {"grounds": "Threats to kill", "hazards": "A dog"},
    "needs": {"wanted": "Somebody to talk to"},
}
PARTY = PartyDetails(
    kind="alleged_perpetrator",
    relationship="partner",
    document={"given_name": "Alex", "family_name": "Harte"},
)


class _Clear:
    """A key service that seals nothing: the same rows, with their words as they are."""

    def __init__(self, real: keyd.Keyd) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def new_case_keys(self, compartments, epoch):  # noqa: ANN001, ANN202 -- as the real one
        return {(compartment, epoch): b"" for compartment in compartments}

    def seal_bundle(self, keys, *, case_id, agency_id, epoch, erasure_key):  # noqa: ANN001, ANN202
        return SealedBundle(epoch, json.dumps(sorted(keys)).encode(), 1, b"")

    def open_bundles(self, case_id, agency_id, sealed, erasure_key):  # noqa: ANN001, ANN202
        return {(part, n): b"" for each in sealed for part, n in json.loads(each.sealed)}

    def sign_offer(self, parts):  # noqa: ANN001, ANN202
        return Signature(b"", 1)

    def check_offer(self, parts, signature):  # noqa: ANN001, ANN202
        pass

    def tag(self, agency_id, purpose, parts):  # noqa: ANN001, ANN202
        return "".join(parts).encode()[:16].ljust(16)

    def tags(self, agency_id, purpose, parts):  # noqa: ANN001, ANN202
        return {1: self.tag(agency_id, purpose, parts)}


@contextmanager
def _in_clear() -> Iterator[None]:
    """The house without sealing; what was made so is opened so."""
    service = _Clear(keyd.get_keyd())
    users = [
        module
        for module in sys.modules.values()
        if getattr(module, "get_keyd", None) is keyd.get_keyd and module is not keyd
    ]
    with mock.patch.multiple(
        keeping,
        seal_field=lambda _key, plain, _context: plain,
        open_field=lambda _key, envelope, _context: envelope,
    ):
        for module in users:
            module.get_keyd = lambda: service
        try:
            yield
        finally:
            for module in users:
                module.get_keyd = keyd.get_keyd


@contextmanager
def _sealed() -> Iterator[None]:
    yield


def main(turns: int) -> None:
    """Turn about; the first few warm up."""
    officer, adviser = _member(Role.OFFICER, "police"), _member(Role.ADVISER, "idva")
    took: dict[str, dict[str, list[float]]] = {act: {"sealed": [], "clear": []} for act in WANTED}
    looking.OPENING = looking.Limits(10**6, 10**6, 10**6)  # one person opens all of it here
    for turn in range(turns + 5):
        for how, house in (("sealed", _sealed), ("clear", _in_clear)):
            with house():
                for act, seconds in _once(officer, adviser).items():
                    if turn >= 5:  # noqa: PLR2004 -- warming up
                        took[act][how].append(seconds * 1000)
    _check(turns + 5, officer)
    _show(took)


def _check(turns: int, officer: Membership) -> None:
    """Half of the words stand there as they are, and the other half do not."""
    with unit_of_work(officer.context):
        rows = SealedRecord.objects.filter(by=officer, compartment="incident")
        envelopes = [bytes(each) for each in rows.values_list("envelope", flat=True)]
    clear = sum(b"Threatened at home." in each for each in envelopes)
    if clear != turns:
        sys.exit(f"{clear} of {len(envelopes)} are clear, and {turns} should be.")


def _once(officer: Membership, adviser: Membership) -> dict[str, float]:
    details = CaseDetails(
        area_code=adviser.agency.areas[0],
        harm_strands=["domestic_abuse"],
        risk_band="high",
        documents=DOCUMENTS,
        parties=[PARTY],
    )
    began = time.perf_counter()
    sent = actions.refer(details, GIVEN, Route(to=adviser.agency, source="police"), by=officer)
    created = time.perf_counter()
    actions.accept(sent.reference, by=adviser)
    opening = time.perf_counter()
    assert len(open_case(sent.reference, by=adviser).records) >= len(DOCUMENTS)  # noqa: S101
    opened = time.perf_counter()
    _list(adviser)
    return {
        "create": created - began,
        "open": opened - opening,
        "list of 25": time.perf_counter() - opened,
    }


def _list(member: Membership) -> None:
    with unit_of_work(member.context):
        rows = knowing_access(Referral.objects.received_by(member), member)
        without_what_is_lost(rows.order_by("-created_at", "-id")[:25], member)


def _show(took: dict[str, dict[str, list[float]]]) -> None:
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("| act | clear, p50 | sealed, p50 | ratio | wanted at most |\n|---|--:|--:|--:|--:|")
    for act, by_how in took.items():
        clear, sealed = (statistics.median(by_how[how]) for how in ("clear", "sealed"))
        ratio = sealed / clear
        print(f"| {act} | {clear:.1f} ms | {sealed:.1f} ms | **{ratio:.2f}** | {WANTED[act]} |")


def _member(role: str, kind: str) -> Membership:
    members = Membership.objects.filter(
        role=role, agency__kind=AgencyKind(kind), user__isnull=False
    )
    return members.select_related("agency", "user").order_by("pk")[0]


if __name__ == "__main__":
    main(int(sys.argv[1]))
