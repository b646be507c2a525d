"""WordPress: a vanilla tree without links, read-only, with the digest of every file beside it.

The newest release comes out of Debian packages (``SPOTEX_WORDPRESS_SOURCE`` may name a directory
or a zip instead). It is put together once in the cache and copied into each installation.
"""

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.errors import StartError
from spotex.runtime.files import digest_file, make_read_only, remove_tree
from spotex.runtime.parts.debian import DebianSuite

_SUITE = "sid"
_PACKAGES = ("wordpress", "wordpress-l10n", "wordpress-theme-twentytwentyfive")
_BUNDLED = ("libjs-", "libphp-phpmailer", "php-getid3")  # Debian packs these apart
_LANGUAGES = ("it_IT",)
_LEFT_OUT = {"wp-config.php", ".htaccess", "wp-config-sample.php"}


def install_wordpress(config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of the tree of the wanted source in this installation and name its version.

    Raises:
        StartError: it cannot be obtained.
    """
    source = config.wordpress_source
    name = f"wordpress-{_short_digest(str(source))}" if source else "wordpress"
    cache = config.cache_dir / name
    wanted = read_version(source) if source and source.is_dir() else ""
    manifest = read_manifest(cache)
    if manifest is None or wanted not in ("", manifest["version"]):
        tell("Fetching WordPress")
        manifest = _fill_cache(cache, source)
    version = str(manifest["version"])
    if config.wordpress_dir != cache and read_manifest(config.wordpress_dir) != manifest:
        _copy_tree(cache, config.wordpress_dir, version)
    return version


def read_manifest(directory: Path) -> dict[str, object] | None:
    """Return the manifest of the current tree in a directory; None when there is none."""
    path = directory / "manifest.json"
    if not path.is_file():
        return None
    manifest: dict[str, object] = json.loads(path.read_text())
    return manifest if (directory / str(manifest["version"])).is_dir() else None


def read_version(tree: Path) -> str:
    """Return the version that a WordPress tree says it is.

    Raises:
        StartError: it is no WordPress tree.
    """
    file = tree / "wp-includes" / "version.php"
    match = re.search(r"\$wp_version = '([\w.-]+)'", file.read_text()) if file.is_file() else None
    if match is None:
        raise StartError(f"{tree} is no WordPress: it has no wp-includes/version.php.")
    return match[1]


def _fill_cache(cache: Path, source: Path | None) -> dict[str, object]:
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache, ignore_cleanup_errors=True) as directory:
        if source is None:
            tree, label = _unpack_debian(Path(directory))
            root = Path(directory) / "unpacked"
        else:
            tree, label = _open_source(source, Path(directory)), str(source)
            root = tree
        vanilla = Path(directory) / "vanilla"
        _copy_without_links(tree, vanilla, root=root)
        return _publish(vanilla, cache, label)


def _unpack_debian(directory: Path) -> tuple[Path, str]:
    suite = DebianSuite(_SUITE, directory=directory / "apt")
    core = suite.show(_PACKAGES[0])
    depends = re.findall(r"[\w.+-]+", re.sub(r"\(.*?\)", "", core["Depends"]))
    bundled = [name for name in depends if name.startswith(_BUNDLED)]
    unpacked = directory / "unpacked"
    suite.unpack([*_PACKAGES, *bundled], into=unpacked)
    return unpacked / "usr/share/wordpress", f"debian {core['Version']}"


def _open_source(source: Path, directory: Path) -> Path:
    if source.is_dir():
        return source
    if not zipfile.is_zipfile(source):
        raise StartError(f"SPOTEX_WORDPRESS_SOURCE is neither a directory nor a zip: {source}")
    unpacked = directory / "unpacked"
    with zipfile.ZipFile(source) as bundle:
        bundle.extractall(unpacked)
    inner = unpacked / "wordpress"
    return inner if inner.is_dir() else unpacked


def _copy_without_links(tree: Path, target: Path, *, root: Path) -> None:
    """Copy a tree, every link replaced by what it points to inside ``root`` or on this machine."""
    target.mkdir(parents=True)
    for entry in sorted(tree.iterdir()):
        if entry.name in _LEFT_OUT or _is_other_language(entry):
            continue
        real = _resolve(entry, root=root)
        if real.is_dir():
            _copy_without_links(real, target / entry.name, root=root)
        elif real.is_file():
            shutil.copyfile(real, target / entry.name)


def _resolve(path: Path, *, root: Path) -> Path:
    while path.is_symlink():
        link = path.readlink()
        inside = root / link.relative_to("/") if link.is_absolute() else path.parent / link
        path = inside if os.path.lexists(inside) else link
    return path


def _is_other_language(entry: Path) -> bool:
    in_languages = "languages" in entry.parent.parts and entry.suffix in {".mo", ".po", ".json"}
    return in_languages and not any(language in entry.name for language in _LANGUAGES)


def _publish(vanilla: Path, cache: Path, label: str) -> dict[str, object]:
    """Put a finished tree and its manifest in their places."""
    version = read_version(vanilla)
    files = {path.relative_to(vanilla).as_posix(): digest_file(path) for path in _files(vanilla)}
    manifest: dict[str, object] = {
        "version": version,
        "source": label,
        "languages": ["en_US", *_languages_of(vanilla)],
        "files": files,
    }
    make_read_only(vanilla)
    _replace_tree(vanilla, cache / version)
    _write_manifest(cache, version, json.dumps(manifest, indent=1))
    return manifest


def _copy_tree(cache: Path, target: Path, version: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    draft = target / f".{version}.new"
    remove_tree(draft)
    shutil.copytree(cache / version, draft)
    _replace_tree(draft, target / version)
    _write_manifest(target, version, (cache / f"manifest-{version}.json").read_text())


def _replace_tree(draft: Path, target: Path) -> None:
    remove_tree(target)
    draft.chmod(0o755)  # a directory that may not be written may not be moved
    draft.rename(target)
    target.chmod(0o555)


def _write_manifest(directory: Path, version: str, text: str) -> None:
    name = f"manifest-{version}.json"
    (directory / name).write_text(text)
    link = directory / ".manifest.new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    link.replace(directory / "manifest.json")


def _languages_of(tree: Path) -> list[str]:
    names = (path.stem for path in (tree / "wp-content" / "languages").glob("*.mo"))
    return sorted(name for name in names if re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}", name))


def _files(tree: Path) -> Iterator[Path]:
    return iter(sorted(path for path in tree.rglob("*") if path.is_file()))


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
