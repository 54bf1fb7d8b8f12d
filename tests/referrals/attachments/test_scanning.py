"""Where the house has a scanner, nothing is kept without its word."""

import socket
import threading

import pytest

from referrals.attachments.scanning import CannotScan, scanned
from referrals.errors import NotWellFormed


class Scanner:
    """A server that reads as clamd does and answers as it is told."""

    def __init__(self, answer):
        self.answer, self.heard = answer, b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self):
        channel, _ = self.server.accept()
        with channel, channel.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(sent.read(4), "big"):
                self.heard += sent.read(length)
            channel.sendall(self.answer)

    def close(self):
        self.thread.join(10)
        self.server.close()


@pytest.fixture
def scanner(settings):
    made = []

    def answering(answer):
        made.append(Scanner(answer))
        settings.CLAMAV = made[-1].address
        return made[-1]

    yield answering
    for each in made:
        each.close()


def test_a_clean_file_is_said_to_be_and_all_of_it_was_looked_at(scanner):
    asked, content = scanner(b"stream: OK\0"), bytes(range(256)) * 1000
    assert scanned(content) == "clean"
    assert asked.heard == content


def test_a_harmful_file_is_refused(scanner):
    scanner(b"stream: Eicar-Test-Signature FOUND\0")
    with pytest.raises(NotWellFormed, match="virus scanner"):
        scanned(b"x")


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"OK"])
def test_an_answer_that_does_not_say_clean_keeps_it_out(scanner, answer):
    scanner(answer)
    with pytest.raises(CannotScan):
        scanned(b"x")


def test_no_answer_keeps_it_out(settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        settings.CLAMAV = f"127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(CannotScan):
        scanned(b"x")


def test_a_house_without_a_scanner_says_so(settings):
    settings.CLAMAV = ""
    assert scanned(b"x") == "unchecked"
