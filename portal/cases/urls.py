"""The addresses of cases."""

from django.urls import path

from accounts.sign_in.step_up import required as fresh
from portal.cases import (
    booking,
    closing,
    documents,
    ending,
    giving,
    joining,
    listing,
    onward,
    overriding,
    seen,
    sharing,
    transfer,
    views,
    work,
)
from portal.glass import views as glass
from portal.marac import beside
from portal.planner import needing

urlpatterns = [
    path("", listing.MyCases.as_view(), name="my_cases"),
    path("<reference:reference>/", views.Timeline.as_view(), name="case"),
    path("<reference:reference>/details/", views.Details.as_view(), name="case_details"),
    path("<reference:reference>/documents/", documents.Documents.as_view(), name="case_documents"),
    path("<reference:reference>/documents/add/", documents.Add.as_view(), name="add_document"),
    path(
        "<reference:reference>/documents/<uuid:attachment>/",
        documents.Download.as_view(),
        name="document",
    ),
    path(
        "<reference:reference>/documents/<uuid:attachment>/remove/",
        documents.Remove.as_view(),
        name="remove_document",
    ),
    path("<reference:reference>/services/", views.Services.as_view(), name="case_services"),
    path("<reference:reference>/looked/", views.Looked.as_view(), name="case_looked"),
    path("<reference:reference>/seen/", seen.WhoHasSeen.as_view(), name="case_seen"),
    path("<reference:reference>/seen/print/", seen.Printed.as_view(), name="case_seen_print"),
    path(
        "<reference:reference>/break-glass/",
        fresh(glass.Ask.as_view()),
        name="break_glass",
    ),
    path(
        "<reference:reference>/break-glass/read/",
        glass.Look.as_view(),
        name="through_glass",
    ),
    path("<reference:reference>/join/", fresh(joining.Join.as_view()), name="join_cases"),
    path("<reference:reference>/part/", fresh(joining.Part.as_view()), name="part_cases"),
    path("<reference:reference>/number/", views.Number.as_view(), name="case_number"),
    path("<reference:reference>/contact/", work.RecordContact.as_view(), name="record_contact"),
    path("<reference:reference>/book/", booking.Book.as_view(), name="book"),
    path("<reference:reference>/needs/", needing.SetNeeds.as_view(), name="visit_needs"),
    path("<reference:reference>/conflicts/", needing.Conflicts.as_view(), name="conflicts"),
    path("<reference:reference>/cancel/", booking.Cancel.as_view(), name="cancel_visit"),
    path("<reference:reference>/visit/", ending.RecordVisit.as_view(), name="record_visit"),
    path("<reference:reference>/prosecution/", ending.Prosecuting.as_view(), name="prosecution"),
    path("<reference:reference>/note/", work.AddNote.as_view(), name="add_note"),
    path("<reference:reference>/close/", closing.Close.as_view(), name="close"),
    path(
        "<reference:reference>/close/answer/",
        closing.AnswerClosing.as_view(),
        name="answer_closing",
    ),
    path("<reference:reference>/transfer/", transfer.Transfer.as_view(), name="transfer"),
    path("<reference:reference>/give/", giving.Give.as_view(), name="give_to"),
    path("<reference:reference>/refer/", onward.ReferOn.as_view(), name="refer_on"),
    path("<reference:reference>/sharing/", sharing.Sharing.as_view(), name="case_sharing"),
    path("<reference:reference>/sharing/sheet/", sharing.Sheet.as_view(), name="sharing_sheet"),
    path("<reference:reference>/sharing/ask/", overriding.Ask.as_view(), name="ask_to_share"),
    path(
        "<reference:reference>/sharing/decide/<slug:agency>/",
        overriding.Decide.as_view(),
        name="decide_sharing",
    ),
    path(
        "<reference:reference>/sharing/send/<slug:agency>/",
        overriding.Send.as_view(),
        name="share_approved",
    ),
    path(
        "<reference:reference>/sharing/<reference:of>/narrow/",
        sharing.Narrow.as_view(),
        name="narrow_consent",
    ),
    path(
        "<reference:reference>/sharing/<reference:of>/withdraw/",
        fresh(sharing.Withdraw.as_view()),
        name="withdraw_consent",
    ),
    path(
        "<reference:reference>/sharing/<reference:of>/end/",
        sharing.End.as_view(),
        name="end_consent",
    ),
    path(
        "<reference:reference>/sharing/<reference:of>/agree/",
        sharing.Agree.as_view(),
        name="record_agreement",
    ),
    path("<reference:reference>/marac/", beside.Refer.as_view(), name="refer_to_marac"),
    path("<reference:reference>/marac/list/", beside.Enter.as_view(), name="enter_at_marac"),
    path("<reference:reference>/marac/idva/", beside.PassToIdva.as_view(), name="pass_to_idva"),
    path("<reference:reference>/marac/told/", beside.Told.as_view(), name="tell_result"),
]
