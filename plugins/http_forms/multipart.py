"""multipart/form-data: a parser that takes a body in any pieces and keeps next to nothing of it."""

from plugins.http import HttpError

_PREAMBLE = 0
_DELIMITER = 1  # after a boundary: another part, or the end
_HEAD = 2
_DATA = 3
_DONE = 4
_BOUNDARY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? "

HEAD = "head"
DATA = "data"
END = "end"


class Multipart:
    """Cuts a body into parts; feed it the pieces as they come.

    content_type: the request's header. head_bytes: of one part's headers. `done` is True after the last
    boundary. HttpError 400: malformed. Source: RFC 7578, RFC 2046 section 5.1.1.

        for kind, value in parser.feed(piece):
            ...     # HEAD with a Part, DATA with bytes (any number of times), END with None
    """

    def __init__(self, content_type, head_bytes=1024):
        self.head_bytes = head_bytes
        from .forms import parameter

        boundary = parameter(content_type, "boundary")
        if not boundary or len(boundary) > 70 or boundary.lstrip(_BOUNDARY) or boundary[-1] == " ":
            raise HttpError(400, "multipart: no valid boundary")
        self._mark = b"\r\n--" + boundary.encode()
        self._rest = b"\r\n"  # so that the first boundary looks like the others
        self._state = _PREAMBLE
        self._skip = 0

    @property
    def done(self):
        """True if the last boundary has been seen."""
        return self._state == _DONE

    def feed(self, piece):
        """A generator of what is in the next piece; use it up before the next call."""
        rest = self._rest + bytes(piece)
        while True:
            state = self._state
            if state == _DONE:
                rest = b""
                break
            if state == _DELIMITER:
                if rest[:2] == b"--":
                    self._state = _DONE
                    continue
                end = rest.find(b"\r\n")
                if end < 0:
                    if len(rest) > 64 or rest.strip(b" \t\r-"):
                        raise HttpError(400, "multipart: boundary line broken")
                    break
                if rest[:end].strip(b" \t"):
                    raise HttpError(400, "multipart: boundary line broken")
                rest = rest[end:]  # with the line end, so that a part without headers ends like one with
                self._state = _HEAD
            elif state == _HEAD:
                end = rest.find(b"\r\n\r\n")
                if end > self.head_bytes or end < 0 and len(rest) > self.head_bytes:
                    raise HttpError(400, "multipart: headers too long")
                if end < 0:
                    break
                yield HEAD, Part(rest[2:end] if end else b"")
                rest = rest[end + 2 :]
                # This line end is not part of the data, but an empty part may have it before its boundary.
                self._skip = 2
                self._state = _DATA
            else:
                end = rest.find(self._mark)
                if end < 0:
                    keep = self._may_begin(rest)
                    if state == _DATA and keep:
                        if keep > self._skip:
                            yield DATA, rest[self._skip : keep]
                        self._skip = 0
                    rest = rest[keep:]
                    break
                if state == _DATA:
                    if end > self._skip:
                        yield DATA, rest[self._skip : end]
                    yield END, None
                rest = rest[end + len(self._mark) :]
                self._state = _DELIMITER
        self._rest = rest

    def _may_begin(self, rest):
        """Return where in `rest` a boundary may begin that the next piece goes on with."""
        mark = self._mark
        at = max(0, len(rest) - len(mark) + 1)
        while True:
            at = rest.find(b"\r", at)
            if at < 0:
                return len(rest)
            if mark.startswith(rest[at:]):
                return at
            at += 1


class Part:
    """The head of one part: `name`, `filename` (None: a plain field), `type`."""

    def __init__(self, head):
        from plugins.http.decoding import utf8

        from .forms import parameter

        self.name = self.filename = None
        self.type = "text/plain"
        try:
            lines = utf8(head).split("\r\n") if head else ()
        except ValueError:
            raise HttpError(400, "multipart: headers take UTF-8")
        for line in lines:
            key, colon, value = line.partition(":")
            if not colon:
                raise HttpError(400, "multipart: header broken")
            key = key.strip().lower()
            if key == "content-disposition":
                if value.split(";", 1)[0].strip().lower() != "form-data":
                    raise HttpError(400, "multipart: takes form-data")
                self.name = _plain(parameter(value, "name"))
                self.filename = _plain(parameter(value, "filename"))
            elif key == "content-type":
                self.type = value.strip()
        if self.name is None:
            raise HttpError(400, "multipart: a part has no name")


class Upload:
    """A file out of a form: `name` of the field, `filename` as the browser gave it, `type`, `size` in bytes.

    data: its bytes when it is in memory; path: where `save_uploads` put it.
    """

    def __init__(self, part):
        self.name = part.name
        self.filename = part.filename
        self.type = part.type
        self.size = 0
        self.data = None
        self.path = None


def in_memory(content_type, body):
    """The (name, value) pairs of a body that is in memory."""
    fields = []
    parser = Multipart(content_type)
    part = None
    data = []
    for kind, value in parser.feed(body):
        if kind == HEAD:
            part = value
            data = []
        elif kind == DATA:
            data.append(value)
        else:
            content = b"".join(data)
            if part.filename is None:
                fields.append((part.name, field_text(content)))
            else:
                upload = Upload(part)
                upload.data = content
                upload.size = len(content)
                fields.append((part.name, upload))
    if not parser.done:
        raise HttpError(400, "multipart: the last boundary is missing")
    return fields


def field_text(content):
    """The text of a plain field; HttpError 400: not UTF-8."""
    from plugins.http.decoding import utf8

    try:
        return utf8(content)
    except ValueError:
        raise HttpError(400, "multipart: fields take UTF-8")


def _plain(text):
    # What the HTML standard has browsers escape in names: section "multipart form data".
    return text and text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
