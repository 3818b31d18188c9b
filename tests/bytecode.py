"""Keeps compiled Python in the cache folder: each process would else compile the house anew before its first test.

Nothing is written beside the sources. What tests make in folders of their own is compiled there and then, since
a file may change twice in a second, and processes that run such files write nothing (PYTHONDONTWRITEBYTECODE).
"""

import compileall
import os
import shutil
import sys
import tempfile
from pathlib import Path

from host import toolchain
from runtimes import ROOT

_COMPILED = ("host", "modcore", "plugins", "tests/unit")


def keep():
    """Let this process and those that it starts read and write bytecode in the cache folder."""
    folder = str(Path(toolchain.cache_folder()) / "bytecode")
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = folder
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def fill():
    """Compile what is run by processes that write nothing; quick where nothing has changed."""
    for folder in _COMPILED:
        compileall.compile_dir(str(ROOT / folder), quiet=2)
    # Of earlier runs, whose folders are gone.
    temporary = Path(sys.pycache_prefix + os.path.realpath(tempfile.gettempdir()))
    for folder in temporary.glob("pytest-of-*"):
        shutil.rmtree(str(folder), ignore_errors=True)
