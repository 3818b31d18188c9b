"""`modcore flash` without hardware: what is not firmware, a boot loader's drive, and what esptool says."""

import json
import os
import threading
import time

import pytest
from command_line import modcore
from rom_loader import Esp32, image
from test_cli import one_line

from host.cli import flash
from host.cli.flash import facts, offset, why
from host.cli.show import Fail


@pytest.fixture
def chip():
    """An ESP32 in its boot loader."""
    chip = Esp32()
    yield chip
    chip.close()


def test_an_esp32_is_erased_written_and_read_back(chip, tmp_path):
    firmware = tmp_path / "ESP32_GENERIC.bin"
    firmware.write_bytes(image(os.urandom(40000) + bytes(40000)))
    found = json.loads(modcore("flash", "-d", chip.port, "--json", cwd=tmp_path))
    assert found == {"chip": "ESP32", "flash": "4MB", "port": chip.port}
    chip.flash[0x200000:0x200004] = b"left"
    found = json.loads(modcore("flash", firmware, "-d", chip.port, "--json", cwd=tmp_path))
    assert found["verified"] and found["chip"] == "ESP32"
    assert chip.flash[0x1000:].startswith(firmware.read_bytes()) and chip.flash[:4] == b"\xff" * 4
    assert b"left" in chip.flash and not chip.erased  # the files of a device stay
    said = modcore("flash", firmware, "-d", chip.port, "--erase", cwd=tmp_path)
    assert "is on the ESP32 and was read back; now: modcore deploy" in said
    assert chip.erased and b"left" not in chip.flash
    assert chip.flash[0x1000:].startswith(firmware.read_bytes())


def test_a_flash_that_keeps_other_bytes_is_not_called_written(chip, tmp_path):
    chip.spoil = True
    firmware = tmp_path / "ESP32_GENERIC.bin"
    firmware.write_bytes(image(os.urandom(9000)))
    told = modcore("flash", firmware, "-d", chip.port, cwd=tmp_path, status=1).splitlines()
    assert len(told) == 2 and told[1].startswith("error: " + chip.port) and "MD5" in told[1]


def test_a_firmware_for_another_chip_is_not_written(chip, tmp_path):
    other = bytearray(image(bytes(9000)))
    other[12] = 5  # an ESP32-C3
    (tmp_path / "ESP32_GENERIC_C3.bin").write_bytes(other)
    told = modcore("flash", "ESP32_GENERIC_C3.bin", "-d", chip.port, cwd=tmp_path, status=1)
    assert told.endswith("is not an ESP32 image.\n")
    assert chip.flash == b"\xff" * len(chip.flash)


def test_the_drive_of_a_pico_is_waited_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(flash, "_PLACES", (str(tmp_path) + "/*",))

    def plug_in():
        time.sleep(1)
        (tmp_path / "other").mkdir()
        (tmp_path / "RPI-RP2").mkdir()
        (tmp_path / "RPI-RP2" / "INFO_UF2.TXT").write_text("Board-ID: RP2350\n")

    firmware = tmp_path / "pico.uf2"
    firmware.write_bytes(b"UF2\n" + bytes(508))
    threading.Thread(target=plug_in).start()
    flash.flash(str(firmware), None, False, None, True)
    told = capsys.readouterr()
    assert json.loads(told.out)["board"] == "RP2350" and "hold BOOTSEL" in told.err
    assert (tmp_path / "RPI-RP2" / "pico.uf2").read_bytes() == firmware.read_bytes()
    monkeypatch.setattr(flash, "_PATIENCE_S", 0)
    (tmp_path / "RPI-RP2" / "INFO_UF2.TXT").unlink()
    with pytest.raises(Fail, match="no drive of a boot loader"):
        flash.flash(str(firmware), None, False, None, True)


def test_a_pico_gets_its_firmware_by_its_drive(tmp_path):
    drive = tmp_path / "RPI-RP2"
    drive.mkdir()
    (drive / "INFO_UF2.TXT").write_text(
        "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"
    )
    firmware = tmp_path / "pico.uf2"
    firmware.write_bytes(b"UF2\n" + bytes(508))
    found = json.loads(modcore("flash", firmware, "--drive", drive, "--json", cwd=tmp_path))
    assert found["board"] == "RPI-RP2"
    assert (drive / "pico.uf2").read_bytes() == firmware.read_bytes()
    said = one_line(modcore("flash", firmware, "--drive", tmp_path, cwd=tmp_path, status=1))
    assert "is not a boot loader's drive" in said


def test_what_is_no_firmware_is_not_written(tmp_path):
    (tmp_path / "page.bin").write_text("<!DOCTYPE html>")
    assert "is not firmware" in one_line(modcore("flash", "page.bin", cwd=tmp_path, status=1))
    assert "no such file" in one_line(modcore("flash", "none.bin", cwd=tmp_path, status=1))


def test_chip_and_flash_are_read_from_what_esptool_says():
    said = "Detecting chip type... ESP32\nChip is ESP32-D0WD-V3 (revision v3.1)\nDetected flash size: 4MB\n"
    assert facts(said)["flash"] == "4MB" and facts(said)["chip"].startswith("ESP32")
    assert facts("Chip type:          ESP32-S3 (QFN56)\n")["chip"] == "ESP32-S3"
    assert [offset(chip) for chip in ("ESP32-D0WD-V3", "ESP32", "ESP32-S2", "ESP32-S3", "ESP32-C3", "ESP8266")] == [
        0x1000, 0x1000, 0x1000, 0, 0, 0,
    ]  # fmt: skip


def test_the_reason_of_a_failure_is_told():
    reason = "A fatal error occurred: Failed to connect to ESP32: No serial data received."
    told = why("esptool.py v4.7\nConnecting......\n\n{}\nfor help see\n".format(reason))
    assert told.startswith(reason) and "BOOT" in told
