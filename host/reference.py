"""docs/reference.md, made from the docstrings: `python3 -m host.reference` writes it.

What stands in it is what the packages' `__init__.py` name as public: `from .kernel import Kernel as Kernel`, at the
top or under `if TYPE_CHECKING:`, the keys of a table `_PUBLIC` or of one in `__getattr__`, and what they define
themselves. Of classes it tells what has a docstring and no `_` before its name; of a plugin's module only what shows,
by an example, how it is called.
"""

import ast
import inspect
import json
import re
import sys

from .manifest import read_all
from .tree import ROOT

FILE = ROOT / "docs" / "reference.md"

# The order in which a reader needs the kernel's; what is not named here follows.
_FIRST = "Module Property Refused Kernel Bus BusFull Timer main irq_safe plugins".split()
# Beside the table of modcore: a file that programs name themselves.
_FILES = ("ticks",)
# What others make: how is nobody's concern.
_MADE = ("Property", "Timer", "Request", "Connection", "Fiber", "Log")
# What the parts of modcore call of each other: fibers and what they wait for, servers and what is served.
_BETWEEN = "park unpark give ioctl fileno turn expire end driver make part".split()
_INSIDE = {
    "Kernel": ("relieve", "fault", "sockets", "begin", "reserve"),
    "Property": ("on_set",),
    "Timer": ("put",),
    "modcore.plugins": ("folders", "frozen", "root", "above", "part"),
    "Request": ("parse",),
    "Response": ("head",),
    "HttpAsync": ("run",),
    "HttpWindup": ("loop",),
    "Templates": ("before",),
    "WebSocket": ("upgrade", "steps"),
    "Softap": ("do",),
    "Wlan": ("do",),
    "Router": ("routes", "methods", "streams", "find"),
    "Static": ("methods", "find"),
    "DeviceApi": ("find", "methods"),
    "Homie": (
        "start",
        "stop",
        "on_bridge",
        "greet",
        "on_event",
        "on_describe",
        "on_settled",
        "on_restart",
        "on_former",
    ),
    "Loop": ("limit", "drop"),
}
_BUILT = ("Link",)  # classes that nobody makes but a server
# The hooks of modules, which the kernel calls.
_HOOKS = "init configure mount start stop unmount eject loop fiber run on_add on_remove".split()
_HEAD = """<!-- Made by `python3 -m host.reference` from the docstrings; edit those. -->

# Reference

What programs and plugins may use. [plugins.md](plugins.md) tells how it belongs together.

"""


def reference(root=ROOT):
    """Return the text of docs/reference.md."""
    packages = read_all(root)
    out = [_HEAD, "| plugin | what it does | heap |\n| --- | --- | --- |\n"]
    for name, package in sorted(packages.items()):
        cells = (name, "plugins" + name, package.manifest["description"].replace("|", "\\|"), _heap(package))
        out.append("| [{}](#{}) | {} | {} |\n".format(*cells))
    out.append("\n## modcore\n\n")
    names = public(root / "modcore")
    order = sorted(names, key=lambda name: (_FIRST + [name]).index(name))
    out += _names({name: names[name] for name in order}, "modcore")
    for name in _FILES:
        out += _module(root / "modcore" / (name + ".py"), "modcore." + name)
    for _, package in sorted(packages.items()):
        out += _plugin(package)
    return re.sub(r"\n{3,}", "\n\n", "".join(out)).rstrip() + "\n"


def public(folder):
    """Return {name: path of the file that has it} of what a package names as public, in its order."""
    init = folder / "__init__.py"
    found = {}
    for node in _nodes(_tree(init).body):
        tables = []
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            file = node.module
            for alias in node.names:
                if alias.asname:
                    found.setdefault(alias.asname, _file(folder, file or alias.name))
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "_PUBLIC":
            tables = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
            tables = [inside for inside in ast.walk(node) if isinstance(inside, ast.Dict)]
        elif isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            found.setdefault(node.name, init)
        for table in tables:
            for name, file in ast.literal_eval(table).items():
                found.setdefault(name, _file(folder, file))
    return found


def _nodes(body):
    # What stands under `if TYPE_CHECKING:` counts like the rest.
    for node in body:
        if isinstance(node, ast.If):
            yield from _nodes(node.body)
        else:
            yield node


def _file(folder, name):
    path = folder.joinpath(*name.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_name(path.name + ".py")


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _names(names, package):
    """Tell the public names of a package: classes and functions, whole files, and constants together."""
    out, constants = [], []
    for name, path in names.items():
        node = _defined(path, name)
        if name in _BUILT:
            continue
        if isinstance(node, ast.ClassDef):
            out += _class(node, path)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            out.append(_function(node, "### "))
        elif node is None:
            out += _module(path, package + "." + name)
        else:
            constants.append(name)
    if constants:
        out.append("### Constants\n\n{}\n\n".format(" ".join("`{}`".format(name) for name in constants)))
    return out


def _defined(path, name):
    # The node that makes `name` in a file; None where it stands for the file as a whole, as `plugins` for manifests.
    for node in _nodes(_tree(path).body):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
            if name in [alias.name for alias in node.names]:
                return _defined(_file(path.parent, node.module), name)
        if getattr(node, "name", "") == name:
            return node
        if isinstance(node, ast.Assign) and name in [getattr(target, "id", "") for target in node.targets]:
            return node
    return None


def _module(path, title):
    tree = _tree(path)
    out = ["### {}\n\n{}\n\n".format(title, _doc(tree).split("\n")[0])]
    for node in tree.body:
        name = getattr(node, "name", "_")
        if name.startswith("_") or _between(title, name) or not ast.get_docstring(node):
            continue
        if isinstance(node, ast.ClassDef):
            out += _class(node, path, "#### ")
        else:
            out.append(_function(node, "#### "))
    return out


def _members(node, path):
    # What stands in the class, and the functions of other files that it takes in as methods.
    for item in _nodes(node.body):
        if isinstance(item, ast.ImportFrom):
            tree = _tree(_file(path.parent, item.module))
            functions = {other.name: other for other in tree.body if hasattr(other, "name")}
            yield from [functions[alias.name] for alias in item.names if alias.name in functions]
        else:
            yield item


def _class(node, path, level="### "):
    init = [item for item in node.body if getattr(item, "name", "") == "__init__"]
    arguments = _arguments(init[0], 1) if init and node.name not in _MADE else ""
    bases = [ast.unparse(base) for base in node.bases]
    errors = bases and bases[0].endswith(("Error", "Exception"))
    out = [
        "{}class {}{}\n\n".format(level, node.name, "" if errors else "({})".format(arguments)),
        _doc(node) + "\n\n",
    ]
    module = any("Module" in base for base in bases)
    for item in _members(node, path):
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) and not item.name.startswith("_"):
            setter = any(getattr(decorator, "attr", "") == "setter" for decorator in item.decorator_list)
            text = ast.get_docstring(item)
            if _between(node.name, item.name):
                continue
            if text and not setter and (not module or item.name not in _HOOKS and "\n    " in text):
                out.append(_function(item, "#### " if level == "### " else "##### ", node.name + "."))
    return out


def _between(owner, name):
    return name in _INSIDE.get(owner, ()) or name in _BETWEEN and (owner, name) != ("Kernel", "end")


def _function(node, level, owner=""):
    # The heading is the name alone: links to it outlive a new argument.
    decorators = [getattr(decorator, "id", "") for decorator in node.decorator_list]
    head = "{}{}{}\n\n".format(level, owner, node.name)
    if "property" not in decorators:
        skip = 1 if owner and "staticmethod" not in decorators else 0
        wait = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
        head += "`{}{}({})`\n\n".format(wait, node.name, _arguments(node, skip))
    return head + _doc(node) + "\n\n"


def _arguments(node, skip):
    node.args.args = node.args.args[skip:]
    for argument in node.args.args:
        argument.annotation = None  # for type checkers alone
    text = ast.unparse(node.args)
    node.args.args = [ast.arg("self")] * skip + node.args.args
    return text


def _doc(node):
    """Return the docstring, its examples as code, words in angle brackets and stars safe for Markdown."""
    text = inspect.cleandoc(ast.get_docstring(node) or "")
    return "\n".join(line if line.startswith("    ") else _plain(line) for line in text.split("\n"))


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
    return out + _names(public(package.folder), "plugins." + name)


def _heap(package):
    return "{:.1f} KB".format(package.manifest["minimum"]["heap"] / 1024)


def main():
    """Write the file, and the catalogue of plugins beside it; returns the exit status."""
    from . import catalogue

    FILE.write_text(reference(), encoding="utf-8")
    print(FILE.relative_to(ROOT))
    return catalogue.main()


if __name__ == "__main__":
    sys.exit(main())
