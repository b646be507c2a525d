"""Addresses in stored values: every way of writing one, and values that count their letters."""

from __future__ import annotations

import json
import subprocess

import pytest

from hosting.drivers.embedded.core import OWN_PHP
from hosting.tests.drivers.conftest import require_real_parts
from spotex.runtime.php import find_php

pytestmark = pytest.mark.real_php

RULE = {
    "hosts": ["old.test", "www.old.test"],
    "port": 8000,
    "to": {"scheme": "https", "host": "new-place.test", "port": 0},
    "folders": {"/srv/site_a": "/srv/site_bb"},
}
PROGRAM = """
require $argv[1];
[$rule, $values] = json_decode(stream_get_contents(STDIN), true);
$tool = new Portal_Addresses($rule);
class Widget { public $a; protected $b = 'http://old.test/p'; private $c = ['http://old.test/q']; }
$object = new Widget(); $object->a = $object; $twin = 'http://old.test:8000/t';
$deep = ['k' => ['u' => $twin, 'n' => 7, 'f' => 1.5, 't' => true, 'x' => null], 'o' => $object,
    'è http://old.test' => 'http://old.test/è', 'in' => serialize(['http://old.test/in'])];
$deep['ref'] = &$deep['k'];
$back = unserialize($tool->replace(serialize($deep)));
echo json_encode([
    'plain' => array_map(fn ($v) => $tool->replace($v), $values),
    'same' => $back['o']->a === $back['o'],
    'object' => var_export(((array) $back['o']), true),
    'deep' => $back['k'], 'ref' => $back['ref'] === $back['k'],
    'key' => $back['è http://old.test'], 'in' => unserialize($back['in']),
    'double' => unserialize(unserialize($tool->replace(serialize(serialize(['http://old.test/'])))))[0],
    'broken' => $tool->replace('a:1:{i:0;s:99:"http://old.test/";}'),
    'custom' => $tool->replace('C:3:"Foo":16:{http://old.test/}'),
    'spaced' => $tool->replace(serialize(['http://old.test/']) . "\\n"),
]);
"""


def _replace(values: dict[str, str]) -> dict:
    require_real_parts()
    php = find_php()
    assert php is not None
    done = subprocess.run(
        [str(php.cli), "-d", "error_reporting=0", "-r", PROGRAM, str(OWN_PHP / "addresses.php")],
        input=json.dumps([RULE, values]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://old.test/a", "https://new-place.test/a"),
        ("https://www.old.test:8000/a?b", "https://new-place.test/a?b"),
        ("//OLD.test", "//new-place.test"),
        (r"http:\/\/old.test\/a", r"https:\/\/new-place.test\/a"),
        (r"http:\\\/\\\/old.test\\\/a", r"https:\\\/\\\/new-place.test\\\/a"),
        ("?to=http%3A%2F%2Fold.test%3A8000%2Fa", "?to=https%3A%2F%2Fnew-place.test%2Fa"),
        (
            'srcset="http://old.test/a 1x, //old.test/b 2x"',
            'srcset="https://new-place.test/a 1x, //new-place.test/b 2x"',
        ),
        ("/srv/site_a/x and \\/srv\\/site_a\\/x", "/srv/site_bb/x and \\/srv\\/site_bb\\/x"),
        ("http://old.test.evil.org/", "http://old.test.evil.org/"),
        ("http://cold.test/ http://old.testing/", "http://cold.test/ http://old.testing/"),
        (
            "http://old.test:80001/ http://old.test:99/",
            "http://old.test:80001/ http://old.test:99/",
        ),
        ("info@old.test or old.test", "info@old.test or old.test"),
        ("See http://old.test.", "See https://new-place.test."),
    ],
)
def test_every_way_of_writing_an_address(before: str, after: str) -> None:
    assert _replace({"it": before})["plain"]["it"] == after


def test_serialised_values_stay_readable() -> None:
    made = _replace({})

    assert made["deep"] == {
        "u": "https://new-place.test/t",
        "n": 7,
        "f": 1.5,
        "t": True,
        "x": None,
    }
    assert made["same"] is True
    assert made["ref"] is True
    assert "https://new-place.test/p" in made["object"]
    assert "https://new-place.test/q" in made["object"]
    assert made["key"] == "https://new-place.test/è"
    assert made["in"] == ["https://new-place.test/in"]
    assert made["double"] == "https://new-place.test/"
    assert made["spaced"] == 'a:1:{i:0;s:23:"https://new-place.test/";}\n'


def test_what_only_looks_serialised_is_text_and_foreign_formats_stay() -> None:
    made = _replace({})

    assert made["broken"] == 'a:1:{i:0;s:99:"https://new-place.test/";}'
    assert made["custom"] == 'C:3:"Foo":16:{http://old.test/}'
