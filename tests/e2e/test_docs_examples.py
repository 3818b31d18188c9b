"""The examples in the reference and in the plugins' READMEs run as a module on a device would run them."""

import functools
import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from doc_reader import PATIENCE_S, ROOT, blocks
from test_index import Web

from host import check_claims, manifest, reference
from host.board.firmware import install
from host.toolchain import cache_folder, versions
from processes import tool

MAKING = threading.Lock()
# What stands around an example of the reference: who speaks in it, and what it may name.
AROUND = """
import asyncio
import socket
import time

import modcore
from modcore import Kernel, Module
from modcore.deadline import Deadline
from modcore.testing import wind
{imports}
sleep_ms = getattr(time, "sleep_ms", lambda ms: time.sleep(ms / 1000))


class Reader(Module):
    defaults = {{"limit": 0}}

    def on_event(self, *args):
        pass

    turn = on_level = on_found = on_morning = on_network = on_motion = count = on_event


class Hello(Module):
    pass


class Lamp(Module):
    defaults = {{"pin": 4}}


class Valves(Module):
    defaults = {{"pins": [], "index": []}}

    def start(self):
        self.property("0", "valve", set=print)


class Player(Module):
    def answer(self, what, value):
        return what == "remove/set" and value


def on_valve(topic, value):
    print(topic, value)


def blink():
    while True:
        yield


class pin:
    irq = print


sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
module_or_log_function, limits, peer, secure = print, {{}}, ("127.0.0.1", 1), False
config = {{"name": "demo", "mqtt": {{"host": "127.0.0.1", "port": 1}}}}
config["http_async"] = config["http_windup"] = {{"port": {port}}}
kernel = Kernel(config)
self = kernel.add(Reader())
kernel.add(Valves())
kernel.add(Player())
{modules}
bus = kernel.bus
for _ in range(3):
    kernel.step()


def example():
    kernel = globals()["kernel"]
{code}
    return kernel


made = example()
if hasattr(made, "send"):  # a generator: as far as its first wait
    next(made, None)
    made.close()
elif isinstance(made, Kernel):
    kernel = made
for _ in range(3):
    {turn}
"""


# Things that an example takes for there: how they are made, where it does not make them itself.
THINGS = {
    "channel": "from plugins.fiber import Channel\nchannel = Channel(1)\n",
    "event": "from plugins.fiber import Event\nevent = Event()\n",
    "flag": "from plugins.fiber import Flag\nflag = Flag()\n",
    "loop": "from plugins.fiber import Loop\nloop = Loop()\n",
    "signal": "from plugins.http import Signal\nsignal = Signal()\n",
    "web": "from plugins.http import Router\nweb = Router()\n",
    "site": "from plugins.http import Site\nsite = Site()\n",
    "server": "from plugins.http import Site\n\n\nclass server:\n    site = Site()\n\n\n",
}


@functools.lru_cache(None)
def all_packages():
    """{name: Package} of all plugins."""
    return manifest.read_all(ROOT)


@functools.lru_cache(None)
def public_names(plugin):
    """The public names of a plugin. First asked for on one thread: CPython 3.11 can't parse on several at once."""
    return reference.public(ROOT / "plugins" / plugin)


def examples():
    """[(section, code)] of the examples in the reference."""
    found, section, code = [], "", []
    for line in reference.FILE.read_text(encoding="utf-8").split("\n") + ["#"]:
        if line.startswith("    ") or code and not line:
            code.append(line)
        elif code:
            found.append((section, "\n".join(code).rstrip()))
            code = []
        if line.startswith("## "):
            section = line[3:]
    assert len(found) > 20
    for page in sorted(ROOT.glob("plugins/*/README.md")):
        for _, language, _, text in blocks(page.relative_to(ROOT).as_posix()):
            if language == "python":
                code = "\n".join("    " + line if line else "" for line in text.rstrip().split("\n"))
                found.append(("plugins." + page.parent.name, code))
            elif language == "json":
                _check_configuration(json.loads(text), page)
            else:
                assert language == "js", "{}: a block of {!r}: nobody runs that".format(page, language)
                _check_script(text, page)
    return found


def _check_script(text, page):
    """A module for a browser is at least JavaScript."""
    command = [versions.node(), "--check", "--input-type=module"]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    assert done.returncode == 0, (page, done.stderr)


def _check_configuration(config, page):
    """The sections of plugins have only keys that are in their manifests."""
    sections = {}
    for package in all_packages().values():
        id = "packages" if package.name == "packages" else check_claims.module_id(package)
        sections[id] = package.manifest["config"]
    for name in config.get("plugins", ()):
        assert (ROOT / "plugins" / name).is_dir(), (page, name)
    for section, keys in config.items():
        if section in sections:
            assert set(keys) <= set(sections[section]), (page, section, set(keys) - set(sections[section]))


def library(folder, runtime, plugins):
    """Return the folder of the code of a device, with modcore and some plugins; made in `folder` once."""
    lib = folder / "lib"
    with MAKING:
        if not lib.exists():
            for name in ["modcore"] + ["plugins/" + name for name in plugins]:
                for source in (ROOT / name).rglob("*"):
                    path = source.relative_to(ROOT)
                    if source.is_file() and "__pycache__" not in path.parts:
                        install(source, lib / path, runtime == "micropython", str(path))
    return lib


def run_example(place, section, code, url, runtime, port):
    """Run an example on a device that has modcore and the plugin of its section; returns what is wrong, or None."""
    packages = all_packages()
    plugin = section.partition(".")[2]
    needed = manifest.closure([plugin] if plugin else ["ntp"], packages)
    # What installs something does so in a library of its own.
    lib = library(place if '"/lib"' in code else place.parent / "-".join([runtime, *needed]), runtime, needed)
    place.mkdir(exist_ok=True)
    (place / "config.json").write_text(json.dumps({"name": "demo", "packages": {"index": [url]}}))
    imports = modules = ""
    if plugin:
        public = public_names(plugin)
        words = [word for word in sorted(set(re.findall(r"\b[A-Za-z]\w+", code))) if word in public]
        imports = "".join("from plugins.{} import {}\n".format(plugin, word) for word in words)
        for need in needed if "modules[" in code or "Homeassistant" in code else ():
            word = packages[need].manifest["module"]
            if word and need != "homeassistant":
                line = "from plugins.{0} import {1}\n{2}kernel.add({1}())\n"
                imports += line.split("\n")[0].format(need, word) + "\n"
                modules += "" if "add({}())".format(word) in code else "kernel.add({}())\n".format(word)
    if "lamp" in code and "add(Lamp())" not in code:
        modules += "lamp = kernel.add(Lamp())\n"
    # A kernel with a thread of its own turns by itself.
    turn = "time.sleep(0.1)" if "start_thread" in code else "kernel.step()"
    serves = re.search(r"\.run\(|while True|modcore\.main\(\)", code)
    expected = "HttpError" if code.strip().startswith("raise") else None
    for thing, made in THINGS.items():
        if re.search(r"\b{0}\b(?! = )".format(thing), code) and thing + " = " not in code:
            if thing == "server" and plugin in ("http_async", "http_windup"):
                modules += "from plugins.{} import Server\nserver = Server()\n".format(plugin)
            elif made.split()[1].partition(".")[2] in needed:
                modules += made
    if re.search(r"\brequest\b", code) and "def " not in code:  # what stands in a handler
        code = "    def handler(request):\n" + re.sub("^", "    ", code, flags=re.M)
    code = re.sub(r'"0.0.0.0", 80\b', '"127.0.0.1", {}'.format(port), code).replace("8080", str(port))
    code = re.sub(r"http://(192\.168\.1\.5:8000|127\.0\.0\.1:8000|host/index)", url, code).replace(
        '"/lib"', repr(str(lib))
    )
    (place / "example.py").write_text(
        AROUND.format(imports=imports, modules=modules, code=code, port=port, turn=turn)
    )
    others = Path(cache_folder()) / "lib"
    if runtime == "cpython":
        command, path = [sys.executable], {"PYTHONPATH": "{}:{}".format(lib, others)}
    else:
        command = [tool(runtime), "-X", "heapsize=1M"]
        path = {"MICROPYPATH": ":".join([str(lib), ".frozen", str(others), str(others / "micropython")])}
    process = subprocess.Popen(
        command + ["example.py"],
        cwd=str(place),
        env=dict(os.environ, **path),
        stdout=-1,
        stderr=-2,
        text=True,
    )
    try:
        output, _ = process.communicate(timeout=1.5 if serves else PATIENCE_S)
        ended = True
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        ended = False
    if expected:
        good = expected in output
    else:
        good = "Traceback" not in output and (serves or ended and process.returncode == 0)
    return None if good else "{} on {}:\n{}\n{}".format(section, runtime, code, output)


def test_the_examples_in_the_reference_and_in_the_plugins_readmes_run(tmp_path, free_port):
    found = examples()
    for plugin in {section.partition(".")[2] for section, _ in found} - {""}:
        public_names(plugin)
    web = Web(ROOT)
    try:
        with ThreadPoolExecutor(8) as pool:
            jobs = [
                pool.submit(
                    run_example,
                    tmp_path / "{}-{}".format(i, runtime),
                    section,
                    code,
                    web.url,
                    runtime,
                    free_port(),
                )
                for i, (section, code) in enumerate(found)
                for runtime in ("cpython", "micropython")
            ]
            failed = [job.result() for job in jobs if job.result()]
            assert not failed, "\n\n".join(failed)
    finally:
        web.close()
