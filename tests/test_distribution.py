import hashlib
import stat
import zipfile
from pathlib import Path

import pytest

from index import distribution
from index.distribution import NAME, DistributionError, check, provide, unpack
from tests.test_system import script

PARTIAL = f".{NAME}.partial"


def small_zip(path: Path, top: str = NAME) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, mode in ((f"{top}/", 0o40755), (f"{top}/bin/", 0o40755), (f"{top}/bin/run", 0o100755)):
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            file.writestr(member, "" if name.endswith("/") else "#!/bin/sh\n")
        member = zipfile.ZipInfo(f"{top}/read.me")
        member.external_attr = 0o100600 << 16
        file.writestr(member, "text " * 1000)
    return path


def digest(path: Path) -> str:
    return hashlib.sha512(path.read_bytes()).hexdigest()


@pytest.fixture
def maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Maven that hands out a small archive and counts its calls; returns the archive."""
    archive = small_zip(tmp_path / "small.zip")
    script(
        tmp_path / "path" / "mvn",
        f"""echo "$*" >> {tmp_path}/calls
        for word; do case $word in -DoutputDirectory=*) cp {archive} "${{word#*=}}/{NAME}.zip";; esac; done""",
    )
    monkeypatch.setenv("PATH", f"{tmp_path}/path:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(distribution, "SHA512", digest(archive))
    monkeypatch.setattr(distribution, "ensure", lambda *_: None)
    return archive


def failing_maven(tmp_path: Path, text: str) -> None:
    script(tmp_path / "path" / "mvn", text)


@pytest.mark.usefixtures("maven")
def test_it_is_fetched_once_and_unpacked(tmp_path: Path) -> None:
    target = provide(tmp_path / "dist", print)
    assert target == tmp_path / "dist" / NAME
    assert stat.S_IMODE((target / "bin" / "run").stat().st_mode) == 0o755
    assert stat.S_IMODE((target / "read.me").stat().st_mode) == 0o644
    assert [path.name for path in (tmp_path / "dist").iterdir()] == [NAME]
    assert provide(tmp_path / "dist", print) == target
    (call,) = (tmp_path / "calls").read_text().splitlines()
    assert f"{distribution.GOAL} -Dartifact={distribution.ARTIFACT}" in call


@pytest.mark.usefixtures("maven")
def test_leftovers_of_an_earlier_try_do_no_harm(tmp_path: Path) -> None:
    half = tmp_path / "dist" / PARTIAL / NAME
    half.mkdir(parents=True)
    (half / "leftover").touch()
    target = provide(tmp_path / "dist", print)
    assert not (target / "leftover").exists()
    assert not half.parent.exists()


def test_an_archive_with_another_digest_is_deleted_with_mavens_copy(tmp_path: Path, maven: Path) -> None:
    small_zip(maven, top="something-else")
    cache = tmp_path.joinpath(".m2/repository", *distribution.ARTIFACT.split(":")[0].split("."))
    cached = cache / "elasticsearch" / distribution.VERSION / f"{NAME}.zip"
    cached.parent.mkdir(parents=True)
    cached.touch()
    with pytest.raises(DistributionError, match=r"is not what was expected and was deleted: its SHA-512 is"):
        provide(tmp_path / "dist", print)
    assert list((tmp_path / "dist").iterdir()) == []
    assert not cached.exists()


def test_the_digest_is_of_the_whole_file(tmp_path: Path) -> None:
    archive = small_zip(tmp_path / "a.zip")
    right = digest(archive)
    check(archive, right)
    with archive.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(DistributionError):
        check(archive, right)
    assert not archive.exists()


def test_a_damaged_archive_leaves_nothing(tmp_path: Path, maven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven.write_bytes(maven.read_bytes()[:-40])
    monkeypatch.setattr(distribution, "SHA512", digest(maven))
    with pytest.raises(DistributionError, match="is damaged"):
        provide(tmp_path / "dist", print)
    assert list((tmp_path / "dist").iterdir()) == []


def test_a_damaged_member_is_noticed(tmp_path: Path) -> None:
    archive = small_zip(tmp_path / "a.zip")
    data = bytearray(archive.read_bytes())
    at = data.index(b"read.me") + 12
    data[at : at + 4] = b"\xff\xff\xff\xff"
    archive.write_bytes(data)
    (tmp_path / PARTIAL).mkdir()
    with pytest.raises(DistributionError, match="is damaged"):
        unpack(archive, tmp_path / NAME, tmp_path / PARTIAL)
    assert not (tmp_path / NAME).exists()


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    archive = small_zip(tmp_path / "a.zip", top="something-else")
    (tmp_path / PARTIAL).mkdir()
    with pytest.raises(DistributionError, match=f"holds no folder {NAME}"):
        unpack(archive, tmp_path / NAME, tmp_path / PARTIAL)


@pytest.mark.usefixtures("maven")
def test_mavens_reason_is_told(tmp_path: Path) -> None:
    failing_maven(tmp_path, "echo '[INFO] x'; echo '[ERROR] cannot resolve it: unknown host -> [Help 1]'; exit 1")
    with pytest.raises(DistributionError, match=r"Maven could not fetch .*: cannot resolve it: unknown host$"):
        provide(tmp_path / "dist", print)
    assert list((tmp_path / "dist").iterdir()) == []


@pytest.mark.usefixtures("maven")
def test_a_maven_that_fails_silently_is_told_too(tmp_path: Path) -> None:
    failing_maven(tmp_path, "exit 1")
    with pytest.raises(DistributionError, match="it said nothing"):
        provide(tmp_path / "dist", print)


@pytest.mark.usefixtures("maven")
def test_progress_is_told_with_the_size_so_far(tmp_path: Path) -> None:
    cache = tmp_path.joinpath(".m2/repository", *distribution.ARTIFACT.split(":")[0].split("."), "elasticsearch")
    failing_maven(
        tmp_path,
        f"mkdir -p {cache}/{distribution.VERSION}; truncate -s 3M {cache}/{distribution.VERSION}/{NAME}.zip.part; "
        "sleep 2.3; exit 1",
    )
    said: list[str] = []
    with pytest.raises(DistributionError):
        provide(tmp_path / "dist", said.append)
    assert said == [f"fetching {NAME} with Maven: 2 s, 3 MB"]
