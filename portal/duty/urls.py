"""The duty desk's addresses."""

from django.urls import path

from portal.duty import views

urlpatterns = [
    path("", views.DutyDesk.as_view(), name="duty_desk"),
    path("queue/", views.DutyQueue.as_view(), name="duty_queue"),
    path("<reference:reference>/take/", views.Take.as_view(), name="take"),
]
