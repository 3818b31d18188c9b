"""Every code block of README.md and docs/ does what the text says: it is run, in order, as a reader would.

A comment before a block tells what a reader does with it: `<!-- file: NAME -->` saves it, `<!-- background: WORDS -->`
leaves a command running once it has printed WORDS, `<!-- fails -->` expects a failure. A `text` block must be in what
the commands before it have printed. Python runs on CPython and on MicroPython; a program that serves runs until it is
ended. The examples in the reference and in the plugins' READMEs run as a module on a device would. A block that
nobody could run is an error.
"""

import ast
import re

import pytest
from doc_reader import PAGES, ROOT, Reader

from host import manifest, reference


@pytest.fixture
def reader(tmp_path, free_port):
    """A Reader in a folder of its own."""
    reader = Reader(tmp_path, free_port)
    yield reader
    reader.close()


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_page_runs(page, reader):
    reader.read(page)


def test_the_reference_is_what_the_docstrings_say():
    """`make generate` brings it up to date."""
    assert reference.FILE.read_text(encoding="utf-8") == reference.reference(ROOT)


def test_the_reference_lists_what_programs_use_and_nothing_else():
    found = re.findall(r"^#+ (?:class )?([\w.]+)", reference.FILE.read_text(encoding="utf-8"), re.M)
    used = (
        "Module Module.property Kernel Kernel.reconfigure Bus.publish Property BusFull main Router Router.get"
    )
    used += " Response redirect Static Channel Loop.run Server Mqtt.subscribe install protect save_uploads"
    assert not set(used.split()) - set(found)
    inside = "more part load relieve format bind once identify DeviceApi._find Site.date"
    inside += (
        " Kernel.relieve Kernel.fault Fiber.park Flag.ioctl Router.streams Server.driver Link HttpAsync.make"
    )
    assert not set(inside.split()) & set(found)


def test_links_lead_somewhere():
    for page in PAGES + ["CONTRIBUTING.md"]:
        folder = (ROOT / page).parent
        for anchor in re.findall(r"\]\(#([^)]+)\)", (ROOT / page).read_text(encoding="utf-8")):
            assert anchor in anchors_of(page), "{} links to #{}".format(page, anchor)
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8")):
            if "://" not in target:
                assert (folder / target).exists(), "{} links to {}".format(page, target)


def anchors_of(page):
    """Return what a link may lead to within a page."""
    headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_anchors_into_the_reference_are_there():
    anchors = anchors_of("docs/reference.md")
    for page in PAGES:
        for anchor in re.findall(
            r"\]\([^)]*reference\.md#([^)]+)\)", (ROOT / page).read_text(encoding="utf-8")
        ):
            assert anchor in anchors, anchor


def test_troubleshooting_has_the_words_that_the_product_has():
    said = [
        node.value.replace("`", "")
        for folder in ("modcore", "plugins", "host")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    cells = [row.split("|")[1] for row in text.split("\n") if row.startswith("| `")]
    said.append("memory allocation failed")  # MicroPython's own
    assert len(cells) > 20
    for words in re.findall("`([^`]+)`", " ".join(cells)):
        # What differs from case to case: names in quotes or capitals, figures, topics.
        for part in re.split(
            r"…|'[^']*'|\b\d+\b|\b[A-Z]{4,}\b|\b\S+\.py\b|\b\w+/\w+\b|: | http_async ", words
        ):
            part = part.strip(" .:;,()[]")
            assert len(part) < 5 or any(part in line for line in said), (words, part)


def test_every_key_of_a_manifest_is_explained():
    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    table = text[text.index("| key | |") : text.index("The schema is")]
    cells = [row.split("|")[1] for row in table.strip().split("\n")[2:]]
    explained = {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}
    assert explained == set(manifest.schema()["properties"])


def test_the_way_to_a_module_of_ones_own_is_short():
    """From nothing to a tested module on the web and on MQTT: under 25 lines that somebody types."""
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    path = text[: text.index("That was it")]
    lines = []
    for language, body in re.findall(r"```(\w+)\n(.*?)```", path, re.S):
        if language == "python" or language == "sh" and "curl" not in body and "set lamp" not in body:
            lines += [line for line in body.split("\n") if line.strip()]
    assert len(lines) < 25 and "{} lines of yours".format(len(lines)) in text, lines
