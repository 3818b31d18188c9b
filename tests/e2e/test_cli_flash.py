"""`modcore flash` without hardware: what is not firmware, a boot loader's drive, and what esptool says."""

import json

from test_cli import modcore, one_line

from host.cli.flash import facts, offset, why


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
