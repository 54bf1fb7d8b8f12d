"""The sender's addresses."""

from django.urls import path

from portal.referrals import following, listing, sending

urlpatterns = [
    path("", listing.MyReferrals.as_view(), name="my_referrals"),
    path("new/", sending.NewReferral.as_view(), name="new_referral"),
    path("not-agreed/", sending.NotAgreed.as_view(), name="not_agreed"),
    path("<reference:reference>/", following.ReferralPage.as_view(), name="referral"),
    path("<reference:reference>/change/", sending.ChangeDraft.as_view(), name="change_draft"),
    path("<reference:reference>/check/", sending.Check.as_view(), name="check"),
    path("<reference:reference>/sent/", sending.Sent.as_view(), name="sent"),
    path("<reference:reference>/discard/", sending.Discard.as_view(), name="discard"),
    path("<reference:reference>/withdraw/", following.Withdraw.as_view(), name="withdraw"),
    path("<reference:reference>/answer/", following.Answer.as_view(), name="answer"),
    path("<reference:reference>/approve/", following.Approve.as_view(), name="approve"),
]
