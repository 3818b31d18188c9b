"""Words of devices and peers reach a terminal as text and never as a command to it (CWE-150)."""

import json

from host.board.view import Lines
from host.cli import show
from host.terminal import json_text, safe

HOSTILE = "a\x1b]0;owned\x07\x1b[2J\x9b31m\r\x7f\u202eb\nnext\tline"


class Stream:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def steers(text, allowed="\n"):
    return [c for c in text if (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\u202e") and c not in allowed]


def test_what_steers_a_terminal_is_shown_as_an_escape():
    assert not steers(safe(HOSTILE), "\n\t")
    assert "\\x1b[2J" in safe(HOSTILE) and "\\u202e" in safe(HOSTILE)
    assert not steers(safe(HOSTILE, one_line=True), "")
    assert safe("Größe 21 °C ✓") == "Größe 21 °C ✓"


def test_json_stays_json_and_is_harmless():
    text = json_text({"topic": HOSTILE})
    assert not steers(text, "") and json.loads(text) == {"topic": HOSTILE}


def test_tables_lines_and_remarks_are_harmless(capsys):
    show.emit(None, False, (("a", "b"), [(HOSTILE, 1)]))
    show.emit(None, False, text=HOSTILE)
    show.emit(HOSTILE, True)
    show.say(HOSTILE)
    out, err = capsys.readouterr()
    assert not steers(out, "\n\t") and not steers(err, "\n\t") and "\\x1b" in out and "\\x1b" in err


def test_what_a_program_prints_on_the_board_is_harmless():
    stream = Stream()
    lines = Lines(stream=stream)
    lines.printed(HOSTILE + "\n")
    assert not steers(stream.text, "\n\t") and "\\x1b[2J" in stream.text


def test_a_progress_bar_takes_a_devices_words_for_text(monkeypatch):
    class Terminal(Stream):
        encoding = "utf-8"

        def isatty(self):
            return True

    stream = Terminal()
    monkeypatch.setattr(show.sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    with show.progress("[link=http://evil.example]x[/link]", 100) as tell:
        for text in (HOSTILE, "[/nothing]", "[link=http://evil.example]click[/link]", "[bold"):
            tell(50, text)
    assert "\x1b]8" not in stream.text and "\x1b]0" not in stream.text and "\x9b" not in stream.text
    assert "[link=http" in stream.text
