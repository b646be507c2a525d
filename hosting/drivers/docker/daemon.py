"""Talking to the Docker engine: one client, its errors in words, files in and out of containers."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.models.containers import Container

from hosting.drivers.base import (
    ContainerRefused,
    ContainersDown,
    DiskFull,
    EngineTimeout,
    ImageMissing,
)
from hosting.drivers.docker.config import MEGABYTE, DockerConfig

_NO_SPACE: Final = "no space left on device"


@lru_cache(maxsize=4)
def connect(host: str, seconds: float) -> docker.DockerClient:
    """Return the client of an engine; one for each process and address.

    Raises:
        docker.errors.DockerException: nobody answers there.
    """
    base_url = host or "unix:///var/run/docker.sock"
    return docker.DockerClient(base_url=base_url, timeout=int(seconds), version="auto")


@contextmanager
def docker_failures(config: DockerConfig) -> Iterator[None]:
    """Turn the engine's errors into failures that people understand.

    Raises:
        ContainersDown: nobody answers.
        EngineTimeout: no answer in time.
        ImageMissing: an image is not there.
        DiskFull: no room is left.
        ContainerRefused: any other refusal.
    """
    try:
        yield
    except ImageNotFound as error:
        raise ImageMissing(image=str(error.explanation or "")[:200]) from error
    except APIError as error:
        said = str(error.explanation or error)[:300]
        if _NO_SPACE in said:
            needed = config.minimum_free_bytes // MEGABYTE
            raise DiskFull(free_mb=0, needed_mb=needed) from error
        raise ContainerRefused(detail=said) from error
    except requests.exceptions.ReadTimeout as error:
        raise EngineTimeout(seconds=int(config.call_seconds)) from error
    except (requests.exceptions.RequestException, DockerException) as error:
        raise ContainersDown from error


@dataclass(frozen=True, kw_only=True)
class File:
    """A file to put into a container."""

    name: str
    content: bytes
    uid: int = 0
    gid: int = 0
    mode: int = 0o440


def put_files(container: Container, folder: str, files: Sequence[File]) -> None:
    """Write files into a folder of a container's volume; the container need not run."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for file in files:
            entry = tarfile.TarInfo(file.name)
            entry.size, entry.mode = len(file.content), file.mode
            entry.uid, entry.gid, entry.mtime = file.uid, file.gid, int(time.time())
            archive.addfile(entry, io.BytesIO(file.content))
    container.put_archive(folder, packed.getvalue())


def get_files(container: Container, folder: str) -> Mapping[str, bytes]:
    """Return the files that lie directly in a folder of a container, by name."""
    try:
        chunks, _stat = container.get_archive(folder)
    except NotFound:
        return {}
    packed = io.BytesIO(b"".join(chunks))
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=packed) as archive:
        for entry in archive:
            content = archive.extractfile(entry) if entry.isfile() else None
            if content is not None:
                found[entry.name.rsplit("/", 1)[-1]] = content.read()
    return found
