"""Text out of the files that are attached to policy pages: `read_file`.

`sniff` tells the kind by its bytes; `parse` reads one file inside a `worker` process, with `pdf`, `ocr`, `docx`,
`xlsx`, `doc`, `xls`, `ofd`, `plain` and `archive`, whose libraries are loaded there and nowhere else. Which libraries
and why: `docs/decisions/attachments.md`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from index.read.attachments.limits import Limits
from index.read.attachments.parse import parse
from index.read.attachments.result import Members, Read
from index.read.attachments.worker import Worker, WorkerError

__all__ = ["Limits", "Read", "Worker", "read_file"]

Progress = Callable[[str], None]


def read_file(
    body: bytes,
    *,
    name: str,
    limits: Limits | None = None,
    progress: Progress | None = None,
    worker: Worker | None = None,
) -> Read:
    """Read one file, or each file of an archive. Never raises for what is in `body`: the result says what is wrong.

    name: for people, in `progress` and in the parts of archives; the kind of file is told by its bytes.
    limits: those of `worker` if `None`. worker: serves many files, as its start and the models cost seconds; without
    one a process is started for this file only.
    """
    if worker is not None:
        return _Reading(limits or worker.limits, worker, progress).file(body, name, 0)
    with Worker(limits) as own:
        return _Reading(own.limits, own, progress).file(body, name, 0)


@dataclass(slots=True)
class _Reading:
    """The reading of one file and all that is packed in it. files: that were met so far."""

    limits: Limits
    worker: Worker
    progress: Progress | None
    files: int = 0

    def file(self, body: bytes, name: str, depth: int) -> Read:
        """Read a file that is `depth` archives deep."""
        self.files += 1
        if self.files > self.limits.members:
            return Read(None, None, f"压缩包内文件超过 {self.limits.members} 个，未读取")
        try:
            read = self.worker.run_telling(self._tell(name), parse, body, self.limits)
        except WorkerError as error:
            return Read(None, None, error.failure)
        if isinstance(read, Read):
            return read
        if depth == self.limits.nesting:
            return Read(None, None, f"压缩包嵌套超过 {self.limits.nesting} 层，未读取")
        return self._archive(read, name, depth)

    def _archive(self, members: Members, name: str, depth: int) -> Read:
        parts = tuple((part, self.file(body, f"{name}/{part}", depth + 1)) for part, body in members.files)
        problems = [members.problem] if members.problem else []
        problems += [f"{part}：{read.problem}" for part, read in parts if read.problem]
        return Read(None, "zip", "；".join(problems) or None, parts)

    def _tell(self, name: str) -> Progress | None:
        progress = self.progress
        return None if progress is None else lambda line: progress(f"{name}：{line}")
