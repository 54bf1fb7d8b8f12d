"""Conflicts of interest: whom staff know, the cases that do not exist for them, and both locks.

The second lock is a restrictive policy on everything of a case: whoever is kept out of it sees no
row of it, whatever their agency may see. Who is kept out is read once a statement. The functions
run as the owner, because a sender may not read what the receiver's staff declared, nor anybody the
tags; none returns anything a person is shown. They wait for one another agency by agency, so that
of a case and a declaration that are written at once the later sees the earlier.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from tenancy.operations import KeepOut, LetRun, Protect

ADMINISTERS = """EXISTS (SELECT 1 FROM accounts_membership m WHERE m.id = {membership}
    AND m.agency_id = {agency} AND m.role = 'administrator' AND m.ended_at IS NULL)"""
# Not `<> ALL (ARRAY(…))`: where many rows are of one case the planner takes that to leave none, and
# reads and sorts a whole table for a page.
NOT_THEIRS = """NOT IN (SELECT b.case_id FROM referrals_conflictblock b
    WHERE b.membership_id = {membership} AND b.lifted_at IS NULL)"""
OF_A_CASE = (
    "referrals_referral",
    "referrals_consententry",
    "referrals_grant",
    "referrals_bundle",
    "referrals_erasurekey",
    "referrals_sealedrecord",
    "referrals_searchtag",
    "referrals_caselink",
    "referrals_contactrule",
)

PEOPLE = [
    Protect(
        "referrals_conflicttag",
        see="membership_id = {membership} OR agency_id = {agency} AND " + ADMINISTERS,
        write="agency_id = {agency} AND (membership_id = {membership} OR " + ADMINISTERS + ")",
        web="""SELECT (id, agency_id, membership_id, declaration, relation, purpose, key_version,
            declared_by_id, declared_at), INSERT""",
    ),
    Protect(
        "referrals_conflictblock",
        see="agency_id = {agency}",
        write="agency_id = {agency} AND membership_id <> {membership} AND " + ADMINISTERS,
        web="SELECT, UPDATE (lifted_at, lifted_by_id, lift_reason)",
        worker="SELECT, UPDATE (told_at)",
    ),
]

FUNCTIONS = """
CREATE FUNCTION referrals_concerned(wanted uuid) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.agency_id FROM referrals_grant g
    WHERE g.case_id = wanted AND g.revoked_at IS NULL AND referrals_works_on(wanted)
    UNION
    SELECT r.receiving_agency_id FROM referrals_referral r
    WHERE r.case_id = wanted AND referrals_works_on(wanted) AND (
        r.status IN ('sent', 'more_information_asked')
        OR (r.status = 'draft' AND r.referring_agency_id = tenancy_agency()))
    UNION
    SELECT tenancy_agency() WHERE referrals_works_on(wanted)
$$;

CREATE FUNCTION referrals_blocked(wanted uuid) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT b.membership_id FROM referrals_conflictblock b
    WHERE b.case_id = wanted AND b.lifted_at IS NULL AND (
        tenancy_kind() = 'system' OR EXISTS (SELECT 1 FROM referrals_referral r
            WHERE r.case_id = wanted
            AND tenancy_agency() IN (r.referring_agency_id, r.receiving_agency_id)))
$$;

CREATE FUNCTION referrals_hidden() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.id FROM referrals_conflictblock b JOIN referrals_referral r ON r.case_id = b.case_id
    WHERE b.membership_id = tenancy_membership() AND b.lifted_at IS NULL
$$;

CREATE FUNCTION referrals_forget_told(moment timestamptz) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE notices_notice n SET seen_at = moment
    FROM referrals_conflictblock b JOIN referrals_referral r ON r.case_id = b.case_id
    WHERE b.found_at = moment AND b.lifted_at IS NULL
        AND n.recipient_id = b.membership_id AND n.reference = r.reference AND n.seen_at IS NULL
$$;

CREATE FUNCTION referrals_keep_out(
    wanted uuid, agencies bigint[], purposes text[], tags bytea[], sparing boolean
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one bigint;
    theirs boolean;
BEGIN
    IF NOT referrals_works_on(wanted) THEN
        RETURN false;
    END IF;
    FOR one IN SELECT DISTINCT a FROM unnest(agencies) a ORDER BY a LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtext('referrals_conflict'), one::int);
    END LOOP;
    SELECT EXISTS (SELECT 1 FROM referrals_conflicttag t
        JOIN unnest(agencies, purposes, tags) AS asked (agency_id, purpose, tag)
            ON (t.agency_id, t.purpose, t.tag) = (asked.agency_id, asked.purpose, asked.tag)
        WHERE t.membership_id = tenancy_membership() AND NOT EXISTS (
            SELECT 1 FROM referrals_conflictblock b
            WHERE b.case_id = wanted AND b.because_id = t.id AND b.lifted_at IS NOT NULL)
    ) INTO theirs;
    INSERT INTO referrals_conflictblock
        (id, case_id, agency_id, membership_id, because_id, found_at, lift_reason)
    SELECT gen_random_uuid(), wanted, t.agency_id, t.membership_id, t.id, now(), ''
    FROM referrals_conflicttag t
    JOIN unnest(agencies, purposes, tags) AS asked (agency_id, purpose, tag)
        ON (t.agency_id, t.purpose, t.tag) = (asked.agency_id, asked.purpose, asked.tag)
    WHERE t.agency_id IN (SELECT referrals_concerned(wanted))
        AND NOT (sparing AND t.membership_id = tenancy_membership())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM referrals_forget_told(now());
    END IF;
    RETURN theirs;
END $$;

CREATE FUNCTION referrals_keep_out_declared(declared uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('referrals_conflict'), tenancy_agency()::int);
    INSERT INTO referrals_conflictblock
        (id, case_id, agency_id, membership_id, because_id, found_at, lift_reason)
    SELECT gen_random_uuid(), s.case_id, t.agency_id, t.membership_id, t.id, now(), ''
    FROM referrals_conflicttag t JOIN referrals_searchtag s
        ON (s.agency_id, s.purpose, s.tag) = (t.agency_id, t.purpose, t.tag)
    WHERE t.declaration = declared AND t.agency_id = tenancy_agency() AND NOT EXISTS (
        SELECT 1 FROM referrals_referral r WHERE r.case_id = s.case_id AND r.status = 'draft')
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM referrals_forget_told(now());
    END IF;
END $$;
"""
UNDO_FUNCTIONS = """
DROP FUNCTION referrals_keep_out_declared(uuid);
DROP FUNCTION referrals_keep_out(uuid, bigint[], text[], bytea[], boolean);
DROP FUNCTION referrals_forget_told(timestamptz);
DROP FUNCTION referrals_hidden();
DROP FUNCTION referrals_blocked(uuid);
DROP FUNCTION referrals_concerned(uuid);
"""


def by_whom(**more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        to="accounts.membership",
        **{"related_name": "+", **more},
    )


def whose_agency():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.agency"
    )


def key():
    return models.UUIDField(
        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
    )


RELATIONS = [
    ("self", "Me"),
    ("household", "Somebody I live with"),
    ("family", "Family, or a partner now or before"),
    ("other", "Somebody else I know well"),
]
REASONS = [
    ("other_person", "Same name or number, another person"),
    ("no_longer_known", "They no longer know each other"),
    ("declared_in_error", "Declared in error"),
]
NOT_LIFTED = models.Q(("lift_reason", ""), ("lifted_at", None), ("lifted_by", None))
LIFTED = models.Q(
    ("lift_reason__in", sorted(code for code, _ in REASONS)),
    ("lifted_at__isnull", False),
    ("lifted_by__isnull", False),
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clients_and_sessions"),
        ("notices", "0004_nobody_looks_for_parts_of_a_key"),
        ("referrals", "0010_looks"),
    ]
    operations = [
        migrations.RemoveConstraint("searchtag", "referrals_searchtag_once"),
        migrations.AddField("searchtag", "of_party", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "searchtag",
            models.UniqueConstraint(
                fields=("case", "agency_id", "purpose", "key_version", "tag", "of_party"),
                name="referrals_searchtag_once",
            ),
        ),
        migrations.CreateModel(
            name="ConflictTag",
            fields=[
                ("id", key()),
                ("declaration", models.UUIDField()),
                ("relation", models.CharField(choices=RELATIONS, max_length=20)),
                ("purpose", models.CharField(max_length=20)),
                ("key_version", models.PositiveSmallIntegerField()),
                ("tag", models.BinaryField(max_length=16)),
                ("declared_at", models.DateTimeField()),
                ("agency", whose_agency()),
                ("declared_by", by_whom()),
                ("membership", by_whom()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["agency", "purpose", "tag"], name="referrals_conflicttag_find"
                    ),
                    models.Index(fields=["membership"], name="referrals_conflicttag_whose"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("relation__in", sorted(code for code, _ in RELATIONS))
                        ),
                        name="referrals_conflicttag_known_relation",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConflictBlock",
            fields=[
                ("id", key()),
                (
                    "found_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.CharField(blank=True, choices=REASONS, max_length=20)),
                ("agency", whose_agency()),
                (
                    "because",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="referrals.conflicttag",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="referrals.case",
                    ),
                ),
                ("lifted_by", by_whom(blank=True, null=True)),
                ("membership", by_whom(related_name="conflict_blocks")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at", None)),
                        fields=["membership", "case"],
                        name="referrals_conflictblock_whose",
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at", None), ("told_at", None)),
                        fields=["id"],
                        name="referrals_conflictblock_untold",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "because"), name="referrals_conflictblock_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(NOT_LIFTED, LIFTED, _connector="OR"),
                        name="referrals_conflictblock_lifted_says_by_whom_and_why",
                    ),
                ],
            },
        ),
        *PEOPLE,
        migrations.RunSQL(FUNCTIONS, UNDO_FUNCTIONS),
        LetRun("referrals_forget_told(timestamptz)"),
        LetRun("referrals_concerned(uuid)", web=True),
        LetRun("referrals_blocked(uuid)", web=True, worker=True),
        LetRun("referrals_hidden()", web=True),
        LetRun("referrals_keep_out(uuid, bigint[], text[], bytea[], boolean)", web=True),
        LetRun("referrals_keep_out_declared(uuid)", web=True),
        KeepOut("referrals_case", f"id {NOT_THEIRS}"),
        *(KeepOut(table, f"case_id {NOT_THEIRS}") for table in OF_A_CASE),
    ]
