"""Timers, watchdog, clock, resets and sleep of a virtual board."""

from host.board.offline import Reset, board
from support import raises

# isort: split
import esp32
import machine
from machine import RTC, WDT, Pin, Timer


def test_a_periodic_timer_goes_on():
    seen = []
    timer = Timer(0)
    timer.init(period=100, mode=Timer.PERIODIC, callback=seen.append)
    board.advance(350)
    assert seen == [timer] * 3
    timer.deinit()
    board.advance(1000)
    assert len(seen) == 3


def test_a_one_shot_timer_comes_once():
    seen = []
    Timer(-1).init(period=20, mode=Timer.ONE_SHOT, callback=lambda timer: seen.append(1))
    board.advance(19)
    assert not seen
    board.advance(1000)
    assert seen == [1]


def test_a_timer_takes_a_frequency():
    seen = []
    timer = Timer(1, freq=50, callback=lambda timer: seen.append(1))
    board.advance(1000)
    assert len(seen) == 50
    timer.deinit()


def test_two_virtual_timers_are_two():
    seen = []
    first = Timer(-1, period=10, callback=lambda timer: seen.append("a"))
    second = Timer(-1, period=15, callback=lambda timer: seen.append("b"))
    board.advance(30)
    assert sorted(seen) == ["a", "a", "a", "b", "b"]
    first.deinit()
    second.deinit()


def test_a_bad_timer_is_refused():
    raises(ValueError, Timer, 9)
    raises(ValueError, lambda: Timer(2).init(period=0))


def test_the_watchdog_bites_only_when_it_is_not_fed():
    watchdog = WDT(timeout=1000)
    for _ in range(5):
        board.advance(900)
        watchdog.feed()
    error = raises(Reset, board.advance, 1001)
    assert error.args[0] == "watchdog"
    board.reboot("watchdog")
    assert machine.reset_cause() == machine.WDT_RESET
    board.advance(5000)  # a start ends it
    raises(ValueError, lambda: WDT(timeout=0))


def test_each_reset_has_its_cause():
    assert raises(Reset, machine.reset).args[0] == "reset"
    for cause, code in (("power", 1), ("reset", 2), ("watchdog", 3), ("deepsleep", 4), ("soft", 5)):
        board.reboot(cause)
        assert machine.reset_cause() == code
    assert machine.PWRON_RESET == 1 and machine.HARD_RESET == 2 and machine.SOFT_RESET == 5
    raises(SystemExit, machine.soft_reset)


def test_light_sleep_ends_in_time():
    before = board.time
    machine.lightsleep(1500)
    assert board.time - before == 1500
    assert machine.wake_reason() == machine.TIMER_WAKE


def test_a_pin_ends_light_sleep():
    board.set_pin(32, 0)
    esp32.wake_on_ext0(Pin(32, Pin.IN), esp32.WAKEUP_ANY_HIGH)
    board.world.after(300, board.world.pins.drive, 32, 1)
    before = board.time
    machine.lightsleep(60000)
    assert board.time - before == 300
    assert machine.wake_reason() == machine.EXT0_WAKE
    board.set_pin(32, 0)


def test_deep_sleep_is_a_reset_that_waits():
    assert raises(Reset, machine.deepsleep, 5000).args == ("deepsleep", True)
    assert board.world.power.asleep == "deep"
    assert raises(Reset, board.advance, 5000).args == ("deepsleep", False)
    board.reboot("deepsleep")
    assert machine.reset_cause() == machine.DEEPSLEEP_RESET
    assert machine.wake_reason() == machine.TIMER_WAKE


def test_a_pin_ends_deep_sleep():
    pin = Pin(33, Pin.IN)
    board.set_pin(33, 1)
    pin.irq(trigger=Pin.WAKE_LOW, wake=machine.DEEPSLEEP)
    raises(Reset, machine.deepsleep)
    raises(Reset, board.set_pin, 33, 0)
    board.reboot("deepsleep")
    assert machine.wake_reason() == machine.PIN_WAKE


def test_the_clock_can_be_set():
    # The PC's clock stands still at 1970 here, so the board's shows what it was set to.
    RTC().datetime((2024, 2, 29, 3, 23, 59, 58, 0))
    assert board.world.clock.offset == 1709251198
    RTC().datetime((2100, 3, 1, 0, 0, 0, 0, 0))
    assert board.world.clock.offset == 4107542400


def test_the_clock_has_a_memory():
    RTC().memory(b"\x00after\xff")
    assert RTC().memory() == b"\x00after\xff"
    board.reboot("deepsleep")
    assert RTC().memory() == b"\x00after\xff"
    raises(ValueError, RTC().memory, bytes(2049))
    board.world.clock.power_on()
    assert RTC().memory() == b""


def test_the_board_tells_who_it_is():
    assert machine.unique_id() == b"\x24\x6f\x28\xa1\xb2\xc3"
    assert machine.freq() == 160000000
    machine.freq(240000000)
    assert machine.freq() == 240000000
    raises(ValueError, machine.freq, 123)
    board.world.power.temperature = 50
    assert esp32.raw_temperature() == 122 and esp32.mcu_temperature() == 50


def test_flash_keeps_keys():
    store = esp32.NVS("app")
    store.set_i32("count", 7)
    store.set_blob("key", b"\x00\x01")
    store.commit()
    buffer = bytearray(4)
    assert esp32.NVS("app").get_i32("count") == 7
    assert store.get_blob("key", buffer) == 2 and buffer[:2] == b"\x00\x01"
    raises(OSError, esp32.NVS("other").get_i32, "count")
    store.erase_key("count")
    raises(OSError, store.get_i32, "count")


def test_what_machine_has_not_is_missed():
    raises(AttributeError, lambda: machine.Rocket)
