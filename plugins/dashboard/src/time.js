// Time: what time it is on the device, its zone by name, time servers.
import { html, useState, useEffect } from "./html.js";
import { t, language, moment } from "./text.js";
import { Page, Card, Row, Button, Field, Badge, Empty, Busy, Loading, usePart } from "./parts.js";
import { fail, notify } from "./notices.js";
import { Widget } from "./widgets.js";
import { command, device, property, useAbout, useValue } from "./live.js";
import { request } from "./request.js";

// Which of the names that share their rules is shown.
const USUAL = ["UTC", "Europe/Berlin", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Africa/Johannesburg"];

/** The page. */
export default function Time() {
  const about = useAbout();
  const zones = usePart("zones");
  const network = usePart("network");
  if (!about) return html`<${Page} title=${t("page.time")}><${Busy} /><//>`;
  const ours = topic => property(topic) && html`<${Widget} topic=${topic} />`;
  return html`<${Page} title=${t("page.time")}>
    ${!about.modules.tz && !about.modules.ntp ? html`<${Empty} icon="clock">${t("time.none")}<//>` : null}
    ${about.modules.tz && html`<${Card} title=${t("module.tz")} icon="clock">
      <${Now} /><${Loading} part=${zones}>${code => html`<${Zone} zones=${code.default} /><${Change} zones=${code.default} />`}<//>
    <//>`}
    ${about.modules.ntp && html`<${Card} title=${t("module.ntp")} icon="clock">
      ${Object.keys(about.modules.ntp.properties).map(name => ours("ntp/" + name))}
    <//>`}
    ${about.modules.ntp && html`<${Loading} part=${network}>${({ Section }) => html`<${Section} section="ntp" title=${t("time.servers")} only=${["hosts", "resync_s"]} />`}<//>`}
  <//>`;
}

function Now() {
  const time = useValue("tz/time");
  const name = useValue("tz/name");
  const offset = useValue("tz/offset");
  const [, turn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => turn(n => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const own = -new Date().getTimezoneOffset() * 60;
  return html`<${Row} label=${t("time.now")} note=${`${name || ""} (UTC${offset < 0 ? "−" : "+"}${hours(offset)})`}><span class="value">${time || t("time.unset")}</span><//>
    <${Row} label=${t("time.here")} note=${Intl.DateTimeFormat().resolvedOptions().timeZone}>
      <span class="value">${new Date().toLocaleTimeString(language)}</span>${offset !== undefined && offset !== own ? html`<${Badge} kind="warn">${t("time.differs")}<//>` : null}<//>`;
}

function hours(offset) {
  const minutes = Math.abs(offset || 0) / 60;
  return String(Math.floor(minutes / 60)) + (minutes % 60 ? ":" + String(minutes % 60).padStart(2, "0") : "");
}

// Set the zone: by its command where everybody may give it, else as an administrator. Returns the error, if any.
async function setZone(zone) {
  if (property("tz/zone").set) return (await command("tz/zone", zone)) ? null : device.refused.get("tz/zone");
  return request("POST", "/api/admin/modules/tz", { action: "do", command: "zone", value: zone }).then(() => null, error => error);
}

function Zone({ zones }) {
  const zone = useValue("tz/zone");
  const names = Object.keys(zones);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = [own, ...USUAL, ...names].find(name => zones[name] === zone);
  const [typed, setTyped] = useState("");
  const set = async name => {
    const error = await setZone(zones[name] || name);
    if (error) return fail(error, t("module.tz"));
    notify(t("time.zone.set", { name }));
    setTyped("");
  };
  return html`<form class="zone" onSubmit=${event => (event.preventDefault(), typed && set(typed))}>
    <${Field} label=${t("time.zone")} note=${t("time.zone.note", { zone: zone || "" })}>
      <input list="zones" placeholder=${known || zone} value=${typed} onInput=${event => setTyped(event.target.value)} />
      <datalist id="zones">${names.map(name => html`<option key=${name} value=${name} />`)}</datalist><//>
    <div class="buttons left"><button class="button main" disabled=${!typed}>${t("save")}</button>
      ${zones[own] && zones[own] !== zone && html`<${Button} onClick=${() => set(own)}>${t("time.zone.own", { name: own })}<//>`}</div>
  </form>`;
}

// When the offset changes next, worked out here from a zone that has the same rules.
function Change({ zones }) {
  const zone = useValue("tz/zone");
  const name = [...USUAL, ...Object.keys(zones)].find(one => zones[one] === zone);
  const next = name && nextChange(name);
  return html`<${Row} label=${t("time.change")}><span class="value">${next ? moment(next / 1000) : name ? t("time.nochange") : "–"}</span><//>`;
}

function offsetIn(name, at) {
  const when = Math.floor(at / 60000) * 60000;
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", { timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).formatToParts(when).map(one => [one.type, Number(one.value)]));
  return Math.round((Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute) - when) / 60000);
}

/** The time (ms since 1970) of the next change of the offset of a zone by name, or null: none within a year. */
export function nextChange(name, from = Date.now()) {
  const now = offsetIn(name, from);
  const day = 86400000;
  for (let at = from; at < from + 370 * day; at += day) {
    if (offsetIn(name, at + day) === now) continue;
    let low = at;
    let high = at + day;
    while (high - low > 60000) {
      const middle = (low + high) / 2;
      if (offsetIn(name, middle) === now) low = middle;
      else high = middle;
    }
    return Math.floor(high / 60000) * 60000;
  }
  return null;
}
