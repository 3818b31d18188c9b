"""The file manager over HTTP: any size, whole or not at all, told when somebody else was faster, secrets unreadable."""

import hashlib
import random
import shutil
import threading

import pytest
import requests
from admin_client import Administrator
from dashboard_board import Greenhouse


@pytest.fixture(scope="module", params=["http_async", "http_windup"])
def device(request, tmp_path_factory):
    """The greenhouse with its administration."""
    with Greenhouse(tmp_path_factory.mktemp("greenhouse"), request.param, plugins=["admin"]) as device:
        yield device


@pytest.fixture(scope="module")
def admin(device):
    """Its administrator."""
    return Administrator(device)


def put(admin, path, content, **headers):
    """Write a file."""
    return admin.ask("PUT", "/api/files/" + path, data=content, headers=headers)


def test_a_file_is_written_read_and_deleted(device, admin):
    answer = put(admin, "data/notes%20%C3%A4.txt", "hällo".encode())
    assert answer.status_code == 201 and answer.json() == {"path": "/data/notes ä.txt", "size": 6}
    assert (device.files / "data" / "notes ä.txt").read_text() == "hällo"
    answer = admin.get("/api/files/data/notes%20%C3%A4.txt")
    assert answer.content == "hällo".encode() and answer.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["content-security-policy"]
    found = admin.get("/api/files/data/notes%20%C3%A4.txt?sha256").json()
    assert found["sha256"] == hashlib.sha256("hällo".encode()).hexdigest()
    listing = admin.get("/api/files/data/").json()
    assert [(one["name"], one["size"], one["folder"]) for one in listing["entries"]] == [
        ("notes ä.txt", 6, False)
    ]
    assert listing["free"] > 0
    assert admin.delete("/api/files/data/notes%20%C3%A4.txt").status_code == 204
    assert admin.get("/api/files/data/notes%20%C3%A4.txt").status_code == 404


def test_a_file_larger_than_memory_goes_both_ways(device, admin):
    content = random.Random(1).randbytes(700_000)
    assert put(admin, "large.bin", content).json()["size"] == len(content)
    assert (device.files / "large.bin").read_bytes() == content
    assert admin.get("/api/files/large.bin").content == content
    admin.delete("/api/files/large.bin")


def test_who_was_slower_is_told(device, admin):
    first = put(admin, "shared.txt", b"one").headers["etag"]
    second = put(admin, "shared.txt", b"two", **{"If-Match": first})
    assert second.status_code == 200 and second.headers["etag"] != first
    assert put(admin, "shared.txt", b"three", **{"If-Match": first}).status_code == 412
    assert (device.files / "shared.txt").read_bytes() == b"two"
    assert put(admin, "shared.txt", b"new", **{"If-None-Match": "*"}).status_code == 412
    tag = admin.get("/api/files/shared.txt").headers["etag"]
    assert admin.ask("GET", "/api/files/shared.txt", headers={"If-None-Match": tag}).status_code == 304


def test_two_who_write_one_file_never_mix_in_it(device, admin):
    begun, first_done = threading.Event(), threading.Event()

    def slowly():
        yield b"A" * 3000
        begun.set()
        first_done.wait(20)
        yield b"A" * 3000

    answers = []
    slow = threading.Thread(target=lambda: answers.append(put(admin, "same.txt", slowly())))
    slow.start()
    assert begun.wait(20)
    quick = Administrator(device, claim=False)
    assert quick.login().status_code == 200
    assert put(quick, "same.txt", b"B" * 5000).status_code == 201
    assert (device.files / "same.txt").read_bytes() == b"B" * 5000
    first_done.set()
    slow.join()
    assert answers[0].status_code in (200, 201)
    assert (device.files / "same.txt").read_bytes() == b"A" * 6000
    assert not list(device.files.rglob("*.part"))


def test_python_and_json_are_read_before_they_are_kept(device, admin):
    good = b"x = 1\n"
    assert put(admin, "code.py", good).status_code == 201
    broken = put(admin, "code.py", b"def f(:\n    pass\n")
    assert broken.status_code == 422 and "code.py, line 1" in broken.json()["error"]
    assert put(admin, "code.py", b"x = 1\ny = 2\nif\n").json()["line"] == 3
    assert (device.files / "code.py").read_bytes() == good
    assert put(admin, "code.py?force=1", b"if\n").status_code == 200
    assert put(admin, "config.json", b'{"name": ').status_code == 422
    assert not list(device.files.rglob("*.part"))


def test_secrets_are_replaced_and_not_read(device, admin):
    kept = (device.files / "secrets.json").read_bytes()
    assert admin.get("/api/files/secrets.json").status_code == 403
    assert admin.get("/api/files/secrets.json?sha256").status_code == 403
    for name in ("SECRETS.JSON.", "SECRET~1.JSO", "secrets.json.trial"):  # as FAT knows it, and a copy
        (device.files / name).write_bytes(kept)
        assert admin.get("/api/files/" + name).status_code == 403, name
        assert admin.ask("PATCH", "/api/files/" + name, json={"to": "/open.txt"}).status_code == 403, name
        (device.files / name).unlink()
    assert admin.ask("PATCH", "/api/files/secrets.json", json={"to": "/open.txt"}).status_code == 403
    assert put(admin, "secrets.json", kept).status_code == 200
    assert (device.files / "secrets.json").read_bytes() == kept
    assert "secrets.json" not in admin.get("/api/files/?search=pbkdf2").text


def test_what_the_device_runs_is_deleted_after_a_second_question_only(device, admin):
    shutil.copy(device.files / "main.py", device.files.parent / "main.py")
    answer = admin.delete("/api/files/main.py")
    assert answer.status_code == 409 and answer.json()["sure"] is True
    assert admin.delete("/api/files/lib/?recursive=1").json()["sure"] is True
    assert admin.delete("/api/files/greenhouse.mpy").json()["sure"] is True
    assert (device.files / "main.py").exists()
    assert admin.delete("/api/files/main.py?sure=1").status_code == 204
    assert not (device.files / "main.py").exists()
    shutil.copy(device.files.parent / "main.py", device.files / "main.py")


def test_a_folder_goes_with_what_is_in_it_when_that_is_said(device, admin):
    assert put(admin, "deep/er/file.txt", b"x").status_code == 201
    answer = admin.delete("/api/files/deep/")
    assert answer.status_code == 409 and answer.json()["recursive"] is True
    assert admin.delete("/api/files/deep/?recursive=1").status_code == 204
    assert not (device.files / "deep").exists()


def test_no_path_leads_elsewhere(device, admin):
    for path in ("..%2fx", "%2e%2e/x", "a/..%2f..%2fx", "a%5cb", "a%00b"):
        assert put(admin, path, b"x").status_code == 400, path
    assert admin.ask("PATCH", "/api/files/code.py", json={"to": "/../x"}).status_code == 400
    assert admin.ask("PATCH", "/api/files/code.py", json={"to": "x"}).status_code == 400


def test_search_finds_lines(device, admin):
    put(admin, "find/me.txt", b"first\nThe Needle is here\n")
    found = admin.get("/api/files/find/?search=needle").json()
    assert found["hits"] == [{"path": "/find/me.txt", "line": 2, "text": "The Needle is here"}]
    assert admin.get("/api/files/?search=").status_code == 400


def test_a_full_disk_leaves_the_old_file(device, admin):
    put(admin, "kept.txt", b"old")
    device.board.fill_disk(8192)
    try:
        answer = put(admin, "kept.txt", bytes(200_000))
        assert answer.status_code == 507 and "no room" in answer.json()["error"]
        assert (device.files / "kept.txt").read_bytes() == b"old"
        saved = admin.put("/api/admin/settings/greenhouse", {"values": {"warm": 30}})
        assert saved.status_code in (200, 507)
    finally:
        device.board.fill_disk(1 << 30)
    assert not list(device.files.rglob("*.part"))


def test_a_client_that_goes_leaves_nothing(device, admin):
    import socket

    host, port = device.url[7:].split(":")
    cookie = "; ".join("{}={}".format(*pair) for pair in admin.http.cookies.items())
    with socket.create_connection((host, int(port))) as sock:
        head = (
            "PUT /api/files/half.bin HTTP/1.1\r\nHost: {0}:{1}\r\nOrigin: http://{0}:{1}\r\nCookie: {2}\r\n"
        )
        sock.sendall(
            (head.format(host, port, cookie) + "Content-Length: 50000\r\n\r\n").encode() + bytes(20000)
        )
    from processes import eventually

    eventually(lambda: not list(device.files.rglob("half.bin*")), "the half file is gone")


def test_200_random_operations_leave_what_a_local_folder_has(device, admin, tmp_path):
    rng = random.Random(7)
    local = tmp_path / "local"
    local.mkdir()
    assert admin.ask("PUT", "/api/files/work/").status_code == 201
    names = ["a", "b.txt", "c d", "sub", "ü.bin"]

    def path():
        return "/".join(rng.choice(names) for _ in range(rng.randint(1, 3)))

    for _ in range(200):
        one, other = path(), path()
        here, there = local / one, local / other
        url = "/api/files/work/" + requests.utils.quote(one)
        action = rng.choice(["put", "put", "get", "delete", "move", "folder"])
        blocked = any(parent.is_file() for parent in here.parents)
        if action == "put":
            content = rng.randbytes(rng.choice([0, 1, 700, 9000]))
            status = put(admin, "work/" + requests.utils.quote(one), content).status_code
            if blocked or here.is_dir():
                assert status == 409, (one, status)
            else:
                assert status in (200, 201), (one, status)
                here.parent.mkdir(parents=True, exist_ok=True)
                here.write_bytes(content)
        elif action == "get":
            answer = admin.get(url)
            if here.is_file():
                assert answer.content == here.read_bytes()
            elif here.is_dir():
                assert sorted(e["name"] for e in answer.json()["entries"]) == sorted(
                    p.name for p in here.iterdir()
                )
            else:
                assert answer.status_code == 404
        elif action == "delete":
            status = admin.delete(url + "?recursive=1").status_code
            if here.is_dir():
                assert status == 204
                shutil.rmtree(here)
            elif here.is_file():
                assert status == 204
                here.unlink()
            else:
                assert status == 404
        elif action == "move":
            status = admin.ask("PATCH", url, json={"to": "/work/" + other}).status_code
            into_itself = (other + "/").startswith(one + "/")
            if not here.exists():
                assert status == 404
            elif there.exists() or into_itself or any(parent.is_file() for parent in there.parents):
                assert status == 409, (one, other, status)
            else:
                assert status == 200, (one, other, status)
                there.parent.mkdir(parents=True, exist_ok=True)
                here.rename(there)
        else:
            status = admin.ask("PUT", url + "/").status_code
            if blocked or here.is_file():
                assert status == 409
            else:
                assert status in (200, 201)
                here.mkdir(parents=True, exist_ok=True)

    def tree(folder):
        return {
            str(file.relative_to(folder)): file.read_bytes() if file.is_file() else None
            for file in folder.rglob("*")
        }

    assert tree(device.files / "work") == tree(local)
