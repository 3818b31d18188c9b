"""Tests that need a Home Assistant from 2024.12 on: one announcement for a module, and the progress of an update."""

import time

import pytest
from real import COMMANDS, PATIENCE_S, VALUES, World

# Of these a Home Assistant of 2024.3 has no word for a state that is not known.
NOT_KNOWN = {
    "cover.yard_yard_blind": "unknown",
    "cover.yard_yard_shade": "unknown",
    "climate.yard_yard_heater": "unknown",
    "alarm_control_panel.yard_yard_siren": "unknown",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Home Assistant beside a device that was announced entity by entity."""
    with World(tmp_path_factory.mktemp("homeassistant")) as found:
        found.boot()
        found.assistant.wait(VALUES)
        yield found


def mine(assistant):
    return sorted(name for name in assistant.states() if name.startswith(tuple(VALUES)))


def test_entities_stay_the_same_ones_when_modules_are_announced_as_a_whole_and_back(world):
    for by_device in (True, False):
        world.boot(device=by_device, forget_s=3)
        # Those of the other way are asked to give way, and taken back 10 s after that.
        end = time.monotonic() + PATIENCE_S
        while True:
            kept = world.retained("homeassistant/#")
            wholes = [topic for topic in kept if topic.startswith("homeassistant/device/")]
            if len(wholes) == len(kept) if by_device else kept and not wholes:
                break
            assert time.monotonic() < end, kept
        world.assistant.wait(VALUES)
        assert mine(world.assistant) == sorted(VALUES)
        assert not [name for name in world.assistant.states() if name.endswith("_2")]
        if by_device:
            assert "does not generate unique IDs" not in world.log


def test_every_entity_of_a_module_that_is_announced_as_a_whole_obeys(world):
    world.boot(device=True, forget_s=3)
    world.assistant.wait(VALUES)
    for service, entity, data, state in COMMANDS:
        world.assistant.ask("services/" + service, dict(data, entity_id=entity))
        world.assistant.wait({entity: state})


@pytest.mark.parametrize("by_device", [False, True])
def test_a_plugin_is_an_update_that_installs_and_shows_how_far_it_is(world, by_device):
    world.boot(device=by_device, updates_h=1, forget_s=3)
    assistant = world.assistant
    assistant.wait({"update.yard_ntp": "on", "update.yard_mqtt": "off"})
    assistant.ask("services/update/install", {"entity_id": "update.yard_ntp"})
    end = time.monotonic() + PATIENCE_S
    while True:
        attributes = assistant.ask("states/update.yard_ntp")["attributes"]
        if attributes["in_progress"] and attributes["update_percentage"] == 40:
            break
        assert time.monotonic() < end, attributes
        time.sleep(0.2)
    assistant.wait({"update.yard_ntp": "off"})
    attributes = assistant.ask("states/update.yard_ntp")["attributes"]
    assert attributes["installed_version"] == "1.2.0" and not attributes["in_progress"]


def test_what_is_not_known_of_an_appliance_is_unknown(world):
    world.boot()
    world.assistant.wait(VALUES)
    world.assistant.ask("services/button/press", {"entity_id": "button.yard_yard_clear"})
    world.assistant.wait(NOT_KNOWN)
