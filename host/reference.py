"""docs/reference.md, made from the docstrings: `python3 -m host.reference` writes it."""

import ast
import inspect
import json
import re
import sys
from pathlib import Path

from .manifest import read_all

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "reference.md"

# What a program may use of the kernel, in the order in which a reader needs it.
_KERNEL = (
    ("module", ("Module",)),
    ("property", ("Property",)),
    ("kinds", ("Refused",)),
    ("kernel", ("Kernel",)),
    ("bus", ("Bus", "BusFull")),
    ("irq_safe", ("Counter", "Flag")),
    ("main", ("main",)),
    ("manifests", None),
    ("journal", ("recover",)),
)
# What packages have for themselves, and the hooks of modules, which the kernel calls.
_INSIDE = ("part", "load")
_HOOKS = "init configure mount start stop unmount eject loop fiber run defaults".split()
_HEAD = """<!-- Made by `python3 -m host.reference` from the docstrings; edit those. -->

# Reference

What programs and plugins may use. [plugins.md](plugins.md) tells how it belongs together.

"""


def reference(root=ROOT):
    """The text of docs/reference.md."""
    packages = read_all(root)
    out = [_HEAD, "| plugin | what it does | heap |\n| --- | --- | --- |\n"]
    for name, package in sorted(packages.items()):
        cells = (name, "plugins" + name, package.manifest["description"].replace("|", "\\|"), _heap(package))
        out.append("| [{}](#{}) | {} | {} |\n".format(*cells))
    out.append("\n## modcore\n\n")
    for file, names in _KERNEL:
        out += _file(root / "modcore" / (file + ".py"), names, "modcore." + file)
    for _, package in sorted(packages.items()):
        out += _plugin(package)
    return re.sub(r"\n{3,}", "\n\n", "".join(out)).rstrip() + "\n"


def _file(path, names, title):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))]
    out = []
    if names is None:
        out.append("### {}\n\n{}\n\n".format(title, ast.get_docstring(tree).split("\n")[0]))
        nodes = [node for node in nodes if not node.name.startswith("_")]
    else:
        nodes = [node for name in names for node in nodes if node.name == name]
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            out += _class(node, path.parent)
        else:
            out.append(_function(node, "#### " if names is None else "### "))
    return out


def _class(node, folder):
    init = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
    arguments = _arguments(init[0], 1) if init else ""
    bases = [ast.unparse(base) if hasattr(ast, "unparse") else getattr(base, "id", "") for base in node.bases]
    errors = bases and bases[0].endswith(("Error", "Exception"))
    out = ["### class {}{}\n\n".format(node.name, "" if errors else "({})".format(arguments))]
    out.append(_doc(node) + "\n\n")
    module = any("Module" in base for base in bases)
    for item in node.body:
        if isinstance(item, ast.FunctionDef) and not item.name.startswith("_") and ast.get_docstring(item):
            if module and item.name in _HOOKS:
                continue
            if not any(getattr(d, "attr", "") == "setter" for d in item.decorator_list):
                out.append(_function(item, "#### ", 1))
    return out


def _takes_owner(item, owner):
    arguments = item.args.args
    return bool(arguments) and arguments[0].arg in ("self", owner.lower())


def _function(node, level, skip=0):
    is_property = any(getattr(d, "id", "") == "property" for d in node.decorator_list)
    head = node.name if is_property else "{}({})".format(node.name, _arguments(node, skip))
    return "{}{}\n\n{}\n\n".format(level, head, _doc(node))


def _arguments(node, skip):
    text = ast.unparse(node.args) if hasattr(ast, "unparse") else ", ".join(a.arg for a in node.args.args)
    return ", ".join(text.split(", ")[skip:]) if skip else text


def _doc(node):
    """The docstring, its examples as code, words in angle brackets and stars safe for Markdown."""
    text = inspect.cleandoc(ast.get_docstring(node) or "")
    lines = []
    for line in text.split("\n"):
        code = line.startswith("    ")
        lines.append(line if code else _plain(line))
    return "\n".join(lines)


def _plain(line):
    # Not in `code`, where it is shown as it is.
    parts = line.split("`")
    parts[::2] = [part.replace("<", "\\<").replace("*", "\\*").replace("_", "\\_") for part in parts[::2]]
    return "`".join(parts)


def _plugin(package):
    manifest = package.manifest
    name = package.name
    out = [
        "## plugins.{}\n\n{}. [README](../plugins/{}/README.md)\n\n".format(
            name, manifest["description"], name
        )
    ]
    needs = ["`{}`".format(need) for need in manifest["requires"]]
    needs += ["`{}` of the MicroPython library".format(dep[0]) for dep in manifest["deps"]]
    facts = [
        "version {}".format(package.version),
        _heap(package) + " of heap",
    ]
    out.append(", ".join(facts) + ("; requires " + ", ".join(needs) if needs else "") + ".\n\n")
    for word, key in (("Publishes", "publishes"), ("Listens to", "listens")):
        if manifest["events"][key]:
            out.append(
                "{} {}.\n\n".format(word, ", ".join("`{}`".format(f) for f in manifest["events"][key]))
            )
    if manifest["config"]:
        out.append("| key | type | default | |\n| --- | --- | --- | --- |\n")
        for key, entry in manifest["config"].items():
            kind = entry["type"] if isinstance(entry["type"], str) else " or ".join(entry["type"])
            cells = (key, kind, json.dumps(entry["default"]), entry["meaning"].replace("|", "\\|"))
            out.append("| `{}` | {} | `{}` | {} |\n".format(*cells))
        out.append("\n")
    for path, names in _exports(package):
        out += _file(path, names, None)
    return out


def _heap(package):
    return "{:.1f} KB".format(package.manifest["minimum"]["heap"] / 1024)


def _exports(package):
    """[(file, names)] of what a plugin's package gives to others: what its __init__.py has, imports or names."""
    tree = ast.parse((package.folder / "__init__.py").read_text(encoding="utf-8"))
    words = set()
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            words.add(node.name)
        elif isinstance(node, ast.ImportFrom) and node.level == 1:
            words.update(alias.name for alias in node.names)
        if getattr(node, "name", "") == "__getattr__" or "__all__" in ast.dump(node)[:80]:
            strings = [
                n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            ]
            words.update(word for text in strings for word in text.split())
    found = []
    for path in sorted(package.files().values(), key=lambda path: (path.name != "__init__.py", path.name)):
        if path.suffix == ".py":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            names = [
                n.name for n in body if isinstance(n, (ast.ClassDef, ast.FunctionDef)) and n.name in words
            ]
            names = [name for name in names if name[0] != "_" and name not in _INSIDE and _first(name, found)]
            if names:
                found.append((path, names))
    return found


def _first(name, found):
    return not any(name in names for _, names in found)


def main():
    """Write the file; returns the exit status."""
    FILE.write_text(reference(), encoding="utf-8")
    print(FILE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
