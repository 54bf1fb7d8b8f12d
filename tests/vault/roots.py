"""A root of each kind for the contract tests: to be replaced, and its old one forgotten."""

from contextlib import contextmanager
from pathlib import Path

import boto3
from moto import mock_aws

from tests.vault.transit_server import KEY, TOKEN, Running, Transit
from vault.providers.kms import KmsProvider, KmsRoot
from vault.providers.local import LocalProvider
from vault.providers.transit import TransitProvider, TransitSite
from vault.root import RootKey
from vault.sealing import new_key

REGION = "eu-west-2"


class LocalRoots:
    def __init__(self):
        self.old, self.new = RootKey(new_key()), RootKey(new_key())

    def before(self):
        return LocalProvider(self.old)

    def after(self):
        return LocalProvider(self.new, self.old)

    def alone(self):
        return LocalProvider(self.new)


class TransitRoots:
    def __init__(self, server, token_file):
        self.engine = server.engine
        self.site = TransitSite(url=server.url, token_file=token_file, key=KEY)

    def before(self):
        return TransitProvider(self.site)

    def after(self):
        self.engine.rotate()
        return TransitProvider(self.site)

    def alone(self):
        self.engine.forget_the_old()
        return TransitProvider(self.site)


class KmsRoots:
    def __init__(self):
        self.old, self.new = made_root(), made_root()

    def before(self):
        return KmsProvider(REGION, self.old)

    def after(self):
        return KmsProvider(REGION, self.new, self.old)

    def alone(self):
        return KmsProvider(REGION, self.new)


def made_root():
    client = boto3.client("kms", region_name=REGION)
    wraps = client.create_key()["KeyMetadata"]["Arn"]
    signs = client.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    return KmsRoot(wraps, signs["KeyMetadata"]["Arn"])


@contextmanager
def local(_):
    yield LocalRoots()


@contextmanager
def transit(place: Path):
    token_file = place / "token"
    token_file.write_text(f"{TOKEN}\n")
    with Running(Transit()) as server:
        yield TransitRoots(server, token_file)


@contextmanager
def kms(_):
    with mock_aws():
        yield KmsRoots()


KINDS = {"local": local, "transit": transit, "kms": kms}
