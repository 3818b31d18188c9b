// Log: live, by level and module, searchable; levels set here.
import { html, useState, useEffect, useMemo, useRef } from "./html.js";
import { t, language } from "./text.js";
import { request, follow } from "./request.js";
import { Page, Button, Row, Trouble, Busy, Empty, Loaded, useLoad, save } from "./parts.js";
import { moduleName } from "./wording.js";
import { device } from "./live.js";
import { dialog } from "./dialogs.js";
import { fail, notify } from "./notices.js";

const LEVELS = ["debug", "info", "warning", "error", "critical"];
const KEPT = 1000;

/** The page. */
export default function Log() {
  const [lines, setLines] = useState(null);
  const [error, setError] = useState(null);
  const [level, setLevel] = useState("debug");
  const [module, setModule] = useState("");
  const [text, setText] = useState("");
  const [paused, setPaused] = useState(false);
  const hold = useRef(false);
  hold.current = paused;
  const waiting = useRef([]);
  const take = found => setLines(old => [...(old || []), ...found].slice(-KEPT));
  useEffect(() => {
    if (!paused && lines) take(waiting.current.splice(0));
  }, [paused]);
  const [turn, again] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    const run = async () => {
      const found = await request("GET", "/api/admin/log", undefined, { signal: abort.signal });
      setLines(found.lines.map(([, time, level, module, text]) => ({ time, level, module, text })));
      setError(null);
      await follow("/api/admin/events?filter=" + encodeURIComponent("$log/#"), {
        signal: abort.signal,
        alive() {},
        heard(topic, value) {
          const [, level, ...id] = topic.split("/");
          if (!LEVELS.includes(level)) return;
          waiting.current.push({ time: new Date().toISOString().slice(0, 19) + "Z", level, module: id.join("/"), text: String(value) });
          if (!hold.current) take(waiting.current.splice(0));
        },
      });
    };
    // Who has closed the login is not asked again and again.
    run().catch(found => abort.signal.aborted || (setError(found), found.status)).then(status => abort.signal.aborted || status === 401 || setTimeout(() => again(n => n + 1), 3000));
    return () => abort.abort();
  }, [turn]);
  const modules = useMemo(() => [...new Set((lines || []).map(line => line.module))].sort(), [lines]);
  const least = LEVELS.indexOf(level);
  const wanted = text.toLowerCase();
  const shown = (lines || []).filter(line => LEVELS.indexOf(line.level) >= least && (!module || line.module === module) && (!wanted || line.text.toLowerCase().includes(wanted)));
  const download = () => save((device.about ? device.about.name : "device") + ".log", shown.map(line => `${line.time} ${line.level} ${line.module}: ${line.text}`).join("\n") + "\n");
  return html`<${Page} title=${t("page.log")} wide actions=${html`
      <${Button} icon=${paused ? "play" : "stop"} onClick=${() => setPaused(!paused)}>${t(paused ? "log.go" : "log.pause")}<//>
      <${Button} icon="download" onClick=${download}>${t("download")}<//>
      <${Button} icon="cog" onClick=${() => dialog(Levels)}>${t("log.levels")}<//>`}>
    <div class="toolbar">
      <input type="search" placeholder=${t("search")} aria-label=${t("search")} value=${text} onInput=${event => setText(event.target.value)} />
      <select aria-label=${t("log.level")} value=${level} onChange=${event => setLevel(event.target.value)}>${LEVELS.map(one => html`<option key=${one} value=${one}>${t("level." + one)}</option>`)}</select>
      <select aria-label=${t("log.module")} value=${module} onChange=${event => setModule(event.target.value)}><option value="">${t("log.all")}</option>${modules.map(one => html`<option key=${one}>${one}</option>`)}</select>
    </div>
    ${error && html`<${Trouble} error=${error} retry=${() => again(n => n + 1)} />`}
    ${lines === null && !error ? html`<${Busy} />` : null}
    ${lines && (shown.length ? html`<div class="log box" role="log" aria-label=${t("page.log")} tabindex="0">${[...shown].reverse().map(line => html`<div class=${"line " + line.level}>
      <time>${stamp(line.time)}</time><b>${t("level." + line.level)}</b><span>${line.module}</span><pre>${line.text}</pre></div>`)}</div>` : html`<${Empty}>${t("log.none")}<//>`)}
  <//>`;
}

// The log's stamp is UTC, or seconds since the start while the clock is not set.
function stamp(time) {
  const when = new Date(time);
  return time[0] === "+" || isNaN(when) ? time : when.toLocaleTimeString(language);
}

function Levels({ close }) {
  const load = useLoad("/api/admin/log/levels");
  const set = async (module, level) => {
    try {
      load.set(await request("PUT", "/api/admin/log/levels", { module, level: level || null }));
      notify(t("log.levels.set", { name: module ? moduleName(module) : t("log.all"), level: level ? t("level." + level) : t("log.levels.all") }));
    } catch (error) {
      fail(error);
    }
  };
  return html`<h2>${t("log.levels")}</h2><p class="soft">${t("log.levels.text")}</p>
    <${Loaded} load=${load}>${data => html`
      <${Level} label=${t("log.all")} value=${data.level} set=${level => set("", level)} />
      ${Object.keys(device.about.modules).map(id => html`<${Level} key=${id} label=${moduleName(id)} value=${data.levels[id] || ""} open set=${level => set(id, level)} />`)}`}<//>
    <div class="buttons"><button class="button" onClick=${() => close()}>${t("close")}</button></div>`;
}

function Level({ label, value, open, set }) {
  return html`<${Row} label=${label}><select aria-label=${label} value=${value} onChange=${event => set(event.target.value)}>
    ${open && html`<option value="">${t("log.levels.all")}</option>`}${LEVELS.map(one => html`<option key=${one} value=${one}>${t("level." + one)}</option>`)}</select><//>`;
}
