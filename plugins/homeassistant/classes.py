"""The device classes that Home Assistant knows, and the units that go with them.

Source: homeassistant/components/*/const.py, https://www.home-assistant.io/integrations/sensor#device-class

The tables are texts: as keys of a dict the names would stay in a device's memory for good.
"""

RARE = True  # as discovery.py

# Of sensors and numbers: class and units, none after the colon for a class without one.
_UNITS = """
absolute_humidity: g/m³ mg/m³
apparent_power: mVA VA kVA
aqi:
area: m² cm² km² mm² in² ft² yd² mi² ac ha
atmospheric_pressure: Pa bar cbar hPa inHg kPa mbar mmHg psi
battery: %
blood_glucose_concentration: mg/dL mmol/L
carbon_monoxide: µg/m³ mg/m³ ppm ppb
carbon_dioxide: ppm
conductivity: S/cm µS/cm mS/cm
current: A mA
data_rate: B/s GB/s Gbit/s GiB/s KiB/s MB/s Mbit/s MiB/s bit/s kB/s kbit/s
data_size: B EB EiB GB Gbit GiB KiB MB Mbit MiB PB PiB TB TiB YB YiB ZB ZiB bit kB kbit
distance: cm ft in km m mi mm yd nmi
duration: d h min ms s µs
energy: GJ MJ MWh Wh kWh J kJ cal kcal Mcal Gcal mWh GWh TWh
energy_distance: kWh/100km Wh/km mi/kWh km/kWh
energy_storage: GJ MJ MWh Wh kWh J kJ cal kcal Mcal Gcal mWh GWh TWh
frequency: GHz Hz MHz kHz
gas: CCF L ft³ m³ MCF
humidity: %
illuminance: lx
irradiance: BTU/(h⋅ft²) W/m²
moisture: %
nitrogen_dioxide: µg/m³ mg/m³ ppm ppb
nitrogen_monoxide: µg/m³ mg/m³ ppm ppb
nitrous_oxide: µg/m³
ozone: µg/m³ mg/m³ ppm ppb
ph:
pm1: µg/m³
pm10: µg/m³
pm25: µg/m³
pm4: µg/m³
power: W kW mW MW GW TW
precipitation: cm in mm
precipitation_intensity: in/d in/h mm/d mm/h
pressure: Pa bar cbar hPa inHg kPa mbar mmHg psi mPa mPSI inH₂O
reactive_energy: varh kvarh
reactive_power: mvar var kvar
signal_strength: dB dBm
sound_pressure: dB dBA
speed: Beaufort ft/s in/d in/h in/s km/h kn m/s m/min mm/d mm/h mm/s mph
sulphur_dioxide: µg/m³ mg/m³ ppm ppb
temperature: K °C °F
temperature_delta: K °C °F
volatile_organic_compounds: µg/m³ mg/m³
volatile_organic_compounds_parts: ppb ppm
voltage: V mV µV kV MV
volume: CCF L fl.oz. ft³ gal mL m³ MCF
volume_storage: CCF L fl.oz. ft³ gal mL m³ MCF
volume_flow_rate: L/min L/h L/s ft³/min gal/min gal/h gal/d m³/h m³/min m³/s mL/s
water: CCF L ft³ gal m³ MCF
weight: g kg lb mg oz st µg
wind_direction: °
wind_speed: Beaufort ft/s in/d in/h in/s km/h kn m/s m/min mm/d mm/h mm/s mph
"""
_ANY_UNIT = ("monetary",)
_NO_UNIT = ("date", "enum", "timestamp")  # of sensors only

# Of the other components: their classes.
_WORDS = """
binary_sensor: battery battery_charging carbon_monoxide cold connectivity door garage_door gas heat light lock \
moisture motion moving occupancy opening plug power presence problem running safety smoke sound tamper update \
vibration window
switch: outlet switch
valve: water gas
button: identify restart update
cover: awning blind curtain damper door garage gate shade shutter window
event: doorbell button motion
update: firmware
"""


def fits(component, name, unit=None):
    """Return what is wrong with the device class `name` of a component with that unit; None when nothing is."""
    if component not in ("sensor", "number"):
        have = _row(_WORDS, component) or []
        if name in have:
            return None
        return "a %s has %s" % (component, ", ".join(have) or "none")
    if name == "power_factor":
        return None if unit in (None, "%") else "takes the unit % or none"
    if name in _ANY_UNIT or component == "sensor" and name in _NO_UNIT:
        return None if unit is None or name in _ANY_UNIT else "takes no unit"
    units = _row(_UNITS, name)
    if units is None:
        return "Home Assistant has no such class for a %s" % component
    if unit is None and not units or str(unit).replace(" ", "") in units:
        return None
    return "takes the unit %s, not %s" % (" or ".join(units) or "none", unit or "none")


def _row(table, name):
    """The words after `name:` in a table; None when it has no such row."""
    begin = table.find("\n%s:" % name)
    if begin < 0:
        return None
    begin += len(name) + 2
    return table[begin : table.find("\n", begin)].split()
