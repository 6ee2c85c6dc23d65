"""Where snapshots of buckets lie: a directory, or whatever fsspec has a URL for; the newest and the one before are kept.

``<place>/b0042/b0042.g1.o00000000000000001234.snapshot``: bucket, generation of the log, next offset.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from platinum.errors import Inconsistent, Unavailable, UsageError
from platinum.pipeline.checkpoint import unpack
from platinum.stream.snapshot_file import Snapshot, decode, encode

_NAME = re.compile(r"b(\d{4,})\.g(\d+)\.o(\d{20})\.snapshot\Z", re.ASCII)
#: The newest, and the one before in case it is damaged.
KEPT = 2
#: A day: interactions are kept for 30.
EVERY_S = 86_400.0


class Named(NamedTuple):
    """One file; sorts as it is to be preferred, the newest last."""

    generation: int
    next_offset: int
    path: str


class Snapshots:
    """Files of one deployment. What it does takes place in threads, so that a slow disk stops nobody.

    Parameters
    ----------
    url : str
        Directory, or a URL such as ``s3://bucket/folder``.
    every_s : float
        In which every bucket gets a new one.

    Raises
    ------
    UsageError
        fsspec, or the package that it needs for such a URL, is not installed; or the URL is none.
    """

    def __init__(self, url: str, every_s: float = EVERY_S) -> None:
        try:
            from fsspec.core import url_to_fs

            self._fs, self._root = url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise UsageError(f"snapshots cannot be kept at {url}: {error}; a directory needs pip install 'platinum[kafka]' only") from error
        self.url, self.every_s = url, every_s

    async def write(self, snapshot: Snapshot, log_end: int) -> str:
        """Write one, whole or not at all, and delete what is older than the one before; returns its path.

        Parameters
        ----------
        log_end : int
            Of the bucket's partition. What claims to lie behind it is of a log that lost its tail, and goes.

        Raises
        ------
        Unavailable
            It could not be written.
        """
        try:
            return await asyncio.to_thread(self._write, snapshot, log_end)
        except Exception as error:
            raise Unavailable(f"snapshot of bucket {snapshot.bucket}: {_reason(error)}") from error

    async def named(self, bucket: int) -> list[Named]:
        """Files of a bucket, the newest first.

        Raises
        ------
        Unavailable
            The place does not answer.
        """
        try:
            return await asyncio.to_thread(self._named, bucket)
        except Exception as error:
            raise Unavailable(f"snapshots of bucket {bucket}: {_reason(error)}") from error

    async def read(self, file: Named) -> Snapshot:
        """What a file holds.

        Raises
        ------
        Inconsistent
            It is damaged; the message names it.
        Unavailable
            The place does not answer.
        """
        try:
            content = await asyncio.to_thread(self._fs.cat_file, file.path)
        except FileNotFoundError as error:
            raise Inconsistent(f"snapshot {file.path}: it has just been deleted") from error
        except Exception as error:
            raise Unavailable(f"snapshot {file.path}: {_reason(error)}") from error
        try:
            return await asyncio.to_thread(decode, content)
        except Inconsistent as damaged:
            raise Inconsistent(f"snapshot {file.path}: {damaged}") from damaged

    def _folder(self, bucket: int) -> str:
        return f"{self._root}/b{bucket:04d}"

    def _write(self, snapshot: Snapshot, log_end: int) -> str:
        folder, next_offset = self._folder(snapshot.bucket), unpack(snapshot.content.checkpoint).next_offset
        path = f"{folder}/b{snapshot.bucket:04d}.g{snapshot.generation}.o{next_offset:020d}.snapshot"
        local = _is_local(self._fs)
        if local:  # profiles: nobody else's to read, unless somebody made the folder so
            Path(self._root).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._fs.makedirs(folder, exist_ok=True)
        if local:
            self._fs.pipe_file(f"{path}.new", encode(snapshot))
            self._fs.mv(f"{path}.new", path)
        else:  # object stores show an object once it is whole, and cannot rename
            self._fs.pipe_file(path, encode(snapshot))
        usable = [file for file in self._named(snapshot.bucket) if file.next_offset <= log_end]
        for file in set(self._named(snapshot.bucket)) - set(usable[:KEPT]):
            self._fs.rm_file(file.path)
        return path

    def _named(self, bucket: int) -> list[Named]:
        try:
            self._fs.invalidate_cache(self._folder(bucket))
            paths = self._fs.ls(self._folder(bucket), detail=False)
        except FileNotFoundError:
            return []
        found = [(path, _NAME.match(PurePosixPath(path).name)) for path in paths]
        return sorted((Named(int(match[2]), int(match[3]), path) for path, match in found if match), reverse=True)


def _is_local(fs: Any) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(fs, LocalFileSystem)


def _reason(error: BaseException) -> str:
    """Kind of failure; an OSError's own words too, which hold nothing but a path."""
    return f"{type(error).__name__}: {error.strerror}" if isinstance(error, OSError) and error.strerror else type(error).__name__
