"""The check before a visit, made anew for every one."""

from accounts.models import Membership
from accounts.roles import Permission
from directory.lone_working import GOES, EndedHow, Whereabouts
from notices.clock import database_now
from referrals.conflicts import kept_out
from referrals.errors import MoveNotAllowed, NotWellFormed
from referrals.models import Referral
from visits import alarms, outings
from visits.actions._following_up import Following, following, keep_note
from visits.actions.booking import standing
from visits.company import may_go_alone
from visits.lone_working import Judgement, good_for, why_not_this_decision
from visits.models import Outing, Visit, VisitCheck


def check_visit(reference: str, made: Judgement, *, by: Membership) -> VisitCheck:
    """Keep what was judged before the visit that is booked; it says whether anybody may leave.

    Whoever is to go may refuse. Where the answer is no, nobody is expected to leave.

    :raises NotWellFormed: for an answer that does not go with the others, or a buddy who goes.
    :raises MoveNotAllowed: if nothing is booked that anybody leaves for, or they have left.
    """
    with following("check", reference, by=by) as follow:
        visit = standing(follow)
        outing = outings.locked(visit) if visit else None
        if visit is None or outing is None:
            raise MoveNotAllowed("Nothing is booked that anybody goes out for.")
        if outing.began_at:
            raise MoveNotAllowed("They have left already.")
        check = _check(made, visit, by)
        _check_decision(made, visit, follow.referral)
        check.save(force_insert=True)
        follow.follow_up.needs_second_worker = made.needs_second_worker
        follow.follow_up.save(update_fields=["needs_second_worker"])
        _expect(outing, made, check, follow)
        keep_note(reference, made.note, by)
        return check


def _check(made: Judgement, visit: Visit, by: Membership) -> VisitCheck:
    at = database_now()
    is_known = made.whereabouts != Whereabouts.NOT_KNOWN
    if is_known and not made.source:
        raise NotWellFormed("source", "Say who confirmed it.")
    if is_known and made.whereabouts_at is None:
        raise NotWellFormed("whereabouts_at", "Say when it was confirmed.")
    confirmed_at = made.whereabouts_at if is_known else None
    if confirmed_at and confirmed_at > at:
        raise NotWellFormed("whereabouts_at", "It cannot have been confirmed in the future.")
    good_until = (confirmed_at or at) + good_for()
    if good_until <= at:
        raise NotWellFormed("whereabouts_at", "That is too long ago. Ask again, then do the check.")
    return VisitCheck(
        visit=visit,
        agency_id=by.agency_id,
        by=by,
        at=at,
        hazards=made.hazards,
        whereabouts=made.whereabouts,
        source=made.source if is_known else "",
        whereabouts_at=confirmed_at,
        good_until=good_until,
        needs_second_worker=made.needs_second_worker,
        is_refused=made.is_refused,
        decision=made.decision,
    )


def _check_decision(made: Judgement, visit: Visit, referral: Referral) -> None:
    if sentence := why_not_this_decision(made, visit, may_go_alone=may_go_alone(visit.adviser)):
        raise NotWellFormed("decision", sentence)
    if made.decision not in GOES:
        return
    buddy = made.buddy
    if buddy is None:
        raise NotWellFormed("buddy", "Choose a buddy who stays behind.")
    if buddy.agency_id != visit.agency_id or not buddy.has(Permission.VISIT) or buddy.is_client:
        raise NotWellFormed("buddy", "Choose somebody of your agency who answers for visits.")
    if buddy.pk in {visit.adviser_id, visit.second_worker_id}:
        raise NotWellFormed("buddy", "The buddy stays behind: choose somebody who does not go.")
    if buddy.pk in kept_out(referral.case_id, visit.agency_id):
        raise NotWellFormed("buddy", "Choose another colleague as the buddy.")


def _expect(outing: Outing, made: Judgement, check: VisitCheck, follow: Following) -> None:
    """Expect them to leave, with the buddy waiting; or nobody."""
    alarms.settle(outing, at=check.at)
    if made.decision in GOES:
        outing.buddy, outing.ended_at, outing.ended_how = made.buddy, None, ""
        alarms.await_the_beginning(outing, follow.referral.reference, check.at)
    else:
        outing.ended_at, outing.ended_how = check.at, EndedHow.CALLED_OFF
    outing.save(update_fields=["buddy", "ended_at", "ended_how"])
