"""The images that sites run in: built on this machine from the folder beside this file.

A tag is the digest of everything that goes into the image, so an unchanged image is found instead
of built, and a changed one never hides behind an old name. The tags ``current`` say which image
new containers get.
"""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from docker import DockerClient
from docker.errors import BuildError, ImageNotFound

from hosting.drivers.base import ContainerRefused, WordPressMissing
from hosting.drivers.embedded.core import OWN_PHP
from spotex.runtime.parts.wordpress import read_manifest

SITE_IMAGE: Final = "spotex/wordpress"
DATABASE_IMAGE: Final = "spotex/mariadb"
CURRENT: Final = "current"
PHP_VERSIONS: Final = ("8.4",)
"""What Debian trixie, the base of the image, offers."""

PHP_LABEL: Final = "spotex.php"
WORDPRESS_LABEL: Final = "spotex.wordpress"
_SOURCES: Final = Path(__file__).parent / "images"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One image: where its files come from (name in the context, file), and what it says."""

    name: str
    files: tuple[tuple[str, Path], ...]
    labels: dict[str, str]
    digest: str

    @property
    def tag(self) -> str:
        """The full name of exactly this content."""
        return f"{self.name}:{self.digest[:16]}"


def describe_site_image(wordpress_dir: Path) -> Recipe:
    """Return the recipe of the image with the WordPress version that this machine holds.

    Raises:
        WordPressMissing: there is none.
    """
    manifest = read_manifest(wordpress_dir)
    if manifest is None:
        raise WordPressMissing
    version = str(manifest["version"])
    files = (
        *_list_files(_SOURCES / "wordpress"),
        *_list_files(OWN_PHP / "mu-plugins", below="lib/mu-plugins"),
        ("lib/addresses.php", OWN_PHP / "addresses.php"),
        *_list_files(wordpress_dir / version, below="wordpress"),
    )
    labels = {PHP_LABEL: PHP_VERSIONS[0], WORDPRESS_LABEL: version}
    return _describe(SITE_IMAGE, files, labels)


def describe_database_image() -> Recipe:
    """Return the recipe of the database server's image."""
    return _describe(DATABASE_IMAGE, tuple(_list_files(_SOURCES / "mariadb")), {})


def build_image(client: DockerClient, recipe: Recipe) -> bool:
    """Make sure of an image and let it be the current one; tell whether it had to be built.

    Raises:
        ContainerRefused: the build ends badly.
    """
    built = False
    try:
        image = client.images.get(recipe.tag)
    except ImageNotFound:
        with tempfile.TemporaryFile() as context:
            _write_context(recipe, context)
            context.seek(0)
            try:
                image, _log = client.images.build(
                    fileobj=context,
                    custom_context=True,
                    tag=recipe.tag,
                    labels=recipe.labels,
                    rm=True,
                    forcerm=True,
                    timeout=900,
                )
            except BuildError as error:
                raise ContainerRefused(detail=f"{recipe.name}: {_end_of(error)}") from error
        built = True
    image.tag(recipe.name, CURRENT)
    return built


def _end_of(error: BuildError) -> str:
    said = "".join(str(line.get("stream", "")) for line in error.build_log).strip()
    return said[-300:] or error.msg


def _list_files(folder: Path, *, below: str = "") -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(Path(below) / path.relative_to(folder)), path


def _describe(name: str, files: tuple[tuple[str, Path], ...], labels: dict[str, str]) -> Recipe:
    digest = hashlib.sha256(repr(sorted(labels.items())).encode())
    for inside, path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{inside}\0{_mode_of(path):o}\0{content}\n".encode())
    return Recipe(name=name, files=files, labels=labels, digest=digest.hexdigest())


def _write_context(recipe: Recipe, target: IO[bytes]) -> None:
    with tarfile.open(fileobj=target, mode="w") as archive:
        for inside, path in recipe.files:
            entry = tarfile.TarInfo(inside)
            entry.size = path.stat().st_size
            entry.mode, entry.mtime = _mode_of(path), int(path.stat().st_mtime)
            with path.open("rb") as content:
                archive.addfile(entry, content)


def _mode_of(path: Path) -> int:
    return 0o755 if path.stat().st_mode & 0o100 else 0o644
