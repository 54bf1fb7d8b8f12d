"""The plan's addresses: a proposal is named by its referral."""

from django.urls import path

from portal.planner import views

urlpatterns = [
    path("", views.PlanPage.as_view(), name="plan"),
    path("ask/", views.Ask.as_view(), name="ask_for_plan"),
    path("confirm/", views.ConfirmAll.as_view(), name="confirm_all"),
    path("<reference:reference>/confirm/", views.Confirm.as_view(), name="confirm"),
    path("<reference:reference>/refuse/", views.Refuse.as_view(), name="refuse"),
]
