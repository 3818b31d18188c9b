"""Names that a program may call are seen by Pyright, `help()` and `inspect`; a misspelt one is named."""

import importlib
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from doc_reader import PAGES, blocks
from test_design import HELLO, VALVES

from host.toolchain import cache_folder
from runtimes import ROOT

# A program with one mistake each, and the line of it.
PLANTED = {
    "method_of_module": (
        "from modcore import Module\n\n\nclass Lamp(Module):\n    def start(self):\n"
        '        self.proprety("on", "switch")\n',
        6,
    ),
    "method_of_kernel": ('from modcore import Kernel\n\nkernel = Kernel()\nkernel.reconfig("lamp", {})\n', 4),
    "missing_argument": (
        "from modcore import Module\n\n\nclass Lamp(Module):\n    def start(self):\n"
        "        self.every(100)\n",
        6,
    ),
}


@pytest.fixture(scope="module")
def pyright(tmp_path_factory):
    """Pyright's findings in all programs that others copy: {folder of the program: [(file, line, message)]}."""
    folder = tmp_path_factory.mktemp("types")
    names = []
    for name, source in [("design-valves", VALVES), ("design-hello", HELLO)]:
        names.append(save(folder / name / "program.py", source))
    for page in PAGES:
        for i, (_, language, directive, source) in enumerate(blocks(page)):
            if language == "python":
                key, _, file = directive.partition(": ")
                name = page.replace("/", "-").replace(".md", "")
                # Files that a page has saved belong together; other blocks are programs of their own.
                saved = file if key == "file" else ""
                place = folder / (name if saved else "{}-{}".format(name, i)) / (saved or "program.py")
                names.append(save(place, source))
    for sample in sorted((ROOT / "samples").iterdir()):
        if sample.is_dir() and sample.name != "__pycache__":
            shutil.copytree(sample, folder / ("sample-" + sample.name))
            names.append("sample-" + sample.name)
    for name, (source, _) in PLANTED.items():
        names.append(save(folder / name / "program.py", source))
    for kind in ((), ("--plugin",)):
        name = "new_thing" + "_plugin" * bool(kind)
        command = [sys.executable, "-m", "host.cli", "new", name, *kind]
        environment = dict(os.environ, PYTHONPATH=str(ROOT))
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        names.append(name)
    return check(folder, sorted(set(names)))


def save(path, source):
    """Write a program; return the name of its folder below that of all programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return path.parent.name if path.parent.name != "tests" else path.parent.parent.name


def check(folder, names):
    """Run Pyright, as a project that is set up for a board does; return {name: [(file, line, message)]}."""
    paths = ["{}", "{}/lib", "installed"]
    # As pip installs it: see setup.py.
    (folder / "installed").mkdir()
    (folder / "installed" / "modcore_host").symlink_to(ROOT / "host")
    settings = {
        "typeCheckingMode": "basic",
        "reportMissingModuleSource": False,  # a stub is all that a PC has of `machine`
        "stubPath": os.path.join(cache_folder(), "stubs"),
        "executionEnvironments": [
            {
                "root": name,
                "extraPaths": [path.format(name) for path in paths]
                + [str(ROOT), os.path.join(cache_folder(), "lib")],
            }
            for name in names
        ],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    found = {name: [] for name in names}
    told = json.loads(done.stdout)
    assert told["summary"]["filesAnalyzed"] >= len(names), done.stdout
    for one in told["generalDiagnostics"]:
        if one["severity"] == "error":
            file = Path(one["file"]).relative_to(folder.resolve())
            found[file.parts[0]].append((str(file), one["range"]["start"]["line"] + 1, one["message"]))
    return found


def test_the_programs_that_people_copy_have_no_errors(pyright):
    found = {name: told for name, told in pyright.items() if told and name not in PLANTED}
    assert found == {}


@pytest.mark.parametrize("name", PLANTED)
def test_a_mistake_is_found(pyright, name):
    assert [line for _, line, _ in pyright[name]] == [PLANTED[name][1]], pyright[name]


# The classes that programs call, and some of what they call there.
PUBLIC = {
    "modcore.Kernel": "add move reconfigure relieve remove run save serve start_thread step stop uptime_ms",
    "modcore.Module": "after every fire hook listen property publish settings unwatch watch",
    "modcore.Bus": "commands get publish subscribe unsubscribe",
    "plugins.http.Router": "add delete get post put route",
    "plugins.http.Request": "read",
    "plugins.http.Response": "set_cookie",
    "plugins.http.Site": "mount open",
    "plugins.fiber.Channel": "close get put",
    "plugins.fiber.Fiber": "kill resume suspend",
    "plugins.fiber.Loop": "run spawn turn",
}


@pytest.mark.parametrize("path", PUBLIC)
def test_help_shows_every_public_method_with_signature_and_docstring(path):
    package, _, name = path.rpartition(".")
    found = getattr(importlib.import_module(package), name)
    shown = {word: member for word, member in inspect.getmembers(found) if word[0] != "_"}
    assert not set(PUBLIC[path].split()) - set(shown)
    bare = []
    for word, member in shown.items():
        if inspect.isroutine(member) or isinstance(member, property):
            if not inspect.getdoc(member):
                bare.append(word)
            if inspect.isroutine(member):
                kinds = {one.kind for one in inspect.signature(member).parameters.values()}
                # One that takes anything is not a signature.
                if {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= kinds:
                    bare.append(word)
    assert bare == []


def test_pyright_sees_every_public_method(tmp_path):
    lines = []
    for path, words in PUBLIC.items():
        package, _, name = path.rpartition(".")
        lines.append("from {} import {}".format(package, name))
        lines += ["{}.{}".format(name, word) for word in words.split()]
    save(tmp_path / "all" / "program.py", "\n".join(lines) + "\n")
    assert check(tmp_path, ["all"])["all"] == []


def test_a_checker_knows_that_the_packages_are_typed():
    assert (ROOT / "modcore" / "py.typed").exists()
