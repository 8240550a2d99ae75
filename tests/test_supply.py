"""Licences and vulnerabilities: what is allowed, what is refused, and that silence is said and does not fail."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.supply import FILES, Audit, allowed, audit, licences, pinned, read_audit, unlocked


@pytest.mark.parametrize(
    ("stated", "fine"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("OSI Approved; Apache Software License", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0 OR GPL-2.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_which_licences_are_allowed(stated: str, fine: bool) -> None:  # noqa: FBT001 - a table
    assert allowed(stated) is fine


def test_a_package_that_is_not_there_or_states_nothing_is_wrong() -> None:
    by_licence, wrong = licences(["pytest", "no-such-package-of-ours"])
    assert by_licence == {"MIT": ["pytest"]}
    assert wrong == ["no-such-package-of-ours: pinned, and not installed"]


def test_pins_of_several_files_are_read(tmp_path: Path) -> None:
    for name, text in (
        ("a", '-e .\nOne==1\n# two==2\nthree==3; python_version < "3.14"\n'),
        ("b", "-r a\nfour==4\nOne==1"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert pinned([tmp_path / "a", tmp_path / "b"]) == ["four", "One", "three"]


def test_what_an_audit_says() -> None:
    bad = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
    said = json.dumps({"dependencies": [bad, {"name": "b", "skip_reason": "not found"}]})
    assert read_audit(said) == Audit(("a 1: PYSEC-1, fixed in 2",), 1)


LOCKED = re.compile(r"([\w.-]+)==([^\s;]+)(?: ; [^\\\n]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_lock_has_the_pins_of_its_requirements_with_hashes_and_names_no_host(file: Path) -> None:
    """`make lock` makes it; `make run`, `make test` and the image install nothing that it does not list."""
    assert unlocked([file]) == []
    text = file.with_suffix(".lock").read_text(encoding="utf-8")
    assert LOCKED.sub("", text) == "", "a line that is no pin with its hashes"


def test_the_pins_are_all_that_the_packages_need() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_pin_that_is_not_locked_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One_x==1\ntwo==2\n", encoding="utf-8")
    (tmp_path / "a.lock").write_text("one-x==1 \\\n    --hash=sha256:0\ntwo==1\n", encoding="utf-8")
    assert unlocked([tmp_path / "a.txt"]) == ["a.lock and .txt differ: two==1, two==2: run `make lock`"]


@pytest.mark.parametrize("output", ["", "no json", "[]", "{}"])
def test_no_answer_is_no_failure(output: str) -> None:
    assert read_audit(output) == Audit(answered=False)


def test_an_audit_that_hangs_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("pip-audit", 1)

    (tmp_path / "pins").write_text("a==1\n", encoding="utf-8")
    monkeypatch.setattr("tests.supply.subprocess.run", hang)
    assert not audit([tmp_path / "pins"]).answered
