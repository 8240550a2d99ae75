"""What a local node is told: its configuration, its users and their passwords.

<node>/passwords.json   ours, mode 0600          <node>/accounts/  ours: the users with hashed passwords
<node>/state.json       ours: the last port      <node>/config/    the node's, written anew at every start
<node>/console.log      ours                     <node>/data/ logs/ tmp/  the node's
"""

import json
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from index.layout import named
from index.node_folder import Account, NodeError

NAMES = sorted({"policy-*", named("*")})
WRITER, READER = "policy_writer", "policy_reader"

ROLES = {
    WRITER: {
        "cluster": ["monitor", "manage_index_templates"],
        "indices": [{"names": NAMES, "privileges": ["all"]}],
    },
    READER: {
        "cluster": ["monitor"],
        "indices": [{"names": NAMES, "privileges": ["read", "view_index_metadata"]}],
    },
}

JVM_OPTIONS = [
    # A developer's machine gives memory when it is used, not at the start.
    "-XX:-AlwaysPreTouch",
    # The built-in roles are for the security index, whose analysis this build lacks: it would only log stack traces.
    "-Des.queryable_built_in_roles_enabled=false",
    "-Xlog:disable",
    "-Xlog:all=warning:stderr:utctime,level,tags",
]


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user of the node."""

    user: str
    password: str = field(repr=False)


def prepare(node: Path, distribution: Path, runner: Account, *, port: int, options: list[str]) -> None:
    """Write the configuration anew, with these options for Java, and give the node's own folders to the runner."""
    for name in ("config", "tmp"):
        shutil.rmtree(node / name, ignore_errors=True)
    for name in ("config", "tmp", "data", "logs"):
        (node / name).mkdir(mode=0o700, exist_ok=True)
    _write_configuration(node, distribution, port, options)
    _give(node / "config", runner)
    for name in ("tmp", "data", "logs"):
        if (node / name).stat().st_uid != runner.uid:
            _give(node / name, runner)


def _write_configuration(node: Path, distribution: Path, port: int, options: list[str]) -> None:
    config = node / "config"
    for name in ("jvm.options", "log4j2.properties"):
        shutil.copyfile(distribution / "config" / name, config / name)
    for name in ("users", "users_roles"):
        shutil.copyfile(node / "accounts" / name, config / name)
    (config / "jvm.options.d").mkdir()
    lines = "".join(f"{option}\n" for option in (*options, *JVM_OPTIONS))
    (config / "jvm.options.d" / "node.options").write_text(lines, encoding="ascii")
    _write_roles(config / "roles.yml")
    _write_json(config / "elasticsearch.yml", _settings(node, port))


def _settings(node: Path, port: int) -> dict[str, object]:
    return {
        "cluster.name": "policy",
        "node.name": "local",
        # The node itself picks the first free port and writes it down: no race with what else starts now.
        "node.portsfile": True,
        "http.port": f"{port}-{min(port + 99, 65535)}",
        "transport.port": "9300-9399",
        "network.host": "127.0.0.1",
        "discovery.type": "single-node",
        "path.data": str(node / "data"),
        "path.logs": str(node / "logs"),
        # A developer's disk may be nearly full; the index is small.
        "cluster.routing.allocation.disk.threshold_enabled": False,
        "xpack.security.enabled": True,
        "xpack.security.enrollment.enabled": False,
        "xpack.security.http.ssl.enabled": False,
        "xpack.security.transport.ssl.enabled": False,
    }


def _write_roles(path: Path) -> None:
    """Write a line for each role: Elasticsearch cuts this file at unindented lines before it reads it as YAML."""
    path.write_text("".join(f"{name}: {json.dumps(role)}\n" for name, role in ROLES.items()), encoding="utf-8")


def _write_json(path: Path, value: object) -> None:
    """Write JSON, which is YAML too and needs no care about special characters."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")


def _give(folder: Path, runner: Account) -> None:
    if runner.uid is None or runner.gid is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, runner.uid, runner.gid, follow_symlinks=False)


def environment(config: Path, java: Path) -> dict[str, str]:
    """Return all that the node's programs see of the environment: nothing else of ours slips in."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "ES_JAVA_HOME": str(java.parent.parent),
        "ES_PATH_CONF": str(config),
        "ES_TMPDIR": str(config.parent / "tmp"),
        "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
        "ES_JAVA_OPTS": os.environ.get("ES_JAVA_OPTS", ""),
    }


def read_credentials(node: Path) -> tuple[Credentials, Credentials] | None:
    """Return the writer and the reader, or `None` if they have not been made yet."""
    try:
        passwords = json.loads((node / "passwords.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Credentials(WRITER, passwords[WRITER]), Credentials(READER, passwords[READER])


def make_credentials(node: Path, distribution: Path, java: Path) -> None:
    """Make the writer and the reader with random passwords. Raises `NodeError` if the distribution's tool fails."""
    accounts = node / "accounts"
    shutil.rmtree(accounts, ignore_errors=True)
    accounts.mkdir(mode=0o700)
    for name in ("users", "users_roles"):
        (accounts / name).touch()
    _write_roles(accounts / "roles.yml")
    passwords = {name: secrets.token_urlsafe(24) for name in (WRITER, READER)}
    for name, password in passwords.items():
        _add_user(Credentials(name, password), distribution, environment(accounts, java))
    # Last, since it says that the users are there.
    _write_secret(node / "passwords.json", json.dumps(passwords))


def _add_user(user: Credentials, distribution: Path, variables: dict[str, str]) -> None:
    """Add a user to the file realm; the tool asks for the password twice, so it is on no command line."""
    done = subprocess.run(
        [distribution / "bin" / "elasticsearch-users", "useradd", user.user, "-r", user.user],
        env=variables,
        input=f"{user.password}\n" * 2,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NodeError(f"elasticsearch-users could not add {user.user}: {done.stderr.strip()}")


def _write_secret(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    partial.rename(path)
