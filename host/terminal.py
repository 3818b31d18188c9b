"""Text that may go to a terminal: devices, brokers and registries say what they like, and must not steer it."""

import json
import re

# C0 (but for tab and line feed), DEL, C1; marks that turn the direction of writing; what some take for a line's end.
_STEERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def safe(text, one_line=False):
    """`text` with what would steer a terminal made visible: a device or a peer may say anything (CWE-150).

    one_line: so are tabs and line feeds; a value can't pass for the next line of the output.

        safe("a\x1b[2Jb")     # "a\\x1b[2Jb"
    """
    text = _STEERS.sub(_shown, str(text))
    return text.replace("\n", "\\n").replace("\t", "\\t") if one_line else text


def _shown(found):
    number = ord(found.group())
    return "\\x{:02x}".format(number) if number < 256 else "\\u{:04x}".format(number)


def json_text(found):
    """`found` as one line of JSON that no terminal is steered by."""
    return _STEERS.sub(lambda m: "\\u{:04x}".format(ord(m.group())), json.dumps(found, ensure_ascii=False))
