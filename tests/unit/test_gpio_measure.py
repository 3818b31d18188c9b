"""ADC and pulse counters: scaled values, bounds, totals; no pulse is lost."""

from device import Device, time

from plugins.gpio import Gpio


def device(section):
    made = Device(lambda: [Gpio()], {"gpio": {"pins": {"m": section}}})
    made.run(10)
    return made


def test_adc_publishes_the_scaled_mean():
    made = Device(
        lambda: [Gpio()], {"gpio": {"pins": {"m": {"mode": "adc", "pin": 34, "interval_ms": 1000}}}}
    )
    made.world.pins.volts(34, 1.2)
    made.run(10)
    assert abs(made.get("gpio/m") - 1.2) < 0.01 and made.get("$describe/gpio/m")["unit"] == "V"
    made.world.pins.volts(34, 2.5)
    made.run(1000)
    assert abs(made.get("gpio/m") - 2.5) < 0.01


def test_readings_that_are_off_do_not_count():
    d = device({"mode": "adc", "pin": 34, "samples": 8, "factor": 10, "offset": -1, "digits": 1})
    part = d.kernel.modules["gpio"].parts[0]
    readings = [1000000, 1010000, 990000, 1000000, 3300000, 0, 1000000, 1000000]

    class Noisy:
        def read_uv(self):
            return readings.pop()

    part.adc = Noisy()
    part.measure()
    assert part.property.value == 9.0


def test_small_changes_are_kept_back():
    d = device({"mode": "adc", "pin": 34, "interval_ms": 100, "change": 0.5, "on_value": "seen"})
    d.take()
    for volts in (0.3, 0.4, 0.6, 0.9, 1.2):
        d.world.pins.volts(34, volts)
        d.run(100)
    assert [round(v, 1) for t, v in d.take("seen")] == [0.6, 1.2]


def test_bounds_are_told_once_each_way_with_hysteresis():
    d = device(
        {
            "mode": "adc",
            "pin": 34,
            "interval_ms": 100,
            "min": 1,
            "max": 2,
            "hysteresis": 0.2,
            "on_low": "low",
            "on_high": "high",
            "on_normal": "ok",
        }
    )
    assert d.get("gpio/m_state") == "low"
    d.take()
    for volts in (1.1, 0.9, 1.3, 2.1, 1.9, 2.1, 1.7, 0.5):
        d.world.pins.volts(34, volts)
        d.run(100)
    assert [t for t, v in d.take() if t in ("low", "high", "ok")] == ["ok", "high", "ok", "low"]


def test_a_counter_shows_rate_and_total():
    d = device({"mode": "counter", "pin": 14, "factor": 0.5, "rate_s": 60, "unit": "L", "name": "Water"})
    assert d.get("$describe/gpio/m")["unit"] == "L/min"
    assert d.get("$describe/gpio/m_total")["unit"] == "L"
    d.run(990)
    d.world.pins.pulse(14, 50, 10)
    d.run(2000)
    assert abs(d.get("gpio/m") - 300) < 31
    d.run(5000)
    assert d.get("gpio/m") == 0 and d.get("gpio/m_total") == 25


def test_no_pulse_is_lost_at_a_kilohertz():
    d = device({"mode": "counter", "pin": 14})
    d.world.pins.pulse(14, 3000, 1000)
    d.run(4100)
    assert d.get("gpio/m_total") == 3000


def test_no_pulse_is_lost_while_the_loop_is_busy():
    d = device({"mode": "counter", "pin": 14, "edge": "falling"})
    for _ in range(2500):
        d.world.pins.drive(14, 1)
        d._pass(0)
        d.world.pins.drive(14, 0)
        d._pass(0)
        time.now_ms += 1
    d.run(1100)
    assert d.get("gpio/m_total") == 2500


def test_bounces_of_a_reed_contact_count_once():
    d = device({"mode": "counter", "pin": 14, "dead_ms": 20})
    for _ in range(5):
        d.world.pins.bounce(14, 1, 4, 10)
        d.run(100)
        d.world.pins.bounce(14, 0, 4, 10)
        d.run(100)
    d.run(1000)
    assert d.get("gpio/m_total") == 10  # both edges bounce: each makes a rising one


def test_the_rate_has_bounds_and_the_total_a_limit():
    d = device(
        {
            "mode": "counter",
            "pin": 14,
            "max": 20,
            "max_total": 60,
            "on_high": "burst",
            "on_normal": "calm",
            "on_total": "full",
        }
    )
    d.take()
    d.world.pins.pulse(14, 50, 50)
    d.run(2100)
    assert [t for t, v in d.take() if t in ("burst", "calm", "full")] == ["burst", "calm"]
    d.world.pins.pulse(14, 15, 10)
    d.run(3100)
    assert [(t, v) for t, v in d.take() if t == "full"] == [("full", 60)] or d.get("gpio/m_total") == 65
    d.send("gpio/m_total/set", 0)
    assert d.get("gpio/m_total") == 0
    d.world.pins.pulse(14, 3, 10)
    d.run(2000)
    assert d.get("gpio/m_total") == 3


def test_a_counter_counts_over_the_end_of_its_interrupts_numbers():
    d = device({"mode": "counter", "pin": 14})
    part = d.kernel.modules["gpio"].parts[0]
    part.pulses.value = part.seen = (1 << 29) - 2
    d.world.pins.pulse(14, 5, 100)
    d.run(2000)
    assert part.pulses.value == 3 and d.get("gpio/m_total") == 5


def test_a_total_is_shown_with_the_digits_that_it_has():
    from plugins.http.connection import dumps
    from plugins.mqtt.packets import encode

    d = device({"mode": "counter", "pin": 14, "factor": 0.002, "unit": "L", "period_ms": 100})
    for pulses, text in ((22, "0.044"), (23, "0.09"), (155, "0.4"), (1, "0.402")):
        d.world.pins.pulse(14, pulses, 2000)
        d.run(400)
        assert dumps(d.get("gpio/m_total")) == text and encode(d.get("gpio/m_total")) == text.encode()
