"""Files are served from their folder, and from nowhere else, as clients can use them best."""

import os

from http_wire import ask, request, site_with

from plugins.http import Router
from plugins.http_files import Static, send_file
from support import new_folder, remove

PAGE = b"<h1>garden</h1>"


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def www():
    """A folder with a secret beside it, and what there is to serve in it."""
    folder = new_folder()
    root = folder + "/www"
    for path in (root, root + "/sub", root + "/bare"):
        os.mkdir(path)
    write(folder + "/secret.txt", b"secret")
    write(root + "/index.html", PAGE)
    write(root + "/a b.txt", b"space")
    write(root + "/sub/index.html", b"sub")
    write(root + "/bare/x.bin", bytes(range(256)) * 20)
    write(root + "/app.js", b"let a;")
    write(root + "/app.js.gz", b"zipped")
    write(root + "/empty.txt", b"")
    return folder


def with_site(test):
    """Run `test(site)` on a Site with that folder."""
    folder = www()
    try:
        test(site_with(Static(folder + "/www")))
    finally:
        remove(folder)


def test_files_come_with_type_and_length():
    def test(site):
        answer = ask(site, "GET", "/")
        assert answer.status == 200 and answer.body == PAGE
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["content-length"] == str(len(PAGE))
        assert ask(site, "GET", "/index.html").body == PAGE
        assert ask(site, "GET", "/a%20b.txt").body == b"space"
        answer = ask(site, "GET", "/bare/x.bin")
        assert answer.body == bytes(range(256)) * 20
        assert answer.headers["content-type"] == "application/octet-stream"
        assert ask(site, "GET", "/empty.txt").status == 200 and ask(site, "GET", "/nothing").status == 404

    with_site(test)


def test_head_has_the_same_head():
    def test(site):
        for path in ("/", "/bare/x.bin"):
            get, head = ask(site, "GET", path), ask(site, "HEAD", path)
            get.headers["date"] = head.headers["date"] = None
            assert head.status == 200 and head.body == b"" and head.headers == get.headers, path

    with_site(test)


def test_folders_have_an_index_page_and_a_slash_and_lead_to_no_other_site():
    def test(site):
        answer = ask(site, "GET", "/sub?x=1")
        assert answer.status == 301 and answer.headers["location"] == "/sub/?x=1"
        assert ask(site, "GET", "/sub/").body == b"sub"
        assert ask(site, "GET", "/bare/").status == ask(site, "GET", "/bare").status == 404
        assert ask(site, "GET", "/index.html/").status == 404
        for path in ("/sub", "//sub", "///sub"):
            assert ask(site, "GET", path).headers["location"] == "/sub/", path

    with_site(test)


def test_no_path_leads_out_of_the_folder():
    def test(site):
        for path in (
            "/../secret.txt",
            "/sub/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/.%2e/secret.txt",
            "/%2e%2e%2fsecret.txt",
            "/..%2fsecret.txt",
            "/..%5csecret.txt",
            "/..\\secret.txt",
            "/%252e%252e/secret.txt",
            "/%c0%ae%c0%ae/secret.txt",
            "//secret.txt",
            "//etc/passwd",
            "/./index.html",
            "/sub/./index.html",
            "/sub/../index.html",
            "/index.html%00.txt",
            "/%2fetc%2fpasswd",
            "/c:/secret.txt",
            "/...%2f...%2fsecret.txt",
            "/index.html.",  # the names that FAT makes one of,
            "/index.html%20",
            "/sub./index.html",
            "/INDEX~1.HTM",  # and knows a file by, too
        ):
            answer = ask(site, "GET", path)
            assert answer.status in (400, 404), (path, answer.status)
            assert b"secret" not in answer.body.lower() and b"root:" not in answer.body, path
        assert ask(site, "GET", "//sub//index.html").status == 200  # slashes in a row are joined

    with_site(test)


def test_links_are_not_followed():
    if not hasattr(os, "symlink") and not hasattr(os, "system"):
        return  # a system without links

    def test(site):
        root = site.contents[0].folder
        if hasattr(os, "symlink"):
            os.symlink("../secret.txt", root + "/link.txt")
            os.symlink("/", root + "/all")
            os.symlink("../secret.txt", root + "/index.html.gz")
        else:
            os.system("cd %s && ln -s ../secret.txt link.txt && ln -s / all" % root)
            os.system("ln -s ../secret.txt %s/index.html.gz" % root)
        assert ask(site, "GET", "/link.txt").status == 404
        assert ask(site, "GET", "/all/etc/passwd").status == 404
        assert ask(site, "GET", "/index.html", ["Accept-Encoding: gzip"]).body == PAGE
        for name in ("/link.txt", "/all", "/index.html.gz"):
            os.remove(root + name)

    with_site(test)


def test_other_methods_are_405():
    def test(site):
        answer = ask(site, "DELETE", "/")
        assert answer.status == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS"
        assert ask(site, "DELETE", "/nothing").status == 404
        assert ask(site, "OPTIONS", "/app.js").headers["allow"] == "GET, HEAD, OPTIONS"

    with_site(test)


def test_a_zipped_file_goes_to_who_takes_it():
    def test(site):
        for accepted, zipped in (
            ("gzip", True),
            ("br, GZIP;q=0.5", True),
            ("*", True),
            ("gzip;q=0", False),
            ("gzip;q=0.000, *", False),
            ("br", False),
            ("", False),
        ):
            answer = ask(site, "GET", "/app.js", ["Accept-Encoding: " + accepted])
            assert (answer.body == b"zipped") == zipped, accepted
            assert (answer.headers.get("content-encoding") == "gzip") == zipped
            assert answer.headers["vary"] == "Accept-Encoding"
            assert answer.headers["content-type"].startswith("text/javascript")
        assert "vary" not in ask(site, "GET", "/", ["Accept-Encoding: gzip"]).headers
        tags = [
            ask(site, "GET", "/app.js", ["Accept-Encoding: " + c]).headers.get("etag") for c in ("gzip", "br")
        ]
        assert tags[0] is None or tags[0] != tags[1]

    with_site(test)


def test_what_the_client_has_is_not_sent_again():
    def test(site):
        headers = ask(site, "GET", "/").headers
        tag, date = headers.get("etag"), headers.get("last-modified")
        if tag is None:
            return  # a board without a clock can't tell that a file is the same
        for lines, status in (
            (["If-None-Match: " + tag], 304),
            (["If-None-Match: W/" + tag], 304),
            (['If-None-Match: "x", ' + tag], 304),
            (["If-None-Match: *"], 304),
            (['If-None-Match: "x"'], 200),
            (['If-None-Match: "x"', "If-Modified-Since: " + date], 200),
            (["If-Modified-Since: " + date], 304),
            (["If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"], 304),
            (["If-Modified-Since: Friday, 31-Dec-60 23:59:59 GMT"], 304),
            (["If-Modified-Since: Fri Dec 31 23:59:59 2100"], 304),
            (["If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"], 200),
            (["If-Modified-Since: yesterday"], 200),
            (["If-Match: " + tag], 200),
            (["If-Match: *"], 200),
            (['If-Match: "x"'], 412),
            (["If-Match: W/" + tag], 412),
            (["If-Unmodified-Since: " + date], 200),
            (["If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT"], 412),
        ):
            answer = ask(site, "GET", "/", lines)
            assert answer.status == status, (lines, answer.status)
            if status == 304:
                assert answer.body == b"" and answer.headers["etag"] == tag
                assert "content-type" not in answer.headers

    with_site(test)


def test_a_part_may_be_asked_for():
    def test(site):
        whole = bytes(range(256)) * 20
        for text, first, last in (
            ("bytes=0-0", 0, 0),
            ("bytes=5-9", 5, 9),
            ("bytes=5000-", 5000, 5119),
            ("bytes=5000-999999", 5000, 5119),
            ("bytes=-1", 5119, 5119),
            ("bytes=-99999", 0, 5119),
            ("Bytes = 1-3000", 1, 3000),
        ):
            answer = ask(site, "GET", "/bare/x.bin", ["Range: " + text])
            assert answer.status == 206, text
            assert answer.body == whole[first : last + 1], text
            assert answer.headers["content-range"] == "bytes %d-%d/5120" % (first, last), text
            assert answer.headers["content-length"] == str(last - first + 1)
        for text in (
            "bytes=9-5",
            "bytes=a-b",
            "bytes=1",
            "bytes=-",
            "lines=1-2",
            "bytes=1-2,4-5",
            "bytes=1--2",
            "",
        ):
            answer = ask(site, "GET", "/bare/x.bin", ["Range: " + text])
            assert answer.status == 200 and answer.body == whole, text
        for text in ("bytes=5120-", "bytes=99999-100000", "bytes=-0", "bytes=" + "9" * 30 + "-"):
            answer = ask(site, "GET", "/bare/x.bin", ["Range: " + text])
            assert answer.status == 416 and answer.headers["content-range"] == "bytes */5120", text
        assert ask(site, "HEAD", "/bare/x.bin", ["Range: bytes=0-1"]).status == 200

    with_site(test)


def test_a_part_of_another_version_is_not_sent():
    def test(site):
        headers = ask(site, "GET", "/bare/x.bin").headers
        if "etag" not in headers:
            return  # a board without a clock
        for value, status in (
            (headers["etag"], 206),
            (headers["last-modified"], 206),
            ('"x"', 200),
            ("W/" + headers["etag"], 200),
            ("Sat, 01 Jan 2000 00:00:00 GMT", 200),
        ):
            lines = ["Range: bytes=0-1", "If-Range: " + value]
            assert ask(site, "GET", "/bare/x.bin", lines).status == status, value

    with_site(test)


def test_a_file_of_any_size_takes_constant_memory():
    def test(site):
        conn = site.open()
        steps = conn.steps
        steps.send(None)
        assert b"200 OK" in steps.send(request("GET", "/bare/x.bin"))
        pieces = set()
        size = 0
        piece = steps.send(None)
        while isinstance(piece, memoryview):
            pieces.add(len(piece))
            size += len(piece)
            piece = steps.send(None)
        assert size == 5120 and max(pieces) == 1000

    folder = www()
    try:
        test(site_with(Static(folder + "/www"), file_bytes=1000))
    finally:
        remove(folder)


def test_several_folders_and_prefixes_live_together():
    folder = www()
    site = site_with(
        Router("", [["/app.js", lambda request: "mine"]]),
        Static(folder + "/www/sub", "/s"),
        Static(folder + "/www", max_age_s=60),
    )
    assert ask(site, "GET", "/s/").body == b"sub" and ask(site, "GET", "/s").status == 301
    assert ask(site, "GET", "/app.js").body == b"mine"
    assert ask(site, "GET", "/index.html").headers["cache-control"] == "max-age=60"
    assert ask(site, "GET", "/s/index.html").headers["cache-control"] == "no-cache"
    assert ask(site, "GET", "/sx").status == 404
    remove(folder)


def test_a_handler_may_send_a_file():
    folder = www()
    router = Router()

    @router.get("/log")
    def log(request):
        return send_file(request, folder + "/secret.txt", download="log.txt")

    @router.get("/none")
    def none(request):
        return send_file(request, folder + "/nothing")

    @router.get("/folder")
    def whole_folder(request):
        return send_file(request, folder)

    site = site_with(router)
    answer = ask(site, "GET", "/log", ["Range: bytes=1-3"])
    assert answer.status == 206 and answer.body == b"ecr"
    assert answer.headers["content-disposition"] == 'attachment; filename="log.txt"'
    assert ask(site, "GET", "/none").status == ask(site, "GET", "/folder").status == 404
    remove(folder)


def test_types_of_fonts_and_applications():
    from plugins.http_files.folder import content_type

    for name, kind in (
        ("a.ttf", "font/ttf"),
        ("a.otf", "font/otf"),
        ("a.xhtml", "application/xhtml+xml"),
        ("a.wasm", "application/wasm"),
        ("site.webmanifest", "application/manifest+json"),
        ("A.TTF", "font/ttf"),
        ("a.unknown", "application/octet-stream"),
        ("noextension", "application/octet-stream"),
    ):
        assert content_type("/x/" + name) == kind, name


def test_a_devices_own_files_are_served_to_nobody():
    def test(site):
        folder = site.contents[0].folder
        names = "secrets.json config.json secrets.json.bad config.json.tmp SECRETS.JSON main.py lib.mpy"
        names = tuple(
            (
                names + " config.json.last photo.jpg.0.part secrets.json.gz main.py.gz .hidden"
                " old-secrets.json secrets(1).json Secrets.old.json.txt web.key key.pem ca.DER"
            ).split()
        )
        for name in names:
            write(folder + "/" + name, b"marker")
            write(folder + "/sub/" + name, b"marker")
        for name in names + ("secrets.json/", "sub//../secrets.json", "secret%73.json", "%2e/secrets.json"):
            for path in ("/" + name, "/sub/" + name, "//" + name):
                answer = ask(site, "GET", path, ["Accept-Encoding: gzip"])
                assert answer.status in (400, 404) and b"marker" not in answer.body, path
        write(folder + "/data.json", b"{}")
        assert ask(site, "GET", "/data.json").status == 200
        os.mkdir(folder + "/.well-known")
        write(folder + "/.well-known/security.txt", b"x")
        assert ask(site, "GET", "/.well-known/security.txt").status == 200

    with_site(test)


def test_uploaded_pages_run_no_script():
    def test(site):
        site.contents = [Static(site.contents[0].folder, "/photos", sandbox=True)]
        answer = ask(site, "GET", "/photos/index.html")
        assert answer.status == 200 and answer.headers["content-security-policy"] == "sandbox"

    with_site(test)
