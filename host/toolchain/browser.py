"""Chromium from unpacked packages: its fonts, its libraries, and proof that it draws a page."""

import os
import re
import shlex
import tempfile

from . import cache, debian
from .cache import NotAvailable, path

MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


def write_fonts(root):
    """Write a font configuration that finds the fonts of the unpacked folder once it has its final name."""
    final = path("root", "chromium")
    text = FONTS.format(root=_xml(final), cache=_xml(path("fontconfig")))
    cache.write(os.path.join(root, "fonts.conf"), text)


def wrapper(root, command):
    """Return the text of the script that starts the browser."""
    folder = os.path.dirname(os.path.join(root, command))
    libraries = [f for f in debian.libraries(root) if not f.startswith(folder)]
    # No sandbox: it needs a program with the rights of root, or a kernel that gives them to everybody.
    return (
        '#!/bin/sh\nexport FONTCONFIG_FILE={}\nexport LD_LIBRARY_PATH={}\nexec {} --no-sandbox "$@"\n'
    ).format(
        shlex.quote(os.path.join(root, "fonts.conf")),
        shlex.quote(":".join([folder] + libraries)),
        shlex.quote(os.path.join(root, command)),
    )


def probe(command):
    """Return the version (str) of a browser that can draw a page without a window; else NotAvailable."""
    status, output = cache.run([command, "--version"], timeout=60)
    found = re.search(r"(\d+(?:\.\d+)+)", output)
    if status or not found:
        raise NotAvailable("{} does not run here: {}".format(command, _line(output, status)))
    with tempfile.TemporaryDirectory(prefix="modcore-") as profile:
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
        ]
        page = "data:text/html,<script>document.write(6*7)</script>"
        flags += ["--disable-dev-shm-usage", "--user-data-dir=" + profile, "--dump-dom", page]
        status, output = cache.run([command, *flags], timeout=120)
    if "42</body>" not in output:
        raise NotAvailable("{} draws no page: {}".format(command, _line(output, status)))
    return found.group(1)


def _line(output, status):
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "exit status {}".format(status)


def _xml(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")
