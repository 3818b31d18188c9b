"""Power lost while a form is saved: what was there before, or what was sent, and never half of it."""

import io
import json
import random
import tarfile
import threading

import pytest
import requests
from admin_client import PASSWORD, Administrator
from dashboard_board import Greenhouse

from processes import eventually

CUTS = 4  # of each form


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """The greenhouse with its administration, on flash that takes its time."""
    config = {"wlan": {"networks": ["Home"]}, "modules": ["greenhouse", "valves.Valves"]}
    folder = tmp_path_factory.mktemp("greenhouse")
    with Greenhouse(folder, plugins=["wlan", "admin"], config=config, heap="320K", relay=False) as device:
        device.admin = Administrator(device)
        yield device


def tar(files):
    """A backup with these files, {name: bytes}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in files:
            about = tarfile.TarInfo(name)
            about.size = len(files[name])
            archive.addfile(about, io.BytesIO(files[name]))
    return out.getvalue()


def settings(device, turn):
    """Save settings: (request, what is to be old or new)."""
    values = {"values": {"warm": 30 + turn}, "secrets": {"password": "secret %d" % turn}}
    return ("PUT", "/api/admin/settings/greenhouse", {"json": values}), ["config.json", "secrets.json"]


def file(device, turn):
    """Save a file."""
    return ("PUT", "/api/files/kept.txt", {"data": b"%d" % turn * 5000}), ["kept.txt"]


def users(device, turn):
    """Add a user."""
    entry = {"password": "password %d" % turn, "groups": ["family"]}
    return ("PUT", "/api/admin/users/eve%d" % turn, {"json": entry}), ["secrets.json"]


def network(device, turn):
    """Join a network."""
    value = {"ssid": "Net %d" % turn, "password": "password %d" % turn}
    order = {"action": "join", "value": value}
    return ("POST", "/api/admin/network", {"json": order}), ["config.json", "secrets.json"]


def restore(device, turn):
    """Restore a backup of some files."""
    files = {"part%d.txt" % i: b"%d" % turn * 900 for i in range(6)}
    files["config.json"] = (device.files / "config.json").read_bytes()
    return ("PUT", "/api/admin/backup", {"data": tar(files)}), ["part%d.txt" % i for i in range(6)]


@pytest.mark.parametrize("form", [settings, file, users, network, restore], ids=lambda form: form.__name__)
def test_power_lost_while_a_form_is_saved_leaves_the_old_or_the_new(device, form):
    rng = random.Random(form.__name__)
    (method, path, body), names = form(device, 0)
    assert device.admin.ask(method, path, **body).ok
    for turn in range(1, CUTS + 1):
        (method, path, body), names = form(device, turn)
        old = {name: content(device, name) for name in names}
        device.board.slow_flash(15)
        sender = threading.Thread(target=send, args=(device, method, path, body))
        sender.start()
        device.board.forget_opens()
        eventually(lambda at=sender: device.board.opens or not at.is_alive(), "the device is at work")
        sender.join(rng.random() * 0.35)
        device.board.power_cut()
        sender.join()
        device.board.slow_flash(0)
        device.board.start()
        eventually(device.answers, "the device answers")
        assert device.admin.login(password=PASSWORD).status_code == 200
        new = {name: content(device, name) for name in names}
        # Each file is whole; what belongs together is old or new together, or the secret came first.
        changed = [name for name in names if new[name] != old[name]]
        assert changed in ([], names, ["secrets.json"]), changed
        for name in names:
            if name.endswith(".json"):
                assert isinstance(json.loads(new[name]), dict)
            else:
                assert new[name] in (old[name], body_of(body, turn, name)), name
        assert not list(device.files.rglob("*.part")) and not (device.files / "plugins").exists()


def content(device, name):
    """Return what is in a file of the device."""
    return (device.files / name).read_bytes()


def body_of(body, turn, name):
    """Return what a file is to hold after the turn."""
    return body["data"] if name == "kept.txt" else b"%d" % turn * 900


def send(device, method, path, body):
    """Ask the device, which may die over it."""
    try:
        device.admin.ask(method, path, **body)
    except requests.RequestException:
        pass
