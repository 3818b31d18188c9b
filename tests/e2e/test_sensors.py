"""The plugin sensors on the virtual board, whose sensors are set as a person does it."""

import httpx
import plain_http
import pytest

from processes import eventually

DEVICES = {
    "garden": {"driver": "dht22", "pin": 4, "interval_s": 2},
    "heat": {"driver": "ds18b20", "pin": 5, "interval_s": 1},
    "room": {"driver": "bme280", "sda": 21, "scl": 22, "interval_s": 1},
    "sky": {"driver": "bh1750", "sda": 21, "scl": 22, "interval_s": 1},
    "tank": {"driver": "hcsr04", "trigger": 12, "echo": 14, "interval_s": 1},
    "board": {"driver": "relays", "pins": [25]},
    "strip": {"driver": "neopixel", "pin": 16},
}


@pytest.mark.parametrize("runtime", ["cpython", "micropython", "micropython32"])
def test_sensors_are_set_and_read_over_http(device, runtime):
    board = device(
        config={"plugins": ["sensors", "http_async"], "sensors": {"devices": DEVICES}},
        runtime=runtime,
        heap="256K",
    )

    def shows(path, value, tolerance=0.2):
        def there():
            try:
                found = plain_http.get(board.url + "/api/sensors/" + path).json()
            except (httpx.HTTPError, ValueError):
                return False
            return found is not None and abs(found - value) <= tolerance

        eventually(there, "{} of {}".format(value, path))

    wires = board.world.wires
    board.call(wires.dht.update, {4: (21.5, 40)})
    board.call(wires.ds18b20.update, {5: {"28ff641e8116036c": 18.5}})
    board.call(wires.distance.update, {14: 120})
    shows("garden_temperature", 21.5)
    shows("heat", 18.5)
    shows("tank", 120)
    from host.board.world.i2c_devices import Bh1750, Bme280

    board.call(wires.i2c.update, {0x76: Bme280(19.0, 55.0, 990.0), 0x23: Bh1750(500)})
    shows("room_pressure", 990)
    shows("room_humidity", 55)
    shows("sky", 500, 1)
    assert plain_http.put(board.url + "/api/sensors/board_1", json=True).status_code == 200
    assert board.call(lambda: board.world.pins[25].level()) == 0
    assert plain_http.put(board.url + "/api/sensors/strip", json=100).status_code == 200
    assert board.call(lambda: wires.pixels[16]) == b"\xff\xff\xff"
