"""docs/catalogue.md: the plugins by what one wants them for, generated from their manifests."""

import sys
from pathlib import Path

from .manifest import read_all
from .tree import ROOT

PAGE = "docs/catalogue.md"
# What one wants: names of plugins; one that stands nowhere here comes last.
PURPOSES = (
    ("The page of a device", "dashboard admin history"),
    ("A web server and what it serves", "http_async http_windup http_files http_api"),
    ("Parts of web programs", "http http_auth http_forms http_template http_websocket"),
    ("MQTT, smart homes", "mqtt homeassistant homie"),
    ("The network", "wlan softap dns"),
    ("Pins, sensors, cards", "gpio sensors sdcard"),
    ("Time", "ntp tz timers"),
    ("To run for years", "watchdog safemode deepsleep sysinfo log"),
    ("Care from afar", "packages control webrepl mqtt_console"),
    ("For programs without asyncio", "fiber"),
)
_HEAD = """# Plugins by purpose

Each is a line in `plugins` of `config.json`, and comes with what it requires. Heap is what a plugin promises to need at
most, beside those that it requires; `modcore check` measures it. This page is made by `make generate`.
"""


def page(root=ROOT):
    """The text of the page (str)."""
    packages = read_all(root)
    named = " ".join(names for _, names in PURPOSES).split()
    rest = " ".join(sorted(set(packages) - set(named)))
    lines = [_HEAD]
    for purpose, names in PURPOSES + ((("More", rest),) if rest else ()):
        lines += [
            "## " + purpose,
            "",
            "| plugin | what it does | requires | heap |",
            "| --- | --- | --- | --- |",
        ]
        for name in [each for each in names.split() if each in packages]:
            manifest = packages[name].manifest
            requires = " ".join("`{}`".format(each) for each in manifest["requires"])
            heap = "{:.1f} KB".format(manifest["minimum"]["heap"] / 1024)
            row = "| [`{0}`](../plugins/{0}/README.md) | {1} | {2} | {3} |"
            lines.append(row.format(name, manifest["description"].rstrip("."), requires, heap))
        lines.append("")
    return "\n".join(lines)


def main():
    """Write the page anew."""
    path = Path(ROOT) / PAGE
    path.write_text(page(), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
