"""What is told, and having seen it."""

from django.urls import path

from portal.notices import acknowledging, numbers, views

urlpatterns = [
    path("", views.News.as_view(), name="news"),
    path("texts/", numbers.MyNumber.as_view(), name="my_number"),
    path("<reference:reference>/on-it/", acknowledging.Acknowledge.as_view(), name="acknowledge"),
    path("open/", views.OpenNotice.as_view(), name="open_notice"),
    path("seen/", views.NoticesSeen.as_view(), name="notices_seen"),
]
