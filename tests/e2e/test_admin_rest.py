"""The administration over HTTP: closed by default, for administrators alone, and every change seen on the device."""

import io
import json
import tarfile

import pytest
import requests
from admin_client import PASSWORD, Administrator, code_of
from dashboard_board import Greenhouse

from processes import eventually

AREAS = ["modules", "settings", "settings/log", "plugins", "log", "routes", "system", "backup", "users"]


@pytest.fixture(scope="module", params=["http_async", "http_windup"])
def device(request, tmp_path_factory):
    """The greenhouse with its administration."""
    folder = tmp_path_factory.mktemp("greenhouse")
    with Greenhouse(folder, request.param, plugins=["admin", "history"]) as device:
        yield device


@pytest.fixture(scope="module")
def admin(device):
    """Its administrator; before that everything is closed."""
    for area in AREAS:
        answer = requests.get(device.url + "/api/admin/" + area, timeout=10)
        assert answer.status_code == 401 and answer.json()["claim"] is True, area
    assert requests.get(device.url + "/api/files/main.py", timeout=10).status_code == 401
    assert requests.get(device.url + "/log", timeout=10).status_code == 401
    return Administrator(device)


def test_who_is_nobody_gets_nowhere(device, admin):
    for area in AREAS:
        answer = requests.get(device.url + "/api/admin/" + area, timeout=10)
        assert answer.status_code == 401, area
    assert requests.get(device.url + "/api/files/", timeout=10).status_code == 401
    assert requests.get(device.url + "/log", timeout=10).status_code == 401
    # Whatever is not administration is open as before.
    assert requests.get(device.url + "/api/greenhouse/fan", timeout=10).status_code == 200


def test_a_user_of_another_group_gets_nowhere_and_a_token_does(device, admin):
    assert (
        admin.put("/api/admin/users/anna", {"password": "secret word", "groups": ["family"]}).status_code
        == 200
    )
    anna = Administrator(device, claim=False)
    assert anna.login("anna", "wrong word").status_code == 403
    assert anna.login("anna", "secret word").status_code == 200
    for area in AREAS:
        assert anna.get("/api/admin/" + area).status_code == 403, area
    assert anna.put("/api/files/x.txt", 1).status_code == 403
    made = admin.put("/api/admin/tokens/robot", {"groups": ["admin"]}).json()
    bearer = {"Authorization": "Bearer " + made["token"]}
    assert requests.get(device.url + "/api/admin/system", headers=bearer, timeout=10).status_code == 200
    found = admin.get("/api/admin/users").json()
    assert [user["name"] for user in found["users"]] == ["admin", "anna"]
    assert found["tokens"] == [{"name": "robot", "groups": ["admin"]}]
    assert made["token"] not in (device.files / "secrets.json").read_text()
    assert "secret word" not in (device.files / "secrets.json").read_text()
    assert admin.delete("/api/admin/tokens/robot").status_code == 204
    assert requests.get(device.url + "/api/admin/system", headers=bearer, timeout=10).status_code == 401
    assert admin.delete("/api/admin/users/anna").status_code == 204
    assert anna.get("/api/admin/system").status_code == 401


def test_the_last_administrator_stays(admin):
    assert admin.delete("/api/admin/users/admin").status_code == 409
    assert admin.put("/api/admin/users/admin", {"groups": []}).status_code == 409


def test_a_second_claim_is_refused(device, admin):
    answer = Administrator(device, claim=False).post(
        "/api/admin/claim", {"code": "1", "password": "another one"}
    )
    assert answer.status_code == 409


def test_a_foreign_page_can_change_nothing(device, admin):
    for origin in ("http://evil.example", "null"):
        answer = admin.http.post(
            device.url + "/api/admin/system",
            json={"action": "collect"},
            headers={"Origin": origin},
            timeout=10,
        )
        assert answer.status_code == 403
    session = requests.Session()
    session.cookies = admin.http.cookies
    answer = session.post(device.url + "/api/admin/system", json={"action": "collect"}, timeout=10)
    assert answer.status_code == 403  # no Origin, and no token


def test_modules_are_listed_stopped_and_started(device, admin):
    found = {one["id"]: one for one in admin.get("/api/admin/modules").json()["modules"]}
    assert found["greenhouse"]["state"] == "RUNNING"
    assert 500 < found["greenhouse"]["bytes"] < 20000  # at its start
    assert admin.post("/api/admin/modules/greenhouse", {"action": "stop"}).json()["state"] == "STOPPED"
    assert requests.get(device.url + "/api/greenhouse/fan", timeout=10).status_code == 503
    assert admin.post("/api/admin/modules/greenhouse", {"action": "start"}).json()["state"] == "RUNNING"
    assert admin.post("/api/admin/modules/greenhouse", {"action": "restart"}).json()["state"] == "RUNNING"
    assert admin.post("/api/admin/modules/greenhouse", {"action": "fly"}).status_code == 400
    assert admin.post("/api/admin/modules/nosuch", {"action": "stop"}).status_code == 404
    # Who answers can't stop himself.
    assert admin.post("/api/admin/modules/admin", {"action": "stop"}).status_code == 409
    assert admin.post("/api/admin/modules/%s" % device.server, {"action": "stop"}).status_code == 409


def config(device):
    """The config.json of the device."""
    return json.loads((device.files / "config.json").read_text())


def test_settings_are_checked_saved_and_undone(device, admin):
    form = admin.get("/api/admin/settings/valves").json()
    fields = {field["key"]: field for field in form["fields"]}
    assert fields["names"]["value"] == ["Lawn", "Beds", "Hedge"]
    wrong = admin.put("/api/admin/settings/valves", {"values": {"names": "Lawn", "nosuch": 1}})
    assert wrong.status_code == 422 and set(wrong.json()["fields"]) == {"names", "nosuch"}
    assert "list" in wrong.json()["fields"]["names"]
    saved = admin.put("/api/admin/settings/valves", {"values": {"names": ["Rasen", "Beete", "Hecke"]}})
    assert saved.json()["state"] == "RUNNING" and saved.json()["undo"] is True
    assert device.get("/api")["modules"]["valves"]["properties"]["0"]["name"] == "Rasen"
    assert config(device)["valves"]["names"][0] == "Rasen"
    # The module fails with what was saved: one request brings back what was.
    broken = admin.put("/api/admin/settings/greenhouse", {"values": {"warm": 99}}).json()
    assert broken["state"] == "FAILED" and "60 or less" in broken["error"]
    assert admin.post("/api/admin/settings/greenhouse", {"action": "undo"}).json()["state"] == "RUNNING"
    assert "greenhouse" not in config(device)
    assert admin.post("/api/admin/settings/greenhouse", {"action": "undo"}).status_code == 409
    wrong = admin.put("/api/admin/settings/log", {"values": {"level": "loud", "facility": 24, "memory": 16}})
    reasons = wrong.json()["fields"]
    assert wrong.status_code == 422 and "debug, info" in reasons["level"]
    assert "23 or less" in reasons["facility"] and "256 or more" in reasons["memory"]
    # null: back to the default.
    admin.put("/api/admin/settings/log", {"values": {"flush_ms": 9000}})
    assert config(device)["log"]["flush_ms"] == 9000
    admin.put("/api/admin/settings/log", {"values": {"flush_ms": None}})
    assert "flush_ms" not in config(device).get("log", {})


def test_secrets_are_written_and_never_read(device, admin):
    saved = admin.put("/api/admin/settings/greenhouse", {"secrets": {"password": "hush-hush"}})
    assert saved.status_code == 200, saved.text
    assert json.loads((device.files / "secrets.json").read_text())["greenhouse"] == {"password": "hush-hush"}
    assert "hush" not in (device.files / "config.json").read_text()
    answer = admin.get("/api/admin/settings/greenhouse")
    field = [one for one in answer.json()["fields"] if one["key"] == "password"][0]
    assert field["secret"] and field["set"] and "value" not in field and "hush" not in answer.text
    admin.put("/api/admin/settings/greenhouse", {"secrets": {"password": None}})
    assert "greenhouse" not in json.loads((device.files / "secrets.json").read_text())
    # Users have a page of their own.
    assert "users" not in [one["key"] for one in admin.get("/api/admin/settings/http").json()["fields"]]


def test_the_devices_name_is_checked(device, admin):
    for name in ("a/b", "a\x01b", "a\x7fb", "a\uffffb", "$a", ""):
        assert admin.put("/api/admin/settings/device", {"values": {"name": name}}).status_code == 422, name
    assert (
        admin.put("/api/admin/settings/device", {"values": {"name": "glasshouse"}}).json()["restart"] is True
    )
    assert config(device)["name"] == "glasshouse"
    assert device.get("/api")["name"] == "glasshouse"
    admin.put("/api/admin/settings/device", {"values": {"name": "greenhouse"}})


def test_plugins_are_listed_and_switched(device, admin):
    found = {one["name"]: one for one in admin.get("/api/admin/plugins").json()["plugins"]}
    assert (
        found["sysinfo"]["enabled"]
        and found["sysinfo"]["minimum"]["heap"] > 0
        and found["sysinfo"]["size"] > 0
    )
    assert admin.post("/api/admin/plugins/sysinfo", {"action": "disable"}).json()["enabled"] is False
    assert "sysinfo" not in config(device)["plugins"]
    admin.post("/api/admin/plugins/sysinfo", {"action": "enable"})
    assert config(device)["plugins"][-1] == "sysinfo"
    assert admin.post("/api/admin/plugins/nosuch", {"action": "enable"}).status_code == 404


def test_log_routes_and_system_tell(device, admin):
    lines = admin.get("/api/admin/log").json()["lines"]
    assert any(line[3] == "admin" and "administrator" in line[4] for line in lines)
    found = admin.get("/api/admin/routes").json()
    paths = [path for content in found["contents"] for path, _ in content["routes"]]
    assert "/api/admin/users/:name" in paths and "/dashboard/…" in paths
    facts = admin.get("/api/admin/system").json()
    assert facts["name"] == "greenhouse" and facts["memory"]["free"] > 0 and facts["storage"]["total"] > 0
    assert admin.post("/api/admin/system", {"action": "collect"}).json()["free"] > 0
    assert admin.post("/api/admin/system", {"action": "explode"}).status_code == 400


def test_events_are_seen_and_published(device, admin):
    with admin.http.get(
        device.url + "/api/admin/events?filter=greenhouse/%23", stream=True, timeout=10
    ) as stream:
        lines = stream.iter_lines()
        assert (
            admin.post("/api/admin/events", {"topic": "greenhouse/fan/set", "value": True}).status_code == 200
        )
        seen = []
        while "event: greenhouse/fan/set" not in seen:
            seen.append(next(lines).decode())
        assert next(lines) == b"data: true"
    eventually(lambda: device.get("/api/greenhouse/fan") is True)
    assert admin.post("/api/admin/events", {"topic": "$state/x", "value": 1}).status_code == 403
    assert admin.post("/api/admin/events", {"topic": "a/#", "value": 1}).status_code == 400
    assert admin.get("/api/admin/events?filter=a/%23/b").status_code == 400


def test_history_is_switched_on(device, admin):
    topics = [one["topic"] for one in admin.get("/api/history").json()["series"]]
    assert topics == ["greenhouse/humidity", "greenhouse/temperature"]
    assert requests.put(device.url + "/api/history/greenhouse/rung", json=True, timeout=10).status_code == 401
    assert admin.put("/api/history/greenhouse/rung", True).json()["kept"] is True
    assert config(device)["history"]["topics"] == ["greenhouse/rung"]
    assert admin.get("/api/history/greenhouse/rung").json()["step"] == 60
    assert admin.ask("GET", "/api/history/greenhouse/rung?csv").text.startswith("time,mean,least,most\r\n")
    assert admin.put("/api/history/greenhouse/rung", False).json()["kept"] is False
    assert admin.get("/api/history/greenhouse/rung").status_code == 404
    assert admin.put("/api/history/greenhouse/nosuch", True).status_code == 404


def test_a_backup_brings_back_what_was(device, admin):
    (device.files / "notes.txt").write_text("first\n" * 500)
    plain = admin.get("/api/admin/backup").content
    names = tarfile.open(fileobj=io.BytesIO(plain)).getnames()
    assert "config.json" in names and "notes.txt" in names and "main.py" in names
    assert not any("secrets" in name or name.startswith("lib") for name in names)
    sealed = admin.post("/api/admin/backup", {"password": "for the safe"}).content
    assert (
        b"pbkdf2" not in sealed
        and "secrets.json.sealed" in tarfile.open(fileobj=io.BytesIO(sealed)).getnames()
    )
    before = json.loads((device.files / "secrets.json").read_text())
    (device.files / "notes.txt").write_text("second")
    (device.files / "secrets.json").write_text("{}")
    put = {"data": sealed, "headers": {"Backup-Password": "wrong%20one"}}
    answer = admin.ask("PUT", "/api/admin/backup", **put)
    assert answer.status_code == 403, answer.text
    assert (device.files / "notes.txt").read_text() == "second"
    put["headers"]["Backup-Password"] = "for%20the%20safe"
    answer = admin.ask("PUT", "/api/admin/backup", **put)
    assert answer.status_code == 200, answer.text
    assert answer.json()["secrets"] is True
    assert (device.files / "notes.txt").read_text() == "first\n" * 500
    assert json.loads((device.files / "secrets.json").read_text()) == before
    assert not (device.files / ".restore").exists()


@pytest.mark.parametrize("damage", ["cut", "no tar", "no config", "outside"])
def test_a_broken_backup_changes_nothing(device, admin, damage):
    content = admin.get("/api/admin/backup").content
    before = (device.files / "config.json").read_bytes()
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "no tar":
        content = b"x" * 2000
    else:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            info = tarfile.TarInfo("a.txt" if damage == "no config" else "../config.json")
            info.size = 2
            tar.addfile(info, io.BytesIO(b"{}"))
        content = out.getvalue()
    assert admin.ask("PUT", "/api/admin/backup", data=content).status_code == 400
    assert (device.files / "config.json").read_bytes() == before
    assert not (device.files / ".restore").exists()


def test_wrong_codes_are_locked_out(tmp_path, device):
    with Greenhouse(tmp_path / "new", device.server, plugins=["admin"]) as new:
        guest = Administrator(new, claim=False)
        assert guest.get("/api/admin/session").json() == {
            "user": None,
            "groups": [],
            "claimed": False,
            "code": True,
        }
        assert guest.post("/api/admin/claim", {"code": code_of(new), "password": "short"}).status_code == 400
        for _ in range(5):
            assert guest.post("/api/admin/claim", {"code": "0000", "password": PASSWORD}).status_code == 403
        answer = guest.post("/api/admin/claim", {"code": code_of(new), "password": PASSWORD})
        assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0


def test_logging_out_ends_it(device, admin):
    other = Administrator(device, claim=False)
    assert other.login().status_code == 200
    assert other.get("/api/admin/session").json()["user"] == "admin"
    assert other.delete("/api/admin/session").status_code == 204
    assert other.get("/api/admin/system").status_code == 401
    assert other.login().status_code == 200
    assert admin.delete("/api/admin/users/admin/sessions").status_code == 204
    assert other.get("/api/admin/system").status_code == 401
    assert admin.login().status_code == 200
