"""`make lint`: the rules of CONTRIBUTING.md that Ruff does not know, about texts and the length of files.

    tests/lint.py [FOLDER …]     of the project; without any, all of it

A docstring begins with a noun or a verb ("Return whether", not "Whether"); a thing "is not a number", not "is no
number"; a file has up to 400 lines.
"""

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("host", "bench", "tests", "modcore", "plugins", "samples", "docs")
LINES = 400
# Longer ones that are still to be split.
LONG = {
    "tests/unit/test_files.py",
    "tests/unit/test_homeassistant.py",
}
# Texts that show what is forbidden, and one that is generated from others.
LEFT_OUT = {"tests/lint.py", "tests/e2e/test_lint.py", "docs/reference.md"}
QUESTION = re.compile(r"(?:What|Whether|How|Who|Whose|Which|Where|When|Why)\b")
# "There is no room", "it is no longer here" are English, and so is a comment that continues on the next line.
NO = re.compile(
    r"(?P<there>\bthere(?:\s+may)?[\s#]+)?\b(?:is|are|was|were|be)[\s#]+no\s+"
    r"(?!longer|more|less|fewer|other|one|better|such|matter)\w+",
    re.I,
)


def faults(path):
    """Return what is wrong with a file, as lines `path:number: what`."""
    text = path.read_text(encoding="utf-8")
    python = path.suffix == ".py"
    found = _docstrings(text) if python else []
    found += _denials(_words(text) if python else _prose(text))
    count = len(text.splitlines())
    place = path.relative_to(ROOT) if ROOT in path.parents else path
    if python and count > LINES and place.as_posix() not in LONG:
        found.append((count, "a file has up to {} lines: split it".format(LINES)))
    return ["{}:{}: {}".format(place, line, what) for line, what in sorted(found)]


def _docstrings(text):
    # [(line, what)] of the docstrings that begin with a question's word.
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            begin = QUESTION.match(ast.get_docstring(node) or "")
            if begin:
                what = "a docstring begins with a noun or a verb, not with {!r}".format(begin.group())
                found.append((node.body[0].lineno, what))
    return found


def _denials(words):
    for line, text in words:
        for match in NO.finditer(text):
            if match["there"]:
                continue
            number = line + text.count("\n", 0, match.start())
            yield number, "{!r}: write 'not', or 'there is no'".format(" ".join(match.group().split()))


def _words(text):
    # (line, text) of the comments and strings of a program.
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield token.start[0], token.string


def _prose(text):
    # The same of a page: what is code in it is left empty.
    yield 1, re.sub(r"(?ms)^```.*?^```", lambda code: "\n" * code.group().count("\n"), text)


def files(folders=FOLDERS):
    """Return the files that the rules are for, in order: programs, pages and what is written for them."""
    found = [path for path in ROOT.glob("*.*") if path.suffix in (".py", ".md")]
    for folder in folders:
        found += [path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".md", ".js")]
    names = {path.relative_to(ROOT).as_posix(): path for path in found}
    return [path for name, path in sorted(names.items()) if name not in LEFT_OUT]


def main(folders):
    """Print the faults; return 1 when there are any."""
    found = [line for path in files(folders or FOLDERS) for line in faults(path)]
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
