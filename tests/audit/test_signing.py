"""Where chains stand is signed in time, by one process, and kept only of what is there."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from psycopg import errors

from audit import checkpoints
from audit.checkpoints import Claim, NotACheckpoint, claim_of, public_keys, sign_due
from audit.models import Checkpoint
from audit.recording import record
from tenancy.roles import WEB, WORKER
from tenancy.signing import signed
from tenancy.work import unit_of_work
from tests import databases
from tests.tenancy.attacks import backend, honest_token, tell
from vault import checkpoints as vault_checkpoints

KEEP = "SELECT audit_keep_checkpoint(%s, %s, %s, now(), 'key', 'proof')"


def grow(context, times=1):
    with unit_of_work(context):
        for _ in range(times):
            record("open", about=("referral", uuid4().hex))


def places(context):
    with unit_of_work(context):
        return list(Checkpoint.objects.order_by("seq").values_list("seq", flat=True))


@pytest.fixture
def signed_officer(officer):
    """A chain that is signed to its end."""
    grow(officer)
    sign_due(growth=1)
    return officer


def test_a_chain_is_signed_when_it_has_grown_enough(signed_officer):
    before = places(signed_officer)

    grow(signed_officer, times=3)
    assert sign_due(growth=4) == 0
    grow(signed_officer)
    assert sign_due(growth=4) == 1
    assert sign_due(growth=4) == 0

    assert places(signed_officer) == [*before, before[-1] + 4]


def test_a_chain_that_grew_at_all_is_signed_when_its_time_has_come(signed_officer):
    before = places(signed_officer)

    assert sign_due(every=timedelta(0)) == 0
    grow(signed_officer)
    assert sign_due() == 0
    assert sign_due(every=timedelta(0)) == 1

    assert places(signed_officer) == [*before, before[-1] + 1]


def test_it_is_every_five_minutes_and_every_thousand_entries():
    assert (timedelta(minutes=5), 1000) == (checkpoints.EVERY, checkpoints.MOST_ENTRIES)


def test_a_chain_that_was_never_signed_is_signed_at_once(adviser):
    grow(adviser)

    assert places(adviser) == []
    assert sign_due() >= 1
    assert len(places(adviser)) == 1


def test_what_is_signed_holds_and_nothing_else_does(signed_officer):
    with unit_of_work(signed_officer):
        claim = claim_of(Checkpoint.objects.order_by("-seq").first())
        keys = public_keys()

    assert claim.is_signed_by(keys)
    assert Claim.from_line(claim.to_line()) == claim
    for changed in ({"seq": 1}, {"agency": 99}, {"hash": "00"}, {"at": "2026-01-01T00:00:00.0Z"}):
        assert not Claim.from_line({**claim.to_line(), **changed}).is_signed_by(keys)
    assert not claim.is_signed_by({})
    assert not claim.is_signed_by({claim.signed.key_id: bytes(32)})


def test_the_words_of_a_checkpoint_are_known():
    """For other people's verifiers; a change here makes every checkpoint there is unreadable."""
    stand = vault_checkpoints.Stand(3, 7, b"\x01" * 32, "2026-10-25T00:30:00.000000Z")
    claim = Claim(stand, vault_checkpoints.SignedStand("a" * 32, b"\x02" * 64))

    assert claim.to_line() == {
        "kind": "checkpoint",
        "agency": 3,
        "seq": 7,
        "hash": "01" * 32,
        "at": "2026-10-25T00:30:00.000000Z",
        "key": "a" * 32,
        "signature": "02" * 64,
    }
    assert claim.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("missing", ["agency", "seq", "hash", "at", "key", "signature"])
def test_what_lacks_a_word_is_no_checkpoint(signed_officer, missing):
    with unit_of_work(signed_officer):
        line = claim_of(Checkpoint.objects.first()).to_line()
    assert Claim.from_line(line)

    del line[missing]

    with pytest.raises(NotACheckpoint):
        Claim.from_line(line)


# ---- who may


def test_the_worker_and_the_beat_cannot_sign(house, signed_officer):
    """They are told no root key either (``tests/config/test_environment.py``)."""
    for role, refused in ((WORKER, True), (WEB, False)):
        with databases.connect(house, role) as asker:
            for statement in ("SELECT * FROM audit_heads_due('0 s', 1)", KEEP):
                values = [signed_officer.agency_id, 1, b"x"] if "%s" in statement else None
                if refused:
                    with pytest.raises(errors.InsufficientPrivilege):
                        asker.execute(statement, values)
                    asker.rollback()
                else:
                    asker.execute(statement, values)


def test_only_what_is_in_the_chain_is_kept(house, signed_officer):
    grow(signed_officer)
    with databases.connect(house) as web:
        (due,) = [
            row
            for row in web.execute("SELECT * FROM audit_heads_due('0 s', 1)").fetchall()
            if row[0] == signed_officer.agency_id
        ]
        agency, seq, entry_hash, _ = due
        for wrong in ([agency, seq, b"x"], [agency, seq + 1, entry_hash], [99, seq, entry_hash]):
            assert web.execute(KEEP, wrong).fetchone() == (False,)
        assert web.execute(KEEP, [agency, seq, entry_hash]).fetchone() == (True,)
        assert web.execute(KEEP, [agency, seq, entry_hash]).fetchone() == (False,)
        web.rollback()


@pytest.mark.parametrize("change", ["UPDATE {} SET seq = seq", "DELETE FROM {}", "TRUNCATE {}"])
def test_checkpoints_are_added_to_and_nothing_else(house, signed_officer, change):
    table, count = "audit_checkpoint", "SELECT count(*) FROM audit_checkpoint"
    for role, token in ((WEB, signed_officer.claim), (WORKER, "system||")):
        with databases.connect(house, role) as asker:
            tell(asker, honest_token(asker, token, role))
            assert asker.execute(count).fetchone()[0] >= 1
            with pytest.raises(errors.InsufficientPrivilege):
                asker.execute(change.format(table))
    with databases.owner(house) as owner, owner.transaction(force_rollback=True):
        password = databases.OWNER["PASSWORD"]
        tell(owner, signed("migration||", backend=backend(owner), password=password))
        with pytest.raises(errors.RestrictViolation, match="append-only"):
            owner.execute(f"{change.format(table)}{' CASCADE' if 'TRUNCATE' in change else ''}")


def test_an_agency_sees_its_own_checkpoints(signed_officer, adviser):
    grow(adviser)
    sign_due(growth=1)

    with unit_of_work(signed_officer):
        assert {each.agency_id for each in Checkpoint.objects.all()} == {signed_officer.agency_id}
        assert str(Checkpoint.objects.first()).startswith("Checkpoint of ")
    with unit_of_work(adviser):
        assert {each.agency_id for each in Checkpoint.objects.all()} == {adviser.agency_id}


@pytest.mark.usefixtures("house")
def test_the_notary_says_how_many_it_signed(capsys):
    sign_due(growth=1)

    call_command("audit", "sign")

    assert capsys.readouterr().out == "0 checkpoints signed.\n"
