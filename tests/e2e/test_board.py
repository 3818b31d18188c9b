"""The virtual board as a process: power, interrupts, sleep, files, and the world around it."""

import os
import socket
import subprocess
import sys
import textwrap
import time

import psutil
import pytest

from host import toolchain
from host.board.board import Board
from host.board.firmware import BoardError
from processes import eventually

RUNTIMES = ["micropython32", "micropython", "cpython"]
MICROPYTHONS = RUNTIMES[:2]


@pytest.fixture(params=RUNTIMES)
def runtime(request):
    """Each runtime that this machine has; in CI all must be there."""
    return _have(request.param)


@pytest.fixture(params=MICROPYTHONS)
def micropython(request):
    """Each MicroPython that this machine has."""
    return _have(request.param)


def _have(name):
    if name != "cpython" and not toolchain.tool(name) and not os.environ.get("CI"):
        pytest.fail(f"no {name} here: run `make test`, which gets it")
    return name


@pytest.fixture
def boot(tmp_path):
    """A function that boots a program and gives its board; all are stopped in the end."""
    boards = []

    def start(program, runtime="micropython32", on=True, **options):
        board = Board(tmp_path / f"board {len(boards)}", runtime=runtime, **options)
        boards.append(board)
        (board.files / "main.py").write_text(textwrap.dedent(program))
        return board.start() if on else board

    yield start
    for board in boards:
        board.stop()


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


SERVER = """
    import socket, time
    listener = socket.socket()
    listener.bind(socket.getaddrinfo("0.0.0.0", 80)[0][-1])
    listener.listen(4)
    print("up")
    while True:
        client = listener.accept()[0]
        while True:
            data = client.recv(100)
            if not data:
                break
            client.send(data)
        client.close()
    """


def test_a_port_of_the_board_is_found_on_the_pc(boot, runtime):
    board = boot(SERVER, runtime, on=False)
    port = board.expose(80)
    board.start()
    board.wait_for("up")
    assert _echo(port) == b"hello"


def test_packets_wait_while_the_access_point_is_away(boot, runtime):
    board = boot(SERVER, runtime, on=False)
    port = board.expose(80)
    board.wifi.add("home", "secret12")
    board.start()
    board.wait_for("up")
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(b"one")
        assert sock.recv(10) == b"one"
        board.wifi.down()
        sock.sendall(b"two")
        sock.settimeout(0.4)
        with pytest.raises(socket.timeout):
            sock.recv(10)
        board.wifi.up()
        sock.settimeout(5)
        assert sock.recv(10) == b"two"
        # A power cut is silence, too; after the next boot nobody knows the connection.
        board.power_cut()
        sock.settimeout(0.4)
        with pytest.raises(socket.timeout):
            sock.recv(10)
        board.start()
        board.wait_for("up")
        sock.settimeout(5)
        with pytest.raises(ConnectionError):
            sock.recv(10)
    assert _echo(port) == b"hello"


def _echo(port):
    with socket.create_connection(("127.0.0.1", port), 5) as sock:
        sock.sendall(b"hello")
        return sock.recv(10)


def test_names_lead_where_the_world_says(boot, runtime):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        board = boot(
            """
            import socket, time
            print("up")
            def call(host, port):
                sock = socket.socket()
                sock.connect(socket.getaddrinfo(host, port)[0][-1])
                sock.send(b"hi")
                return sock
            """,
            runtime,
        )
        board.name("broker.local", *listener.getsockname())
        board.wait_for("up")
        board.exec("sock = call('broker.local', 1883)")
        listener.settimeout(5)
        client = listener.accept()[0]
        client.settimeout(5)
        assert client.recv(10) == b"hi"
        client.close()
        board.wifi.add("home")
        board.wifi.down()
        with pytest.raises(RuntimeError, match="OSError|-202"):
            board.exec("call('example.org', 80)")


def test_the_network_has_a_name_server(boot, runtime):
    board = boot("import network, socket, time\nprint('up')\n", runtime)
    board.wifi.add("home")
    board.name("broker.home", "127.0.0.1", 1883)
    board.wait_for("up")
    board.exec(
        "sta = network.WLAN(0)\nsta.active(True)\nsta.connect('home')\n"
        "while not sta.isconnected(): time.sleep_ms(10)\n"
        "def ask(host):\n"
        "    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "    sock.connect(socket.getaddrinfo(sta.ifconfig()[3], 53)[0][-1])\n"
        "    name = b''.join([bytes([len(word)]) + word.encode() for word in host.split('.')])\n"
        "    sock.send(b'\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0' + name + b'\\0\\0\\x01\\0\\x01')\n"
        "    answer = sock.recv(512)\n"
        "    return answer[:2], answer[3] & 15, list(answer[-4:])\n"
    )
    assert eval(board.exec("print(ask('broker.home'))")) == (b"\x12\x34", 0, [198, 51, 100, 1])
    assert eval(board.exec("print(ask('nobody.invalid')[1])")) == 3
    with socket.create_server(("127.0.0.1", 0)) as listener:
        board.name("broker.home", *listener.getsockname())
        board.exec(
            "sock = socket.socket()\nsock.connect(socket.getaddrinfo('198.51.100.1', 1883)[0][-1])\nsock.send(b'hi')\n"
        )
        listener.settimeout(5)
        client = listener.accept()[0]
        assert client.recv(10) == b"hi"
        client.close()


def test_datagrams_find_their_way_back(boot, runtime):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        board = boot("print('up')", runtime)
        board.name("pool.ntp.org", *server.getsockname())
        board.wait_for("up")
        board.exec(
            "import socket\n"
            "sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            "address = socket.getaddrinfo('pool.ntp.org', 123)[0][-1]\n"
            "sock.sendto(b'time?', address)\n"
        )
        data, sender = server.recvfrom(100)
        assert data == b"time?"
        server.sendto(b"now", sender)
        assert board.exec("print(sock.recv(10))").strip() == "b'now'"


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
    assert sorted(eval(board.exec("print(os.listdir('/'))"))) == ["main.py", "rom"]
    assert board.exec("print(os.getcwd(), sys.path)").strip() == "/ ['', '.frozen', '/lib', '/rom']"
    with pytest.raises(RuntimeError, match="OSError"):
        board.exec("open('/etc/passwd')")
    # Its ROM is its own, too, and whole again on the next board.
    board.exec("for name in os.listdir('/rom'): os.remove('/rom/' + name)")
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
