"""The HTML of the setup page: small, for phones, without anything from outside; sent piece by piece."""

from plugins.http import escape

RARE = True  # needed while somebody sets the device up

_STYLE = """
body{font:17px/1.5 system-ui,sans-serif;max-width:26em;margin:0 auto;padding:1em;color:#222;background:#fff}
h1{font-size:1.3em}label{display:block;padding:.5em 0}small{color:#666;float:right}
fieldset{border:1px solid #bbb;border-radius:6px;margin:0 0 1em}
input:not([type=radio]){font:inherit;width:100%;box-sizing:border-box;padding:.4em;border:1px solid #999}
button{font:inherit;padding:.6em 1em;border:0;border-radius:6px;background:#16692f;color:#fff;width:100%}
.plain{background:#eee;color:#222;margin-top:1em}.e{background:#fde8e4;padding:.5em;border-radius:6px}
@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}.e{background:#5a1f14}small{color:#aaa}}
"""
_HEAD = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>%s</title><style>%s</style><h1>%s</h1>
"""


def setup_page(name, networks, error, token):
    """Pieces of the page. networks: as on wlan/networks. error: what to say above, or None."""
    title = escape("Set up " + name)
    yield _HEAD % (title, _STYLE, title)
    if error:
        yield '<p class="e" role="alert">%s</p>' % escape(str(error))
    token = '<input type="hidden" name="token" value="%s">' % token
    yield (
        '<form method="post" action="/setup" autocomplete="off">%s<fieldset><legend>Network</legend>' % token
    )
    for network in networks:
        ssid = escape(network["ssid"])
        yield (
            '<label><input type="radio" name="ssid" value="%s" required> %s <small>%s%s</small></label>'
            % (ssid, ssid, _strength(network["rssi"]), "" if network["secure"] else ", open")
        )
    yield '<label><input type="radio" name="ssid" value=""%s> Another, or a hidden one' % (
        "" if networks else " checked"
    )
    yield '<input name="other" maxlength="32" aria-label="Name of the network"></label></fieldset>'
    yield '<label>Password<input type="password" name="password" maxlength="64"></label>'
    yield '<label>Name of the device<input name="name" maxlength="32" required value="%s"></label>' % escape(
        name
    )
    yield '<button>Save and restart</button></form><form method="post" action="/setup/scan">%s' % token
    yield '<button class="plain">Look for networks again</button></form>'


def done_page(name, ssid, host):
    """Pieces of the page that says goodbye."""
    title = escape(name + " is set up")
    yield _HEAD % (title, _STYLE, title)
    yield "<p>It restarts now and joins <b>%s</b>. " % escape(ssid)
    yield "This access point closes; it opens again should that fail.</p>"
    yield "<p>Join %s too, then open <b>http://%s.local/</b></p>" % (escape(ssid), host)


def _strength(rssi):
    """The signal in words."""
    for limit, word in ((-55, "strong"), (-70, "good"), (-80, "weak")):
        if rssi >= limit:
            return word
    return "very weak"
