"""The addresses of going out."""

from django.urls import path

from portal.safety import alarm, board, checking, going, word

urlpatterns = [
    path("", going.MyVisits.as_view(), name="my_visits"),
    path("out/", board.WhoIsOut.as_view(), name="who_is_out"),
    path("word/", word.ChooseWord.as_view(), name="choose_word"),
    path("<reference:reference>/check/", checking.CheckVisit.as_view(), name="check_visit"),
    path("<reference:reference>/leave/", going.Leave.as_view(), name="leave"),
    path("<reference:reference>/late/", going.BeLate.as_view(), name="be_late"),
    path("<reference:reference>/back/", going.ComeBack.as_view(), name="come_back"),
    path("<reference:reference>/stop/", going.Stop.as_view(), name="stop_visit"),
    path("<reference:reference>/not-going/", going.NotGoing.as_view(), name="not_going"),
    path("<reference:reference>/alarm/", alarm.Alarm.as_view(), name="alarm"),
]
