"""What a site in a container can and cannot do."""

from __future__ import annotations

from dataclasses import replace
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from hosting.drivers.base import DiskFull, PhpMissing
from hosting.drivers.docker.asking import SocketConnection, ask
from hosting.drivers.docker.config import Limits
from hosting.drivers.docker.containers import name_site
from hosting.drivers.docker.daemon import File, connect, put_files
from hosting.drivers.docker.engine import DockerEngine
from hosting.drivers.docker.site_config import read_values
from hosting.tests.drivers.conftest import DOCKER, make_spec, say_nothing, set_up

pytestmark = list(DOCKER)
CAPABILITIES = 1 << 0 | 1 << 5 | 1 << 6 | 1 << 7  # CHOWN, KILL, SETGID, SETUID


@pytest.fixture
def container(docker_engine, living):
    """The container of the living site."""
    client = connect(docker_engine.config.host, docker_engine.config.call_seconds)
    return client.containers.get(name_site(docker_engine.config, living.site_id))


def _run(container, *command: str, user: str = "33") -> tuple[int, str]:
    answer = container.exec_run(list(command), user=user)
    return answer.exit_code, (answer.output or b"").decode("utf-8", "replace")


def _first_file_of(container, *paths: str) -> str:
    return next(text for code, text in (_run(container, "cat", path) for path in paths) if not code)


def _status_of(container, process: str, name: str) -> str:
    lines = _run(container, "cat", f"/proc/{process}/status", user="0")[1].splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


def _php_in_site(engine, spec, container, code: str) -> str:
    """Have the site's own PHP run some code, as a plugin of it could."""
    page = File(name="try.php", content=f"<?php {code}".encode(), uid=33, gid=33, mode=0o644)
    put_files(container, "/srv/site/content/first", [page])
    socket = engine._socket(spec)
    answer = ask(SocketConnection(socket), spec, "/wp-content/try.php")
    return answer.body.decode()


def test_limits_hold_in_the_kernel(docker_engine, container) -> None:
    limits = docker_engine.config.site
    memory = _first_file_of(
        container, "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"
    )
    processes = _first_file_of(container, "/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max")

    assert int(memory) == limits.memory_mb * 1024 * 1024
    assert int(processes) == limits.processes
    assert container.attrs["HostConfig"]["NanoCpus"] == limits.cpus * 1e9
    assert container.attrs["HostConfig"]["LogConfig"]["Config"] == {
        "max-size": "1m",
        "max-file": "3",
    }


def test_too_many_processes_are_refused(container) -> None:
    code, said = _run(container, "bash", "-c", "for i in {1..200}; do sleep 5 & done")

    assert code != 0
    assert "Resource temporarily unavailable" in said or "fork" in said


def test_capabilities_are_dropped(container) -> None:
    assert int(_status_of(container, "1", "CapBnd"), 16) == CAPABILITIES
    assert _status_of(container, "1", "NoNewPrivs") == "1"


def test_code_of_the_site_has_no_right_at_all(docker_engine, living, container) -> None:
    whoami = "echo posix_getuid(), ' ', function_exists('exec') ? 'can' : 'cannot';"
    said = _php_in_site(docker_engine, living, container, whoami)
    workers = _run(container, "bash", "-c", "grep -l 'Uid:.33' /proc/[0-9]*/status", user="0")[1]

    assert said == "33 cannot"
    assert workers
    for path in workers.split():
        lines = _run(container, "cat", path, user="0")[1].splitlines()
        assert [line.split()[1] for line in lines if line.startswith("CapEff")] in ([], ["0" * 16])


@pytest.mark.parametrize(
    "target",
    [
        "/srv/wordpress/index.php",
        "/srv/wp-config.php",
        "/usr/local/lib/portal/health.php",
        "/srv/site/config/site.json",
        "/srv/site/config/other",
        "/run/http/http.sock",
        "/run/http/other",
        "/run/wp-content",
        "/run/mysqld/mysqld.sock",
        "/etc/passwd",
    ],
)
def test_site_writes_nothing_but_its_content(container, target: str) -> None:
    written, _ = _run(container, "bash", "-c", f"ln -sfn /tmp/evil {target}")
    removed, _ = _run(container, "rm", "-f", target)

    assert written != 0
    assert removed != 0 or target.endswith("/other")
    assert _run(container, "touch", "/srv/site/content/first/uploads/x.txt")[0] == 0


def test_even_root_in_the_container_cannot_write_the_core(container) -> None:
    code, said = _run(container, "touch", "/srv/wordpress/evil.php", user="0")

    assert code != 0
    assert "Read-only file system" in said


def test_there_is_no_network(container) -> None:
    _, devices = _run(container, "cat", "/proc/net/dev")

    assert [line.split(":")[0].strip() for line in devices.splitlines()[2:]] == ["lo"]


def test_database_of_another_site_is_out_of_reach(docker_engine, living, container, spec) -> None:
    for verb in ("place_files", "write_config"):
        getattr(docker_engine, verb)(spec, log=say_nothing)
    code = (
        "$s = json_decode(file_get_contents('/srv/site/config/site.json'), true);"
        "mysqli_report(MYSQLI_REPORT_OFF);"
        "$l = mysqli_connect('localhost', $s['user'], $s['password']);"
        "echo json_encode(array_column($l->query('SHOW DATABASES')->fetch_all(), 0));"
        f"echo $l->select_db('{spec.site_id}') ? 'in' : 'refused';"
        f"echo mysqli_connect('localhost', '{spec.site_id}', '') ? 'in' : 'refused';"
        "foreach (array('root', 'mysql', 'spotex') as $u) {"
        " echo mysqli_connect('localhost', $u, '') ? 'in' : 'refused'; }"
    )

    said = _php_in_site(docker_engine, living, container, code)

    assert said == f'["information_schema","{living.site_id}"]' + "refused" * 5


def test_root_of_a_container_is_nobody_to_the_database(container) -> None:
    code = "mysqli_report(MYSQLI_REPORT_OFF); echo @mysqli_connect('localhost','root','') ? 1 : 0;"

    assert _run(container, "php", "-r", code, user="0") == (0, "0")


def test_password_is_told_nowhere(docker_engine, spec) -> None:
    said: list[str] = []
    for verb in ("check_parts", "place_files", "write_config", "install", "start", "publish_route"):
        getattr(docker_engine, verb)(spec, log=said.append)
    client = connect(docker_engine.config.host, docker_engine.config.call_seconds)
    container = client.containers.get(name_site(docker_engine.config, spec.site_id))
    server = client.containers.get(f"{docker_engine.config.prefix}-db")
    values = read_values(container)

    for place in (said, container.attrs, server.attrs, container.logs(), server.logs()):
        assert values["password"] not in str(place)
        assert values["salts"]["AUTH_KEY"] not in str(place)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/wp-login.php", 200),
        ("/wp-admin/install.php", 404),
        ("/wp-config.php", 404),
        ("/wp-content/uploads/evil.php", 404),
        ("/wp-includes/version.php", 404),
        ("/.git/config", 404),
        ("/.user.ini", 404),
        ("/dump.sql", 404),
        ("/wp-json/", 200),
        ("/nothing-here/", 404),
        ("/wp-content/themes/twentytwentyfive/style.css", 200),
    ],
)
def test_addresses_answer_as_they_should(docker_engine, living, container, path, status) -> None:
    evil = File(name="evil.php", content=b"<?php echo 'ran';", uid=33, gid=33, mode=0o644)
    put_files(container, "/srv/site/content/first/uploads", [evil])

    answer = ask(SocketConnection(docker_engine._socket(living)), living, path)

    assert (answer.status, b"ran" in answer.body[:10]) == (status, False)


def test_compiled_programs_are_remembered(docker_engine, living, container) -> None:
    code = "echo opcache_get_status(false)['opcache_statistics']['num_cached_scripts'];"
    ask(SocketConnection(docker_engine._socket(living)), living, "/")

    assert int(_php_in_site(docker_engine, living, container, code)) > 100


def test_login_link_is_good_for_one_use(docker_engine, living) -> None:
    link = urlsplit(docker_engine.create_login_link(living, seconds=60))

    def visit(method: str) -> tuple[int, str]:
        connection: HTTPConnection = SocketConnection(docker_engine._socket(living))
        headers = {"Host": link.netloc, "Content-Type": "application/x-www-form-urlencoded"}
        token = link.query.partition("token=")[2]
        body = f"token={token}" if method == "POST" else None
        connection.request(method, f"{link.path}?{link.query}", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")

    assert visit("GET") == (200, "")
    assert visit("POST") == (302, f"{living.url}/wp-admin/")
    assert visit("POST") == (403, "")
    assert visit("GET") == (403, "")


def test_what_is_missing_is_named(docker_engine, spec) -> None:
    greedy = DockerEngine(replace(docker_engine.config, minimum_free_bytes=1 << 60))

    with pytest.raises(DiskFull):
        greedy.check_parts(spec, log=say_nothing)
    with pytest.raises(PhpMissing, match=r"8\.1"):
        docker_engine.check_parts(replace(spec, php_version="8.1"), log=say_nothing)


def test_changed_limits_come_with_the_next_restart(docker_config) -> None:
    spec = make_spec()
    engine = DockerEngine(docker_config)
    roomy = DockerEngine(replace(docker_config, site=Limits(memory_mb=500)))
    client = connect(docker_config.host, docker_config.call_seconds)
    name = name_site(docker_config, spec.site_id)
    try:
        set_up(engine, spec)
        roomy.place_files(spec, log=say_nothing)
        before = client.containers.get(name)
        roomy.restart(spec, log=say_nothing)
        after = client.containers.get(name)

        assert before.attrs["HostConfig"]["Memory"] == 384 * 1024 * 1024
        assert after.attrs["HostConfig"]["Memory"] == 500 * 1024 * 1024
        assert roomy.probe(spec, log=say_nothing).status == 200
    finally:
        engine.remove(spec, log=say_nothing)
