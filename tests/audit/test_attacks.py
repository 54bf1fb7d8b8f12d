"""Each attack on the evidence, made behind the triggers' back, is found by both verifiers."""

import json
from dataclasses import replace

import pytest
from django.utils import timezone

from audit.chain import verify
from audit.checkpoints import claims_of, sign_due
from audit.models import Checkpoint
from audit.recording import record
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.audit.attacking import (
    exported,
    rehashed,
    tampering,
    verified,
    verified_alone,
)
from tests.audit.test_verifying import CHANGED, HEAD, LOOSE, TAMPERINGS

UNSIGNED = "has a checkpoint that no key of the house signed"
NOT_THAT = "is not what a checkpoint says"
GONE = "is in a checkpoint and not in the chain"
FORK = "stands at a place that is taken: the chain forks"


@pytest.fixture(scope="module")
def agency(house, officer, adviser):
    """Six entries, signed after the fourth and after the sixth; every field filled, and none."""
    for number in range(5):
        if number == 4:
            sign_due()
        with unit_of_work(officer):
            record("open", about=("referral", f"PH-{number}"), also=[adviser.agency_id])
    with unit_of_work(adviser):
        record("note", about=("case", "ünï 💥"), compartments=["person", "", "incident"])
    sign_due(growth=1)
    return adviser.agency_id


@pytest.fixture(scope="module")
def held(agency, tmp_path_factory):
    """What an outside holder kept."""
    path = tmp_path_factory.mktemp("outside") / "held.jsonl"
    with databases.as_owner(), unit_of_work(Context.migration()):
        kept = [json.dumps(claim.to_line()) for claim in claims_of(agency)]
    path.write_text("\n".join(kept))
    return path


def said(agency, *faults):
    return [f"Chain {agency}, entry {seq}: {what}." for seq, what in faults]


def both(agency, tmp_path, capsys, *held):
    """What both say, once they agree."""
    against = [word for path in held for word in ("--against", str(path))]
    ours = verified(capsys, agency, *against)
    alone = verified_alone(exported(agency, tmp_path / "export.jsonl"), *held)
    assert sorted(alone[1]) == sorted(ours[1])
    assert alone[0] == ours[0]
    return alone


def test_the_chain_that_nobody_touched_holds(agency, held, tmp_path, capsys):
    with tampering():
        places = list(Checkpoint.objects.filter(agency_id=agency).values_list("seq", flat=True))

        assert both(agency, tmp_path, capsys) == (0, [])
        assert both(agency, tmp_path, capsys, held) == (0, [])
    assert places == [4, 6]


BY_THE_CHECKPOINT = {
    "a changed hash": (),
    "a deleted row": (),
    "a deleted first row": (),
    "a cut tail": ((6, GONE),),
    "every row deleted": ((4, GONE), (6, GONE)),
    "swapped rows": ((4, NOT_THAT),),
    "a renumbered tail": ((4, NOT_THAT), (6, GONE)),
    "an inserted row": ((4, NOT_THAT), (6, NOT_THAT)),
}
"""What the stored checkpoints add to what the chain itself gives away."""


@pytest.mark.parametrize("attack", TAMPERINGS)
def test_an_attack_is_found_where_it_was_made(agency, tmp_path, capsys, attack):
    statement, found = TAMPERINGS[attack]
    with tampering() as cursor:
        cursor.execute(statement.format(agency))

        code, lines = both(agency, tmp_path, capsys)

    assert code == 1
    assert sorted(lines) == sorted(said(agency, *found, *BY_THE_CHECKPOINT.get(attack, ())))


def test_a_chain_that_was_written_anew_is_found_by_its_checkpoint(agency, tmp_path, capsys):
    with tampering() as cursor:
        cursor.execute(
            "UPDATE audit_auditentry SET actor = '9' WHERE agency_id = %s AND seq = 3", [agency]
        )
        rehashed(cursor, agency, 3)

        assert both(agency, tmp_path, capsys) == (
            1,
            said(agency, (4, NOT_THAT), (6, NOT_THAT)),
        )


def test_a_cut_tail_with_its_checkpoints_is_found_by_what_others_hold(
    agency, held, tmp_path, capsys
):
    """What is gone without a trace in the house is seen from outside, and from there alone."""
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE agency_id = %s AND seq > 4", [agency])
        cursor.execute("DELETE FROM audit_checkpoint WHERE agency_id = %s AND seq > 4", [agency])
        rehashed(cursor, agency, 5)

        assert both(agency, tmp_path, capsys) == (0, [])
        assert both(agency, tmp_path, capsys, held) == (1, said(agency, (6, GONE)))


def test_a_rewritten_chain_without_checkpoints_is_found_by_what_others_hold(
    agency, held, tmp_path, capsys
):
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_checkpoint WHERE agency_id = %s", [agency])
        cursor.execute(
            "UPDATE audit_auditentry SET purpose = 'x' WHERE agency_id = %s AND seq = 1", [agency]
        )
        rehashed(cursor, agency, 1)

        assert both(agency, tmp_path, capsys) == (0, [])
        assert both(agency, tmp_path, capsys, held) == (
            1,
            said(agency, (4, NOT_THAT), (6, NOT_THAT)),
        )


@pytest.mark.parametrize(
    "forgery",
    [
        "signature = sha256('x') || sha256('y')",
        "at = at - interval '1 second'",
        "key_id = repeat('0', 32)",
    ],
)
def test_a_checkpoint_that_was_forged_is_found(agency, tmp_path, capsys, forgery):
    with tampering() as cursor:
        cursor.execute(
            f"UPDATE audit_checkpoint SET {forgery} WHERE agency_id = {agency} AND seq = 4"  # noqa: S608
        )

        assert both(agency, tmp_path, capsys) == (1, said(agency, (4, UNSIGNED)))


def test_a_checkpoint_of_another_agency_is_found(agency, officer, tmp_path, capsys):
    with tampering() as cursor:
        theirs = Checkpoint.objects.filter(agency_id=officer.agency_id).first()
        cursor.execute(
            "UPDATE audit_checkpoint SET agency_id = %s, seq = 3 WHERE id = %s", [agency, theirs.pk]
        )

        code, lines = both(agency, tmp_path, capsys)

    assert (code, sorted(lines)) == (1, sorted(said(agency, (3, UNSIGNED), (3, NOT_THAT))))


def test_a_planted_key_signs_nothing_that_others_hold(agency, held, tmp_path, capsys):
    """Whoever puts a key of their own into the table signs under another name."""
    with tampering() as cursor:
        cursor.execute(
            "UPDATE vault_signingkey SET public_key = sha256('mine')"
            " WHERE purpose = 'audit-checkpoint'"
        )

        code, lines = both(agency, tmp_path, capsys, held)

    assert lines == said(agency, *[(seq, UNSIGNED) for seq in (4, 6, 4, 6)])
    assert code == 1


def test_a_future_entry_and_a_future_checkpoint_are_found(agency, tmp_path, capsys):
    with tampering() as cursor:
        cursor.execute(
            "UPDATE audit_auditentry SET at = now() + interval '1 hour'"
            " WHERE agency_id = %s AND seq = 5",
            [agency],
        )
        cursor.execute(
            "UPDATE audit_checkpoint SET at = now() + interval '1 hour'"
            " WHERE agency_id = %s AND seq = 4",
            [agency],
        )

        code, lines = both(agency, tmp_path, capsys)

    future = (4, "has a checkpoint from the future")
    assert sorted(lines) == sorted(
        said(agency, (4, UNSIGNED), future, (5, CHANGED), (5, "lies in the future"))
    )
    assert code == 1


def test_a_fork_is_found(agency, tmp_path, capsys):
    """Two entries at one place, each following the same one: only without the key of the table."""
    with tampering() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DROP CONSTRAINT audit_auditentry_pkey")
        cursor.execute(
            "INSERT INTO audit_auditentry SELECT agency_id, seq, at + interval '1 microsecond',"
            " actor, actor_role, 'planted', object_type, object_id, compartments, purpose,"
            " decision, reason, request_id, prev_hash, sha256('x') FROM audit_auditentry"
            " WHERE agency_id = %s AND seq = 6",
            [agency],
        )

        code, lines = both(agency, tmp_path, capsys)

    assert sorted(lines) == sorted(said(agency, (6, FORK), (6, LOOSE), (6, CHANGED), (6, HEAD)))
    assert code == 1


def test_checking_from_a_signed_place_on_spares_what_was_before_it(agency, capsys):
    with tampering() as cursor:
        cursor.execute(TAMPERINGS["a changed byte"][0].format(agency))

        assert verified(capsys, agency)[0] == 1
        assert verified(capsys, agency, "--since", "4") == (0, [])
        assert verified(capsys, agency, "--since", "5")[0] == 2


def test_a_place_that_nobody_signed_is_no_place_to_begin(agency, capsys):
    with tampering() as cursor:
        assert verified(capsys, agency, "--since", "4") == (0, [])

        cursor.execute(
            "UPDATE audit_checkpoint SET entry_hash = sha256('x') WHERE agency_id = %s AND seq = 4",
            [agency],
        )

        assert verified(capsys, agency, "--since", "4")[0] == 2


@pytest.mark.parametrize("line", ["{", "[]", '{"kind": "checkpoint"}', "7"])
def test_a_held_file_that_cannot_be_read_is_no_proof_of_anything(
    agency, tmp_path, capsys, held, line
):
    broken = tmp_path / "broken.jsonl"
    broken.write_text(f"{held.read_text()}\n{line}\n")

    with tampering():
        assert both(agency, tmp_path, capsys, held) == (0, [])
        assert verified(capsys, agency, "--against", str(broken))[0] == 2
        export = exported(agency, tmp_path / "export.jsonl")
        assert verified_alone(export, broken)[0] == 2
    assert verified_alone(tmp_path / "absent.jsonl")[0] == 2


def test_of_two_checkpoints_that_differ_at_one_place_neither_is_believed(agency):
    """Whichever is read first: the place is named, also where one of them is right."""
    with databases.as_owner(), unit_of_work(Context.migration()):
        *_, kept = claims_of(agency)
        for number in range(16):
            stand = kept.stand._replace(entry_hash=bytes([number]) * 32)
            found = list(verify(agency, now=timezone.now(), outside=[replace(kept, stand=stand)]))

            assert {(each.seq, each.what) for each in found} >= {(stand.seq, NOT_THAT)}
        assert list(verify(agency, now=timezone.now(), outside=[kept])) == []
