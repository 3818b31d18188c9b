"""Templates: text with variables, conditions, loops and functions, escaped, streamed piece by piece.

{{ name }}      the value, harmless in HTML; {{! name }} as it is
{% if sun > 3 %} … {% elif rain %} … {% else %} … {% end %}
{% for valve in valves %} … {% end %}      also: for name, value in sorted(pairs)
{# a remark #}

What stands in the tags are Python expressions over the values given to `render`; a tag stands in one line.
"""

import io
import os

from plugins.http import escape

_PIECE = 256  # bytes of plain text that are read at once
_ENOUGH = 512  # characters that are collected before they are sent on
_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789_-/"


class TemplateError(Exception):
    """Something is wrong with a template; the text says what, and in which line."""


class Template:
    """A template out of a file, or out of `text`; it is read when it is first rendered.

    Of the file only the tags are kept in memory.

        page = Template("/www/valves.html")

        @web.get("/valves")
        def valves(request):
            return page.render(valves=["Lawn", "Beds"])
    """

    def __init__(self, path=None, text=None):
        self.path = path
        self._text = text
        self._block = None

    def render(self, **values):
        """A generator of str; an answer as it stands. TemplateError: a tag is wrong or fails."""
        if self._block is None:
            with self._open() as file:
                self._block = _parse(file, self.path or "template")
        with self._open() as file:
            pieces = []
            size = 0
            for piece in self._run(file, self._block, values):
                pieces.append(piece)
                size += len(piece)
                if size >= _ENOUGH:
                    yield "".join(pieces)
                    pieces = []
                    size = 0
            if pieces:
                yield "".join(pieces)

    def _open(self):
        return io.BytesIO(self._text.encode()) if self.path is None else open(self.path, "rb")

    def _run(self, file, block, values):
        for op in block:
            kind = op[0]
            if kind == "text":
                yield from _copy(file, op[1], op[2])
            elif kind == "value":
                value = self._evaluate(op, values)
                if value is not None:
                    value = str(value)
                    yield escape(value) if op[3] else value
            elif kind == "if":
                for branch in op[1]:
                    if branch[1] is None or self._evaluate(branch, values):
                        yield from self._run(file, branch[3], values)
                        break
            else:
                inner = dict(values)
                for item in self._evaluate(op, values):
                    if len(op[4]) == 1:
                        inner[op[4][0]] = item
                    else:
                        for name, value in zip(op[4], item):
                            inner[name] = value
                    yield from self._run(file, op[3], inner)

    def _evaluate(self, op, values):
        try:
            return eval(op[1], values)
        except Exception as error:
            raise TemplateError("%s line %d: %s: %s" % (self.path, op[2], type(error).__name__, error))


class Templates:
    """A filter that answers GET of `/valves` with the template `valves.html` in `folder`, if there is one.

    values: a function of the request that returns the dict to render with. home: the template for `/`.

        site.filters.append(Templates("/www/pages", lambda request: {"user": request.user}))
    """

    def __init__(self, folder, values=None, home="index", suffix=".html"):
        self.folder = folder.rstrip("/")
        self.values = values
        self.home = home
        self.suffix = suffix
        self._known = {}

    def before(self, request):
        """The page, or None."""
        if request.method not in ("GET", "HEAD"):
            return None
        name = request.path.strip("/") or self.home
        if name.lower().strip(_PLAIN) or "//" in name:  # no dots: nothing outside the folder
            return None
        page = self._known.get(name)
        if page is None:
            path = self.folder + "/" + name + self.suffix
            try:
                os.stat(path)
            except OSError:
                return None
            page = self._known[name] = Template(path)
        return page.render(**(self.values(request) if self.values else {}))


def _copy(file, start, end):
    """The text from byte `start` up to `end`, cut between characters."""
    file.seek(start)
    while start < end:
        piece = file.read(min(_PIECE, end - start))
        cut = len(piece)
        if start + cut < end:
            while cut and piece[cut - 1] & 0xC0 == 0x80:  # the last character may go on after the cut
                cut -= 1
            if cut and piece[cut - 1] & 0xC0 == 0xC0:
                cut -= 1
            if cut != len(piece):
                file.seek(start + cut)
        yield str(piece[:cut], "utf-8")
        start += cut


def _parse(file, where):
    """A block: a list of ("text", start, end), ("value", code, line, escaped), ("if", [branch, …]),
    ("for", code, line, block, names); a branch is ("when", code or None, line, block)."""
    block = []
    outer = []  # (block, op) of what is open
    at = start = 0
    number = 0
    while True:
        line = file.readline()
        if not line:
            break
        number += 1
        seen = 0
        while True:
            begin = _first_tag(line, seen)
            if begin < 0:
                break
            close = _CLOSE[line[begin : begin + 2]]
            end = line.find(close, begin + 2)
            if end < 0:
                raise _error(where, number, "%s missing" % str(close, "ascii"))
            if at + begin > start:
                block.append(("text", start, at + begin))
            tag = str(line[begin + 2 : end], "utf-8").strip()
            seen = end + 2
            start = at + seen
            if close == b"}}":
                raw = tag[:1] == "!"
                block.append(("value", _code(tag[1:] if raw else tag, where, number), number, not raw))
            elif close == b"%}":
                block = _statement(tag, block, outer, where, number)
        at += len(line)
    if at > start:
        block.append(("text", start, at))
    if outer:
        raise _error(where, number, "{% end %} missing")
    return block


def _statement(tag, block, outer, where, number):
    """Take in a statement; returns the block that follows."""
    word, _, rest = tag.partition(" ")
    inner = []
    if word == "if":
        op = ("if", [("when", _code(rest, where, number), number, inner)])
        block.append(op)
        outer.append((block, op))
    elif word == "for":
        names, _, rest = rest.partition(" in ")
        names = [name.strip() for name in names.split(",")]
        op = ("for", _code(rest, where, number), number, inner, names)
        block.append(op)
        outer.append((block, op))
    elif word in ("elif", "else") and outer and outer[-1][1][0] == "if" and outer[-1][1][1][-1][1]:
        code = _code(rest, where, number) if word == "elif" else None
        outer[-1][1][1].append(("when", code, number, inner))
    elif word == "end" and outer:
        return outer.pop()[0]
    else:
        raise _error(where, number, "{%% %s %%} has no place here; have if, elif, else, for, end" % tag)
    return inner


_CLOSE = {b"{{": b"}}", b"{%": b"%}", b"{#": b"#}"}


def _first_tag(line, at):
    while True:
        at = line.find(b"{", at)
        if at < 0 or line[at : at + 2] in _CLOSE:
            return at
        at += 1


def _code(text, where, number):
    try:
        return compile(text.strip(), where, "eval")
    except NameError:  # a board without compile()
        return text.strip()
    except SyntaxError:
        raise _error(where, number, "%r is not an expression" % text.strip())


def _error(where, number, text):
    return TemplateError("%s line %d: %s" % (where, number, text))
