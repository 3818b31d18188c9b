"""The files of a project that belong on its device: all but what is for the PC alone."""

from pathlib import Path

# At the top of a project. Its own plugins go to /lib, to the others.
_ASIDE = set(
    "tests plugins docs samples build dist site node_modules package.json registry.json plugin.json conftest.py "
    "world.txt pyrightconfig.json pyproject.toml setup.cfg requirements.txt Makefile LICENSE "
    "secrets.json.example".split()
)
_SUFFIXES = {".md", ".pyc"}


def device_files(folder):
    """Yield (path on the device, path here) of each of them, in order; what is hidden stays here.

    dict(device_files("lamp"))    # {Path("lamp.py"): Path("lamp/lamp.py"), …}
    """
    folder = Path(folder)
    for top in sorted(folder.iterdir()):
        if top.name in _ASIDE or _hidden(top) or is_environment(top):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            inside = path.relative_to(folder)
            if (
                path.is_file()
                and path.suffix not in _SUFFIXES
                and not any(map(_hidden, map(Path, inside.parts)))
            ):
                yield inside, path


def is_environment(folder):
    """Tell whether a folder is a virtual environment of Python."""
    return (Path(folder) / "pyvenv.cfg").is_file()


def _hidden(path):
    return path.name.startswith((".", "__pycache__"))
