"""The house is built as docs/architecture.md says: where code may stand, what it may import, how long it is."""

import ast
import re

import pytest

from host import check_imports
from host.manifest import read_all
from modcore.lookup import METHODS
from runtimes import ROOT

# `import` and `sys.modules` by a name that is only known at run time: for one file alone.
LOADER = ROOT / "modcore" / "lazy.py"
DEVICE = sorted(path for folder in ("modcore", "plugins") for path in (ROOT / folder).rglob("*.py"))
SAMPLES = sorted((ROOT / "samples").rglob("*.py"))
CHANGES = "append extend insert pop popitem remove clear update setdefault add discard sort reverse".split()


def tree_of(path):
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path, node):
    """Return where a node stands, as a reader wants to see it."""
    return "{}:{}".format(path.relative_to(ROOT), node.lineno)


def loads(tree):
    """Return the nodes of a tree that reach for what has been or is to be loaded."""
    found = []
    # Whether something is loaded may be asked everywhere.
    asked = [node.comparators[0] for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    for node in ast.walk(tree):
        name = getattr(node, "id", "") or getattr(node, "attr", "")
        if node in asked:
            continue
        if name == "__import__" or (isinstance(node, ast.Attribute) and name == "modules" and _is_sys(node)):
            found.append(node)
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            found += [alias for alias in node.names if alias.name == "modules"]
        if isinstance(node, (ast.Import, ast.ImportFrom)) and "importlib" in ast.dump(node):
            found.append(node)
    return found


def _is_sys(node):
    return isinstance(node.value, ast.Name) and node.value.id == "sys"


def rare_files():
    """Return {dotted name: path} of the files that are dropped when memory is short."""
    found = {}
    for path in DEVICE + SAMPLES:
        for node in tree_of(path).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "RARE":
                found[".".join(path.relative_to(ROOT).with_suffix("").parts)] = path
    return found


def state(tree):
    """Return the nodes with which a file changes what it holds itself."""
    held = {
        target.id
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found.append(node)
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            if getattr(node.value, "id", "") in held:
                found.append(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if getattr(node.func.value, "id", "") in held and node.func.attr in CHANGES:
                found.append(node)
    return found


def imports_at_the_top(tree):
    """Return the import statements that run when a file is loaded."""
    found, left = [], list(tree.body)
    while left:
        node = left.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append(node)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            left += node.orelse
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            left += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return found


def targets(path, node):
    """Return the dotted names that an import statement of a file may load."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    package = list(path.relative_to(ROOT).parent.parts)
    base = package[: len(package) - node.level + 1] if node.level else []
    base += node.module.split(".") if node.module else []
    return [".".join(base)] + [".".join(base + [alias.name]) for alias in node.names]


def test_one_file_loads_what_is_named_at_run_time():
    found = [place(path, node) for path in DEVICE if path != LOADER for node in loads(tree_of(path))]
    assert found == []


def test_rare_files_hold_functions_alone():
    rare = rare_files()
    assert rare, "no file says RARE = True"
    for path in rare.values():
        tree = tree_of(path)
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        assert [place(path, node) for node in classes + state(tree)] == []


def test_rare_files_are_imported_inside_functions_or_by_what_goes_with_them():
    rare = rare_files()
    found = [
        "{} imports {}".format(place(path, node), name)
        for path in DEVICE + SAMPLES
        if path not in rare.values()
        for node in imports_at_the_top(tree_of(path))
        for name in targets(path, node)
        if name in rare
    ]
    assert found == []


def test_the_core_of_http_knows_no_kernel():
    found = []
    for path in sorted((ROOT / "plugins" / "http").rglob("*.py")):
        found += [
            "{}:{} {}".format(path.name, line, name)
            for line, name in check_imports.imports(path.read_text(encoding="utf-8"), "plugins.http")
            if name.split(".")[0] == "modcore"
        ]
    assert found == []


def test_the_kernel_imports_no_plugin():
    assert check_imports.check_kernel(ROOT / "modcore") == []


@pytest.mark.parametrize("name", sorted(read_all(ROOT)))
def test_a_plugin_imports_what_its_manifest_requires(name):
    assert check_imports.check_plugin(read_all(ROOT)[name]) == []


@pytest.mark.parametrize("kind", sorted(METHODS))
def test_what_a_board_loads_as_a_method_its_class_names_for_editors(kind):
    tree = tree_of(ROOT / "modcore" / (kind.lower() + ".py"))
    (owner,) = [node for node in tree.body if getattr(node, "name", "") == kind]
    named = {
        (node.module, alias.name)
        for block in owner.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert named == {(words[0], name) for words in map(str.split, METHODS[kind]) for name in words[1:]}


def test_the_page_on_the_house_names_every_file_of_the_kernel():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("## The kernel's files")[2].partition("\n## ")[0]
    named = sorted(word for words in re.findall("`([a-z_0-9 ]+)`", table) for word in words.split())
    assert named == sorted(path.stem for path in (ROOT / "modcore").glob("*.py") if path.stem != "__init__")


def test_files_that_the_page_on_the_house_names_are_there():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    paths = re.findall("`((?:modcore|plugins)/[a-z_/]+\\.py)`", page)
    assert len(paths) > 11 and [path for path in paths if not (ROOT / path).is_file()] == []


def test_the_drawing_of_the_house_names_files_that_are_there():
    drawing = (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")
    names = [word for words in re.findall(r"modcore/ ([a-z_ ]+)<", drawing) for word in words.split()]
    assert (
        len(names) > 18
        and [name for name in names if not (ROOT / "modcore" / (name + ".py")).is_file()] == []
    )
    plugins = [word for words in re.findall(r"plugins/ ([a-z_* ]+)<", drawing) for word in words.split()]
    assert len(plugins) > 5 and [name for name in plugins if not list((ROOT / "plugins").glob(name))] == []


def test_samples_import_what_a_device_has():
    assert check_imports.check_samples(ROOT / "samples") == []


PLANTED = {
    "import sys\nsys.modules['a']\n": loads,
    "from sys import modules\n": loads,
    "__import__('a')\n": loads,
    "import importlib\n": loads,
    "kept = {}\n\n\ndef f():\n    kept['a'] = 1\n": state,
    "kept = []\n\n\ndef f():\n    kept.append(1)\n": state,
    "kept = 0\n\n\ndef f():\n    global kept\n    kept = 1\n": state,
    "try:\n    from .a import b\nexcept ImportError:\n    pass\n": imports_at_the_top,
    "class A:\n    from .a import b\n": imports_at_the_top,
}


@pytest.mark.parametrize("source", PLANTED)
def test_what_is_forbidden_is_seen(source):
    assert PLANTED[source](ast.parse(source))


def test_what_is_allowed_is_passed_over():
    source = "import sys\n\nTABLE = {1: 2}\n\n\ndef f(modules):\n    from .a import b\n\n    return TABLE[1], modules\n"
    source += "\n\ndef g():\n    return 'a' in sys.modules\n"
    assert not loads(ast.parse(source)) and not state(ast.parse(source))
    assert [node.lineno for node in imports_at_the_top(ast.parse(source))] == [1]


def test_what_an_esp8266_runs_does_without_what_it_lacks():
    """Its firmware has no `str.partition`: the kernel, wlan, ntp, dns and mqtt use none."""
    files = [
        path
        for folder in ("modcore", "plugins/wlan", "plugins/ntp", "plugins/dns", "plugins/mqtt")
        for path in (ROOT / folder).glob("*.py")
    ]
    found = [str(path) for path in files if "partition(" in path.read_text(encoding="utf-8")]
    assert len(files) > 40 and found == []


def test_the_strict_json_reader_is_one():
    # plugins.http works without modcore, so a copy lies there; a link would be installed as the text of its target.
    copy = ROOT / "plugins" / "http" / "json_strict.py"
    assert not copy.is_symlink()
    assert copy.read_text() == (ROOT / "modcore" / "json_strict.py").read_text()


def test_the_guard_of_asyncio_is_one():
    both = []
    for path in ("modcore/aio.py", "plugins/http_async/guard.py"):
        source = (ROOT / path).read_text()
        for found in ast.parse(source).body:
            if isinstance(found, ast.ClassDef) and found.name == "Guard":
                del found.body[0]  # the docstring
                both.append(ast.dump(found))
    assert len(both) == 2 and both[0] == both[1]


# What takes a module and works with its attributes.
WORKS = ("opening", "wiring", "playing", "program_list", "scheduling", "meter", "weather")


def test_the_modules_of_the_garden_talk_over_the_bus_only():
    garden = ROOT / "samples" / "watering" / "garden"
    modules = {}  # file -> the classes of modules in it
    for path in garden.glob("*.py"):
        found = [node for node in tree_of(path).body if isinstance(node, ast.ClassDef)]
        names = [node.name for node in found if any(ast.unparse(base) == "Module" for base in node.bases)]
        if names:
            modules[path.stem] = names
    assert {"valves", "flow", "programs", "schedules", "player", "restart", "rain", "history"} <= set(modules)
    wrong = []
    for path in sorted(garden.glob("*.py")):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and node.level:
                taken = [node.module] if node.module else [alias.name for alias in node.names]
                works = WORKS if path.stem.startswith("rest_") else ()
                wrong += [place(path, node) for name in taken if name in modules or name in works]
            if isinstance(node, ast.Attribute) and node.attr == "modules":
                if path.stem != "__init__":  # there the plugin tz is asked for the zone
                    wrong.append(place(path, node))
    assert not wrong, "reaches for another module: " + ", ".join(wrong)
