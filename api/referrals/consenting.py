"""What she says later, over JSON. The second person behind sharing without agreement signs in to
the screens: a system is nobody's second person."""

from typing import Any

from api.referrals.moves import MoveView, move
from api.referrals.serializers import AgreementIn, ConsentIn, EndConsentIn, NarrowConsentIn
from referrals import actions
from referrals.models import Referral
from visits.actions import withdraw_consent


class _AnswerView(MoveView):
    """What she says about a referral's receiver. It changes the ledger and grants, no status."""

    def make(self, reference: str, given: dict[str, Any]) -> Referral:
        """Record it, and answer with the referral, which is as it was."""
        self.say(reference, given)
        return Referral.objects.visible_to(self.member).get(reference=reference)

    def say(self, reference: str, given: dict[str, Any]) -> object:
        """The one call into the heart."""
        raise NotImplementedError


class WithdrawConsent(_AnswerView):
    """She withdraws her agreement."""

    operations = move("withdrawConsent", "referral:create")

    def say(self, reference: str, given: dict[str, Any]) -> object:
        """Record that she withdraws her agreement to what a referral passed on: its receiver opens
        the case no longer. What was read cannot be unread."""
        return withdraw_consent(reference, by=self.member)


class NarrowConsent(_AnswerView):
    """She takes back some of it."""

    operations = move("narrowConsent", "referral:create", NarrowConsentIn)

    def say(self, reference: str, given: dict[str, Any]) -> object:
        """Record which parts she takes back from a referral's receiver. It keeps the others."""
        parts, method = given["compartments"], given["method"]
        return actions.narrow_consent(reference, parts, by=self.member, method=method)


class EndConsent(_AnswerView):
    """She says until when."""

    operations = move("endConsentAt", "referral:create", EndConsentIn)

    def say(self, reference: str, given: dict[str, Any]) -> object:
        """Record until when she agrees. At that instant the access closes by itself."""
        ends_at, method = given["expires_at"], given["method"]
        return actions.end_consent_at(reference, ends_at, by=self.member, method=method)


class RecordAgreement(_AnswerView):
    """She agrees."""

    operations = move("recordAgreement", "referral:create", AgreementIn)

    def say(self, reference: str, given: dict[str, Any]) -> object:
        """Record that she agrees to what was passed on, again or after an emergency. What she does
        not agree to is taken back."""
        return actions.record_agreement(
            reference, ConsentIn.details(given["consent"]), by=self.member
        )
