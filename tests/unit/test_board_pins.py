"""machine.Pin, ADC and PWM on a virtual board."""

from host.board.offline import board
from support import on_micropython, raises

# isort: split
import machine
from machine import ADC, PWM, Pin, Signal


def test_a_pin_is_one_object():
    assert Pin(4) is Pin(4)
    assert Pin(Pin(4)) is Pin(4)
    assert repr(Pin(4)) == "Pin(4)"


def test_an_output_is_seen_outside():
    pin = Pin(4, Pin.OUT, value=1)
    assert board.pin(4) == 1
    pin.off()
    assert board.pin(4) == 0 and pin() == 0
    pin.toggle()
    assert board.pin(4) == 1 and pin.value() == 1
    pin(0)
    assert board.pin(4) == 0


def test_an_output_never_shows_the_other_level_first():
    del board.seen[:]
    Pin(13, Pin.OUT, value=1)
    assert board.seen == [("pin", 13, 1)]


def test_a_value_given_before_the_mode_waits_for_it():
    pin = Pin(14)
    pin.value(1)
    assert board.pin(14) == 0
    pin.init(Pin.OUT)
    assert board.pin(14) == 1


def test_an_input_follows_the_outside():
    pin = Pin(5, Pin.IN)
    board.set_pin(5, 1)
    assert pin.value() == 1
    board.set_pin(5, 0)
    assert pin.value() == 0


def test_a_pull_decides_when_nobody_drives_the_pin():
    board.set_pin(5, None)
    assert Pin(5, Pin.IN, Pin.PULL_UP).value() == 1
    assert Pin(5, Pin.IN, Pin.PULL_DOWN).value() == 0
    board.set_pin(5, 1)
    assert Pin(5).value() == 1
    board.set_pin(5, None)
    assert Pin(5).value() == 0


def test_an_open_drain_only_pulls_down():
    pin = Pin(18, Pin.OPEN_DRAIN, Pin.PULL_UP, value=1)
    assert pin.value() == 1
    board.set_pin(18, 0)
    assert pin.value() == 0
    board.set_pin(18, None)
    pin(0)
    assert pin.value() == 0 and board.pin(18) == 0


def test_what_is_no_pin_is_refused():
    for number in (-1, 64, "D99", 1.5):
        raises(ValueError, Pin, number)
    error = raises(ValueError, Pin, 36, Pin.OUT)
    assert "only be input" in str(error)


def test_edges_interrupt():
    seen = []
    pin = Pin(19, Pin.IN)
    board.set_pin(19, 0)
    pin.irq(lambda p: seen.append(p.value()), Pin.IRQ_RISING | Pin.IRQ_FALLING)
    board.set_pin(19, 1)
    board.set_pin(19, 1)
    board.set_pin(19, 0)
    assert seen == [1, 0]
    pin.irq(lambda p: seen.append("up"), Pin.IRQ_RISING)
    board.set_pin(19, 1)
    board.set_pin(19, 0)
    assert seen == [1, 0, "up"]
    pin.irq(None)
    board.set_pin(19, 1)
    assert len(seen) == 3


def test_the_interrupt_is_an_object_too():
    pin = Pin(19, Pin.IN)
    board.set_pin(19, 0)
    irq = pin.irq(lambda p: None, Pin.IRQ_RISING)
    assert irq.trigger() == Pin.IRQ_RISING
    board.set_pin(19, 1)
    assert irq.flags() == Pin.IRQ_RISING
    irq.trigger(Pin.IRQ_FALLING)
    assert irq.trigger() == Pin.IRQ_FALLING
    pin.irq(None)


def test_no_pulse_is_lost():
    counted = []
    Pin(21, Pin.IN).irq(counted.append, Pin.IRQ_FALLING)
    board.pulse(21, 500, 1000)
    assert len(counted) == 500
    assert counted[0] is Pin(21)


def test_a_bouncing_contact_ends_at_its_level():
    edges = []
    board.set_pin(22, 1)
    Pin(22, Pin.IN).irq(lambda pin: edges.append(pin.value()))
    board.world.pins.bounce(22, 0, 3, 6)
    board.advance(10)
    assert edges == [0, 1, 0, 1, 0, 1, 0]


def test_an_exception_in_a_handler_ends_nothing():
    seen = []

    def handler(pin):
        seen.append(1)
        raise ValueError("for the test")

    Pin(23, Pin.IN).irq(handler, Pin.IRQ_RISING)
    board.pulse(23, 2)
    assert len(seen) == 2


def test_interrupts_wait_while_they_are_disabled():
    seen = []
    board.set_pin(25, 0)
    Pin(25, Pin.IN).irq(lambda pin: seen.append(1), Pin.IRQ_RISING)
    state = machine.disable_irq()
    inner = machine.disable_irq()
    board.set_pin(25, 1)
    machine.enable_irq(inner)
    assert not seen
    machine.enable_irq(state)
    assert seen


def test_a_hard_handler_is_called_like_a_soft_one():
    count = bytearray(1)

    def handler(pin):
        count[0] += 1

    board.set_pin(26, 0)
    Pin(26, Pin.IN).irq(handler, Pin.IRQ_RISING, hard=True)
    board.pulse(26, 7)
    assert count[0] == 7


def test_a_signal_may_be_inverted():
    lamp = Signal(Pin(27, Pin.OUT, value=1), invert=True)
    assert lamp.value() == 0
    lamp.on()
    assert board.pin(27) == 0 and lamp() == 1
    lamp.off()
    assert board.pin(27) == 1


def test_an_analogue_input_measures():
    board.set_volts(34, 1.65)
    adc = ADC(Pin(34), atten=ADC.ATTN_11DB)
    assert adc.read_uv() == 1650000
    assert abs(adc.read_u16() - 32767) <= 1
    assert adc.read() == adc.read_u16() >> 4
    adc.width(ADC.WIDTH_9BIT)
    assert adc.read() == adc.read_u16() >> 7
    board.set_volts(34, 9)
    assert adc.read_u16() == 65535
    assert ADC(Pin(34)).read_uv() == 1100000


def test_a_square_wave_is_seen_outside():
    wave = PWM(Pin(2), freq=1000, duty_u16=16384)
    assert board.pin(2) == "1000 Hz 25 %"
    wave.duty(512)
    assert board.pin(2) == "1000 Hz 50 %" and wave.duty_u16() == 32768
    wave.freq(50)
    wave.duty_ns(1500000)
    assert abs(wave.duty_ns() - 1500000) < 1000
    raises(ValueError, wave.freq, 0)
    raises(ValueError, wave.duty_u16, 70000)
    wave.deinit()
    assert board.pin(2) == 0


@on_micropython  # CPython counts no bytes
def test_writing_and_reading_a_pin_allocates_nothing():
    import gc

    # The offline wire allocates: this one does not.
    import _board

    wire = _board.wire
    _board.wire = _Silent()
    try:
        pin = Pin(4, Pin.OUT)
        pin(1)
        pin()
        gc.collect()
        before = gc.mem_alloc()
        for _ in range(50):
            pin(1)
            pin()
            pin.toggle()
        assert gc.mem_alloc() == before
    finally:
        _board.wire = wire


class _Silent:
    def readinto(self, buffer):
        return None

    def write(self, data):
        return 4
