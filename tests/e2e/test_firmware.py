"""manifest.py, as MicroPython's build reads it: what is frozen is all that a device needs, manifests included."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from host import toolchain

ROOT = Path(__file__).resolve().parent.parent.parent


class Build:
    """The functions that a manifest calls; {path in the firmware: Path here} of what it freezes, and libraries."""

    def __init__(self, monkeypatch, **chosen):
        self.files, self.required, self.options = {}, [], type("Options", (), chosen)()
        monkeypatch.chdir(ROOT)
        names = {name: getattr(self, name) for name in ("options", "package", "module", "require")}
        self.options.defaults = self._defaults
        exec(compile((ROOT / "manifest.py").read_text(), "manifest.py", "exec"), names)

    def _defaults(self, **values):
        for name, value in values.items():
            if not hasattr(self.options, name):
                setattr(self.options, name, value)

    def package(self, path, opt=None):
        found = sorted(Path(path).rglob("*.py"))
        assert found, path
        self.files.update((file.as_posix(), file.resolve()) for file in found)

    def module(self, path, base_path=".", opt=None):
        self.files[path] = (Path(base_path) / path).resolve()

    def require(self, name):
        self.required.append(name)


def run(build, folder, code, runtime):
    """Run `code` where only what was frozen is found."""
    for path, file in build.files.items():
        target = folder / "firmware" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    done = subprocess.run(
        [toolchain.tool(runtime), "-c", code],
        cwd=str(folder),
        env=dict(os.environ, MICROPYPATH="{}:.frozen".format(folder / "firmware")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("runtime", ("micropython", "micropython32"))
def test_plugins_that_are_frozen_are_found_and_run(runtime, tmp_path, monkeypatch):
    build = Build(monkeypatch, plugins="timers,mqtt")
    assert "plugins/mqtt/__init__.py" in build.files and "plugins/http/__init__.py" not in build.files
    deps = json.loads((ROOT / "plugins" / "mqtt" / "plugin.json").read_text())["deps"]
    assert build.required == sorted(name for name, _ in deps)
    (tmp_path / "config.json").write_text(json.dumps({"plugins": ["timers"], "timers": {}}))
    code = """
import modcore.manifests as manifests
print(manifests.names(), manifests.manifest("timers")["module"])
print(manifests.installed("version")["mqtt"])
from modcore.boot import boot
kernel = boot("config.json", "secrets.json")
for _ in range(3): kernel.step()
print(sorted(kernel.modules), kernel.bus.get("$error/timers"))
"""
    out = run(build, tmp_path, code, runtime)
    assert "'mqtt', 'timers'] Timers" in out
    assert "{'version': '" in out
    assert "['timers'] None" in out, out


def test_everything_is_frozen_by_default_and_modcore_alone_on_request(monkeypatch):
    everything = Build(monkeypatch)
    for folder in (ROOT / "plugins").iterdir():
        if (folder / "plugin.json").is_file() and list(folder.glob("*.py")):
            assert any(path.startswith("plugins/{}/".format(folder.name)) for path in everything.files)
    assert "frozen_plugins.py" in everything.files
    alone = Build(monkeypatch, plugins="none")
    assert {path.split("/")[0] for path in alone.files} == {"modcore"} and not alone.required


def test_what_a_plugin_requires_comes_along(monkeypatch):
    build = Build(monkeypatch, plugins="http_async")
    assert "plugins/http/__init__.py" in build.files
