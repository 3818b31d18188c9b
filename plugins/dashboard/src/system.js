// System: the board, its memory live, its storage; collect, restart, reset, safe mode; backup and restore.
import { html, useState, useEffect, useRef } from "./html.js";
import { t, bytes, duration, number } from "./text.js";
import { request } from "./request.js";
import { Page, Cards, Card, Row, Button, Field, Meter, Loaded, Choose, Badge, useLoad, save } from "./parts.js";
import { confirm, dialog, useRun, Wrong } from "./dialogs.js";
import { fail, notify } from "./notices.js";
import { moduleName } from "./wording.js";
import { useLink } from "./live.js";

const EVERY_MS = 2000;
const POINTS = 90;
const FEW = 20;

/** The page. */
export default function System() {
  const load = useLoad("/api/admin/system", { every: 10000 });
  return html`<${Page} title=${t("page.system")} wide><${Loaded} load=${load}>${data => html`<${Cards}>
    <${Memory} first=${data.memory} />
    <${Card} title=${t("system.board")} icon="chip">
      <${Row} label=${t("system.name")}><span class="value">${data.name}</span><//>
      <${Row} label=${t("system.hardware")}><span class="value long">${data.board}</span><//>
      ${Object.entries(data.versions).map(([name, version]) => html`<${Row} key=${name} label=${name}><span class="value">${version}</span><//>`)}
      <${Row} label=${t("system.uptime")}><span class="value">${duration(data.uptime_s)}</span><//>
      ${data.reset_cause && html`<${Row} label=${t("system.cause")}><span class="value">${data.reset_cause}</span><//>`}
      ${data.id && html`<${Row} label=${t("system.id")}><span class="value long mono">${data.id}</span><//>`}
      ${typeof data.temperature === "number" && html`<${Row} label=${t("system.temperature")}><span class="value">${number(data.temperature, 1)}<small>°C</small></span><//>`}
      ${data.safemode && html`<${Row} label=${t("module.safemode")}><${Badge} kind="bad">${t("on")}<//><//>`}
    <//>
    ${data.storage && html`<${Card} title=${t("system.storage")} icon="harddisk">
      <${Row} label=${t("system.free")}><span class="value">${bytes(data.storage.free)}</span><//>
      <${Row} label=${t("system.of")}><span class="value">${bytes(data.storage.total)}</span><//>
      <div class="below"><${Meter} part=${1 - data.storage.free / data.storage.total} label=${t("system.storage.used")} kind=${data.storage.free / data.storage.total < 0.1 ? "warn" : ""} /></div>
    <//>`}
    ${Object.keys(data.late).length ? html`<${Card} title=${t("system.late")} icon="alert">${Object.entries(data.late).map(([id, ms]) => html`<${Row} key=${id} label=${moduleName(id)}><span class="value">${number(ms)}<small>ms</small></span><//>`)}<//>` : null}
    <${Actions} name=${data.name} />
    <${Backup} name=${data.name} />
  <//>`}<//><//>`;
}

function Memory({ first }) {
  const [points, setPoints] = useState([first]);
  const link = useLink();
  useEffect(() => {
    const timer = setInterval(async () => {
      if (document.hidden || link !== "live") return;
      try {
        const found = await request("GET", "/api/admin/system?memory", undefined, { quiet: true });
        setPoints(old => [...old, found].slice(-POINTS));
      } catch (error) {
        // The state of the connection is shown already.
      }
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [link]);
  const now = points[points.length - 1];
  const collect = async () => {
    try {
      const found = await request("POST", "/api/admin/system", { action: "collect" });
      setPoints(old => [...old, found].slice(-POINTS));
      notify(t("system.collected", { free: bytes(found.free) }));
    } catch (error) {
      fail(error);
    }
  };
  if (now.free === undefined) return html`<${Card} title=${t("system.memory")} icon="memory"><${Row} label=${t("system.objects")}><span class="value">${number(now.objects)}</span><//><//>`;
  return html`<${Card} title=${t("system.memory")} icon="memory" aside=${html`<${Button} small onClick=${collect}>${t("system.collect")}<//>`}>
    <${Chart} points=${points} />
    <${Row} label=${html`<i class="dot one"></i>${t("system.used")}`}><span class="value">${bytes(now.used)}</span><//>
    <${Row} label=${t("system.free")}><span class="value">${bytes(now.free)}</span><//>
    ${now.largest !== undefined && html`<${Row} label=${html`<i class="dot two"></i>${t("system.largest")}`}><span class="value">${bytes(now.largest)}</span><//>`}
  <//>`;
}

// Two lines: a whole library of charts would be too much for them.
function Chart({ points }) {
  const total = points[0].free + points[0].used;
  const room = Math.max(points.length, FEW) - 1; // what has just begun is drawn larger
  const x = i => 300 - ((points.length - 1 - i) * 300) / room;
  const path = key => points.map((point, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${(96 - (92 * (point[key] || 0)) / total).toFixed(1)}`).join("");
  return html`<svg class="chart" viewBox="0 0 300 100" preserveAspectRatio="none" role="img" aria-label=${t("system.chart", { used: bytes(points[points.length - 1].used), total: bytes(total) })}>
    <path class="area" d=${points.length > 1 ? path("used") + `L300 96L${x(0).toFixed(1)} 96Z` : ""} />
    <path class="one" d=${path("used")} /><path class="two" d=${points[0].largest === undefined ? "" : path("largest")} /></svg>`;
}

function Actions({ name }) {
  const act = (action, danger) => confirm({
    title: t("system." + action),
    text: t(`system.${action}.text`, { name }),
    button: t("system." + action),
    danger,
    act: () => request("POST", "/api/admin/system", { action }),
  }).then(done => done && notify(t("system.begun")));
  return html`<${Card} title=${t("system.actions")} icon="power">
    <${Row} label=${t("system.restart")} note=${t("system.restart.note")}><${Button} small onClick=${() => act("restart")}>${t("system.do.restart")}<//><//>
    <${Row} label=${t("system.reset")} note=${t("system.reset.note")}><${Button} small kind="danger" onClick=${() => act("reset", true)}>${t("system.do.reset")}<//><//>
    <${Row} label=${t("system.safemode")} note=${t("system.safemode.note")}><${Button} small kind="danger" onClick=${() => act("safemode", true)}>${t("system.do.safemode")}<//><//>
  <//>`;
}

function Backup({ name }) {
  const plain = async () => {
    try {
      const answer = await request("GET", "/api/admin/backup", undefined, { raw: true, timeout: 120000 });
      save(name + ".tar", await answer.blob());
    } catch (error) {
      fail(error, t("backup.title"));
    }
  };
  return html`<${Card} title=${t("backup.title")} icon="download">
    <p class="soft">${t("backup.text")}</p>
    <div class="buttons left">
      <${Button} icon="download" onClick=${plain}>${t("backup.plain")}<//>
      <${Button} icon="lock" onClick=${() => dialog(Sealed, { name })}>${t("backup.sealed")}<//>
      <${Choose} accept=".tar" onFiles=${files => dialog(Restore, { file: files[0] })}>${t("backup.restore")}<//>
    </div>
  <//>`;
}

function Sealed({ name, close }) {
  const [password, setPassword] = useState("");
  const [busy, error, run] = useRun(async () => {
    const answer = await request("POST", "/api/admin/backup", { password }, { raw: true, timeout: 120000 });
    save(name + ".tar", await answer.blob());
  }, () => close());
  return html`<form onSubmit=${run}><h2>${t("backup.sealed")}</h2><p class="soft">${t("backup.sealed.text")}</p>
    <${Field} label=${t("login.password")} note=${t("first.password.note")}><input type="password" autofocus autocomplete="new-password" value=${password} onInput=${event => setPassword(event.target.value)} /><//>
    <${Wrong} error=${error} />
    <div class="buttons"><button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button>
      <button class="button main" disabled=${busy || password.length < 8} aria-busy=${busy}>${t("download")}</button></div></form>`;
}

function Restore({ file, close }) {
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(null);
  const [busy, error, run] = useRun(() => request("PUT", "/api/admin/backup", file, {
    timeout: 120000,
    headers: password ? { "Backup-Password": encodeURIComponent(password) } : {},
  }), setDone);
  if (done) {
    const reset = async () => {
      close();
      try {
        await request("POST", "/api/admin/system", { action: "reset" });
        notify(t("system.begun"));
      } catch (failure) {
        fail(failure);
      }
    };
    return html`<h2>${t("backup.restore")}</h2><p>${t("backup.restored", { count: done.files.length })} ${done.sealed && !done.secrets ? t("backup.nosecrets") : ""}</p>
      <div class="buttons"><button class="button" onClick=${() => close()}>${t("later")}</button><${Button} kind="main" onClick=${reset}>${t("system.do.reset")}<//></div>`;
  }
  return html`<form onSubmit=${run}><h2>${t("backup.restore")}</h2><p>${t("backup.restore.text", { file: file.name, size: bytes(file.size) })}</p>
    <${Field} label=${t("backup.password")}><input type="password" autocomplete="off" value=${password} onInput=${event => setPassword(event.target.value)} /><//>
    <${Wrong} error=${error} />
    <div class="buttons"><button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button>
      <button class="button danger" disabled=${busy} aria-busy=${busy}>${t("backup.restore")}</button></div></form>`;
}
