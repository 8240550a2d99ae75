import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import system
from index.system import MissingProgramError, ensure, find, wait

VECTOR = "jdk.incubator.vector"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def java(home: Path, version: str, *modules: str) -> Path:
    lines = " ".join(f"'{module}@{version}'" for module in ("java.base", *modules))
    return script(home / "bin" / "java", f'[ "$1" = --list-modules ] && printf "%s\\n" {lines}')


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any program but the shell's own; returns the one folder in PATH."""
    for variable in ("ES_JAVA_HOME", "JAVA_HOME", "CHROMIUM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(system, "JVM_FOLDER", tmp_path / "jvm")
    path = tmp_path / "path"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    return path


@pytest.fixture
def nobody_special(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_nothing_is_found_on_an_empty_machine(machine: Path) -> None:
    assert machine.is_dir()
    assert [find(need) for need in system.NEEDS] == [None] * 4


def test_the_newest_java_of_a_place_is_taken(machine: Path) -> None:
    jvm = machine.parent / "jvm"
    java(jvm / "a", "25.0.3", VECTOR)
    java(jvm / "b", "9", VECTOR)
    newest = java(jvm / "c", "25.0.10", VECTOR)
    java(jvm / "d", "26-ea")
    assert find("java") == newest


@pytest.mark.parametrize(("version", "modules"), [("17.0.15", [VECTOR]), ("25.0.3", []), ("25", ["jdk.incubator"])])
def test_java_too_old_or_without_the_vector_module_does_not_do(machine: Path, version: str, modules: list[str]) -> None:
    java(machine.parent / "jvm" / "a", version, *modules)
    assert find("java") is None


def test_java_is_searched_in_order(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = machine.parent
    in_path = java(folder / "real", "21", VECTOR)
    (machine / "java").symlink_to(in_path)
    assert find("java") == in_path
    of_machine = java(folder / "jvm" / "a", "21.0.1", VECTOR)
    assert find("java") == of_machine
    of_user = java(folder / "user", "22", VECTOR)
    monkeypatch.setenv("JAVA_HOME", str(folder / "user"))
    assert find("java") == of_user
    java(folder / "es", "17", VECTOR)
    monkeypatch.setenv("ES_JAVA_HOME", str(folder / "es"))
    assert find("java") == of_user
    monkeypatch.setenv("ES_JAVA_HOME", str(folder / "jvm" / "a"))
    assert find("java") == of_machine


def test_java_that_cannot_run_is_passed_over(machine: Path) -> None:
    jvm = machine.parent / "jvm"
    script(jvm / "a" / "bin" / "java", "exit 1")
    (jvm / "b" / "bin").mkdir(parents=True)
    (jvm / "b" / "bin" / "java").write_text("no program", encoding="utf-8")
    assert find("java") is None


def test_programs_are_found_in_path(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mvn = script(machine / "mvn", "")
    script(machine / "google-chrome", "")
    chromium = script(machine / "chromium", "")
    script(machine / "fc-list", "echo /fonts/one.ttc; echo /fonts/two.ttc")
    assert (find("maven"), find("chromium"), find("font")) == (mvn, chromium, Path("/fonts/one.ttc"))
    named = script(machine.parent / "my-chromium", "")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert find("chromium") == named


@pytest.mark.usefixtures("machine", "nobody_special")
def test_what_cannot_be_installed_is_named_in_a_line_each() -> None:
    with pytest.raises(MissingProgramError) as caught:
        ensure(["java", "maven"])
    first, second = str(caught.value).splitlines()
    for words in ("java not found", "21", VECTOR, "ES_JAVA_HOME", "PATH", "openjdk-25-jre-headless or openjdk-21"):
        assert words in first
    assert second == "maven not found: looked for mvn in PATH; install maven"


@pytest.mark.usefixtures("root")
def test_missing_programs_are_installed(machine: Path) -> None:
    log = machine.parent / "log"
    script(
        machine / "apt-get",
        f"""echo "$DEBIAN_FRONTEND $*" >> {log}
        case "$*" in
            *fonts-noto-cjk*) echo no such package; exit 100;;
            *fonts-wqy*) printf '#!/bin/sh\\necho /fonts/wqy.ttc\\n' > {machine}/fc-list;;
            *maven*) echo > {machine}/mvn;;
        esac
        /bin/chmod +x {machine}/*""",
    )
    said: list[str] = []
    ensure(["maven", "font"], said.append)
    calls = log.read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["noninteractive"] * 4
    assert [call.split()[-1] for call in calls] == ["update", "maven", "fonts-noto-cjk", "fonts-wqy-microhei"]
    assert "apt-get install maven" in said
    assert said.count("apt-get install fontconfig fonts-noto-cjk failed:\nno such package") == 1


@pytest.mark.usefixtures("root")
def test_an_installation_that_does_not_help_is_told(machine: Path) -> None:
    script(machine / "apt-get", "exit 0")
    with pytest.raises(MissingProgramError, match=r"^maven not found"):
        ensure(["maven"], lambda _: None)


@pytest.mark.usefixtures("root")
def test_nothing_is_installed_when_all_is_there(machine: Path) -> None:
    script(machine / "mvn", "")
    script(machine / "apt-get", f"echo > {machine.parent}/called")
    ensure(["maven"])
    assert not (machine.parent / "called").exists()


def run_module(path: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "index.system", "maven"]
    return subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, check=False)


def test_as_a_command(machine: Path) -> None:
    missing = run_module(machine)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr == "maven not found: looked for mvn in PATH; install maven\n"
    script(machine / "mvn", "")
    found = run_module(machine)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_a_process_that_takes_too_long_is_killed() -> None:
    ticks: list[int] = []
    process = subprocess.Popen(["sleep", "60"])
    with pytest.raises(subprocess.TimeoutExpired):
        wait(process, ticks.append, limit=0.3, every=0.1)
    assert process.poll() == -9
    assert len(ticks) >= 1


def test_the_status_of_a_process_is_returned() -> None:
    process = subprocess.Popen(["sh", "-c", "exit 3"])
    assert wait(process, lambda _: None, limit=30) == 3
