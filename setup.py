"""The part that pyproject.toml can't say: below which names the folders are installed.

host/ becomes modcore_host/, and what devices get (modcore, plugins, samples) lies below it, since nobody wants
packages named `host`, `plugins` or `samples` among his own. modcore is importable by its own name, too, for editors
and for tests; `modcore python FILE` runs programs that import plugins.
"""

from pathlib import Path

from setuptools import setup


def folders(source, name):
    """{package: folder} of all folders below `source` that hold files."""
    found = {}
    for path in [Path(source)] + sorted(Path(source).rglob("*")):
        inside = path.relative_to(source).parts
        if path.is_dir() and "__pycache__" not in inside and not any(part.startswith(".") for part in inside):
            found[".".join((name,) + inside)] = path.as_posix()
    return found


packages = folders("host", "modcore_host")
packages.update(folders("modcore", "modcore"))
for name in ("modcore", "plugins", "samples"):
    packages.update(folders(name, "modcore_host.device." + name))

setup(packages=sorted(packages), package_dir=packages)
