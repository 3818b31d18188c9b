"""Sensors by configuration: values of the devices on the virtual board's wires, and what becomes of them."""

from device import Device
from world.i2c_devices import Bh1750, Bme280

from modcore import Refused
from plugins.sensors import Sensors
from support import raises

# heap: 640K

ROM = "28ff641e8116036c"
OTHER = "28ff000000000002"
BUS = {"sda": 21, "scl": 22}


def device(prepare=None, **devices):
    """A board with these devices; prepare(wires): what is on its wires before it starts."""
    made = Device(lambda: [], {"sensors": {"devices": devices}})
    if prepare:
        prepare(made.world.wires)
    made.kernel.add(Sensors())
    made.run(2000)
    return made


def test_a_dht_tells_temperature_and_humidity():
    d = device(
        lambda wires: wires.dht.update({4: (21.53, 40.0)}), g={"driver": "dht22", "pin": 4, "name": "Garden"}
    )
    assert d.get("sensors/g_temperature") == 21.5 and d.get("sensors/g_humidity") == 40
    about = d.get("$describe/sensors/g_temperature")
    assert about["unit"] == "\u00b0C" and about["device_class"] == "temperature"
    assert about["name"] == "Garden temperature"
    d.world.wires.dht[4] = (-3.25, 88.4)
    d.run(30000)
    assert d.get("sensors/g_temperature") in (-3.2, -3.3) and d.get("sensors/g_humidity") == 88.4


def test_a_dht11_has_whole_figures_and_offsets_are_added():
    section = {"driver": "dht11", "pin": 4, "offsets": {"temperature": -1.5}}
    d = device(lambda wires: wires.dht.update({4: (21.5, 40.7)}), g=section)
    assert d.get("sensors/g_temperature") == 19.5 and d.get("sensors/g_humidity") == 40


def test_one_thermometer_on_a_wire_has_the_name_of_the_device():
    d = device(lambda wires: wires.ds18b20.update({5: {ROM: 18.44}}), heat={"driver": "ds18b20", "pin": 5})
    assert d.get("sensors/heat") == 18.4


def test_several_thermometers_have_names_of_their_own():
    roms = {ROM: "flow", OTHER: "return"}
    prepare = lambda wires: wires.ds18b20.update({5: {ROM: 60.0, OTHER: 41.2}})  # noqa: E731
    d = device(prepare, heat={"driver": "ds18b20", "pin": 5, "roms": roms})
    assert d.get("sensors/heat_flow") == 60 and d.get("sensors/heat_return") == 41.2
    d = device(prepare, heat={"driver": "ds18b20", "pin": 5})
    assert d.get("sensors/heat_" + ROM) == 60 and d.get("sensors/heat_" + OTHER) == 41.2


def test_a_thermometer_that_comes_later_is_found():
    d = device(heat={"driver": "ds18b20", "pin": 5, "interval_s": 5})
    d.run(20000)
    assert "nothing on the wire" in d.get("$error/sensors")
    d.world.wires.ds18b20[5] = {ROM: 7.0}
    d.run(10000)
    assert d.get("sensors/heat") == 7 and d.get("$error/sensors") is None


def test_a_bme280_tells_what_surrounds_it():
    chip = Bme280(21.5, 45.0, 1013.2)
    d = device(lambda wires: wires.i2c.update({0x76: chip}), room=dict(BUS, driver="bme280"))
    assert abs(d.get("sensors/room_temperature") - 21.5) <= 0.1
    assert abs(d.get("sensors/room_humidity") - 45) <= 0.2
    assert abs(d.get("sensors/room_pressure") - 1013.2) <= 0.1
    for celsius, humidity, pressure in ((-19.9, 99.0, 870.0), (60.0, 3.0, 1080.0), (0.0, 50.0, 1000.0)):
        chip.temperature, chip.humidity, chip.pressure = celsius, humidity, pressure
        d.run(30000)
        assert abs(d.get("sensors/room_temperature") - celsius) <= 0.1
        assert abs(d.get("sensors/room_humidity") - humidity) <= 0.2
        assert abs(d.get("sensors/room_pressure") - pressure) <= 0.1
    assert chip.measures == 4  # asleep in between


def test_a_bmp280_has_no_humidity_and_another_chip_is_named():
    d = device(
        lambda wires: wires.i2c.update({0x77: Bme280(10.0, None, 950.0)}),
        room=dict(BUS, driver="bmp280", address=0x77),
    )
    assert (
        d.get("sensors/room_temperature") == 10
        and "room_humidity" not in d.kernel.modules["sensors"].properties
    )
    d = device(
        lambda wires: wires.i2c.update({0x76: Bme280(1.0, None, 950.0)}), room=dict(BUS, driver="bme280")
    )
    d.run(90000)
    assert "chip 0x58 at address 0x76, not 0x60" in d.get("$error/sensors")


def test_light_in_lux_beside_another_device_on_the_same_bus():
    def prepare(wires):
        wires.i2c.update({0x23: Bh1750(300), 0x76: Bme280(20.0, 50.0, 1000.0)})

    d = device(prepare, sky=dict(BUS, driver="bh1750"), room=dict(BUS, driver="bme280"))
    assert abs(d.get("sensors/sky") - 300) <= 1 and d.get("sensors/room_temperature") == 20
    assert len(d.kernel.modules["sensors"].buses) == 1


def test_distance_is_the_middle_one_of_several_echoes():
    d = device(
        lambda wires: wires.distance.update({14: 120}),
        tank={"driver": "hcsr04", "trigger": 12, "echo": 14, "interval_s": 1},
    )
    assert abs(d.get("sensors/tank") - 120) < 0.2
    d.world.wires.distance[14] = 900  # farther than the echo is waited for
    d.run(5000)
    assert d.get("sensors/tank") is None and "no echo within 400 cm" in d.get("$error/sensors")


def test_a_sensor_that_does_not_answer_loses_its_values_after_a_while_and_gets_them_back():
    d = device(
        lambda wires: wires.dht.update({4: (20.0, 50.0), 5: (1.0, 2.0)}),
        a={"driver": "dht22", "pin": 4, "interval_s": 10},
        b={"driver": "dht22", "pin": 5, "interval_s": 10},
    )
    del d.world.wires.dht[4]
    d.run(20000)
    assert d.get("sensors/a_temperature") == 20  # once or twice is nothing
    d.run(20000)
    assert d.get("sensors/a_temperature") is None and d.get("sensors/b_temperature") == 1
    assert "sensors/a: does not answer" in d.get("$error/sensors")
    d.world.wires.dht[4] = (19.0, 51.0)
    d.run(10000)
    assert d.get("sensors/a_temperature") == 19 and d.get("$error/sensors") is None
    assert d.kernel.modules["sensors"].state == "RUNNING"


def test_a_strip_has_brightness_and_colour():
    d = device(strip={"driver": "neopixel", "pin": 16, "count": 2, "color": "#ff8000"})
    pixels = d.world.wires.pixels
    assert pixels[16] == bytes(6)
    d.send("sensors/strip/set", 100)
    assert pixels[16] == bytes((128, 255, 0) * 2)  # a strip takes green first
    d.send("sensors/strip/set", 50)
    assert pixels[16] == bytes((64, 127, 0) * 2)
    d.send("sensors/strip_color/set", "#0000ff")
    assert pixels[16] == bytes((0, 0, 127) * 2) and d.get("sensors/strip_color") == "#0000ff"
    color = d.kernel.modules["sensors"].properties["strip_color"]
    for wrong in ("#00000", "#00000g", "0000000"):
        raises(Refused, color.command, wrong)
    assert d.get("sensors/strip_color") == "#0000ff"
    d.kernel.move("sensors", "STOPPED")
    assert pixels[16] == bytes(6)


def test_the_white_lamp_of_a_strip_takes_what_all_colours_have_in_common():
    d = device(strip={"driver": "neopixel", "pin": 16, "white": True, "color": "#ffc080", "value": 100})
    assert d.world.wires.pixels[16] == bytes((64, 127, 0, 128))


def test_relays_switch_with_a_low_level_and_are_off_when_the_module_stops():
    d = device(board={"driver": "relays", "pins": [25, 26], "names": ["Pump"]})
    pins = d.world.pins
    assert pins[25].level() == pins[26].level() == 1
    d.send("sensors/board_1/set", True)
    assert pins[25].level() == 0 and pins[26].level() == 1 and d.get("sensors/board_1") is True
    assert d.get("$describe/sensors/board_1")["name"] == "Pump"
    assert d.get("$describe/sensors/board_2")["name"] == "Relay 2"
    d.kernel.move("sensors", "STOPPED")
    assert pins[25].level() == 1


def test_a_servo_turns_and_rests():
    d = device(lid={"driver": "servo", "pin": 13, "rest_ms": 500, "value": 0})
    pin = d.world.pins[13]
    assert pin.pwm[0] == 50 and pin.pwm[1] == 0  # it has rested already
    d.send("sensors/lid/set", 180)
    assert abs(pin.pwm[1] / 65535 * 20000 - 2500) < 2
    d.send("sensors/lid/set", 90)
    assert abs(pin.pwm[1] / 65535 * 20000 - 1500) < 2
    d.run(600)
    assert pin.pwm[1] == 0 and d.get("sensors/lid") == 90
    raises(Refused, d.kernel.modules["sensors"].properties["lid"].command, 181)


def test_a_device_that_can_not_be_is_named_and_the_others_work():
    for section, why in (
        (7, "driver None; have bh1750"),
        ({"driver": "dht23"}, "driver 'dht23'; have bh1750"),
        ({"driver": "dht22"}, "pin: missing"),
        ({"driver": "dht22", "pin": 4, "interval_s": 0.5}, "a DHT takes 2 or more"),
        ({"driver": "dht22", "pin": 99}, "invalid pin"),
        ({"driver": "bme280", "sda": 21}, "scl: missing"),
        ({"driver": "ds18b20", "pin": 5, "roms": {"28": "flow"}}, "takes 16 hexadecimal figures"),
        ({"driver": "neopixel", "pin": 16, "color": "red"}, "takes a colour such as"),
        ({"driver": "relays", "pins": []}, "takes a list of pins"),
        ({"driver": "servo", "pin": 13, "value": 200}, "takes 0 to 180 degrees"),
        ({"driver": "servo", "pin": 13, "min_us": 3000}, "can't be"),
    ):
        d = device(bad=section, good={"driver": "relays", "pins": [25]})
        assert why in d.get("$error/sensors"), (section, d.get("$error/sensors"))
        assert d.get("sensors/good_1") is False
        assert [id for id in d.kernel.modules["sensors"].properties if id[:3] == "bad"] == []


def test_nothing_is_published_while_nothing_changes():
    d = device(lambda wires: wires.dht.update({4: (21.5, 40.0)}), g={"driver": "dht22", "pin": 4})
    d.take()
    d.run(600000)
    assert d.take("sensors/") == []
