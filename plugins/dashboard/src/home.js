// Home: all properties, a card a module, and the cards that modules bring.
import { html, useMemo, useEffect, useState } from "./html.js";
import { t, said } from "./text.js";
import { Page, Card, Cards, Empty, Busy, Badge } from "./parts.js";
import { Icon } from "./icons.js";
import { Widget } from "./widgets.js";
import { moduleName } from "./wording.js";
import { device, useAbout, useLink, usePages } from "./live.js";

const ICONS = { wlan: "wifi", softap: "wifi", sysinfo: "chip", valves: "valve", gpio: "chip", ntp: "clock", tz: "clock", log: "text", mqtt: "routes", timers: "clock", control: "power", packages: "puzzle", sensors: "thermometer", history: "chart-line" };
// What has to do with the device itself stands after what it is there for.
const OWN = ["sysinfo", "wlan", "softap", "ntp", "tz", "mqtt", "homeassistant", "homie", "log", "control", "packages", "watchdog", "deepsleep", "webrepl", "safemode", "sdcard", "http_async", "http_windup", "admin", "dashboard", "history"];

// What has a page of its own under Administration, and would be a line too many here.
const ELSEWHERE = /^(wlan\/(add|forget|scan|restart|state)|softap\/mode|tz\/(zone|offset)|log\/levels?|ntp\/(sync|drift|offset|error)|plugins\/.*)$/;

/** The cards of all modules as [{id, title, icon, topics, own}], in the order in which they are shown. */
export function cardsOf(about) {
  const groups = new Map();
  for (const id in about.modules) {
    const { properties, state, caption } = about.modules[id];
    for (const name in properties) {
      const meta = properties[name];
      if (meta.hidden || ELSEWHERE.test(id + "/" + name)) continue;
      const title = said(meta.group) || said(caption) || moduleName(id);
      const key = meta.group ? "group " + title : id;
      if (!groups.has(key)) groups.set(key, { id: key, title, icon: meta.group ? meta.icon : ICONS[id] || meta.icon || "view-module", state, topics: [], own: OWN.includes(id) });
      groups.get(key).topics.push({ topic: id + "/" + name, order: meta.order === undefined ? 1000 : meta.order, place: groups.get(key).topics.length });
    }
  }
  const found = [...groups.values()];
  for (const group of found) group.topics.sort((a, b) => a.order - b.order || compare(a.topic, b.topic));
  return found.sort((a, b) => a.own - b.own || (a.own ? OWN.indexOf(a.id) - OWN.indexOf(b.id) : compare(a.title, b.title)));
}

// valves/10 after valves/9.
function compare(a, b) {
  return a.localeCompare(b, undefined, { numeric: true });
}

/** The page. */
export function Home() {
  const about = useAbout();
  const link = useLink();
  const pages = usePages();
  const cards = useMemo(() => (about ? cardsOf(about) : []), [about]);
  if (!about) return html`<${Page} title=${t("home")}><${Busy}>${link === "lost" ? t("link.lost") : t("link.connecting")}<//><//>`;
  const brought = ((pages && pages.pages) || []).filter(page => page.card);
  const ours = cards.filter(card => !card.own);
  const own = cards.filter(card => card.own);
  return html`<${Page} title=${t("home")} wide bare>
    <div class=${link === "live" ? "" : "stale"} inert=${link !== "live"}>
      ${cards.length + brought.length ? null : html`<${Empty} icon="home">${t("home.empty")}<//>`}
      <${Cards}>
        ${brought.map(page => html`<${Brought} key=${page.id} page=${page} />`)}
        ${ours.map(card => html`<${Group} key=${card.id} card=${card} />`)}
        ${!brought.length && own.length <= 4 && own.map(card => html`<${Group} key=${card.id} card=${card} />`)}
      <//>
      ${(brought.length || own.length > 4) && own.length ? html`<h2 class="section">${t("home.device")}</h2>
        <${Cards}>${own.map(card => html`<${Group} key=${card.id} card=${card} />`)}<//>` : null}
    </div>
  <//>`;
}

function Group({ card }) {
  return html`<${Card} title=${card.title} icon=${card.icon} aside=${card.state !== "RUNNING" && html`<${Badge} kind="bad">${t("state." + card.state)}<//>`}>
    ${card.topics.map(({ topic }) => html`<${Widget} key=${topic} topic=${topic} known=${card.own} />`)}
  <//>`;
}

/** What another module's file exports as `Card` or `Page`, loaded when it is first shown. */
export function Brought({ page, what = "Card" }) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    import(page.src).then(module => setFound({ Component: module[what] || module.default }), error => setFound({ error }));
  }, [page.src]);
  if (!found) return html`<${Busy} />`;
  if (found.error || !found.Component) return html`<${Card} title=${said(page.title)} icon="alert"><p class="wrong">${t("page.broken", { src: page.src })}</p><//>`;
  return html`<${found.Component} page=${page} device=${device} />`;
}
