"""One PHP process manager for each site: its configuration and its command line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hosting.drivers.embedded.core import Core
from hosting.drivers.embedded.notes import write_atomically
from hosting.drivers.embedded.paths import SitePaths
from hosting.drivers.embedded.users import SiteUser
from spotex.runtime.php import Php

MAX_CHILDREN: Final = 5
IDLE_SECONDS: Final = 20
REQUEST_SECONDS: Final = 60
UPLOAD_MEGABYTES: Final = 25

_REFUSED_FUNCTIONS: Final = (
    "exec,passthru,shell_exec,system,proc_open,proc_close,proc_get_status,proc_nice,proc_terminate,"
    "popen,pclose,dl,link,symlink,pcntl_exec,pcntl_fork,pcntl_signal,posix_kill,posix_mkfifo,"
    "posix_setuid,posix_setgid,putenv,syslog,openlog,mail"
)


@dataclass(frozen=True, kw_only=True)
class SharedParts:
    """What a site uses and may only read."""

    php: Php
    core: Core
    own_php: Path
    clean_content: Path
    compiled: Path


def render_fpm_config(
    site: SitePaths,
    parts: SharedParts,
    user: SiteUser,
    *,
    program_user: int | None,
) -> str:
    """Return the configuration of a site's process manager.

    ``program_user`` is the uid that connects to the socket, when the manager runs as root.
    """
    name = site.root.name
    lines = [
        "[global]",
        f"error_log = {site.manager_log}",
        "log_level = notice",
        "daemonize = no",
        "process_control_timeout = 5s",
        f"[{name}]",
        f"listen = {site.socket}",
        "listen.mode = 0600",
        "pm = ondemand",
        f"pm.max_children = {MAX_CHILDREN}",
        f"pm.process_idle_timeout = {IDLE_SECONDS}s",
        "pm.max_requests = 500",
        f"request_terminate_timeout = {REQUEST_SECONDS}s",
        f"chdir = {site.public}",
        "clear_env = yes",
        "catch_workers_output = no",
        "security.limit_extensions = .php",
        f"env[TMPDIR] = {site.tmp}",
    ]
    if user.is_own:
        lines += [f"user = {user.uid}", f"group = {user.uid}"]
        lines += [f"listen.owner = {program_user}", f"listen.group = {program_user}"]
    lines += [f"php_admin_value[{key}] = {value}" for key, value in list_php_values(site, parts)]
    return "\n".join(lines) + "\n"


def list_php_values(site: SitePaths, parts: SharedParts) -> list[tuple[str, str]]:
    """Return the fence around every PHP process of a site."""
    readable = (
        site.public,
        site.data,
        site.tmp,
        site.login,
        site.logs,
        site.wp_config,
        site.prepend,
        parts.core.tree,
        parts.core.sqlite,
        parts.own_php,
    )
    return [
        ("open_basedir", ":".join(f"{path}/" if path.is_dir() else str(path) for path in readable)),
        ("auto_prepend_file", str(site.prepend)),
        ("disable_functions", _REFUSED_FUNCTIONS),
        ("error_log", f"{site.logs}/php.log"),
        ("sys_temp_dir", str(site.tmp)),
        ("upload_tmp_dir", str(site.tmp)),
        ("session.save_path", str(site.tmp)),
        ("upload_max_filesize", f"{UPLOAD_MEGABYTES}M"),
        ("post_max_size", f"{UPLOAD_MEGABYTES}M"),
        ("memory_limit", "192M"),
        ("max_execution_time", "50"),
        ("display_errors", "off"),
        ("log_errors", "on"),
        ("allow_url_include", "off"),
        ("expose_php", "off"),
        ("mail.add_x_header", "off"),
        ("cgi.fix_pathinfo", "0"),
    ]


def write_fpm_files(
    site: SitePaths,
    parts: SharedParts,
    user: SiteUser,
    *,
    program_user: int | None,
) -> None:
    """Write the configuration, and the command line that the runner starts."""
    text = render_fpm_config(site, parts, user, program_user=program_user)
    write_atomically(site.fpm_config, text)
    command = [
        str(parts.php.fpm),
        "--nodaemonize",
        "--fpm-config",
        str(site.fpm_config),
        *_system_values(parts),
    ]
    write_atomically(site.command, json.dumps(command))


def _system_values(parts: SharedParts) -> list[str]:
    """Return the values that PHP reads only once, at its start.

    The cache of compiled core files is filled before the first site; where sites have users of
    their own they can read it, not write it.
    """
    values = {
        "opcache.file_cache": str(parts.compiled),
        "opcache.enable": "1",
        "opcache.memory_consumption": "64",
        "opcache.interned_strings_buffer": "8",
        "opcache.max_accelerated_files": "8000",
        "opcache.revalidate_freq": "2",
        "opcache.jit_buffer_size": "0",
        "realpath_cache_size": "1M",
    }
    return [item for key, value in values.items() for item in ("-d", f"{key}={value}")]
