"""``python -m config.embedded``: what the Makefile and the scripts call."""

import argparse
import errno
import os
import signal
import sys

from config.embedded import commands
from config.embedded.codes import print_codes
from config.embedded.places import places_of
from config.embedded.progress import say
from config.embedded.refusal import Refused
from config.embedded.run import run
from config.lifeline import end_when_parent_does

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def main(words: list[str]) -> int:
    """Do what is asked; say in a sentence why it cannot be done."""
    asked = _asked(words)
    if asked.end_with_parent:
        end_when_parent_does(signal.SIGTERM)
    try:
        return _act(asked)
    except Refused as reason:
        say(f"\n{reason}")
        if os.strerror(errno.ENOSPC) in str(reason):
            say("\nThe disk is full. Make room, then run it again.")
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        say(f"\nThe disk is full or cannot be written ({error}). Make room, then run it again.")
    return 1


def _act(asked: argparse.Namespace) -> int:
    match asked.command:
        case "run":
            run(asked.port)
        case "reset":
            commands.reset()
        case "codes":
            print_codes(places_of().demonstration, asked.who)
        case "manage":
            return commands.manage(asked.words)
        case "with-servers":
            return commands.with_servers(asked.words)
    return 0


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.embedded", description=__doc__)
    parser.add_argument("--end-with-parent", action="store_true", help="end when make does")
    ask = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    ask.add_parser("run", help="start everything").add_argument("--port", type=_port, default=8000)
    ask.add_parser("reset", help="remove this checkout's data and keys")
    codes = ask.add_parser("codes", help="the six-digit codes of the moment")
    codes.add_argument("who", nargs="?", default="", help="a part of the address")
    for name, what in (
        ("manage", "run manage.py as the owner of the database"),
        ("with-servers", "run a command beside throwaway servers"),
    ):
        ask.add_parser(name, help=what).add_argument("words", nargs=argparse.REMAINDER)
    asked = parser.parse_args(words)
    if getattr(asked, "words", [])[:1] == ["--"]:
        asked.words = asked.words[1:]
    return asked


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number such as 8001")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
