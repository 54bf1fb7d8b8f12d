"""The addresses of cases."""

from django.urls import path

from portal.cases import listing, onward, views, work

urlpatterns = [
    path("", listing.MyCases.as_view(), name="my_cases"),
    path("<str:reference>/", views.Timeline.as_view(), name="case"),
    path("<str:reference>/details/", views.Details.as_view(), name="case_details"),
    path("<str:reference>/services/", views.Services.as_view(), name="case_services"),
    path("<str:reference>/looked/", views.Looked.as_view(), name="case_looked"),
    path("<str:reference>/number/", views.Number.as_view(), name="case_number"),
    path("<str:reference>/contact/", work.RecordContact.as_view(), name="record_contact"),
    path("<str:reference>/book/", work.Book.as_view(), name="book"),
    path("<str:reference>/cancel/", work.Cancel.as_view(), name="cancel_visit"),
    path("<str:reference>/visit/", work.RecordVisit.as_view(), name="record_visit"),
    path("<str:reference>/note/", work.AddNote.as_view(), name="add_note"),
    path("<str:reference>/close/", work.Close.as_view(), name="close"),
    path("<str:reference>/refer/", onward.ReferOn.as_view(), name="refer_on"),
]
