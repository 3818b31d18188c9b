"""Every commit says what it changes and why: .githooks/commit-msg, for git and for `make lint`."""

import subprocess
import sys
from pathlib import Path

import pytest

HOOK = Path(__file__).resolve().parent.parent.parent / ".githooks" / "commit-msg"
SUBJECT = "plugins/mqtt: Keep commands while the broker is away."
WHY = "A valve that was closed meanwhile stayed open.\n"


def judge(folder, message):
    """Return (whether the hook takes a message, what it prints)."""
    (folder / "message").write_text(message, encoding="utf-8")
    command = [sys.executable, str(HOOK), str(folder / "message")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    return done.returncode == 0, done.stderr


def test_a_sentence_and_its_reason_are_taken(tmp_path):
    assert judge(tmp_path, SUBJECT + "\n\n" + WHY) == (True, "")
    assert judge(tmp_path, "modcore, plugins: Is it so?\n\n" + WHY + "# a comment of git's\n")[0]
    assert judge(tmp_path, "fixup! " + SUBJECT)[0]


@pytest.mark.parametrize(
    "message, reason",
    [
        (SUBJECT + "\n", "why?"),
        (SUBJECT + "\n\n# only a comment\n", "why?"),
        (SUBJECT + "\n" + WHY, "an empty line"),
        ("Keep commands.\n\n" + WHY, "a folder and a sentence"),
        ("plugins/mqtt: Keep commands\n\n" + WHY, "a folder and a sentence"),
        ("plugins/mqtt: Keep {}.\n\n".format("x" * 60) + WHY, "has 80 characters, takes 72"),
    ],
)
def test_what_is_missing_is_named(tmp_path, message, reason):
    taken, text = judge(tmp_path, message)
    assert not taken and reason in text


def test_git_asks_the_hook(tmp_path):
    def git(*words):
        return subprocess.run(["git", *words], cwd=tmp_path, capture_output=True, text=True)

    git("init", "-q")
    for name, value in (("hooksPath", HOOK.parent), ("name", "a"), ("email", "a@b")):
        git("config", ("core." if name == "hooksPath" else "user.") + name, str(value))
    assert git("commit", "-q", "--allow-empty", "-m", "x").returncode == 1
    assert git("commit", "-q", "--allow-empty", "-m", SUBJECT, "-m", WHY).returncode == 0
