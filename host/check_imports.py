"""Imports point one way only: samples to plugins to modcore; nothing on a device imports host/."""

import ast
import sys
from pathlib import Path

# Of the firmware's own modules those that CPython has not.
_FIRMWARE = set(
    """_onewire _webrepl bluetooth btree cryptolib deflate dht ds18x20 esp esp32 framebuf lcd160cr lwip
    machine micropython mip neopixel network onewire openamp ota pyb rp2 stm tls uasyncio ubinascii ucollections
    ucryptolib uctypes uerrno uhashlib uheapq uio ujson uos uplatform urandom ure uselect usocket ussl ustruct
    usys utime uwebsocket uzlib vfs webrepl websocket zephyr""".split()
)
_OURS = {"modcore", "plugins", "samples", "host", "bench", "tests"}


def imports(source, package, by_name=True):
    """The absolute names that a file imports, as [(line, "plugins.http.Router")].

    source: its text; package: the dotted name of the package that it belongs to, "" for none. by_name: also
    those of `__import__("literal")` and `import_module("literal")`. SyntaxError: it is not Python.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join(parts + ([base] if base else []))
            found += [(node.lineno, base + "." + alias.name) for alias in node.names]
        elif (
            by_name
            and isinstance(node, ast.Call)
            and (getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
            in ("__import__", "import_module")
            and node.args
        ):
            literal = _prefix(node.args[0])
            if literal:
                found.append((node.lineno, literal))
    return sorted(found)


def _prefix(node):
    # "plugins.mqtt", or the constant that "plugins." + name begins with.
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.endswith("."):
        return node.value
    return ""


def check_kernel(folder):
    """The lines that say where the kernel in `folder` imports what it may not."""

    def judge(name):
        return _forbidden(name, "modcore", {"modcore"})

    # By name it imports what the configuration names: that is how plugins come in at all.
    return _check(folder, folder.name, judge, by_name=False)


def check_plugin(package):
    """The lines that say where a plugin's code imports what its manifest does not require."""
    manifest = package.manifest
    deps = {dep[0].split(".")[0] for dep in manifest["deps"]}
    deps |= {name.split(".")[0] for name in manifest.get("optional", ())} - {"plugins"}

    def judge(name):
        top = name.split(".")[0]
        if top == "plugins":
            other = (name.split(".") + [""])[1]
            if other in [package.name, ""] + manifest["requires"]:
                return None
            if "plugins." + other in manifest.get("optional", ()):
                return None
            return "plugins.{} is not in requires, and not in optional".format(other)
        wrong = _forbidden(name, "a plugin", {"modcore"} | deps)
        if wrong is None and top not in _OURS and top not in deps and _foreign(top):
            return "{} is not in deps".format(top)
        return wrong

    return _check(package.folder, "plugins." + package.name, judge, package.files().values())


def check_samples(folder):
    """The lines that say where samples import what only a PC has."""
    return _check(
        folder, "samples", lambda name: _forbidden(name, "a sample", {"modcore", "plugins", "samples"})
    )


def _forbidden(name, who, allowed):
    top = name.split(".")[0]
    if top in _OURS and top not in allowed:
        return "{} may not import {}".format(who, top)
    return None


def _foreign(top):
    standard = getattr(sys, "stdlib_module_names", None)
    if standard is None:  # Python 3.9 does not know
        return False
    return top not in standard and top not in _FIRMWARE


def _check(folder, package, judge, files=None, by_name=True):
    problems = []
    for path in sorted(files or Path(folder).rglob("*.py")):
        if path.suffix != ".py" or "__pycache__" in path.parts:
            continue
        inside = path.relative_to(folder).parent
        dotted = ".".join([package] + list(inside.parts))
        try:
            names = imports(path.read_text(encoding="utf-8"), dotted, by_name)
        except SyntaxError as error:
            problems.append("{}:{}: {}".format(path, error.lineno, error.msg))
            continue
        for line, name in names:
            wrong = judge(name)
            text = "{}:{}: {}".format(path, line, wrong)
            if wrong and text not in problems:
                problems.append(text)
    return problems
