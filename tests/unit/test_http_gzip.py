"""A file that is stored only as .gz reaches every client: as it is, or unpacked on the way."""

import os

from http_wire import ask, site_with

from plugins.http_files import Static
from support import new_folder, remove


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def test_a_file_that_is_there_only_in_gzip_is_unpacked_for_who_takes_none():
    begin = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03"
    css = begin + b"\xab\xca,(HMQH..\x06\x00\xf3\x94/\xa1\n\x00\x00\x00"
    page = begin + b"\xab\xca,(HMQ(HLO\x05\x00R\xaeo\xb8\x0b\x00\x00\x00"

    folder = new_folder()
    try:
        site = site_with(Static(folder))
        os.mkdir(folder + "/bare")
        write(folder + "/app.js", b"let a;")
        write(folder + "/app.js.gz", css)
        write(folder + "/only.css.gz", css)
        write(folder + "/bare/index.html.gz", page)
        write(folder + "/broken.css.gz", b"no gzip at all")
        for path, zipped, body, kind in (
            ("/only.css", css, b"zipped css", "text/css; charset=utf-8"),
            ("/bare/", page, b"zipped page", "text/html; charset=utf-8"),
        ):
            for headers in (["Accept-Encoding: gzip, br"], ["Accept-Encoding: *"]):
                answer = ask(site, "GET", path, headers)
                assert answer.status == 200 and answer.body == zipped, (path, headers)
                assert answer.headers["content-encoding"] == "gzip" and answer.headers["content-type"] == kind
                assert answer.headers["vary"] == "Accept-Encoding"
                tag = answer.headers.get("etag")
            for headers in ([], ["Accept-Encoding: identity"], ["Range: bytes=1-3"]):
                answer = ask(site, "GET", path, headers)
                assert answer.status == 200 and answer.body == body, (path, headers)
                assert "content-encoding" not in answer.headers and answer.headers["content-type"] == kind
                assert answer.headers["vary"] == "Accept-Encoding" and "accept-ranges" not in answer.headers
                assert answer.headers["content-length"] == str(len(body))
                own = answer.headers.get("etag")
                assert own is None or own != tag
            head = ask(site, "HEAD", path)
            assert head.body == b"" and head.headers["content-length"] == str(len(body))
            if own:
                assert ask(site, "GET", path, ["If-None-Match: " + own]).status == 304
        assert ask(site, "GET", "/broken.css").status == 406
        assert ask(site, "GET", "/bare").headers["location"] == "/bare/"
        assert (
            ask(site, "GET", "/app.js").body == b"let a;"
        )  # both are there: the plain one, unless asked for
    finally:
        remove(folder)
