"""What the containers are told: held to the code, without secrets, without rights that are not needed."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from ruamel.yaml import YAML

from index.certificates import main, make
from index.distribution import VERSION
from index.node_config import ROLES

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = YAML(typ="safe").load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name in SERVICES if name != "elasticsearch"]


def test_roles_are_those_of_a_local_node() -> None:
    roles = YAML(typ="safe").load(COMPOSE["configs"]["roles"]["content"])
    assert set(roles) == set(ROLES)
    for name, role in ROLES.items():
        local: Any = role
        assert roles[name]["cluster"] == local["cluster"]
        assert roles[name]["indices"][0]["privileges"] == local["indices"][0]["privileges"]
        assert set(roles[name]["indices"][0]["names"]) <= set(local["indices"][0]["names"])


def test_the_image_is_the_version_that_is_tested() -> None:
    assert SERVICES["elasticsearch"]["image"] == f"elasticsearch:{VERSION}"


def test_the_app_may_only_read_and_nothing_of_ours_is_the_superuser() -> None:
    users = {name: SERVICES[name].get("environment", {}).get("ELASTICSEARCH_USER") for name in OURS}
    assert users == {
        "app": "policy_reader",
        "certificates": None,
        "index": "policy_writer",
        "scheduler": "policy_writer",
    }
    for name in OURS:
        assert "ELASTIC_PASSWORD" not in str(SERVICES[name])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_fenced_in(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit", "restart", "logging"} <= set(service)
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert "privileged" not in service
    if name in OURS:
        assert service["read_only"] is True
        assert service.get("user", "10001").startswith("10001")


def test_no_secret_stands_in_a_file_and_every_variable_is_explained() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert not re.findall(r"^\w*(?:PASSWORD|KEY|TOKEN)\w*=.+", example, re.MULTILINE)
    for secret in re.findall(r"PASSWORD: (\S+)", TEXT):
        assert secret.startswith("${"), "a password is written out"
    named = set(re.findall(r"(?<!\$)\$\{(\w+)", re.sub(r"^#.*", "", TEXT, flags=re.MULTILINE)))
    assert named <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))


def test_ignored_files_stay_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".env", "alerts.env", "subscriptions.yml", "var", ".git"} <= set(ignored)


def test_compose_itself_reads_the_file(tmp_path: Path) -> None:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    ):
        pytest.skip("docker compose is not on this machine")
    passwords = {f"{name}_PASSWORD": name for name in ("ELASTIC", "WRITER", "READER")}
    command = ["docker", "compose", "--file", str(ROOT / "compose.yaml"), "--env-file", os.devnull, "config"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | passwords, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    without = {name: text for name, text in os.environ.items() if name not in passwords}
    refused = subprocess.run(command, cwd=tmp_path, env=without, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "copy .env.example to .env" in refused.stderr


# Certificates


def test_certificates_are_made_once_and_anew_for_another_name(tmp_path: Path) -> None:
    assert make(tmp_path, ["elasticsearch", "127.0.0.1"])
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(files) == {"ca.crt", "ca.key", "node.crt", "node.key"}
    assert not make(tmp_path, ["elasticsearch", "127.0.0.1"])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    assert make(tmp_path, ["other"])
    authority, node = (
        x509.load_pem_x509_certificate((tmp_path / f"{name}.crt").read_bytes()) for name in ("ca", "node")
    )
    node.verify_directly_issued_by(authority)
    assert (tmp_path / "ca.crt").read_bytes() == files["ca.crt"]
    names = node.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["other"]


def test_certificates_near_their_end_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.certificates.NODE_DAYS", 89)
    make(tmp_path, ["a"])
    monkeypatch.undo()
    assert make(tmp_path, ["a"])
    assert not make(tmp_path, ["a"])


@pytest.mark.parametrize(("group", "mode"), [(False, 0o600), (True, 0o640)])
def test_keys_are_for_few_eyes(tmp_path: Path, group: bool, mode: int) -> None:  # noqa: FBT001 - a table
    make(tmp_path, ["a"], group=group)
    assert (tmp_path / "node.key").stat().st_mode & 0o777 == mode
    assert (tmp_path / "ca.key").stat().st_mode & 0o777 == 0o600


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ca.crt").write_text("no certificate", encoding="ascii")
    (tmp_path / "ca.key").write_text("no key", encoding="ascii")
    assert main([str(tmp_path), "--name", "a"]) == 1
    assert capsys.readouterr().err.startswith(f"error: {tmp_path}: ")
    assert main([str(tmp_path / "new"), "--name", "a"]) == 0
