"""The moves of a referral: ``POST …/<reference>/<verb>/``, each one call into the heart."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.operations import Operation
from api.preconditions import refuse_stale
from api.referrals import serializers as shapes
from api.referrals.shown import ReferralOut, referral_for
from api.serializers import EmptyIn, StrictSerializer
from api.views import ActingView
from directory.models import Service
from referrals import actions
from referrals.actions.referring_on import Onward
from referrals.errors import NotWellFormed
from referrals.models import Case, Referral
from visits.actions import Change, close, report_change, send_after_visit, take, withdraw


def move(name: str, scope: str, takes: type[StrictSerializer] = EmptyIn) -> dict[str, Operation]:
    """The operations of a move's address."""
    return {"POST": Operation(name, scope, ReferralOut, takes=takes, is_tagged=True)}


class MoveView(ActingView):
    """One move of a referral. ``If-Match`` makes it only if the referral is still as it was."""

    def act(self, request: Request, **named: Any) -> Response:
        """Make the move, and answer with the referral as it is now."""
        given = self.body()
        refuse_stale(request, lambda: self._as_it_is(named["reference"]))
        return Response(referral_for(self.make(named["reference"], given), self.member))

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """The one call into the heart."""
        raise NotImplementedError

    def _as_it_is(self, reference: str) -> dict[str, Any]:
        """The referral, locked as its move will lock it: the case first."""
        cases = Case.objects.select_for_update(of=("self",))
        cases.filter(referrals__reference=reference).first()
        visible = Referral.objects.visible_to(self.member)
        referral = visible.select_for_update(of=("self",)).get(reference=reference)
        return referral_for(referral, self.member)


class Send(MoveView):
    """Sending a draft."""

    operations = move("sendReferral", "referral:create")

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Send a draft, and start its clock."""
        return send_after_visit(reference, by=self.member)


class Discard(MoveView):
    """Giving a draft up."""

    operations = move("discardReferral", "referral:create")

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Give a draft up: what it said can be opened by nobody from then on."""
        return actions.discard(reference, by=self.member)


class Accept(MoveView):
    """Taking a referral on."""

    operations = move("acceptReferral", "referral:decide")

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Take a referral on: the case opens for the agency."""
        return take(reference, by=self.member)


class Decline(MoveView):
    """Turning a referral down."""

    operations = move("declineReferral", "referral:decide", shapes.DeclineIn)

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Turn a referral down, with a coded reason."""
        return actions.decline(reference, by=self.member, reason=given["reason"])


class Wait(MoveView):
    """Putting somebody on a waiting list."""

    operations = move("putOnWaitingList", "referral:decide", shapes.WaitIn)

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Put the person on the service's waiting list until a day. It stays unanswered."""
        return actions.wait(reference, by=self.member, expected_on=given["expected_on"])


class Ask(MoveView):
    """Asking before answering."""

    operations = move("askAboutReferral", "referral:decide", shapes.AskIn)

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Ask one of the listed questions. The clock goes on."""
        return actions.ask(reference, by=self.member, question=given["question"])


class Answer(MoveView):
    """Answering what was asked."""

    operations = move("answerQuestion", "referral:create", shapes.AnswerIn)

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Answer the question: facts show at once, words stay sealed."""
        changes, note = shapes.AnswerIn.changes(given), given["note"]
        return actions.answer(reference, by=self.member, changes=changes, note=note)


class Withdraw(MoveView):
    """Taking a referral back."""

    operations = move("withdrawReferral", "referral:create", shapes.WithdrawIn)

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Take a referral back. What the receiver could open through it, it opens no longer."""
        return withdraw(reference, by=self.member, reason=given["reason"])


class ReportChange(MoveView):
    """Reporting a release or a change of bail."""

    operations = move("reportChange", "referral:create", shapes.ChangeIn)

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Report what changed outside: whoever follows the referral up is woken at once."""
        return report_change(reference, Change(**given), by=self.member).referral


class Close(MoveView):
    """Ending the agency's work."""

    operations = move("closeReferral", "referral:decide", shapes.CloseIn)

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """End the agency's work on a referral. Where nobody was reached and the risk is high, a
        manager has to sign it off on the screen: 409."""
        return close(reference, by=self.member, reason=given["reason"])


class ReferOn(MoveView):
    """Referring on."""

    operations = {
        "POST": Operation(
            "referOn",
            "referral:create",
            ReferralOut,
            takes=shapes.ReferOnIn,
            status=201,
            is_tagged=True,
        )
    }

    def act(self, request: Request, **named: Any) -> Response:
        """Refer on; a new referral was made."""
        answer = super().act(request, **named)
        answer.status_code = 201
        return answer

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Refer the case of an accepted referral to a service; answers with the new referral."""
        consent = shapes.ConsentIn.details(given.pop("consent"))
        try:
            return actions.refer_on(reference, Onward(consent=consent, **given), by=self.member)
        except Service.DoesNotExist:
            raise NotWellFormed("service", "There is no such service.") from None
