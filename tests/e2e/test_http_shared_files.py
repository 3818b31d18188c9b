"""Files out of both servers and into them: static content, and uploads larger than memory."""

import gzip
import os
import subprocess
import time

import pytest
import requests
from http_servers import ALL, WebServer, parse, request

from processes import eventually, tool

PAGE = b"<!doctype html><title>Home</title>" + b"x" * 3000
LARGE = bytes(range(256)) * 4096  # 1 MB


@pytest.fixture(scope="module", params=ALL, ids="-".join)
def web(request, tmp_path_factory):
    """A server with files: `web.root` is their folder."""
    server, runtime = request.param
    folder = tmp_path_factory.mktemp("web")
    root = folder / "www"
    (root / "sub").mkdir(parents=True)
    (root / "index.html").write_bytes(PAGE)
    (root / "sub" / "index.html").write_bytes(b"sub")
    (root / "large.bin").write_bytes(LARGE)
    (root / "style.css").write_bytes(b"p{}")
    (root / "app.js").write_bytes(b"plain();" * 100)
    (root / "app.js.gz").write_bytes(gzip.compress(b"packed();" * 100))
    (root / "with space.txt").write_bytes(b"space")
    (root / "empty.txt").write_bytes(b"")
    (folder / "secret.txt").write_bytes(b"secret")
    os.symlink(str(folder / "secret.txt"), str(root / "link.txt"))
    with WebServer(server, runtime, folder, root=str(root)) as web:
        web.root = root
        yield web


def test_files_index_pages_and_types(web):
    for path, content, kind in (
        ("/index.html", PAGE, "text/html"),
        ("/sub/", b"sub", "text/html"),
        ("/style.css", b"p{}", "text/css"),
        ("/app.js", b"plain();" * 100, "javascript"),
        ("/with%20space.txt", b"space", "text/plain"),
        ("/empty.txt", b"", "text/plain"),
        ("/large.bin", LARGE, "application/octet-stream"),
    ):
        code, headers, body = web.get(path)
        assert code == 200 and body == content, path
        assert kind in headers["content-type"] and int(headers["content-length"]) == len(content), path
    code, headers, _ = web.get("/sub")
    assert code in (301, 302, 308) and headers["location"].endswith("/sub/")
    assert web.get("/nothing.html")[0] == 404
    assert web.get("/")[2] == b"home"  # a route goes before a file


def test_nothing_outside_the_folder(web):
    for path in (
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/sub/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/./../secret.txt",
        "/" + str(web.folder) + "/secret.txt",
        "/%00/../secret.txt",
        "/index.html%00.txt",
        "/secret.txt",
        "/link.txt",
        "/....//secret.txt",
        "/sub/..;/secret.txt",
        "/%c0%ae%c0%ae/secret.txt",
    ):
        code, _, body = parse(web.exchange(request("GET", path)))
        assert code in (400, 403, 404) and b"secret" not in body.replace(b"secret.txt", b""), path


def test_a_file_that_has_not_changed_is_304(web):
    _, headers, _ = web.get("/index.html")
    tag = headers["etag"]
    code, headers, body = web.get("/index.html", "If-None-Match: " + tag)
    assert (code, body) == (304, b"") and headers["etag"] == tag
    assert web.get("/index.html", 'If-None-Match: "other", ' + tag)[0] == 304
    assert web.get("/index.html", "If-None-Match: *")[0] == 304
    assert web.get("/index.html", 'If-None-Match: "other"')[0] == 200
    assert web.get("/style.css", "If-None-Match: " + tag)[0] == 200


def test_ranges(web):
    def ranged(value, *more):
        code, headers, body = web.get("/large.bin", "Range: " + value, *more)
        return code, headers.get("content-range"), body

    assert ranged("bytes=0-9") == (206, "bytes 0-9/1048576", LARGE[:10])
    assert ranged("bytes=1000000-") == (206, "bytes 1000000-1048575/1048576", LARGE[1000000:])
    assert ranged("bytes=-100") == (206, "bytes 1048476-1048575/1048576", LARGE[-100:])
    assert ranged("bytes=1048000-9999999")[0] == 206
    assert ranged("bytes=1048576-")[:2] == (416, "bytes */1048576")
    for ignored in ("bytes=9-0", "bytes=x", "lines=1-2", "bytes=", "bytes=-"):
        assert ranged(ignored)[0] in (200, 416), ignored
    tag = web.get("/large.bin")[1]["etag"]
    assert ranged("bytes=0-0", "If-Range: " + tag)[0] == 206
    assert ranged("bytes=0-0", 'If-Range: "old"')[0] == 200


def test_a_packed_file_goes_to_who_takes_it(web):
    code, headers, body = web.get("/app.js", "Accept-Encoding: br, gzip")
    assert headers["content-encoding"] == "gzip" and gzip.decompress(body) == b"packed();" * 100
    assert "javascript" in headers["content-type"] and "accept-encoding" in headers["vary"].lower()
    for other in ("Accept-Encoding: br", "Accept-Encoding: gzip;q=0", "Accept-Encoding:"):
        code, headers, body = web.get("/app.js", other)
        assert "content-encoding" not in headers and body == b"plain();" * 100, other


def test_curl_goes_on_with_a_download(web, tmp_path):
    target = tmp_path / "part"
    target.write_bytes(LARGE[:700000])
    command = [tool("curl"), "-sS", "-C", "-", "-o", str(target), web.url + "/large.bin"]
    subprocess.run(command, check=True)
    assert target.read_bytes() == LARGE


def test_curl_and_requests_upload_files_larger_than_memory(web, tmp_path):
    content = os.urandom(250000)
    (tmp_path / "photo 1.jpg").write_bytes(content)
    command = [tool("curl"), "-sS", "-F", "note=from curl", "-F", "file=@" + str(tmp_path / "photo 1.jpg")]
    out = subprocess.run([*command, web.url + "/upload"], stdout=subprocess.PIPE, check=True).stdout
    assert b"from curl" in out and (web.folder / "photo 1.jpg").read_bytes() == content
    files = {"file": ("../../ünïcode.bin", content[::-1])}
    answer = requests.post(web.url + "/upload", files=files, data={"note": "ä"}, timeout=30).json()
    assert answer["size"] == len(content) and answer["note"] == "ä"
    assert (web.folder / "ünïcode.bin").read_bytes() == content[::-1]


def test_an_upload_that_is_too_large_or_cut_short_leaves_nothing_behind(web):
    before = sorted(os.listdir(web.folder))
    answer = requests.post(web.url + "/upload", files={"file": ("big.bin", bytes(310000))}, timeout=30)
    assert answer.status_code == 413
    part = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="half.bin"\r\n\r\n' + bytes(5000)
    head = "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n"
    with web.connect() as sock:
        sock.sendall((head + "Content-Type: multipart/form-data; boundary=cut\r\n\r\n").encode() + part)
        time.sleep(0.1)
    assert eventually(lambda: sorted(os.listdir(web.folder)) == before, "the rest is removed")
