"""Uploads streamed to files: constant memory, whatever their size."""

import os
from binascii import hexlify

from plugins.http import HttpError

from .multipart import DATA, HEAD, Multipart, Upload, field_text

_NAME_BYTES = 64
_ENOSPC = 28
_FORBIDDEN = '<>:"|?*'


def save(request, folder, max_bytes, max_files, max_fields, field_bytes, overwrite, accept):
    """Write the files of a multipart form into `folder`; see plugins.http_forms.save_uploads."""
    content_type = request.header("content-type") or ""
    if content_type.split(";", 1)[0].strip().lower() != "multipart/form-data":
        raise HttpError(415, "takes multipart/form-data")
    parser = Multipart(content_type)
    saving = _Saving(folder, max_bytes, max_files, max_fields, field_bytes, overwrite, accept)
    try:
        while True:
            piece = yield from request.read(request.site.read_bytes)
            if not piece:
                break
            for kind, value in parser.feed(piece):
                saving.take(kind, value)
        if not parser.done:
            raise HttpError(400, "multipart: the last boundary is missing")
        saving.keep()
    except OSError as error:
        if error.args and error.args[0] == _ENOSPC:
            raise HttpError(507, "disk full")
        raise
    finally:
        saving.clean()
    return saving.form


class _Saving:
    """The form so far, and the files that are being written under names that end in `.part`."""

    def __init__(self, folder, max_bytes, max_files, max_fields, field_bytes, overwrite, accept):
        self.form = {}
        self.folder = folder.rstrip("/") + "/"
        self.max_bytes = max_bytes
        self.left_files = max_files
        self.left_fields = max_fields
        self.field_bytes = field_bytes
        self.overwrite = overwrite
        self.accept = accept
        self.uploads = []
        self.temporary = []
        self.file = None
        self.part = None
        self.text = b""

    def take(self, kind, value):
        """One event of the parser."""
        if kind == HEAD:
            self.part = value
            if value.filename is None:
                self.left_fields -= 1
                if self.left_fields < 0:
                    raise HttpError(413, "too many fields")
                self.text = b""
            else:
                self.open(value)
        elif kind == DATA:
            if self.part.filename is None:
                self.text += value
                if len(self.text) > self.field_bytes:
                    raise HttpError(413, "field %s is too long" % self.part.name)
            elif self.file:
                self.write(value)
        elif self.part.filename is None:
            self.add(self.part.name, field_text(self.text))
        elif self.file:
            self.file.close()
            self.file = None

    def open(self, part):
        """Begin the file of `part`; a file input that was left empty sends no name and nothing else."""
        if not part.filename:
            return
        self.left_files -= 1
        if self.left_files < 0:
            raise HttpError(413, "too many files")
        name = safe_name(part.filename)
        if self.accept and not self.accept(name):
            raise HttpError(415, "file %s is not wanted" % name)
        upload = Upload(part)
        upload.path = self.folder + name
        for other in self.uploads:
            if other.path == upload.path:
                raise HttpError(409, "file %s comes twice" % name)
        if not self.overwrite and _exists(upload.path):
            raise HttpError(409, "file %s is there already" % name)
        # A name of its own: another upload of the same file may be on its way.
        temporary = "%s.%s.part" % (upload.path, str(hexlify(os.urandom(4)), "ascii"))
        self.file = open(temporary, "wb")
        self.temporary.append(temporary)
        self.uploads.append(upload)
        self.add(part.name, upload)

    def add(self, name, value):
        """Take in a field or a file."""
        have = self.form.get(name)
        if have is None:
            self.form[name] = value
        elif isinstance(have, list):
            have.append(value)
        else:
            self.form[name] = [have, value]

    def write(self, data):
        """Append to the file."""
        upload = self.uploads[-1]
        upload.size += len(data)
        if upload.size > self.max_bytes:
            raise HttpError(413, "file %s is larger than %d bytes" % (upload.filename, self.max_bytes))
        self.file.write(data)

    def keep(self):
        """All has come: give the files their names. HttpError 409: another upload was faster."""
        for upload in self.uploads:
            if not self.overwrite and _exists(upload.path):
                raise HttpError(409, "file %s is there already" % upload.path[len(self.folder) :])
        for upload in self.uploads:
            os.rename(self.temporary.pop(0), upload.path)

    def clean(self):
        """Close and remove what did not become whole."""
        if self.file:
            self.file.close()
            self.file = None
        for path in self.temporary:
            if _exists(path):
                os.remove(path)


def safe_name(filename):
    """A plain file name out of what a browser sent: no folders, no control characters, no leading dots.

    safe_name("../../etc/passwd")     # "passwd"
    """
    name = filename.replace("\\", "/").split("/")[-1]
    name = "".join([c for c in name if c >= " " and c not in _FORBIDDEN and c != "\x7f"]).strip(". ")
    stem, dot, end = name.rpartition(".")
    if not dot or len(end) > 10:
        stem, end = name, ""
    while len((stem + dot + end).encode()) > _NAME_BYTES and stem:
        stem = stem[:-1]
    name = stem + "." + end if end else stem
    return name or "file"


def _exists(path):
    try:
        os.stat(path)
        return True
    except OSError:
        return False
