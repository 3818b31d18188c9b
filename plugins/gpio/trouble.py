"""Care for a pin of the configuration that can't be had."""

RARE = True  # needed when a pin can't be had


def tell(module, id, section, error, have):
    """Report `error` of the pin `id` and take back the properties that it has declared beyond `have`."""
    pin = section.get("pin") if isinstance(section, dict) else None
    text = "%s/%s: %s%s" % (module.id, id, "" if pin is None else "pin %s: " % (pin,), error)
    module.log.error(text)
    module.publish("$error/" + module.id, text, True)
    for name in list(module.properties):
        if name not in have:
            module.properties[name].withdraw()
