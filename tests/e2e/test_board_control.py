"""The command line that acts on a running board."""

import json
import socket
import subprocess
import sys

import pytest

from host.board import control
from host.board.board import Board

PROGRAM = """
import machine, time
count = 0
def edge(pin):
    global count
    count += 1
machine.Pin(5, machine.Pin.IN).irq(edge, machine.Pin.IRQ_RISING)
machine.Pin(4, machine.Pin.OUT, value=1)
adc = machine.ADC(machine.Pin(34), atten=3)
print("cause", machine.reset_cause())
"""


@pytest.fixture
def board(tmp_path):
    """A board that takes commands."""
    board = Board(tmp_path / "a board", runtime="micropython")
    (board.files / "main.py").write_text(PROGRAM)
    board.call(control.serve, board)
    board.wifi.add("home", "secret12")
    board.start()
    board.wait_for("cause 1")
    yield board
    board.stop()


def run(board, *words, status=0):
    """Run the command line and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "host.board", "--folder", str(board.folder), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == status, done
    if status:
        assert done.stdout == "" and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    return done.stderr if status else done.stdout


def test_pins_are_set_and_shown(board):
    assert run(board, "pin", "4") == "1\n"
    run(board, "pin", "5", "1")
    assert run(board, "pin", "5") == "1\n"
    run(board, "pin", "5", "0")
    run(board, "pulse", "5", "20", "1000")
    assert board.wait_until(lambda: board.exec("print(count)") == "21\n")
    run(board, "bounce", "5", "1", "3", "6")
    assert board.wait_until(lambda: board.exec("print(count)") == "25\n")
    run(board, "volts", "34", "1.5")
    assert board.exec("print(adc.read_uv())") == "1500000\n"


def test_the_state_is_json(board):
    state = json.loads(run(board, "state"))
    assert state["on"] and state["boots"] == 1 and state["runtime"] == "micropython"
    assert state["pins"] == {"4": 1, "5": 0, "34": 0}
    assert state["access_points"] == {"home": "up"}


def test_access_points_come_and_go(board):
    run(board, "ap", "down")
    assert json.loads(run(board, "state"))["wifi"]["link"] is False
    run(board, "ap", "up", "home")
    assert json.loads(run(board, "state"))["wifi"]["link"] is True
    run(board, "ap", "add", "my other net", "12345678", "-70")
    run(board, "ap", "rssi", "my other net", "-55")
    run(board, "ap", "dhcp", "my other net", "off")
    run(board, "ap", "hidden", "my other net", "on")
    other = board.wifi["my other net"]
    assert other.rssi == -55 and other.dhcp is False and other.hidden is True


def test_phones_join_and_leave_the_boards_own_access_point(board):
    assert "no access point" in run(board, "phone", "join", status=1)
    board.exec("import network; ap = network.WLAN(network.AP_IF); ap.active(True)")
    run(board, "phone", "join")
    run(board, "phone", "join")
    assert board.exec("print(len(ap.status('stations')))") == "2\n"
    run(board, "phone", "leave")
    run(board, "phone", "leave")
    assert board.exec("print(len(ap.status('stations')))") == "0\n"
    assert "no phone has joined" in run(board, "phone", "leave", status=1)


def test_sensors_are_put_on_the_wires_and_pulled_out(board):
    run(board, "sense", "dht", "4", "21.5", "40")
    run(board, "sense", "ds18b20", "5", "28FF641E8116036C", "18.5")
    run(board, "sense", "bme280", "0x76", "21.5", "45", "1013")
    run(board, "sense", "bmp280", "0x77", "20", "1000")
    run(board, "sense", "bh1750", "0x23", "300")
    run(board, "sense", "distance", "14", "120")
    wires = board.world.wires
    assert wires.dht == {4: (21.5, 40)} and wires.ds18b20 == {5: {"28ff641e8116036c": 18.5}}
    assert sorted(wires.i2c) == [0x23, 0x76, 0x77] and wires.distance == {14: 120}
    run(board, "sense", "bme280", "0x76", "off")
    run(board, "sense", "dht", "4", "off")
    assert sorted(wires.i2c) == [0x23, 0x77] and wires.dht == {}
    for words in (("sense", "dht", "4"), ("sense", "nose", "4", "1"), ("sense", "bh1750", "x", "1")):
        assert "error" in run(board, *words, status=1)


def test_a_flash_without_room_takes_no_more(board):
    run(board, "disk", "1")
    write = "with open('%s', '%s') as f:\n    print(f.write('x' * %d))"
    assert board.exec(write % ("a", "w", 1000)) == "1000\n"
    with pytest.raises(RuntimeError, match="28"):
        board.exec(write % ("a", "a", 100))
    assert board.exec("print(open('a').read() == 'x' * 1000)") == "True\n"
    run(board, "disk", "full")
    with pytest.raises(RuntimeError, match="28"):
        board.exec(write.replace("'x'", "b'x'") % ("b", "wb", 1))
    board.exec("import os; os.remove('a')")
    assert board.exec(write % ("b", "w", 1000)) == "1000\n"
    run(board, "disk", "free")
    assert board.exec(write % ("b", "a", 5000)) == "5000\n"


def test_a_port_is_found_on_the_pc_from_the_next_start_on(board):
    number = int(run(board, "expose", "7"))
    board.power_cut()
    (board.files / "main.py").write_text(
        "import socket\ns = socket.socket()\ns.bind(socket.getaddrinfo('0.0.0.0', 7)[0][-1])\ns.listen(1)\n"
        "print('listens')\ns.accept()\nprint('somebody called')\n"
    )
    board.start()
    board.wait_for("listens")
    with socket.create_connection(("127.0.0.1", number)):
        board.wait_for("somebody called")


def test_power_is_cut_and_comes_back(board):
    run(board, "power", "cut")
    assert board.wait_until(lambda: not board.is_on())
    run(board, "power", "on")
    board.wait_for("cause 1")
    run(board, "power", "reset")
    board.wait_for("cause 2")


def test_changes_can_be_watched(board):
    watch = subprocess.Popen(
        [sys.executable, "-m", "host.board", "--folder", str(board.folder), "watch"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        board.wait_until(lambda: len(board.listeners) and _watchers(board))
        board.set_pin(5, 1)
        assert watch.stdout.readline() == "GPIO5 high\n"
        board.wifi.down("home")
        assert watch.stdout.readline() == "access point home down\n"
    finally:
        watch.kill()
        watch.wait()
        watch.stdout.close()


def _watchers(board):
    return board.listeners[-1].__self__._watchers


def test_a_mistake_is_told_in_one_line(board):
    assert "have ap, bounce" in run(board, "fly", status=1)
    assert "usage: pin" in run(board, "pin", status=1)
    assert "takes 0, 1 or float" in run(board, "pin", "5", "maybe", status=1)
    assert "invalid pin" in run(board, "pin", "99", status=1)
    assert "have home" in run(board, "ap", "down", "away", status=1)
    assert "takes a whole number" in run(board, "pulse", "5", "many", status=1)
    assert "takes a number above 0" in run(board, "pulse", "5", "1", "0", status=1)
    assert "usage: ap" in run(board, "ap", "left", status=1)
    assert "dht takes C RH, not 'hot'" in run(board, "sense", "dht", "4", "hot", status=1)
    assert "'warm': takes a number" in run(board, "sense", "dht", "4", "warm", "40", status=1)
    assert "'4a': takes a pin or an address" in run(board, "sense", "dht", "4a", "21", "40", status=1)
    assert "no sensor 'dht99'; have bh1750" in run(board, "sense", "dht99", "4", "21", status=1)
    assert "'nan': takes a number" in run(board, "volts", "34", "nan", status=1)


def test_without_a_board_it_says_how_to_get_one(board, tmp_path):
    board.stop()
    assert "make run" in run(board, "state", status=1)


def test_one_folder_holds_one_board(board):
    other = Board(board.folder, runtime="micropython")
    try:
        with pytest.raises(OSError, match="runs in .* already"):
            other.call(control.serve, other)
    finally:
        other.stop()
