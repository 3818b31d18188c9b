"""The ends of a program on the virtual board: resets, sleep, Ctrl-C, a stop; and that nothing is left of it."""

import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from processes import eventually

RUNTIMES = ["micropython32", "micropython", "cpython"]


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """Each runtime of a board."""
    return request.param


def test_reset_starts_anew_and_files_stay(boot, runtime):
    board = boot(
        """
        import machine
        cause = machine.reset_cause()
        try:
            with open("boots") as f:
                boots = int(f.read())
        except OSError:
            boots = 0
        with open("boots", "w") as f:
            f.write(str(boots + 1))
        print("boot", boots, "cause", cause, "memory", machine.RTC().memory())
        machine.RTC().memory(b"kept")
        if boots < 2:
            try:
                machine.reset()
            finally:
                print("nothing unwinds")
        """,
        runtime,
    )
    board.wait_for("boot 0 cause 1 memory b''")
    board.wait_for("boot 1 cause 2 memory b'kept'")
    board.wait_for("boot 2 cause 2")
    assert "unwinds" not in board.text
    assert (board.files / "boots").read_text() == "3"
    board.reset()
    board.wait_for("boot 3 cause 2")
    board.power_cut()
    assert not board.is_on()
    board.start()
    board.wait_for("boot 4 cause 1 memory b''")


def test_the_watchdog_ends_a_program_that_hangs(boot, runtime):
    board = boot(
        """
        import machine
        print("cause", machine.reset_cause())
        lamp = machine.Pin(4, machine.Pin.OUT, value=1)
        if machine.reset_cause() == machine.PWRON_RESET:
            dog = machine.WDT(timeout=300)
            dog.feed()
            while True:
                pass
        """,
        runtime,
    )
    board.wait_for("cause 1")
    board.wait_for("cause 3")


def test_a_soft_reset_unwinds(boot, runtime):
    board = boot(
        """
        import machine, sys
        print("cause", machine.reset_cause())
        if machine.reset_cause() == machine.PWRON_RESET:
            try:
                machine.soft_reset()
            finally:
                print("unwound")
        """,
        runtime,
    )
    board.wait_for("unwound")
    board.wait_for("cause 5")


def test_deep_sleep_ends_in_time_or_by_a_pin(boot, runtime):
    board = boot(
        """
        import machine, esp32
        print("cause", machine.reset_cause(), "woken by", machine.wake_reason())
        lamp = machine.Pin(4, machine.Pin.OUT, value=1)
        if machine.reset_cause() == machine.PWRON_RESET:
            machine.deepsleep(100)
        elif machine.wake_reason() == machine.TIMER_WAKE:
            esp32.wake_on_ext0(machine.Pin(33, machine.Pin.IN), esp32.WAKEUP_ANY_HIGH)
            machine.deepsleep()
        """,
        runtime,
    )
    board.wait_for("cause 1 woken by 0")
    board.wait_for("cause 4 woken by 4")
    assert board.wait_until(lambda: not board.is_on())
    assert board.pin(4) == 0
    board.set_pin(33, 1)
    board.wait_for("cause 4 woken by 2")


def test_light_sleep_goes_on_behind_it(boot, runtime):
    board = boot(
        """
        import machine, time
        start = time.ticks_ms()
        machine.lightsleep(150)
        print("slept", 140 <= time.ticks_diff(time.ticks_ms(), start) < 5000, machine.wake_reason())
        """,
        runtime,
    )
    board.wait_for("slept True 4")


def test_the_clock_starts_in_2000_and_can_be_set(boot, runtime):
    board = boot(
        """
        import time, machine
        print("year", time.gmtime(time.time())[0], time.localtime()[0])
        machine.RTC().datetime((2031, 5, 17, 5, 12, 30, 0, 0))
        print("set", time.gmtime(time.time())[:5], machine.RTC().datetime()[:6])
        """,
        runtime,
    )
    board.wait_for("year 2000 2000")
    board.wait_for("set (2031, 5, 17, 12, 30) (2031, 5, 17, 5, 12, 30)\n")
    board.clock.jump(86400)
    assert board.exec("print(time.gmtime(time.time())[:3])").strip() == "(2031, 5, 18)"
    board.reset()
    board.wait_for("year 2031")


def test_ctrl_c_drops_to_the_prompt_with_all_that_is_there(boot, runtime):
    board = boot(
        """
        import time
        kept = 42
        try:
            print("up")
            while True:
                time.sleep_ms(1000)
        finally:
            print("ended in order")
        """,
        runtime,
    )
    board.wait_for("up")
    board.interrupt()
    board.wait_for("ended in order")
    assert board.exec("print(kept)").strip() == "42"
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        board.exec("1 / 0")
    assert board.exec("print(kept + 1)").strip() == "43"


def test_many_ctrl_c_leave_the_board_in_step(boot, runtime):
    board = boot(
        """
        import machine, time
        while True:
            try:
                print("up")
                while True:
                    machine.reset_cause()
            except KeyboardInterrupt:
                print("interrupted")
                if machine.Pin(5, machine.Pin.IN).value():
                    break
        """,
        runtime,
    )
    board.wait_for("up")
    for _ in range(8):
        board.interrupt()
        board.wait_for("interrupted\nup")
    assert board.boots == 1
    board.set_pin(5, 1)


def test_ctrl_c_gets_through_to_a_program_that_never_pauses(boot, runtime):
    board = boot("print('up')\nwhile True:\n    pass\n", runtime)
    board.wait_for("up")
    board.interrupt()
    board.wait_for("KeyboardInterrupt")
    assert board.exec("print('alive')").strip() == "alive"


def test_stopping_lets_the_program_end_in_order(boot, runtime):
    board = boot(
        """
        import time
        from machine import Pin
        valve = Pin(4, Pin.OUT, value=1)
        try:
            print("up")
            time.sleep(60)
        finally:
            valve.off()
            print("closed")
        """,
        runtime,
    )
    board.wait_for("up")
    assert board.stop()
    assert "closed" in board.text


def test_a_program_that_does_not_end_is_cut_off(boot, runtime):
    board = boot(
        """
        while True:
            try:
                print("up")
                while True:
                    pass
            except KeyboardInterrupt:
                pass
        """,
        runtime,
    )
    board.wait_for("up")
    assert not board.stop(patience_s=1)


def test_no_process_outlives_its_owner(tmp_path, runtime):
    owner = textwrap.dedent(
        """
        import sys, time
        from host.board.board import Board
        board = Board(sys.argv[1], runtime=sys.argv[2])
        (board.files / "main.py").write_text("import time\\nprint('up')\\nwhile True: time.sleep_ms(100)\\n")
        board.start().wait_for("up")
        print(board.process._popen.pid, flush=True)
        time.sleep(60)
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", owner, str(tmp_path / "board"), runtime], stdout=subprocess.PIPE, text=True
    )
    device = int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()
    eventually(lambda: not psutil.pid_exists(device), "the end of the device")


def test_an_idle_board_uses_no_time(boot, runtime):
    board = boot("import time\nprint('up')\nwhile True: time.sleep_ms(1000)\n", runtime)
    board.wait_for("up")
    time.sleep(0.2)
    before = _cpu_s(board)
    time.sleep(1)
    assert _cpu_s(board) - before < 0.1


def _cpu_s(board):
    times = psutil.Process(board.process._popen.pid).cpu_times()
    return times.user + times.system
