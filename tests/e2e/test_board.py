"""The virtual board as a process: pins, interrupts, files, and the heap that it costs."""

import pytest

from host.board.board import Board
from host.board.firmware import BoardError

RUNTIMES = ["micropython32", "micropython", "cpython"]


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """Each runtime of a board."""
    return request.param


@pytest.fixture(params=RUNTIMES[:2])
def micropython(request):
    """Each MicroPython."""
    return request.param


def test_a_program_drives_and_reads_pins(boot, runtime):
    board = boot(
        """
        from machine import Pin
        import time
        lamp = Pin(4, Pin.OUT, value=0)
        button = Pin(5, Pin.IN, Pin.PULL_UP)
        print("up")
        while button.value():
            time.sleep_ms(5)
        lamp.on()
        print("pressed")
        """,
        runtime,
    )
    board.wait_for("up")
    assert board.pins() == {4: 0, 5: 1}
    board.set_pin(5, 0)
    board.wait_for("pressed")
    assert board.pin(4) == 1


def test_every_pulse_at_one_kilohertz_is_counted(boot, runtime):
    board = boot(
        """
        import asyncio, machine
        count = 0
        def edge(pin):
            global count
            count += 1
        machine.Pin(5, machine.Pin.IN).irq(edge, machine.Pin.IRQ_FALLING)
        async def main():
            print("up")
            while count < 3000:
                await asyncio.sleep(0.02)
                sum(range(2000))        # a program has other work, too
            await asyncio.sleep(0.2)
            print("counted", count)
        asyncio.run(main())
        """,
        runtime,
    )
    board.wait_for("up")
    board.pulse(5, 3000, 1000)
    board.wait_for("counted 3000\n")


def test_interrupts_come_while_the_program_sleeps(boot, runtime):
    board = boot(
        """
        import time, select, socket
        from machine import Pin, Timer
        pressed = []
        Pin(5, Pin.IN).irq(pressed.append, Pin.IRQ_RISING)
        ticks = []
        timer = Timer(0, period=20, callback=ticks.append)
        sock = socket.socket()
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        print("up")
        time.sleep(0.5)
        asleep = len(ticks)
        start = time.ticks_ms()
        hits = poll.poll(500)
        waited = time.ticks_diff(time.ticks_ms(), start)
        print("asleep", asleep > 1, "polled", len(ticks) - asleep > 1 or bool(hits))
        # An interrupt ends no poll early: it does not on hardware.
        print("waited", waited >= 495 or bool(hits))
        while len(pressed) < 3:
            time.sleep_ms(20)
        print("pressed", len(pressed))
        """,
        runtime,
    )
    board.wait_for("up")
    board.pulse(5, 3, 100)
    board.wait_for("asleep True polled True\nwaited True\npressed 3\n")


def test_a_hard_handler_must_not_allocate(boot, micropython):
    board = boot(
        """
        from machine import Pin
        import time
        bad = Pin(5, Pin.IN)
        bad.irq(lambda pin: [1] * 100, Pin.IRQ_RISING, hard=True)
        lamp = Pin(4, Pin.OUT)
        class Good:
            def __init__(self):
                self.count = 0
            def edge(self, pin):
                self.count += 1
                lamp(self.count & 1)
        good = Good()
        Pin(6, Pin.IN).irq(good.edge, Pin.IRQ_RISING, hard=True)
        print("up")
        """,
        micropython,
    )
    board.wait_for("up")
    board.set_pin(5, 1)
    board.wait_for("MemoryError")
    board.pulse(6, 3, 1000)
    assert board.wait_pin(4, 1)
    assert board.exec("time.sleep_ms(10); print(good.count)") == "3\n"


def test_a_card_can_be_pulled_out(boot, micropython):
    board = boot(
        """
        import os, machine
        print("up")
        """,
        micropython,
    )
    board.wait_for("up")
    with pytest.raises(RuntimeError, match="OSError"):
        board.exec("machine.SDCard()")
    board.insert_card(1024 * 1024)
    board.exec(
        "card = machine.SDCard()\n"
        "os.VfsFat.mkfs(card)\n"
        "os.mount(card, '/sd')\n"
        "with open('/sd/log.txt', 'w') as f: f.write('kept')\n"
        "os.umount('/sd')\n"
    )
    board.reset()
    board.wait_for("up")
    board.exec("os.mount(machine.SDCard(), '/sd')")
    assert board.exec("print(open('/sd/log.txt').read(), os.listdir('/sd'))").strip() == "kept ['log.txt']"
    board.eject_card()
    with pytest.raises(RuntimeError, match="OSError"):
        board.exec("open('/sd/log.txt').read()")


def test_the_device_sees_only_its_own_files(boot, micropython):
    board = boot("import os, sys\nprint('up')\n", micropython)
    board.wait_for("up")
    assert sorted(eval(board.exec("print(os.listdir('/'))"))) == ["firmware", "main.py"]
    assert board.exec("print(os.getcwd(), sys.path)").strip() == "/ ['', '.frozen', '/lib', '/firmware']"
    with pytest.raises(RuntimeError, match="OSError"):
        board.exec("open('/etc/passwd')")
    # Its ROM is its own, too, and whole again on the next board.
    board.exec("for name in os.listdir('/firmware'): os.remove('/firmware/' + name)")
    other = Board(board.folder, runtime=micropython)
    assert (board.folder / "rom" / "machine.mpy").exists()
    other.stop()


def test_the_virtual_hardware_costs_little_heap(boot):
    board = boot(
        """
        import gc
        gc.collect()
        free = gc.mem_free()
        from machine import Pin
        import time, select, socket
        pin = Pin(4, Pin.OUT)
        gc.collect()
        print("up", gc.mem_alloc() // 1024, (free - gc.mem_free()) // 1024)
        """,
        "micropython32",
        heap="96K",
    )
    board.wait_for("up")
    board.wait_for("\n")
    allocated_kb, hardware_kb = map(int, board.text.split()[1:3])
    assert allocated_kb <= 12
    assert hardware_kb <= 6


def test_two_boards_live_side_by_side(boot):
    boards = [boot(f"print('up {i}')", "micropython32") for i in range(2)]
    for i, board in enumerate(boards):
        board.wait_for(f"up {i}")
    assert boards[0].exec("print(1)") == boards[1].exec("print(1)")


def test_an_unknown_runtime_is_refused_with_what_there_is(tmp_path):
    with pytest.raises(BoardError, match="takes one of micropython32, micropython, cpython"):
        Board(tmp_path, runtime="pypy")


def test_the_prompt_is_free_while_a_thread_works(boot, runtime):
    board = boot(
        """
        import _thread, machine, time
        turns = count = 0
        def edge(pin):
            global count
            count += 1
        machine.Pin(5, machine.Pin.IN).irq(edge, machine.Pin.IRQ_RISING)
        machine.unique_id()  # not yet two threads that import the same: MicroPython can't do that
        def work():
            global turns
            while True:
                assert machine.reset_cause() == machine.PWRON_RESET
                time.sleep_ms(1)
                turns += 1
        _thread.start_new_thread(work, ())
        print("up")
        """,
        runtime,
    )
    board.wait_for("up")
    board.pulse(5, 200, 500)
    for i in range(300):
        assert board.exec(f"print(machine.unique_id()[0] + {i})") == f"{36 + i}\n"
    assert board.wait_until(lambda: board.exec("print(count)") == "200\n")
    assert int(board.exec("print(turns)")) > 50
