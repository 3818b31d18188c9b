"""The toolchain says what is wrong, goes on after a kill, and lets one process in at a time."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from host import toolchain
from host.toolchain import cache, debian, programs, sources, venv
from processes import eventually

ROOT = Path(__file__).resolve().parent.parent.parent

ONE_LINE = """
# deb http://comment.example/debian trixie main
deb [arch=amd64 signed-by=/keys/a.gpg] http://mirror.example/debian trixie main contrib # remark
deb-src http://mirror.example/debian trixie main
deb cdrom:[Debian]/ trixie main
deb http://mirror.example/security trixie-security main
"""
DEB822 = """# A remark
Types: deb deb-src
URIs: http://mirror.example/ubuntu
Suites: noble noble-updates noble-backports
Components: main universe
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Types: deb
URIs: http://third.example/
Suites: stable
Components: main

Enabled: no
Types: deb
URIs: http://off.example/
Suites: noble
Components: main
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty cache folder with a space in its name."""
    path = tmp_path / "the cache"
    monkeypatch.setenv("MODCORE_CACHE", str(path))
    return path


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Function that makes up the settings of a machine: its release, and a file of /etc/apt."""

    def make(release, file="unused", text=""):
        (tmp_path / "os-release").write_text(release)
        (tmp_path / "sources.list.d").mkdir()
        (tmp_path / file).write_text(text)
        monkeypatch.setattr(sources, "APT", str(tmp_path))
        monkeypatch.setattr(sources, "OS_RELEASE", str(tmp_path / "os-release"))

    return make


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Function that puts a shell script of a given name before all others on PATH."""

    def make(name, script):
        folder = tmp_path / "commands"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("#!/bin/sh\n" + script)
        (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", "{}{}{}".format(folder, os.pathsep, os.environ["PATH"]))

    return make


def test_what_is_there_is_found_without_network_and_quickly(monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    command = [
        sys.executable,
        "-m",
        "host.toolchain",
        "micropython",
        "micropython32",
        "python",
        "lib",
        "tests",
    ]
    done = subprocess.run(command, cwd=ROOT, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stderr) == (0, b"")


def test_one_line_sources_of_debian_are_understood(machine):
    machine("ID=debian\nVERSION_CODENAME=trixie\n", "sources.list", ONE_LINE)
    assert sources.own() == [
        {
            "URIs": "http://mirror.example/debian",
            "Components": "main contrib",
            "Signed-By": "/keys/a.gpg",
            "Types": "deb",
            "Suites": "trixie",
        },
        {
            "URIs": "http://mirror.example/security",
            "Components": "main",
            "Types": "deb",
            "Suites": "trixie-security",
        },
    ]
    assert [suite for suite, _ in sources.candidates()] == ["trixie", "forky", "sid"]
    assert sources.candidates()[1][1][0]["URIs"] == "http://mirror.example/debian"


def test_sources_of_ubuntu_are_understood_without_those_of_third_parties(machine):
    machine('ID=ubuntu\nVERSION_CODENAME="noble"\n', "sources.list.d/ubuntu.sources", DEB822)
    (stanza,) = sources.own()
    assert stanza["Suites"] == "noble noble-updates noble-backports"
    assert stanza["Signed-By"].endswith("\n abc")
    assert [suite for suite, _ in sources.candidates()] == ["noble"]
    assert sources.fallbacks([stanza])[1][0]["Suites"] == "noble"


def test_a_machine_without_apt_settings_gets_a_reason(machine):
    machine("ID=debian\nVERSION_CODENAME=trixie\n")
    with pytest.raises(toolchain.NotAvailable, match="no 'trixie' in the settings of apt"):
        sources.own()


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        ("E: Unable to locate package micropython", toolchain.NotAvailable, "no x for i386 in trixie"),
        ("E: The repository 'y' does not have a Release file.", toolchain.NotAvailable, "no suite trixie"),
        ("E: Temporary failure resolving 'm.example'", cache.Unreachable, "check the network"),
        ("W: Failed to fetch x  Could not connect to 127.0.0.1:9", cache.Unreachable, "check the network"),
        ("E: y: Missing key 1234, NO_PUBKEY 1234", toolchain.ToolchainError, "debian-archive-keyring"),
        ("E: Write error - write (28: No space left on device)", toolchain.ToolchainError, "MODCORE_CACHE"),
        ("E: File has unexpected size (1 != 2). Mirror sync?", toolchain.ToolchainError, "unexpected size"),
    ],
)
def test_what_apt_says_becomes_one_line_that_says_what_to_do(folder, command, said, kind, told):
    quiet = "install" if "Release" in said else "update" if "locate" in said else "nothing"
    command("apt-get", 'case "$*" in *" {}"*) exit 0;; esac; echo "{}"; exit 100\n'.format(quiet, said))
    stanzas = [{"Types": "deb", "URIs": "http://m.example", "Suites": "trixie", "Components": "main"}]
    with pytest.raises(toolchain.ToolchainError) as caught:
        debian.Apt("trixie", stanzas, "i386").find(["x"])
    assert type(caught.value) is kind
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_a_program_on_path_is_taken_when_it_is_good_enough(folder, command):
    for name in ("mosquitto", "mosquitto_pub", "mosquitto_sub"):
        command(name, 'echo "{} version 2.0.18"\n'.format(name))
    assert toolchain.ensure("mosquitto") == {}
    assert os.readlink(toolchain.tool("mosquitto")).endswith("/commands/mosquitto")


def test_a_program_on_path_that_is_too_old_is_not_taken(folder, command, monkeypatch):
    for name in ("mosquitto", "mosquitto_pub", "mosquitto_sub"):
        command(name, 'echo "{} version 1.6.9"\n'.format(name))
    monkeypatch.setattr(programs.platform, "system", lambda: "Darwin")
    assert "install it" in toolchain.ensure("mosquitto")["mosquitto"]
    assert toolchain.tool("mosquitto") is None
    # It is remembered, and tried again when it is asked for.
    assert programs.ready("mosquitto")
    programs.forget_failures()
    assert not programs.ready("mosquitto")


def test_a_link_to_a_program_that_was_removed_is_made_anew(folder, command, tmp_path):
    test_a_program_on_path_is_taken_when_it_is_good_enough(folder, command)
    (tmp_path / "commands" / "mosquitto_sub").unlink()
    assert not programs.ready("mosquitto")


def test_an_unfinished_folder_never_gets_its_final_name(folder):
    with cache.staged("root", "x") as stage:
        Path(stage, "old").write_text("")
    with pytest.raises(KeyError), cache.staged("root", "x") as stage:
        Path(stage, "new").write_text("")
        raise KeyError
    assert [file.name for file in (folder / "root" / "x").iterdir()] == ["old"]
    with cache.staged("root", "x") as stage:
        Path(stage, "new").write_text("")
    assert [file.name for file in (folder / "root" / "x").iterdir()] == ["new"]


def test_a_second_process_waits_for_the_first(folder):
    code = "from host.toolchain import cache\nwith cache.locked(): print('in', flush=True)"
    with cache.locked():
        second = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert b"waiting for another run" in second.stderr.readline()
        time.sleep(0.2)
        assert second.poll() is None
    assert second.communicate(timeout=20)[0] == b"in\n"


def test_the_lock_is_held_while_a_command_of_a_killed_run_goes_on(folder, tmp_path):
    script = "cd '{}'; touch begun; sleep 1; touch done".format(tmp_path)
    code = "from host.toolchain import cache\nwith cache.locked(): cache.run(['sh', '-c', {!r}])".format(
        script
    )
    first = subprocess.Popen([sys.executable, "-c", code.format(script)], cwd=ROOT)
    eventually(lambda: (tmp_path / "begun").exists())
    first.kill()
    first.wait()
    with cache.locked():
        assert (tmp_path / "done").exists()


def test_a_folder_that_can_not_be_written_is_named(monkeypatch):
    monkeypatch.setenv("MODCORE_CACHE", "/proc/modcore")
    with pytest.raises(toolchain.ToolchainError, match="/proc/modcore: .*; set MODCORE_CACHE"):
        toolchain.ensure("python")


def test_an_unknown_part_is_named_with_what_there_is():
    with pytest.raises(toolchain.ToolchainError, match="no part 'mosquito'; have micropython, .*mosquitto"):
        toolchain.ensure("mosquito")


def test_a_changed_requirement_makes_the_environment_unready(monkeypatch, tmp_path):
    assert venv.ready("tests")
    (tmp_path / "changed.txt").write_text("pytest\n")
    monkeypatch.setitem(venv.FILES, "tests", str(tmp_path / "changed.txt"))
    assert not venv.ready("tests")


def test_an_environment_that_a_kill_left_half_made_is_not_used(folder, monkeypatch):
    monkeypatch.setattr(venv, "_install", lambda name: None)
    with cache.locked():
        venv.make("python")
    assert venv.ready("python")
    # The stamp is what a killed run could not write.
    cache.remove_stamp("venv")
    assert not venv.ready("python")
