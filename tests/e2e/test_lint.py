"""`make lint` finds what CONTRIBUTING.md forbids in texts, and lets English pass."""

import lint
import pytest


def found(folder, text, name="a.py"):
    """Return what is found in a file."""
    (folder / name).write_text(text, encoding="utf-8")
    return "\n".join(lint.faults(folder / name))


@pytest.mark.parametrize(
    "text, fault",
    [
        ('"""What a lamp is."""\n', "a.py:1: a docstring begins with a noun or a verb, not with 'What'"),
        ('class A:\n    """A lamp."""\n\n    def on(self):\n        """Whether."""\n', "a.py:5: "),
        ('async def f():\n    """\n    How it goes.\n    """\n', "a.py:2: "),
        ("x = 5  # it is no number\n", "a.py:1: 'is no number': write 'not', or 'there is no'"),
        ('"""One.\n\nA set that is\nno list.\n"""\n', "a.py:3: 'is no list'"),
        ("raise ValueError('{} is no number')\n", "a.py:1: 'is no number'"),
        ("x = 1\n" * 401, "a.py:401: a file has up to 400 lines"),
    ],
)
def test_what_is_forbidden_is_seen(tmp_path, text, fault):
    assert fault in found(tmp_path, text)


def test_english_passes(tmp_path):
    text = '"""Whatever comes."""\n\n# There is no room, and there may be no other: it is no longer here.\nx = 1\n'
    assert found(tmp_path, text + "x = 1\n" * 396) == ""


def test_code_in_a_page_is_not_a_text(tmp_path):
    assert found(tmp_path, "A\n```\nit is no text\n```\n", "a.md") == ""
    assert "a.md:5: 'is no text'" in found(tmp_path, "A\n```\n\n```\nit is no text\n", "a.md")


def test_all_folders_are_looked_at():
    seen = {path.relative_to(lint.ROOT).parts[0] for path in lint.files()}
    assert {*lint.FOLDERS, "README.md", "setup.py"} <= seen
