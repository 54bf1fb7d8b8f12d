"""What each container may do and see, looked at from inside."""

from pathlib import Path

from drill.report import Report, check
from drill.stack import STAYING, Stack

ACCOUNTS = {
    "db": 999,
    "redis": 999,
    "web": 10001,
    "worker": 10002,
    "beat": 10003,
    "notary": 10005,
    "keyd": 10006,
}
SECRETS = {
    "db": {"owner-password", "superuser-password"},
    "redis": {"password", "redis.conf"},
    "web": {"database-url", "keyd-assertion", "redis-url", "secret-key", "webhooks-key"},
    "worker": {
        "database-url",
        "email-password",
        "notify-api-key",
        "redis-url",
        "secret-key",
        "webhooks-key",
    },
    "beat": {"database-url", "redis-url", "secret-key"},
    "notary": {"database-url", "keyd-assertion", "secret-key"},
    "keyd": {"database-url", "keyd-assertion", "root.key", "secret-key"},
}
SEALED = (
    "referrals_sealedrecord",
    "referrals_bundle",
    "referrals_erasurekey",
    "vault_agencykey",
    "vault_signingkey",
    "django_session",
)
READING = (Path(__file__).parent / "as_worker.py").read_text(encoding="utf-8")


def look(stack: Stack, report: Report) -> None:
    """All of it."""
    with report.showing("Each has an account of its own, no capability, no new privileges"):
        for service in STAYING:
            _check_account(stack, service)
    with report.showing("Each filesystem is read-only"):
        for service in STAYING:
            said = stack.refused_inside(service, "touch", "/usr/drill")
            check("Read-only" in said, f"{service}: {said}")
    with report.showing("Each sees its own secrets, 0400, and no others"):
        for service in STAYING:
            _check_secrets(stack, service)
    with report.showing("The worker has no root key and no grant on what is sealed"):
        _check_worker(stack)
    with report.showing("No secret is in an environment or an argument list"):
        _check_words(stack)
    with report.showing("Only the loopback reaches the web, and nothing reaches the servers"):
        _check_doors(stack)


def _check_account(stack: Stack, service: str) -> None:
    status = dict(
        line.split(":\t", 1)
        for line in stack.inside(service, "cat", "/proc/1/status").splitlines()
        if ":\t" in line
    )
    check(status["Uid"].split() == [str(ACCOUNTS[service])] * 4, f"{service}: {status['Uid']}")
    check(int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0, f"{service}: capabilities")
    check(status["NoNewPrivs"] == "1", f"{service} may gain privileges")


def _check_secrets(stack: Stack, service: str) -> None:
    listed = stack.inside(service, "sh", "-c", "stat -c '%n %u %a' /run/secrets/*").splitlines()
    seen = {line.split()[0].rpartition("/")[2]: line.split()[1:] for line in listed}
    check(set(seen) == SECRETS[service], f"{service} sees {sorted(seen)}")
    right = [str(ACCOUNTS[service]), "400"]
    check(all(found == right for found in seen.values()), f"{service}: {seen}")


def _check_worker(stack: Stack) -> None:
    environment = stack.inside("worker", "env")
    check("ROOT_KEY" not in environment, "the worker is told of a root key")
    found = stack.tried("exec", "-T", "worker", "find", "/", "-name", "root.key").stdout
    check(not found.strip(), f"the worker sees {found}")
    said = stack.inside("worker", "python", "-", "notices_tick", *SEALED, fed=READING).splitlines()
    check("notices_tick read" in said, "the worker cannot read what it works on")
    check([f"{table} refused" in said for table in SEALED] == [True] * len(SEALED), str(said))
    check(not any(line.endswith(" super") for line in said), "a role passes row-level security")


def _check_words(stack: Stack) -> None:
    secrets = [
        stack.inside(service, "cat", f"/run/secrets/{name}").strip()
        for service, name in (
            ("web", "secret-key"),
            ("redis", "password"),
            ("db", "owner-password"),
        )
    ]
    for service in STAYING:
        told = stack.inside(service, "sh", "-c", "env; cat /proc/[0-9]*/cmdline")
        check(not any(word in told for word in secrets), f"{service} shows a secret")


def _check_doors(stack: Stack) -> None:
    for service in STAYING:
        ports = stack.inspect(service)["NetworkSettings"]["Ports"].values()
        open_at = {binding["HostIp"] for bindings in ports if bindings for binding in bindings}
        check(open_at == ({"127.0.0.1"} if service == "web" else set()), f"{service}: {open_at}")
