"""JavaScript without what only people need: comments, indentation, blanks between signs. No names are changed.

Text in templates, strings and regular expressions stays as it is, but for the indentation of templates.
"""

import re

_TOKEN = re.compile(
    r"""(?P<blank>(?:\s|//[^\n]*|/\*[^!].*?\*/)+)|/\*!.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[\w$]+|.""",
    re.S,
)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/[a-z]*")
_BEFORE_REGEX = "(,=:[!&|?{};"  # after these a slash begins one
_OPENS = "{,([&|?:="  # after these a line goes on
_CLOSES = ")],.?:&|;}"  # and before these


def squeeze(text):
    """Return a module as a browser needs it.

    squeeze("const a = 1;\\n  // why\\nf(a, `x ${ a }`);")    # const a=1;\\nf(a,`x ${a}`);
    """
    out = []
    inside = []  # what is open: "`" a template's text, "{" a brace
    last = ""  # the token before
    at = 0
    while at < len(text):
        if inside and inside[-1] == "`":
            at, last = _template(text, at, out, inside)
            continue
        found = _TOKEN.match(text, at)
        token = found.group()
        if token == "/" and (not last or last[-1] in _BEFORE_REGEX or last == "return"):
            found = _REGEX.match(text, at)
            token = found.group()
        at = found.end()
        if found.lastgroup == "blank":
            out.append(_gap(last, token, text[at : at + 1]))
            continue
        if token in "`{":
            inside.append(token)
        elif token == "}":
            inside.pop()
        out.append(token)
        last = token
    return "".join(out).strip() + "\n"


def _template(text, at, out, inside):
    # A piece of a template's text; returns where it ends and its last sign.
    if text[at] == "\\":
        out.append(text[at : at + 2])
        return at + 2, "\\"
    if text[at] == "`":
        inside.pop()
    elif text.startswith("${", at):
        inside.append("{")
        out.append("${")
        return at + 2, "{"
    elif text[at] == "\n":
        end = re.compile(r"\s*").match(text, at).end()
        out.append("\n")
        return end, "\n"
    out.append(text[at])
    return at + 1, text[at]


def _gap(last, blank, following):
    if "\n" in blank:
        return "" if not last or last[-1] in _OPENS or last == "=>" or following in _CLOSES else "\n"
    words = _is_word(last[-1:]) and _is_word(following)
    return " " if words or (last[-1:] in "+-" and following in "+-") else ""


def _is_word(sign):
    return bool(sign) and (sign.isalnum() or sign in "_$")
