"""The addresses of clocks and of the programme."""

from django.urls import path

from portal.clocks import pausing, programme, reporting, views

urlpatterns = [
    path("programme/", programme.ProgrammePage.as_view(), name="programme"),
    path("programme/<str:area>/rebase/", programme.RebaseArea.as_view(), name="rebase_area"),
    path("<reference:reference>/pause/", pausing.Pause.as_view(), name="pause"),
    path("<reference:reference>/review/", pausing.Review.as_view(), name="review_pause"),
    path("<reference:reference>/resume/", pausing.Resume.as_view(), name="resume"),
    path("<reference:reference>/late/", views.WhyLate.as_view(), name="why_late"),
    path("<reference:reference>/change/", views.RecordChange.as_view(), name="record_change"),
    path("<reference:reference>/changed/", views.DealWithChanges.as_view(), name="changes"),
    path("<reference:reference>/rebase/", views.Rebase.as_view(), name="rebase"),
    path("<reference:reference>/report/", reporting.ReportChange.as_view(), name="report_change"),
]
