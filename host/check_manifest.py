"""A manifest says what is there: its class, its configuration keys, its files."""

import ast

from . import check_claims
from .check_imports import check_kernel, check_plugin, check_samples
from .manifest import KERNEL, ManifestError, Package, closure, plugin_folders, read_json, validate


def check_tree(root, more=()):
    """Return what is wrong with the plugins of a source tree, as lines.

    root: Path. more: names of plugins that are elsewhere and may be required (Packages by name).
    """
    problems = []
    packages = {}
    for folder in plugin_folders(root):
        try:
            manifest = read_json(folder / "plugin.json")
        except ManifestError as error:
            problems.append(str(error))
            continue
        wrong = ["{}: {}".format(folder / "plugin.json", line) for line in validate(manifest)]
        problems += wrong
        if wrong:
            continue
        package = Package(folder, manifest, "plugins/" + manifest["name"])
        if package.name in packages:
            other = packages[package.name].folder
            problems.append("{}: name {!r} is that of {}".format(folder, package.name, other))
            continue
        if folder.parent.name == "plugins" and folder.name != package.name:
            problems.append("{}: name {!r} is not that of its folder".format(folder, package.name))
        packages[package.name] = package
        problems += check_package(package)
    every = dict(more)
    every.update(packages)
    for name in packages:
        try:
            closure([name], every)
        except ManifestError as error:
            if str(error) not in problems:
                problems.append(str(error))
    if not problems:
        problems += check_claims.conflicts(every)
        problems += _same_ids(packages)
    if (root / KERNEL).is_dir():
        problems += check_kernel(root / KERNEL)
        if (root / "samples").is_dir():
            problems += check_samples(root / "samples")
    return problems


def _same_ids(packages):
    owners, problems = {}, []
    for name in sorted(packages):
        if packages[name].manifest["module"]:
            id = check_claims.module_id(packages[name])
            if id in owners:
                problems.append("{}: its module has the id {!r} of {}'s".format(name, id, owners[id]))
            owners.setdefault(id, name)
    return problems


def check_package(package):
    """Return what is wrong with one plugin, as lines; its manifest is valid."""
    problems = check_plugin(package)
    where = package.folder / "plugin.json"
    if not (package.folder / "__init__.py").is_file():
        return problems + ["{}: no __init__.py beside it".format(where)]
    readme = package.folder / "README.md"
    if not readme.is_file() or not readme.read_text(encoding="utf-8").strip():
        problems.append("{}: no README.md beside it".format(where))
    trees = {}
    for path in package.files().values():
        if path.suffix == ".py":
            try:
                trees[path] = ast.parse(path.read_text(encoding="utf-8"))
            except SyntaxError:
                pass  # check_plugin has named it
    name = package.manifest["module"]
    if name:
        init = trees.get(package.folder / "__init__.py")
        if init is not None and name not in _names(init):
            problems.append("{}: module: __init__.py has no {}".format(where, name))
        problems += ["{}: {}".format(where, line) for line in _check_config(package, trees.values())]
        problems += ["{}: {}".format(where, line) for line in _check_topics(package, trees.values())]
    elif package.manifest["config"] and package.name != "http":  # the section that both web servers read
        problems.append("{}: config: a library has none".format(where))
    for filter in package.manifest["events"]["publishes"] + package.manifest["events"]["listens"]:
        wrong = _bad_filter(filter)
        if wrong:
            problems.append("{}: events: {!r}: {}".format(where, filter, wrong))
    return problems


def _names(tree):
    # What a file binds, and every word of its strings: some load their classes by name, late.
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(node.value.split())
    return found


def _check_config(package, trees):
    defaults = _defaults(package.manifest["module"], trees)
    if defaults is None:
        return []
    config = package.manifest["config"]
    problems = []
    for key in sorted(set(config) - set(defaults)):
        problems.append("config: {!r} is not in {}.defaults".format(key, package.manifest["module"]))
    for key in sorted(set(defaults) - set(config)):
        problems.append(
            "config: misses {!r}, which is in {}.defaults".format(key, package.manifest["module"])
        )
    for key in sorted(set(defaults) & set(config)):
        try:
            value = ast.literal_eval(defaults[key])
        except ValueError:
            continue  # a name: only running it would tell
        if _plain(value) != config[key]["default"]:
            problems.append(
                "config: {!r}: default {!r} is {!r} in the code".format(key, config[key]["default"], value)
            )
    return problems


def _check_topics(package, trees):
    """Topics that the code names as they are, and that the manifest says nothing of."""
    id = check_claims.module_id(package)
    events = {
        key: [f.replace("<id>", id) for f in found] for key, found in package.manifest["events"].items()
    }
    problems = []
    for tree in trees:
        for node in ast.walk(tree):
            function = getattr(node, "func", None)
            if not isinstance(function, ast.Attribute) or not node.args:
                continue
            word, topic = function.attr, getattr(node.args[0], "value", None)
            if not isinstance(topic, str):
                continue
            key = "listens" if word in ("listen", "subscribe") else "publishes"
            if word == "property" and getattr(function.value, "id", "") == "self":
                topic = id + "/" + topic
            elif word == "publish" and topic[:1] == "$" or word not in ("publish", "listen", "subscribe"):
                continue
            if not any(check_claims.overlap(filter, topic) for filter in events[key]):
                problems.append("events: {} misses {!r}".format(key, topic))
    return problems


def _plain(value):
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _defaults(name, trees):
    """The nodes of `defaults` of the class `name`, by key; None when it is not a literal dict."""
    classes = {}
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes[node.name] = node
    node = classes.get(name)
    if node is None:
        return None
    for statement in node.body:
        if getattr(statement, "name", "") == "defaults":
            return None  # worked out: only running it would tell
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "defaults":
            value = statement.value
            if not isinstance(value, ast.Dict) or not all(
                isinstance(key, ast.Constant) for key in value.keys
            ):
                return None
            return {key.value: item for key, item in zip(value.keys, value.values)}
    if any(getattr(base, "id", "") in classes for base in node.bases):
        return None
    return {} if all(getattr(base, "id", "") == "Module" for base in node.bases) else None


def _bad_filter(filter):
    levels = filter.split("/")
    for i, level in enumerate(levels):
        if len(level) > 1 and ("+" in level or "#" in level):
            return "+ and # stand for a whole level"
        if level == "#" and i + 1 < len(levels):
            return "# is the last level"
    return None
