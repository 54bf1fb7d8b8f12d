"""Firing: a whole bite of rungs in one statement, which takes them and does all the rest.

Whether each is needed, who is woken, the notices and the mark that it fired are one transaction
with the lock. A worker that dies leaves nothing taken and nothing half told.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from notices.kinds import URGENT
from referrals.lifecycle import PENDING, Status
from visits.alarms import FOLLOWED
from visits.ladder import BESIDE_THE_LADDER
from visits.models import Audience, Unless
from visits.staffing import Watch, Woken


class Fired(NamedTuple):
    """What a bite came to: how many rungs, how many were told, and which of them owe more."""

    rungs: int
    told: int
    followed: Collection[UUID]


def agencies_due(*, at: datetime) -> list[int]:
    """Whose rungs are due."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_THE_INDEX)
        cursor.execute(_AGENCIES, {"at": at})
        return [agency for (agency,) in cursor.fetchall()]


def next_due(watch: Watch, *, at: datetime) -> UUID | None:
    """Lock the one rung that is due the longest; none if none is, or others hold it."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_THE_INDEX)
        cursor.execute(_NEXT, {"at": at, "limit": 1, "only": None, **_of(watch)})
        row = cursor.fetchone()
        return row[0] if row else None


def fire(watch: Watch, limit: int, *, at: datetime, only: UUID | None = None) -> Fired:
    """Take up to ``limit`` rungs of the watch's agencies that are due, the longest due first; tell
    whoever is to be woken by each, and mark them fired.

    What somebody else holds is passed over, and what is paused is not due. The lock lasts until
    the transaction ends, however it ends. A notice that stands already is not owed again, so that
    a rung fired twice tells once.
    """
    columns = zip(*watch.staff, strict=True) if watch.staff else ((),) * len(Woken._fields)
    people = dict(zip(Woken._fields, map(list, columns), strict=True))
    asked = {"at": at, "limit": limit, "only": only, **_of(watch), **people, **_CODES}
    with connection.cursor() as cursor:
        cursor.execute(_BY_THE_INDEX)
        cursor.execute(_FIRE, asked)
        rungs, told, followed = cursor.fetchone()
    return Fired(rungs, told, followed or [])


def _of(watch: Watch) -> dict[str, list[Any]]:
    return {"agencies": [*watch.agencies], "beside": [*BESIDE_THE_LADDER]}


_CODES: Final[dict[str, Any]] = {
    "pending": [status.value for status in PENDING],
    "running": [*(status.value for status in PENDING), Status.ACCEPTED.value],
    "taken": Unless.TAKEN.value,
    "acted": Unless.ACTED.value,
    "desk": Audience.DESK.value,
    "managers": Audience.MANAGERS.value,
    "person": Audience.PERSON.value,
    "and_managers": Audience.WHOSE_AND_MANAGERS.value,
    "of_managers": [Audience.MANAGERS.value, Audience.WHOSE_AND_MANAGERS.value],
    "urgent": sorted(URGENT),
    "followed": sorted(FOLLOWED),
}

# Of the policies' `kind = 'system'` the planner knows nothing, and believes that one row in two
# hundred passes. Left to itself it would read and sort the whole table for every bite.
_BY_THE_INDEX: Final = """
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true)
"""

_WAITS: Final = """
fired_at IS NULL AND settled_at IS NULL AND parked_at IS NULL AND available_at <= %(at)s
"""

_AGENCIES: Final = f"""
SELECT DISTINCT agency_id FROM visits_rung WHERE {_WAITS}
"""  # noqa: S608 -- of parts that stand here

_DUE: Final = f"""
FROM visits_rung
WHERE {_WAITS} AND agency_id = ANY (%(agencies)s)
    AND (%(only)s::uuid IS NULL OR id = %(only)s)
    AND (follow_up_id IS NULL OR kind = ANY (%(beside)s) OR follow_up_id <> ALL (ARRAY(
        SELECT id FROM visits_followup WHERE paused_at IS NOT NULL
    )))
ORDER BY available_at, id LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
"""  # noqa: S608 -- of parts that stand here

_NEXT: Final = f"SELECT id {_DUE}"

# Whose a rung is: the person it names, or whoever has the referral. If they are gone or not on
# duty, somebody who is there is woken instead or as well. Who is kept out of a case is not there;
# where that leaves nobody of those meant, everybody is woken who may see to it at all.
_FIRE: Final = f"""
WITH due AS MATERIALIZED (
    SELECT
        id, agency_id, reference, audience, due_at, follow_up_id, about, kind, person_id, unless
    {_DUE}
),
staff AS MATERIALIZED (
    SELECT * FROM unnest(
        %(membership_id)s::bigint[], %(agency_id)s::bigint[],
        %(as_desk)s::bool[], %(as_manager)s::bool[], %(is_on_duty)s::bool[],
        %(may_see_to_it)s::bool[]
    ) AS person (membership_id, agency_id, as_desk, as_manager, is_on_duty, may_see_to_it)
),
taken AS MATERIALIZED (
    SELECT
        rung.id, rung.agency_id, rung.reference, rung.audience, rung.due_at,
        CASE WHEN rung.follow_up_id IS NULL THEN '' ELSE 'follow_up.' END || rung.kind AS kind,
        owner.membership_id AS owner,
        none_of_theirs.kept_out,
        coalesce(owner.is_on_duty, false) AS is_on_duty
    FROM due rung
    LEFT JOIN visits_followup follow_up ON follow_up.id = rung.follow_up_id
    LEFT JOIN referrals_referral referral ON referral.reference = rung.reference
    LEFT JOIN LATERAL (
        SELECT earlier.fired_at FROM visits_rung earlier
        WHERE rung.unless = %(acted)s
            AND earlier.about = rung.about
            AND earlier.follow_up_id = rung.follow_up_id
            AND earlier.due_at < rung.due_at
        ORDER BY earlier.due_at DESC LIMIT 1
    ) before ON true
    CROSS JOIN LATERAL (
        SELECT ARRAY(
            SELECT block.membership_id FROM referrals_conflictblock block
            WHERE block.case_id = referral.case_id AND block.lifted_at IS NULL
        ) AS kept_out OFFSET 0
    ) none_of_theirs
    LEFT JOIN staff owner ON owner.agency_id = rung.agency_id
        AND owner.membership_id = coalesce(rung.person_id, referral.assigned_to_id)
        AND owner.membership_id <> ALL (none_of_theirs.kept_out)
    WHERE CASE
        WHEN rung.follow_up_id IS NULL THEN true
        WHEN follow_up.ended_at IS NOT NULL OR follow_up.contacted_at IS NOT NULL THEN false
        WHEN rung.unless = %(taken)s THEN referral.status = ANY (%(pending)s)
        WHEN referral.status <> ALL (%(running)s) THEN false
        WHEN rung.unless = %(acted)s THEN NOT coalesce(
            greatest(follow_up.acted_at, referral.answered_at) > before.fired_at, false
        )
        ELSE true
    END
),
there AS MATERIALIZED (
    SELECT taken.*, staff.membership_id, staff.may_see_to_it,
        staff.as_manager AND taken.audience = ANY (%(of_managers)s) AS by_text,
        coalesce(CASE taken.audience
            WHEN %(desk)s THEN staff.as_desk
            WHEN %(managers)s THEN staff.as_manager
            WHEN %(person)s THEN
                staff.membership_id = taken.owner OR (taken.owner IS NULL AND staff.as_manager)
            ELSE
                coalesce(staff.membership_id = taken.owner, false)
                OR (staff.as_desk AND NOT taken.is_on_duty)
                OR (staff.as_manager AND taken.audience = %(and_managers)s)
        END, false) AS is_meant
    FROM taken JOIN staff ON staff.agency_id = taken.agency_id
        AND staff.membership_id <> ALL (taken.kept_out)
),
woken AS MATERIALIZED (
    SELECT * FROM there WHERE is_meant OR (
        may_see_to_it AND kept_out <> '{{}}'
        AND id NOT IN (SELECT meant.id FROM there meant WHERE meant.is_meant)
    )
),
owed AS (
    INSERT INTO notices_notice (
        id, recipient_id, agency_id, kind, reference, dedupe, due_at, created_at, available_at,
        attempts, crashes, parked_for
    )
    SELECT
        gen_random_uuid(), membership_id, agency_id, kind, reference, id || ':' || membership_id,
        due_at, %(at)s, %(at)s, 0, 0, ''
    FROM woken
    ON CONFLICT DO NOTHING
),
texted AS (
    INSERT INTO notices_text (
        id, recipient_id, agency_id, dedupe, is_urgent, created_at, available_at, attempts, crashes,
        parked_for
    )
    SELECT
        gen_random_uuid(), woken.membership_id, woken.agency_id, id || ':' || woken.membership_id,
        kind = ANY (%(urgent)s), %(at)s, %(at)s, 0, 0, ''
    FROM woken JOIN notices_alarmnumber number ON number.membership_id = woken.membership_id
    WHERE number.agreed_at IS NOT NULL AND (by_text OR kind = ANY (%(urgent)s))
    ON CONFLICT DO NOTHING
),
fired AS (
    UPDATE visits_rung SET fired_at = %(at)s, told = each.told, lease_until = NULL
    FROM (
        SELECT id, sum(told) AS told
        FROM (
            SELECT id, 0 FROM due UNION ALL SELECT id, 1 FROM woken
        ) AS one (id, told)
        GROUP BY id
    ) each
    WHERE visits_rung.id = each.id
)
SELECT
    count(*), (SELECT count(*) FROM woken), array_agg(id) FILTER (WHERE kind = ANY (%(followed)s))
FROM due
"""  # noqa: S608 -- of parts that stand here
