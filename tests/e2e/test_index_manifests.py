"""Every manifest says what is there, what is generated is up to date, and nothing crosses a boundary."""

import functools
import json
import shutil

import pytest
from test_index import ROOT, change, copy_tree

from host import check_claims, check_heap, check_imports, manifest, manifest_generate
from host.check_manifest import check_package, check_tree
from host.manifest import ManifestError, Package


@functools.lru_cache(None)
def all_packages():
    """{name: Package} of all plugins."""
    return manifest.read_all(ROOT)


def test_the_manifests_of_this_project_say_what_is_there():
    assert check_tree(ROOT) == []


def test_the_package_on_the_pc_has_the_version_of_the_kernel():
    assert '\nversion = "{}"\n'.format(manifest.kernel_version(ROOT)) in (ROOT / "pyproject.toml").read_text()


def test_what_is_generated_is_up_to_date():
    """`modcore check --write` brings it up to date."""
    assert [str(path) for path in manifest_generate.stale(ROOT)] == []


@pytest.mark.parametrize("name", sorted(path.name for path in manifest.plugin_folders(ROOT)))
def test_no_plugin_takes_more_heap_than_it_promises(name):
    packages = all_packages()
    taken = check_heap.measure(name, packages, Package.kernel(ROOT))
    assert isinstance(taken, int), taken
    assert taken <= packages[name].manifest["minimum"]["heap"]


def test_a_package_json_names_every_file_of_the_plugin_and_nothing_else():
    for package in manifest.read_all(ROOT).values():
        found = manifest_generate.package_json(package)
        assert [path for path, _ in found["urls"]] == list(package.files())
        assert all((package.folder / url).is_file() for _, url in found["urls"])
        assert not [url for _, url in found["urls"] if url.endswith(".md") or "tests/" in url]


def test_a_changed_file_makes_the_registry_stale_and_writing_mends_it(tmp_path):
    tree = copy_tree(tmp_path)
    manifest_generate.write(tree)
    assert manifest_generate.stale(tree) == []
    change(tree, "fiber", line="# changed\n")
    assert [str(path) for path in manifest_generate.stale(tree)] == ["registry.json"]
    (tree / "plugins" / "fiber" / "more.py").write_text("x = 1\n")
    (tree / "plugins" / "http" / "package.json").unlink()
    stale = ["plugins/fiber/package.json", "plugins/http/package.json", "registry.json"]
    assert [str(path) for path in manifest_generate.stale(tree)] == stale
    manifest_generate.write(tree)
    assert manifest_generate.stale(tree) == []


def test_another_mpy_cross_alone_makes_nothing_stale(tmp_path):
    tree = copy_tree(tmp_path)
    manifest_generate.write(tree)
    path = tree / "registry.json"
    found = json.loads(path.read_text())
    found["mpy"] = "another version"
    for entry in found["plugins"]:
        entry["size"]["mpy"] += 1
    path.write_text(json.dumps(found))
    assert manifest_generate.stale(tree) == []
    found["plugins"][0]["size"]["py"] += 1
    path.write_text(json.dumps(found))
    assert [str(path) for path in manifest_generate.stale(tree)] == ["registry.json"]


GOOD = {
    "name": "lamp",
    "version": "1.0.0",
    "description": "A lamp for tests of manifests",
    "module": "Lamp",
    "requires": [],
    "deps": [],
    "events": {"publishes": ["<id>/#"], "listens": []},
    "config": {"pin": {"type": "integer", "default": 4, "meaning": "number of the pin"}},
    "minimum": {"modcore": "1.0.0", "heap": 1000},
}
CODE = 'from modcore import Module\n\n\nclass Lamp(Module):\n    defaults = {"pin": 4}\n'


def test_a_manifest_as_it_should_be():
    assert manifest.validate(GOOD) == []


@pytest.mark.parametrize(
    "keys, words",
    [
        ({"name": "Lamp"}, "name: 'Lamp' does not match"),
        ({"name": "../lamp"}, "name: "),
        ({"version": "1.0"}, "version: '1.0' does not match"),
        ({"version": "01.0.0"}, "version: "),
        ({"description": "short"}, "description: "),
        ({"description": "two\nlines of text"}, "description: "),
        ({"module": "lamp"}, "module: "),
        ({"requires": "http"}, "requires: "),
        ({"requires": ["lamp"]}, "requires: 'lamp' requires itself"),
        ({"deps": ["umqtt.simple"]}, "deps/0: "),
        ({"deps": [["umqtt.simple"]]}, "deps/0: "),
        ({"events": {"publishes": []}}, "events: misses 'listens'"),
        ({"config": {"pin": {"type": "integer", "default": 4}}}, "config/pin: misses 'meaning'"),
        ({"config": {"pin": {"type": "float", "default": 4, "meaning": "number"}}}, "config/pin/type: "),
        (
            {"config": {"pin": {"type": "string", "default": 4, "meaning": "number"}}},
            "default 4: takes string",
        ),
        (
            {"config": {"pin": {"type": "integer", "default": True, "meaning": "number"}}},
            "default True: takes integer",
        ),
        ({"minimum": {"modcore": "1.0.0"}}, "minimum: misses 'heap'"),
        ({"minimum": {"modcore": "1", "heap": 1}}, "minimum/modcore: "),
        ({"minimum": {"modcore": "1.0.0", "heap": -1}}, "minimum/heap: "),
        ({"minimum": {"modcore": "1.0.0", "heap": 1, "http": "1.0.0"}}, "minimum: 'http' is not required"),
        ({"colour": "red"}, "'colour' was unexpected"),
    ],
)
def test_a_manifest_with_a_mistake_is_told_where_it_is(keys, words):
    problems = manifest.validate(dict(GOOD, **keys))
    assert words in " ".join(problems), problems


@pytest.mark.parametrize("key", sorted(GOOD))
def test_a_manifest_that_misses_a_key(key):
    assert manifest.validate({k: v for k, v in GOOD.items() if k != key}) == ["misses {!r}".format(key)]


def write(tmp_path, code=CODE, readme="# lamp\n", name="lamp", **keys):
    """A source tree with a plugin; returns its Path."""
    folder = tmp_path / "plugins" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.json").write_text(json.dumps(dict(GOOD, name=name, **keys)))
    (folder / "__init__.py").write_text(code)
    if readme:
        (folder / "README.md").write_text(readme)
    return tmp_path


@pytest.mark.parametrize(
    "code, keys, words",
    [
        (CODE, {}, None),
        ("from modcore import Module\n", {}, "module: __init__.py has no Lamp"),
        (CODE.replace('"pin"', '"pins"'), {}, "config: 'pin' is not in Lamp.defaults"),
        (CODE.replace("4", "5"), {}, "config: 'pin': default 4 is 5 in the code"),
        (CODE.replace('"pin": 4', '"pin": 4, "more": 1'), {}, "config: misses 'more'"),
        (CODE + "import host.cli\n", {}, "a plugin may not import host"),
        (CODE + "from samples import watering\n", {}, "a plugin may not import samples"),
        (CODE + "from plugins.http import Router\n", {}, "plugins.http is not in requires"),
        (CODE + "from ..http import Router\n", {}, "plugins.http is not in requires"),
        (CODE + "def f():\n    __import__('plugins.http')\n", {}, "plugins.http is not in requires"),
        (
            CODE + "def f():\n    importlib.import_module('plugins.http')\n",
            {},
            "plugins.http is not in requires",
        ),
        (CODE + "    def start(self): self.publish('lamp/on', 1)\n", {}, None),
        (CODE + "    def start(self): self.publish('sun/up', 1)\n", {}, "events: publishes misses 'sun/up'"),
        (CODE + "    def start(self): self.listen('sun/+', print)\n", {}, "events: listens misses 'sun/+'"),
        (
            CODE + "    def start(self): self.property('on', 'switch')\n",
            {"events": {"publishes": ["lamp/off"], "listens": []}},
            "events: publishes misses 'lamp/on'",
        ),
        (
            CODE + "from plugins.http import Router\n",
            {"requires": ["http"]},
            "requires 'http', which is not found",
        ),
        (CODE + "import umqtt.simple\n", {}, "umqtt is not in deps"),
        (CODE + "import umqtt.simple\n", {"deps": [["umqtt.simple", "latest"]]}, None),
        (CODE + "import network, machine, asyncio, json\n", {}, None),
        (CODE + "def (\n", {}, "__init__.py:6: "),
        (CODE, {"events": {"publishes": ["a/#/b"], "listens": []}}, "# is the last level"),
        (CODE, {"events": {"publishes": [], "listens": ["a+/b"]}}, "stand for a whole level"),
    ],
)
def test_a_manifest_that_does_not_fit_its_code(code, keys, words, tmp_path):
    problems = check_tree(write(tmp_path, code, **keys))
    assert (words is None and problems == []) or words in " ".join(problems), problems


def test_a_plugin_has_a_readme_and_code(tmp_path):
    assert "no README.md beside it" in check_tree(write(tmp_path, readme=None))[0]
    (tmp_path / "plugins" / "lamp" / "__init__.py").rename(tmp_path / "plugins" / "lamp" / "other.py")
    assert "no __init__.py beside it" in " ".join(check_package(Package.read(tmp_path / "plugins" / "lamp")))


def test_a_folder_without_a_manifest_and_one_with_a_broken_one(tmp_path):
    write(tmp_path)
    (tmp_path / "plugins" / "fan").mkdir()
    (tmp_path / "plugins" / "fan" / "__init__.py").write_text("")
    assert "fan/plugin.json: not found" in check_tree(tmp_path)[0]
    for text, words in (("{", "no JSON"), ("[]", "takes an object"), ('{"name": "fan"}', "misses ")):
        (tmp_path / "plugins" / "fan" / "plugin.json").write_text(text)
        assert words in " ".join(check_tree(tmp_path))
        with pytest.raises(ManifestError, match=words):
            manifest.read_all(tmp_path)


def test_two_plugins_with_one_name_or_one_id(tmp_path):
    write(tmp_path)
    shutil.copytree(tmp_path / "plugins" / "lamp", tmp_path / "plugins" / "lamp2")
    problems = " ".join(check_tree(tmp_path))
    assert "name 'lamp' is that of" in problems
    with pytest.raises(ManifestError, match="name 'lamp' is that of"):
        manifest.read_all(tmp_path)
    shutil.rmtree(tmp_path / "plugins" / "lamp2")
    write(tmp_path, name="light", events={"publishes": [], "listens": []})
    assert "light: its module has the id 'lamp' of lamp's" in check_tree(tmp_path)


def test_two_plugins_that_claim_a_topic(tmp_path):
    write(tmp_path, events={"publishes": ["house/+/light"], "listens": []})
    code = CODE.replace("Lamp", "Fan")
    write(tmp_path, code, name="fan", module="Fan", events={"publishes": ["house/kitchen/#"], "listens": []})
    assert check_tree(tmp_path) == ["fan claims house/kitchen/#, which lamp claims as house/+/light"]
    write(
        tmp_path, code, name="fan", module="Fan", events={"publishes": ["house/+/light/set"], "listens": []}
    )
    assert check_tree(tmp_path) == []


def test_plugins_that_require_each_other_in_a_circle(tmp_path):
    write(tmp_path, requires=["fan"])
    write(tmp_path, CODE.replace("Lamp", "Fan"), name="fan", module="Fan", requires=["lamp"])
    assert "requires: cycle lamp -> fan -> lamp" in " ".join(check_tree(tmp_path))


@pytest.mark.parametrize(
    "one, other, both",
    [
        ("a/b", "a/b", True),
        ("a/+", "a/b", True),
        ("a/#", "a", True),
        ("#", "a/b", True),
        ("+/b", "a/+", True),
        ("a/#", "+/b/c", True),
        ("a/b", "a/c", False),
        ("a/b", "a/b/c", False),
        ("#", "$state/a", False),
        ("$state/+", "$state/a", True),
        ("+/a", "$state/a", False),
        ("+", "a/b", False),
    ],
)
def test_filters_that_have_a_topic_in_common(one, other, both):
    assert check_claims.overlap(one, other) is check_claims.overlap(other, one) is both


def test_the_kernel_imports_no_plugin(tmp_path):
    folder = tmp_path / "modcore"
    folder.mkdir()
    (folder / "a.py").write_text("from plugins import http\nimport host\nfrom . import b\nimport json\n")
    problems = check_imports.check_kernel(folder)
    assert len(problems) == 2 and "modcore may not import plugins" in problems[0]


def test_samples_import_no_host(tmp_path):
    (tmp_path / "x.py").write_text("import host.board\nfrom plugins.http import Router\n")
    assert len(check_imports.check_samples(tmp_path)) == 1
