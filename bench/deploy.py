"""P11: WordPress deployed through a durable operation, against a script written by hand.

The script does the same steps with the same parts and nothing else: no database rows, no check of
the parts, no users, no fences. It exists twice: copying the core as such scripts do, and linking
it as the product does.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.utils import timezone

from bench.measure import Result, paired_seconds
from hosting.drivers.embedded.config import read_layout
from hosting.drivers.embedded.core import find_core
from hosting.drivers.embedded.fastcgi import ask_process
from hosting.drivers.embedded.notes import is_runner_alive
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.tasks import work_off_operation
from hosting.services import create_site, delete_site
from hosting.services.spares import fill_spares
from spotex.kernel.actor import Actor, Via
from spotex.kernel.tenancy import agency_scope
from spotex.runtime.php import Php, find_php
from spotex.runtime.unprivileged import as_ordinary_user
from tenants.access import system_actor
from tenants.customers.models import Customer
from tenants.models import Agency
from tenants.services.agencies import register_agency
from tenants.states import Tier

ROUNDS = 3
TARGET = 1.15
TARGET_WARM = 1 / 5
_INSTALL = """<?php
$w = json_decode($argv[1], true);
define('WP_INSTALLING', true);
$_SERVER += ['HTTP_HOST' => 'by-hand.test', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET',
  'SERVER_PROTOCOL' => 'HTTP/1.1', 'REMOTE_ADDR' => '127.0.0.1'];
require $w['root'] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
load_default_textdomain('it_IT');
wp_install('By hand', 'gestore', 'a@example.test', true, '', 'secret-of-one-run', 'it_IT');
update_option('permalink_structure', '/%postname%/');
"""


def run() -> Iterator[Result]:
    """Measure both scripts against the operation; the first deployment of each warms up."""
    php = find_php()
    if php is None:
        return
    settings.SPOTEX_SITE_ENGINE = "embedded"
    settings.SPOTEX_PORT = 0
    actor, customer = _find_agency()
    runner = _start_runner()
    try:
        with mock.patch.object(work_off_operation, "delay"):
            for copies, name in ((True, "copying the core"), (False, "linking the core")):
                yield _compare(actor, customer, php=php, copies=copies, name=name)
            yield _compare_warm(actor, customer, php=php)
    finally:
        runner.terminate()
        runner.wait()


def _compare_warm(actor: Actor, customer: Customer, *, php: Php) -> Result:
    """Measure deployments that each find a spare; preparing those is not measured."""
    settings.SPOTEX_SPARE_MEMORY_MB = 0
    settings.SPOTEX_SPARE_SITES = ROUNDS + 1
    fill_spares(at=timezone.now())
    return _compare(
        actor,
        customer,
        php=php,
        copies=True,
        name="copying the core",
        what="WordPress deployed to ACTIVE from a spare",
        target=TARGET_WARM,
    )


def _compare(  # noqa: PLR0913  one comparison, all named
    actor: Actor,
    customer: Customer,
    *,
    php: Php,
    copies: bool,
    name: str,
    what: str = "WordPress deployed to ACTIVE",
    target: float = TARGET,
) -> Result:
    made: list[Site] = []
    by_hand = ByHand(php, copies=copies)

    def ours() -> None:
        with agency_scope(actor.schema):
            made.append(
                create_site(
                    actor=actor,
                    customer=customer,
                    name="Bench",
                    title="Bench",
                    admin_email="a@example.test",
                )
            )
        run_operation(made[-1].operation)

    try:
        ours()
        by_hand.deploy()
        mine, plain = paired_seconds(ours, by_hand.deploy, rounds=ROUNDS)
    finally:
        by_hand.clean()
        for site in made:
            with agency_scope(actor.schema):
                deleting = delete_site(Site.objects.get(pk=site.pk), actor=actor)
            run_operation(deleting.operation)
    return Result(
        number="P11",
        what=what,
        peer=f"script by hand, {name}",
        ours_seconds=mine,
        peer_seconds=plain,
        target=target,
    )


class ByHand:
    """The script: files, configuration, installation, process, first page."""

    def __init__(self, php: Php, *, copies: bool) -> None:
        self.php = php
        self.core = find_core(Path(settings.SPOTEX_WORDPRESS_DIR))
        self.place: Callable[[Path], None] = self._copy if copies else self._link
        self.folder = Path(settings.SPOTEX_SITES_DIR) / "by-hand"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "install.php").write_text(_INSTALL, encoding="utf-8")

    def deploy(self) -> None:
        """Deploy one more site and wait for its front page."""
        root = self.folder / secrets.token_hex(4)
        self.place(root)
        self._configure(root)
        install = [str(self.php.cli), *_first(root), str(self.folder / "install.php")]
        subprocess.run([*install, json.dumps({"root": str(root)})], check=True)
        socket = Path(settings.SPOTEX_RUN_DIR) / f"{root.name}.sock"
        config = root.with_suffix(".conf")
        config.write_text(
            f"[global]\nerror_log=/dev/null\ndaemonize=no\n[www]\nlisten={socket}\npm=ondemand\n"
            "pm.max_children=5\n",
            encoding="utf-8",
        )
        command = [str(self.php.fpm), "--nodaemonize", *_first(root), "--fpm-config", str(config)]
        self.processes.append(subprocess.Popen(as_ordinary_user(command)))
        while b"By hand" not in _front_page(root, socket):
            time.sleep(0.02)

    def clean(self) -> None:
        """Stop every process and delete every file."""
        for process in self.processes:
            process.terminate()
            process.wait()
        subprocess.run(["chmod", "-R", "u+w", str(self.folder)], check=True)
        shutil.rmtree(self.folder)

    def _copy(self, root: Path) -> None:
        subprocess.run(["cp", "-a", str(self.core.tree), str(root)], check=True)
        subprocess.run(["chmod", "-R", "u+w", str(root / "wp-content")], check=True)
        root.chmod(0o755)

    def _link(self, root: Path) -> None:
        content = root / "wp-content"
        for part in ("themes", "languages", "plugins"):
            (content / part).mkdir(parents=True)
        sources = [
            *self.core.tree.iterdir(),
            *(self.core.tree / "wp-content" / "themes").iterdir(),
            *(self.core.tree / "wp-content" / "languages").glob("*it_IT*"),
        ]
        for source in sources:
            link = root / source.relative_to(self.core.tree)
            if not link.exists():
                link.symlink_to(source)

    def _configure(self, root: Path) -> None:
        names = [f"{kind}_{what}" for what in ("KEY", "SALT") for kind in _SALTS]
        salts = "".join(f"define('{name}','{secrets.token_hex(32)}');" for name in names)
        (root / "wp-config.php").write_text(
            "<?php define('DB_NAME','site');define('DB_USER','');define('DB_PASSWORD','');"
            "define('DB_HOST','');define('DB_CHARSET','utf8mb4');define('DB_COLLATE','');"
            f"{salts}$table_prefix='h_';define('WP_HOME','http://by-hand.test');"
            "define('WP_SITEURL','http://by-hand.test');define('DISABLE_WP_CRON',true);"
            "define('WP_HTTP_BLOCK_EXTERNAL',true);require_once ABSPATH . 'wp-settings.php';",
            encoding="utf-8",
        )
        (root / "wp-content" / "db.php").write_text(
            "<?php define('SQLITE_DB_DROPIN_VERSION','1.8.0');define('DB_ENGINE','sqlite');"
            f"require_once '{self.core.sqlite}/wp-includes/sqlite/db.php';",
            encoding="utf-8",
        )
        root.with_suffix(".first.php").write_text(
            f"<?php defined('ABSPATH') || define('ABSPATH', '{root}/');",
            encoding="utf-8",
        )


_SALTS = ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")


def _first(root: Path) -> list[str]:
    return ["-d", f"auto_prepend_file={root.with_suffix('.first.php')}"]


def _front_page(root: Path, socket: Path) -> bytes:
    params = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_FILENAME": str(root / "index.php"),
        "SCRIPT_NAME": "/index.php",
        "REQUEST_URI": "/",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "by-hand.test",
        "REMOTE_ADDR": "127.0.0.1",
    }
    try:
        return ask_process(socket, params).body
    except OSError:
        return b""


def _find_agency() -> tuple[Actor, Customer]:
    agency = Agency.objects.filter(slug="bench-deploy").first()
    if agency is None:
        agency, _ = register_agency(
            email="bench-deploy@agency.test",
            password="a-password-for-one-run",
            full_name="Bench",
            agency_name="Bench deploy",
            agency_slug="bench-deploy",
            tier=Tier.ENTERPRISE,
        )
    with agency_scope(agency):
        customer, _ = Customer.objects.get_or_create(name="Bench", email="a@example.test")
    return system_actor(agency, via=Via.COMMAND), customer


def _start_runner() -> subprocess.Popen[bytes]:
    runner = subprocess.Popen(
        [sys.executable, "-m", "hosting.drivers.embedded.runner"],
        stdout=subprocess.DEVNULL,
    )
    while not is_runner_alive(read_layout()):
        time.sleep(0.05)
    return runner
