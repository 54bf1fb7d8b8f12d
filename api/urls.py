"""The JSON door's addresses."""

from django.urls import URLPattern, path

from api.attachments import views as attachments
from api.codes import views as codes
from api.contract_page import ContractPage
from api.events import views as events
from api.follow_ups import views as follow_ups
from api.imports import views as imports
from api.referrals import consenting, moves, sharing
from api.referrals import views as referrals
from api.risk import views as risk
from api.schema import Contract
from api.services import views as services

app_name = "api"
_REFERRAL = "referrals/<str:reference>/"
_FOLLOW_UP = "follow-ups/<str:reference>/"

urlpatterns: list[URLPattern] = [
    path("referrals/", referrals.Referrals.as_view(), name="referrals"),
    path(_REFERRAL, referrals.OneReferral.as_view(), name="referral"),
    path(f"{_REFERRAL}case/", referrals.Case.as_view(), name="referral-case"),
    path(f"{_REFERRAL}send/", moves.Send.as_view(), name="referral-send"),
    path(f"{_REFERRAL}discard/", moves.Discard.as_view(), name="referral-discard"),
    path(f"{_REFERRAL}accept/", moves.Accept.as_view(), name="referral-accept"),
    path(f"{_REFERRAL}decline/", moves.Decline.as_view(), name="referral-decline"),
    path(f"{_REFERRAL}wait/", moves.Wait.as_view(), name="referral-wait"),
    path(f"{_REFERRAL}ask/", moves.Ask.as_view(), name="referral-ask"),
    path(f"{_REFERRAL}answer/", moves.Answer.as_view(), name="referral-answer"),
    path(f"{_REFERRAL}withdraw/", moves.Withdraw.as_view(), name="referral-withdraw"),
    path(f"{_REFERRAL}report-change/", moves.ReportChange.as_view(), name="referral-report-change"),
    path(f"{_REFERRAL}close/", moves.Close.as_view(), name="referral-close"),
    path(
        f"{_REFERRAL}withdraw-consent/",
        consenting.WithdrawConsent.as_view(),
        name="referral-withdraw-consent",
    ),
    path(
        f"{_REFERRAL}narrow-consent/",
        consenting.NarrowConsent.as_view(),
        name="referral-narrow-consent",
    ),
    path(f"{_REFERRAL}end-consent/", consenting.EndConsent.as_view(), name="referral-end-consent"),
    path(
        f"{_REFERRAL}record-agreement/",
        consenting.RecordAgreement.as_view(),
        name="referral-record-agreement",
    ),
    path(f"{_REFERRAL}sharings/", sharing.Sharings.as_view(), name="referral-sharings"),
    path(
        f"{_REFERRAL}attachments/", attachments.Attachments.as_view(), name="referral-attachments"
    ),
    path(
        f"{_REFERRAL}attachments/<uuid:attachment>/",
        attachments.OneAttachment.as_view(),
        name="referral-attachment",
    ),
    path(f"{_REFERRAL}refer-on/", moves.ReferOn.as_view(), name="referral-refer-on"),
    path(f"{_REFERRAL}assessments/", risk.Assessments.as_view(), name="referral-assessments"),
    path("risk-tools/", risk.RiskTools.as_view(), name="risk-tools"),
    path("follow-ups/", follow_ups.FollowUps.as_view(), name="follow-ups"),
    path(_FOLLOW_UP, follow_ups.OneFollowUp.as_view(), name="follow-up"),
    path(f"{_FOLLOW_UP}visits/", follow_ups.Visits.as_view(), name="follow-up-visits"),
    path(f"{_FOLLOW_UP}attempts/", follow_ups.Attempts.as_view(), name="follow-up-attempts"),
    path(f"{_FOLLOW_UP}book/", follow_ups.Book.as_view(), name="follow-up-book"),
    path(f"{_FOLLOW_UP}cancel/", follow_ups.Cancel.as_view(), name="follow-up-cancel"),
    path(f"{_FOLLOW_UP}pause/", follow_ups.Pause.as_view(), name="follow-up-pause"),
    path(f"{_FOLLOW_UP}resume/", follow_ups.Resume.as_view(), name="follow-up-resume"),
    path(f"{_FOLLOW_UP}attempt/", follow_ups.RecordAttempt.as_view(), name="follow-up-attempt"),
    path(f"{_FOLLOW_UP}outcome/", follow_ups.RecordOutcome.as_view(), name="follow-up-outcome"),
    path("imports/", imports.Imports.as_view(), name="imports"),
    path("imports/<uuid:import_id>/", imports.OneImport.as_view(), name="import"),
    path("imports/<uuid:import_id>/rows/", imports.ImportRows.as_view(), name="import-rows"),
    path("codes/", codes.Codes.as_view(), name="codes"),
    path("events/", events.Events.as_view(), name="events"),
    path("services/", services.Services.as_view(), name="services"),
    path("docs/", ContractPage.as_view(), name="docs"),
    path("schema/", Contract.as_view(), name="schema"),
]
