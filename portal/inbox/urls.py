"""The addresses of what others refer to an agency."""

from django.urls import path

from portal.inbox import views

urlpatterns = [
    path("", views.ToAnswer.as_view(), name="inbox"),
    path("accepted/", views.Accepted.as_view(), name="inbox_accepted"),
    path("declined/", views.Declined.as_view(), name="inbox_declined"),
    path("closed/", views.Closed.as_view(), name="inbox_closed"),
    path("<str:reference>/", views.Preview.as_view(), name="preview"),
    path("<str:reference>/accept/", views.Accept.as_view(), name="accept"),
    path("<str:reference>/decline/", views.Decline.as_view(), name="decline"),
    path("<str:reference>/ask/", views.Ask.as_view(), name="ask"),
]
