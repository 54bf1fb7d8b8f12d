"""The log holds nothing that somebody typed."""

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils.log import configure_logging


@pytest.mark.django_db
def test_leaves_out_addresses_that_lead_nowhere(capsys: pytest.CaptureFixture[str]):
    configure_logging("logging.config.dictConfig", settings.LOGGING)

    answer = Client().get("/static/Ann-Example/")
    logging.getLogger("django.request").error("A fault is still told.")

    told = capsys.readouterr().err
    assert answer.status_code == 404
    assert "Example" not in told
    assert "still told" in told
