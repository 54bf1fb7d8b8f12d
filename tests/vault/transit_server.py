"""A Transit engine of the suite's own: what Vault and OpenBao answer to the paths we use.

Written from their documentation: keys have versions; a key that derives makes another key of each
context; one that does not ignores the context. It can also fall ill (`answers`).
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, TOKEN = "pierhead", "s.the-suites-own"


class Refusal(Exception):
    """400, as Transit says it."""


class Transit:
    """One mount with one key."""

    def __init__(self, *, derived=True):
        self.derived, self.least = derived, 1
        self.versions = [secrets.token_bytes(32)]
        self.namespaces: list[str | None] = []
        self.status, self.delay, self.body, self.asked = 200, 0.0, None, []

    def rotate(self):
        self.versions.append(secrets.token_bytes(32))

    def forget_the_old(self):
        self.least = len(self.versions)

    def keys(self, _):
        return {"latest_version": len(self.versions), "derived": self.derived, "name": KEY}

    def encrypt(self, body):
        version, nonce = len(self.versions), secrets.token_bytes(12)
        sealed = AESGCM(self._under(version, body)).encrypt(nonce, unspoken(body["plaintext"]), b"")
        return {"ciphertext": f"vault:v{version}:{spoken(nonce + sealed)}"}

    def decrypt(self, body):
        version, raw = self._parted(body["ciphertext"])
        try:
            plain = AESGCM(self._under(version, body)).decrypt(raw[:12], raw[12:], b"")
        except (InvalidTag, ValueError):
            raise Refusal from None
        return {"plaintext": spoken(plain)}

    def rewrap(self, body):
        return self.encrypt({**body, **self.decrypt(body)})

    def hmac(self, body):
        version = len(self.versions)
        return {"hmac": f"vault:v{version}:{spoken(self._mac(version, body))}"}

    def verify(self, body):
        version, raw = self._parted(body["hmac"])
        return {"valid": hmac.compare_digest(raw, self._mac(version, body))}

    def _mac(self, version, body):
        key = hashlib.sha256(b"hmac" + self.versions[version - 1]).digest()
        return hmac.digest(key, unspoken(body["input"]), hashlib.sha256)

    def _under(self, version, body):
        if not self.derived:
            return self.versions[version - 1]
        if not body.get("context"):
            raise Refusal
        return hmac.digest(self.versions[version - 1], unspoken(body["context"]), hashlib.sha256)

    def _parted(self, text):
        prefix, version, encoded = text.split(":")
        number = int(version[1:])
        if prefix != "vault" or not self.least <= number <= len(self.versions):
            raise Refusal
        return number, unspoken(encoded)


def spoken(raw):
    return base64.b64encode(raw).decode()


def unspoken(text):
    return base64.b64decode(text, validate=True)


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body):
        engine = self.server.engine
        verb, key = self.path.removeprefix("/v1/transit/").split("/")[:2]
        engine.asked.append(verb)
        time.sleep(engine.delay)
        status, answer = engine.status, {"errors": []}
        engine.namespaces.append(self.headers.get("X-Vault-Namespace"))
        if self.headers.get("X-Vault-Token") != TOKEN:
            status = 403
        elif status == 200:
            try:
                answer = {"data": getattr(engine, verb)(body)}
            except Refusal:
                status = 400
        raw = engine.body if engine.body is not None else json.dumps(answer).encode()
        self.send_response(status if key == KEY else 404)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Who asked has gone away: that is what some tests are about."""


class Running:
    """The engine behind a door on the loopback."""

    def __init__(self, engine):
        self.engine, self._server = engine, _Server(("127.0.0.1", 0), _Door)
        self._server.engine = engine
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
