"""What is told, and having seen it."""

from django.urls import path

from portal.notices import views

urlpatterns = [
    path("open/", views.OpenNotice.as_view(), name="open_notice"),
    path("seen/", views.NoticesSeen.as_view(), name="notices_seen"),
]
