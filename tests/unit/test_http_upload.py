"""Uploads are streamed to files: all of a form's files appear, or none."""

import json
import os

from http_wire import Answer, Wire, ask, request, site_with

from plugins.http import Router
from plugins.http_forms import safe_name, save_uploads
from support import new_folder, remove

HEAD = ["Content-Type: multipart/form-data; boundary=cut"]


def part(name, content, filename=None):
    """One part of a form."""
    head = '--cut\r\nContent-Disposition: form-data; name="%s"' % name
    if filename is not None:
        head += '; filename="%s"\r\nContent-Type: application/octet-stream' % filename
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


def upload(folder, body, piece=0, **options):
    """Send a form to a site that saves into `folder`; the Answer."""
    web = Router()

    @web.post("/upload", stream=True)
    def save(request):
        form = yield from save_uploads(request, folder, **options)
        return {"path": form["f"].path, "size": form["f"].size, "note": form.get("note")}

    wire = Wire(site_with(web, body_bytes=256, read_bytes=128))
    raw = wire(request("POST", "/upload", HEAD, body + b"--cut--\r\n"), piece)
    wire.close()
    return Answer(raw)


def content(path):
    with open(path, "rb") as file:
        return file.read()


def test_a_file_of_any_size_is_saved_with_the_fields_beside_it():
    folder = new_folder()
    for size in (0, 1, 100, 3000):
        data = bytes([i * 7 & 255 for i in range(size)])
        body = part("note", b"n\xc3\xa4h") + part("f", data, "p%d.bin" % size)
        for piece in (0, 13):
            answer = upload(folder, body, piece, overwrite=True)
            assert answer.status == 200, answer.body
            assert b'"note": "n\xc3\xa4h"' in answer.body
            assert content(folder + "/p%d.bin" % size) == data
    assert sorted(os.listdir(folder)) == ["p0.bin", "p1.bin", "p100.bin", "p3000.bin"]
    remove(folder)


def test_a_file_that_is_there_is_kept_unless_told_otherwise():
    folder = new_folder()
    assert upload(folder, part("f", b"old", "x.txt")).status == 200
    assert upload(folder, part("f", b"new", "x.txt")).status == 409
    assert content(folder + "/x.txt") == b"old"
    assert upload(folder, part("f", b"new", "x.txt"), overwrite=True).status == 200
    assert content(folder + "/x.txt") == b"new"
    remove(folder)


def test_limits_are_413_and_leave_nothing_behind():
    folder = new_folder()
    big = part("f", b"x" * 1000, "big.bin")
    assert upload(folder, big, max_bytes=999).status == 413
    assert upload(folder, big, max_bytes=1000).status == 200
    remove(folder + "/big.bin")
    two = part("f", b"1", "1.txt") + part("g", b"2", "2.txt")
    assert upload(folder, two, max_files=1).status == 413
    assert upload(folder, part("f", b"1", "1.txt") + part("note", b"x" * 50), field_bytes=49).status == 413
    assert (
        upload(folder, part("f", b"1", "1.txt") + part("a", b"") + part("b", b""), max_fields=1).status == 413
    )
    assert os.listdir(folder) == []
    remove(folder)


def test_an_unwanted_file_and_another_type_are_415():
    folder = new_folder()

    def pictures(name):
        return name.endswith(".png")

    assert upload(folder, part("f", b"x", "a.png.exe"), accept=pictures).status == 415
    assert upload(folder, part("f", b"x", "a.png"), accept=pictures).status == 200
    remove(folder)
    web = Router()
    web.add("/u", lambda request: save_uploads(request, "/tmp"), "POST", stream=True)
    assert ask(site_with(web), "POST", "/u", ["Content-Type: text/plain"], b"x").status == 415


def test_a_client_that_hangs_up_leaves_nothing_behind():
    folder = new_folder()
    web = Router()
    web.add("/u", lambda request: save_uploads(request, folder), "POST", stream=True)
    wire = Wire(site_with(web, body_bytes=64))
    whole = request("POST", "/u", HEAD, part("f", b"y" * 2000, "half.bin"))
    wire(whole[:1000])
    assert len(os.listdir(folder)) == 1
    wire.close()
    assert os.listdir(folder) == []
    wire = Wire(site_with(web, body_bytes=64))
    wire(whole[:1000])
    wire(b"", -1)
    assert os.listdir(folder) == []
    remove(folder)


def test_a_file_input_left_empty_saves_nothing():
    folder = new_folder()
    web = Router()

    def save(request):
        form = yield from save_uploads(request, folder)
        return {"names": sorted(form)}

    web.add("/u", save, "POST", stream=True)
    answer = ask(site_with(web), "POST", "/u", HEAD, part("f", b"", "") + part("n", b"1") + b"--cut--")
    assert answer.body == b'{"names": ["n"]}'
    assert os.listdir(folder) == []
    remove(folder)


def test_a_name_that_comes_more_than_once_has_a_list():
    folder = new_folder()
    web = Router()

    def save(request):
        form = yield from save_uploads(request, folder)
        return {"notes": form["n"], "sizes": [upload.size for upload in form["f"]]}

    web.add("/u", save, "POST", stream=True)
    body = (
        part("n", b"1")
        + part("f", b"a", "a.txt")
        + part("n", b"2")
        + part("f", b"bc", "b.txt")
        + part("n", b"3")
    )
    answer = json.loads(ask(site_with(web), "POST", "/u", HEAD, body + b"--cut--").body)
    assert answer == {"notes": ["1", "2", "3"], "sizes": [1, 2]}
    assert sorted(os.listdir(folder)) == ["a.txt", "b.txt"]
    remove(folder)


def test_names_are_made_harmless():
    for given, name in (
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\photo.jpg", "photo.jpg"),
        ("/", "file"),
        ("..", "file"),
        (".", "file"),
        (".htaccess", "htaccess"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ('<b>"x|y?.t*xt', "bxy.txt"),
        ("x" * 100 + ".tar", "x" * 60 + ".tar"),
        ("n\u00e4he.txt", "n\u00e4he.txt"),
        ("no extension", "no extension"),
        ("trailing. ", "trailing"),
    ):
        assert safe_name(given) == name, given
        assert len(safe_name("\u00e4" * 100 + given).encode()) <= 64


def test_two_uploads_of_one_name_never_mix():
    folder = new_folder()

    def save(request):
        form = yield from save_uploads(request, folder, overwrite=request.path == "/over")
        return {"path": form["f"].path}

    web = Router("", [["/u", save, "POST", True], ["/over", save, "POST", True]])
    site = site_with(web, body_bytes=64, read_bytes=256)
    bodies = [part("f", letter * 3000, "same.bin") + b"--cut--\r\n" for letter in (b"A", b"C")]
    wires = [Wire(site), Wire(site)]
    raws = [request("POST", "/over", HEAD, body) for body in bodies]
    wires[0](raws[0][:2000])
    wires[1](raws[1][:1000])
    wires[0](raws[0][2000:])
    assert content(folder + "/same.bin") == b"A" * 3000
    wires[1](raws[1][1000:])
    assert content(folder + "/same.bin") == b"C" * 3000
    assert os.listdir(folder) == ["same.bin"]
    os.remove(folder + "/same.bin")
    raws = [request("POST", "/u", HEAD, body) for body in bodies]
    wires = [Wire(site), Wire(site)]
    wires[0](raws[0][:2000])
    wires[1](raws[1][:1000])
    assert Answer(wires[0](raws[0][2000:])).status == 200
    assert Answer(wires[1](raws[1][1000:])).status == 409  # the other was faster
    assert content(folder + "/same.bin") == b"A" * 3000 and os.listdir(folder) == ["same.bin"]
    remove(folder)
