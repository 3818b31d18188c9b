"""Winding a board's clock forward: hours pass in moments, and nothing is lost on the way."""

import socket
import textwrap
import threading
import time

import pytest

from host.board.board import Board
from host.board.firmware import BoardError


@pytest.fixture(params=["micropython32", "micropython"])
def boot(tmp_path, request):
    """A function that boots a program on a board whose clock can be wound forward."""
    boards = []

    def start(program):
        board = Board(tmp_path / "board", runtime=request.param, virtual_clock=True)
        boards.append(board)
        (board.files / "main.py").write_text(textwrap.dedent(program))
        return board.start()

    yield start
    for board in boards:
        board.stop()


def test_a_day_of_tasks_timers_and_sleep(boot):
    board = boot(
        """
        import asyncio, machine, time
        minutes = 0
        def minute(timer):
            global minutes
            minutes += 1
        machine.Timer(0, period=60000, callback=minute)
        watchdog = machine.WDT(timeout=90000)
        beats = 0
        async def beat():
            global beats
            while True:
                await asyncio.sleep(30)
                watchdog.feed()
                beats += 1
        async def main():
            task = asyncio.create_task(beat())
            start = time.time()
            ticks = time.ticks_ms()
            print("up")
            await asyncio.sleep(86400)
            print("beats", 2870 <= beats <= 2880, "minutes", 1438 <= minutes <= 1440)
            print("clock", 86400 <= time.time() - start <= 86402, time.gmtime()[:3])
            print("ticks", 86400000 <= time.ticks_diff(time.ticks_ms(), ticks) < 86402000)
        asyncio.run(main())
        """
    )
    board.wait_for("up")
    board.forward(86401)
    board.wait_for("beats True minutes True\nclock True (2000, 1, 2)\nticks True\n")
    assert board.boots == 1


def test_without_winding_time_goes_its_way(boot):
    board = boot("import time\nprint('up')\ntime.sleep(0.3)\nprint('slept')\n")
    board.wait_for("up")
    start = time.monotonic()
    board.wait_for("slept")
    assert time.monotonic() - start > 0.2


def test_the_watchdog_bites_in_wound_time(boot):
    board = boot(
        """
        import machine, time
        print("cause", machine.reset_cause())
        if machine.reset_cause() == machine.PWRON_RESET:
            machine.WDT(timeout=8000)
            time.sleep(3600)
        """
    )
    board.wait_for("cause 1")
    board.forward(10)
    board.wait_for("cause 3")


def test_deep_sleep_is_skipped_and_the_clock_goes_on(boot):
    board = boot(
        """
        import machine, time
        print("cause", machine.reset_cause(), "hour", time.gmtime()[3])
        if time.gmtime()[3] < 3:
            machine.deepsleep(3600 * 1000)
        """
    )
    board.wait_for("cause 1 hour 0")
    board.forward(3 * 3600 + 10)
    for hour in (1, 2, 3):
        board.wait_for(f"cause 4 hour {hour}")


def test_light_sleep_is_skipped(boot):
    board = boot("import machine\nprint('up')\nmachine.lightsleep(3600 * 1000)\nprint('awake')\n")
    board.wait_for("up")
    board.forward(3601)
    board.wait_for("awake")


def test_a_network_comes_back_in_wound_time(boot):
    board = boot(
        """
        import network, time
        station = network.WLAN(network.STA_IF)
        station.active(True)
        station.connect("home", "secret12")
        print("up")
        while not station.isconnected():
            time.sleep(60)
        print("connected")
        """
    )
    board.wait_for("up")
    board.forward(7200)
    assert "connected" not in board.text
    board.wifi.add("home", "secret12")
    board.forward(300)
    board.wait_for("connected")


def test_peers_get_time_to_answer(boot):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_echo, args=(listener,), daemon=True).start()
        board = boot(
            """
            import asyncio, time
            late = 0
            async def main():
                global late
                reader, writer = await asyncio.open_connection("peer", 7)
                print("up")
                for i in range(20):
                    writer.write(b"hello")
                    await writer.drain()
                    try:
                        await asyncio.wait_for(reader.readexactly(5), 5)
                    except asyncio.TimeoutError:
                        late += 1
                    await asyncio.sleep(60)
                print("late", late)
            asyncio.run(main())
            """.replace('"peer", 7', '"127.0.0.1", {}'.format(listener.getsockname()[1]))
        )
        board.wait_for("up")
        board.forwarder.settle_s = 0.3  # more than any peer takes, however busy the machine
        board.forward(20 * 60 + 60)
        board.wait_for("late 0\n")


def _echo(listener):
    client = listener.accept()[0]
    for _ in range(20):
        client.sendall(client.recv(100))
    client.close()


def test_only_a_board_made_for_it_can_be_wound(tmp_path):
    with pytest.raises(BoardError, match="only MicroPython's clock"):
        Board(tmp_path, runtime="cpython", virtual_clock=True)
    board = Board(tmp_path, runtime="micropython")
    with pytest.raises(ValueError, match="no virtual_clock"):
        board.forward(1)
    board.stop()
