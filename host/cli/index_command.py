"""index: a folder that any web server can serve to mip, to mpremote and to devices."""

import os
import re
from pathlib import Path

from ..board.project_settings import read
from ..index import build
from ..manifest import KERNEL, ManifestError, plugin_folders
from ..tree import ROOT
from .show import Fail, emit, size


def _check_folder(folder):
    """Fail where the index would lie among files that are not its own."""
    if not folder.is_dir() or not any(folder.iterdir()):
        project = _project(folder)
        if project:
            text = "{} is in the project {}, whose device would get all of it; name one beside it: modcore index {}"
            beside = os.path.relpath(str(project.parent / folder.name))
            raise Fail(text.format(folder, project.name, beside))
        return
    if not all((folder / name).is_file() for name in ("index.json", "registry.json")):
        raise Fail(
            "{} holds other files; an index takes an empty folder, or one that it has made".format(folder)
        )


def _project(folder):
    """Return the folder (Path) of the project that `folder` would be a part of, or None."""
    for place in folder.resolve().parents:
        config = read(place / "config.json")
        if config and ("plugins" in config or "modules" in config):
            return place
    return None


def index(folder, trees, url, replace, as_json):
    """Build or update the index in `folder`."""
    trees = [Path(tree).resolve() for tree in trees]
    root, here = ROOT, Path.cwd()
    if not trees and plugin_folders(here):
        if (here / KERNEL / "__init__.py").is_file():
            root = here  # a clone of modcore, not the one that is installed
        else:
            trees = [here]  # a third party's repository: its own plugins, and what they require
    for tree in trees:
        if not plugin_folders(tree):
            raise Fail("{}: no plugin here; takes a folder with plugins/NAME/plugin.json".format(tree))
    if url and not re.match("https?://[^/]", url):
        raise Fail("--url {!r}: takes http://… or https://…".format(url))
    _check_folder(Path(folder))
    try:
        rows = build(folder, root, trees, url or "", replace)
    except ManifestError as error:
        raise Fail(str(error)) from None
    except OSError as error:
        text = "{}: nothing can be written there ({}); name another folder"
        raise Fail(text.format(folder, (error.strerror or str(error)).lower())) from None
    found = [{"name": name, "version": version, "py": py, "mpy": mpy} for name, version, py, mpy in rows]
    table = (
        ("package", "version", "as .py", "as .mpy"),
        [(n, v, size(py), size(mpy)) for n, v, py, mpy in rows],
    )
    emit(found, as_json, table)
