"""The addresses of what others refer to an agency."""

from django.urls import path

from portal.inbox import answering, views

urlpatterns = [
    path("", views.ToAnswer.as_view(), name="inbox"),
    path("waiting/", views.Waiting.as_view(), name="inbox_waiting"),
    path("accepted/", views.Accepted.as_view(), name="inbox_accepted"),
    path("declined/", views.Declined.as_view(), name="inbox_declined"),
    path("closed/", views.Closed.as_view(), name="inbox_closed"),
    path("<reference:reference>/", views.Preview.as_view(), name="preview"),
    path("<reference:reference>/accept/", answering.Accept.as_view(), name="accept"),
    path("<reference:reference>/decline/", answering.Decline.as_view(), name="decline"),
    path("<reference:reference>/wait/", answering.Wait.as_view(), name="wait"),
    path("<reference:reference>/ask/", answering.Ask.as_view(), name="ask"),
]
