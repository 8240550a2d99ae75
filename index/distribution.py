"""The Elasticsearch distribution: fetched by Maven, checked, unpacked whole or not at all."""

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from contextlib import suppress
from pathlib import Path

from index.system import Say, ensure, find, wait

VERSION = "9.5.0"
NAME = f"elasticsearch-{VERSION}"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
SHA512 = (
    "c06bd4ef7691da91052cada7bb255b2d7c48a1422820a8db0e3e3a1ed0dde4e8"
    "d380cdbadeb7029cc56167b9ad3a6d89f6b8edbc48d4b8685d1ab24a7ab17dd5"
)
DOWNLOAD_SECONDS = 3600


class DistributionError(RuntimeError):
    """The distribution cannot be had. The text says what happened and what to do."""


def provide(folder: Path, say: Say) -> Path:
    """Return the distribution unpacked below `folder`, fetching it first if it is not there.

    Only one process at a time may do this in one folder. Raises `DistributionError` and `MissingProgramError`.
    """
    target = folder / NAME
    if target.is_dir():
        return target
    partial = folder / f".{NAME}.partial"
    ensure(["java", "maven"], say)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        archive = download(partial, say)
        check(archive, SHA512)
        say(f"unpacking {archive.name}")
        unpack(archive, target, partial)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def download(folder: Path, say: Say) -> Path:
    """Let Maven put the archive into `folder`; returns its path. Raises `DistributionError`."""
    log = folder / "maven.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["mvn", "-B", "-Dstyle.color=never", GOAL, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"],
            cwd=folder,
            env=_maven_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            status = wait(process, lambda seconds: say(_progress(seconds)), DOWNLOAD_SECONDS)
        except subprocess.TimeoutExpired:
            raise DistributionError(f"Maven did not fetch {ARTIFACT} in {DOWNLOAD_SECONDS} s: try again") from None
    if status != 0:
        raise DistributionError(f"Maven could not fetch {ARTIFACT}: {_maven_reason(log)}")
    return folder / f"{NAME}.zip"


def check(archive: Path, sha512: str) -> None:
    """Compare the archive with its pinned digest; one that differs is deleted and raises `DistributionError`."""
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").hexdigest()
    if digest == sha512:
        return
    archive.unlink()
    # Maven would hand out its own copy of the same bytes again.
    (_maven_cache() / archive.name).unlink(missing_ok=True)
    raise DistributionError(
        f"{archive.name} is not what was expected and was deleted: its SHA-512 is {digest[:16]}…, "
        f"pinned is {sha512[:16]}…; try again, and if it stays so do not trust the Maven repository in use"
    )


def unpack(archive: Path, target: Path, partial: Path) -> None:
    """Unpack into `partial` and move the archive's one folder to `target`, readable for every user.

    Raises `DistributionError` for an archive that is damaged or holds something else.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            for member in file.infolist():
                path = Path(file.extract(member, partial))
                runs = member.is_dir() or (member.external_attr >> 16) & 0o100
                path.chmod(0o755 if runs else 0o644)
    except zipfile.BadZipFile as error:
        raise DistributionError(f"{archive.name} is damaged ({error}): delete it and try again") from None
    if not (partial / target.name).is_dir():
        raise DistributionError(f"{archive.name} holds no folder {target.name}")
    (partial / target.name).rename(target)


def _maven_environment() -> dict[str, str]:
    java = find("java")
    found = {"JAVA_HOME": str(java.parent.parent)} if java else {}
    return {**found, **os.environ}


def _maven_cache() -> Path:
    group, name, version, _ = ARTIFACT.split(":")
    return Path.home().joinpath(".m2", "repository", *group.split("."), name, version)


def _progress(seconds: int) -> str:
    size = 0
    for file in _maven_cache().glob(f"{NAME}.zip*"):
        with suppress(FileNotFoundError):  # Maven renames it when it is whole
            size = max(size, file.stat().st_size)
    return f"fetching {NAME} with Maven: {seconds} s" + (f", {size >> 20} MB" if size else "")


def _maven_reason(log: Path) -> str:
    text = log.read_text(errors="replace")
    reason = re.search(r"^\[ERROR\] (.+)", text, re.MULTILINE)
    return reason[1].split(" -> ")[0] if reason else (text.strip().splitlines() or ["it said nothing"])[-1]
