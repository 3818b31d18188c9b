// Network: what is in reach, known networks, the device's own access point, host name.
import { html, useState, useEffect } from "./html.js";
import { t, heard } from "./text.js";
import { Page, Card, Row, Button, Field, Badge, Empty, Busy, Loaded, Loading, useLoad, usePart } from "./parts.js";
import { Icon } from "./icons.js";
import { confirm, dialog, useRun, Wrong } from "./dialogs.js";
import { fail, notify } from "./notices.js";
import { request } from "./request.js";
import { Widget } from "./widgets.js";
import { useAbout, useLink, useValue } from "./live.js";

const PLACE = "/api/admin/network";

/** The page. */
export default function Network() {
  const about = useAbout();
  const load = useLoad(about && about.modules.wlan ? PLACE : "/api/admin/session");
  if (!about) return html`<${Page} title=${t("page.network")}><${Busy} /><//>`;
  const has = id => about.modules[id];
  return html`<${Page} title=${t("page.network")}>
    ${!has("wlan") && !has("softap") ? html`<${Empty} icon="wifi">${t("network.none")}<//>` : null}
    ${has("wlan") && html`<${Loaded} load=${load}>${place => html`<${State} place=${place} /><${Reach} place=${place} load=${load.load} /><${Known} />`}<//>`}
    ${has("softap") && html`<${Section} section="softap" title=${t("module.softap")} only=${["mode", "ssid", "password", "channel"]}><${Widget} topic="softap/on" /><${Widget} topic="softap/ssid" /><${Widget} topic="softap/clients" /><//>`}
    ${has("wlan") && html`<${Section} section="wlan" title=${t("network.more")} only=${["hostname", "country"]} />`}
  <//>`;
}

function act(action, value, more) {
  return request("POST", PLACE, { action, value, ...more });
}

function address(place) {
  return "http://" + place.host + ".local/";
}

function State({ place }) {
  const connected = useValue("wlan/connected");
  const ssid = useValue("wlan/ssid");
  const ip = useValue("wlan/ip");
  const error = useValue("wlan/error");
  const state = useValue("wlan/state");
  return html`<${Card} title=${t("module.wlan")} icon="wifi" aside=${html`<${Badge} kind=${connected ? "good" : "bad"}>${connected ? ssid : state ? heard(state) : t("class.connectivity.off")}<//>`}>
    ${connected ? html`<${Row} label=${t("network.address")}><span class="value">${ip}</span><//>` : null}
    <${Row} label=${t("network.name")}><span class="value long">${address(place)}</span><//>
    ${error && html`<p class="wrong">${heard(error)}</p>`}
  <//>`;
}

function Bars({ rssi }) {
  const count = rssi >= -55 ? 4 : rssi >= -67 ? 3 : rssi >= -78 ? 2 : 1;
  return html`<span class="bars" role="img" aria-label=${t("network.signal", { count, rssi })} title=${rssi + " dBm"}>${[1, 2, 3, 4].map(n => html`<i class=${n <= count ? "full" : ""} />`)}</span>`;
}

function Reach({ place, load }) {
  const found = useValue("wlan/networks");
  const ssid = useValue("wlan/ssid");
  const known = useValue("wlan/known") || [];
  const [looking, setLooking] = useState(false);
  useEffect(() => setLooking(false), [found]);
  const scan = () => act("scan").then(() => (setLooking(true), setTimeout(setLooking, 8000, false)), error => fail(error, t("network.scan")));
  const join = (ssid, secure) => dialog(Join, { ssid, secure, place, fresh: !known.length }).then(load);
  return html`<${Card} title=${t("network.reach")} icon="search" aside=${html`<${Button} small icon="refresh" disabled=${looking} onClick=${scan}>${t("network.scan")}<//>`}>
    ${found && found.length ? found.map(one => html`<div key=${one.ssid} class="row"><${Bars} rssi=${one.rssi} />
      <div class="label">${one.ssid}<small>${t(one.secure ? "network.secure" : "network.open")} · ${t("network.channel", { channel: one.channel })} · ${one.rssi} dBm</small></div>
      <div class="control">${one.ssid === ssid ? html`<${Badge} kind="good">${t("class.connectivity.on")}<//>` : html`<${Button} small onClick=${() => join(one.ssid, one.secure)}>${t("network.join")}<//>`}</div></div>`)
    : html`<p class="soft">${t("network.noscan")}</p>`}
    ${looking && html`<${Busy}>${t("network.looking")}<//>`}
    <div class="buttons left"><${Button} icon="plus" onClick=${() => join("", true)}>${t("network.hidden")}<//></div>
  <//>`;
}

function Join({ ssid, secure, place, fresh, close }) {
  const [name, setName] = useState(ssid);
  const [password, setPassword] = useState("");
  const [called, setCalled] = useState(place.name);
  const hidden = !ssid;
  const again = (useValue("wlan/known") || []).includes(name);
  const short = secure && password.length > 0 && password.length < 8;
  const [busy, error, run] = useRun(() => act("join", again && !password ? name : { ssid: name, password, hidden }, called !== place.name ? { name: called } : {}), found => {
    close(true);
    dialog(Where, { ssid: name, place: found, stays: true });
  });
  return html`<form onSubmit=${run}><h2>${ssid ? t("network.join.title", { ssid }) : t("network.hidden")}</h2>
    ${hidden && html`<${Field} label=${t("network.ssid")}><input value=${name} autofocus maxlength="32" onInput=${event => setName(event.target.value)} /><//>`}
    ${secure && html`<${Field} label=${t("login.password")} note=${t(again ? "network.password.known" : "network.password.note")} error=${short && t("network.short")}><input type="password" autofocus=${!hidden} maxlength="64" autocomplete="off" value=${password} onInput=${event => setPassword(event.target.value)} /><//>`}
    ${fresh && html`<${Field} label=${t("network.called")}><input value=${called} maxlength="32" required onInput=${event => setCalled(event.target.value)} /><//>`}
    <p class="soft">${t("network.where", { ssid: name || "…", host: address(place) })}</p>
    <${Wrong} error=${error} />
    <div class="buttons"><button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button><button class="button main" disabled=${busy || !name || short} aria-busy=${busy}>${t("network.join")}</button></div></form>`;
}

// Where the device will be: said before the link drops, and what became of it, as long as this page hears of it.
function Where({ ssid, place, close }) {
  const there = useValue("wlan/ssid") === ssid && useValue("wlan/connected");
  const ip = useValue("wlan/ip");
  const trouble = useValue("wlan/error");
  const link = useLink();
  return html`<h2>${t(there ? "network.there" : "network.joins", { ssid })}</h2>
    <p>${t("network.follow", { ssid })}</p>
    <p><a href=${address(place)}>${address(place)}</a></p>
    ${there && ip && html`<p><a href=${"http://" + ip + "/"}>${"http://" + ip + "/"}</a></p>`}
    ${!there && trouble && link === "live" ? html`<p class="wrong" role="alert">${heard(trouble)}</p>` : null}
    ${!there && !trouble && link === "live" ? html`<${Busy}>${t("network.waiting")}<//>` : null}
    <div class="buttons"><button class="button main" onClick=${() => close()}>${t("close")}</button></div>`;
}

function Known() {
  const known = useValue("wlan/known") || [];
  const forget = ssid => confirm({ title: t("network.forget", { ssid }), text: t("network.forget.text"), button: t("network.forget.do"), danger: true, act: () => act("forget", ssid) })
    .then(done => done && notify(t("network.forgotten", { ssid })));
  return html`<${Card} title=${t("network.known")} icon="check">
    ${known.length ? known.map(ssid => html`<${Row} key=${ssid} label=${ssid}><${Button} small icon="pencil" label=${t("network.static", { ssid })} onClick=${() => dialog(Static, { ssid })} />
      <${Button} small icon="delete" label=${t("network.forget", { ssid })} onClick=${() => forget(ssid)} /><//>`) : html`<p class="soft">${t("network.unknown")}</p>`}
  <//>`;
}

const PATH = "/api/admin/settings/wlan";

function Static({ ssid, close }) {
  const load = useLoad(PATH);
  return html`<h2>${t("network.static", { ssid })}</h2><${Loaded} load=${load}>${data => html`<${Address} ssid=${ssid} list=${data.fields.find(field => field.key === "networks").value} close=${close} />`}<//>`;
}

function Address({ ssid, list, close }) {
  const name = one => (typeof one === "string" ? one : one.ssid);
  const place = list.findIndex(one => name(one) === ssid);
  const old = (typeof list[place] === "object" && list[place].ifconfig) || ["", "255.255.255.0", "", ""];
  const [fixed, setFixed] = useState(Boolean(list[place] && list[place].ifconfig));
  const [first, setFirst] = useState(place === 0);
  const [values, setValues] = useState(old);
  const [busy, error, run] = useRun(async () => {
    const one = { ...(typeof list[place] === "object" ? list[place] : {}), ssid };
    delete one.ifconfig;
    if (fixed) one.ifconfig = values;
    const found = [...list];
    found[place] = Object.keys(one).length > 1 ? one : ssid;
    if (first && place) found.unshift(...found.splice(place, 1));
    await request("PUT", PATH, { values: { networks: found } });
  }, () => {
    notify(t("settings.later"));
    close(true);
  });
  if (place < 0) return html`<p class="soft">${t("network.elsewhere")}</p>`;
  return html`<form onSubmit=${run}>
    <label class="check"><input type="checkbox" checked=${first} disabled=${place === 0} onChange=${event => setFirst(event.target.checked)} />${t("network.first")}</label>
    <label class="check"><input type="checkbox" checked=${fixed} onChange=${event => setFixed(event.target.checked)} />${t("network.fixed")}</label>
    ${fixed && ["address", "mask", "gateway", "dns"].map((key, i) => html`<${Field} key=${key} label=${t("network." + key)}><input inputmode="decimal" value=${values[i]} pattern="\\d+\\.\\d+\\.\\d+\\.\\d+" required onInput=${event => setValues(values.map((one, j) => (i === j ? event.target.value : one)))} /><//>`)}
    <${Wrong} error=${error} />
    <div class="buttons"><button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button><button class="button main" disabled=${busy}>${t("save")}</button></div></form>`;
}

/** Some settings of a section as a form, below live values. */
export function Section({ section, title, only, children, icon = "cog" }) {
  const path = "/api/admin/settings/" + section;
  const load = useLoad(path);
  const settings = usePart("settings");
  return html`<h2 class="section">${title}</h2>${children && html`<${Card}>${children}<//>`}
    <${Loading} part=${settings}>${({ Form }) => html`<${Loaded} load=${load}>${data => html`<${Form} key=${JSON.stringify(data.fields)} data=${data} path=${path} load=${load.load} only=${only} />`}<//>`}<//>`;
}
