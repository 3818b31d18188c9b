// Recorder: what a module publishes while one acts on it; played again later, and the difference shown.
import { html, useState, useEffect, useRef } from "./html.js";
import { t, moment } from "./text.js";
import { request, follow } from "./request.js";
import { Page, Card, Row, Button, Field, Badge, Busy, Empty, Loaded, useLoad } from "./parts.js";
import { confirm } from "./dialogs.js";
import { fail, notify } from "./notices.js";
import { moduleName } from "./wording.js";
import { useAbout } from "./live.js";

const FOLDER = "/api/files/recordings/";
const QUIET_MS = 1500; // after the last command so long is listened

/** The lines of a recording: what was asked for, `>`, and what the module published then, `<`. */
export function lines(events) {
  return events.map(one => (one.command ? "> " : "< ") + one.topic + " " + JSON.stringify(one.value));
}

/** Two lists of lines as [[" ", "-" or "+", line]], by their longest common part; lines that begin with `!-` are not compared. */
export function difference(before, after) {
  const same = (a, b) => a === b || (a.startsWith("!-") && b.startsWith("!-"));
  const table = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) table[i][j] = same(before[i], after[j]) ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  const found = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && same(before[i], after[j])) {
      found.push([" ", before[i]]);
      i++;
      j++;
    } else if (i < before.length && (j >= after.length || table[i + 1][j] >= table[i][j + 1])) found.push(["-", before[i++]]);
    else found.push(["+", after[j++]]);
  }
  return found;
}

async function listen(module, signal, take) {
  await follow("/api/admin/events?filter=" + encodeURIComponent(module + "/#"), {
    signal,
    alive() {},
    heard(topic, value) {
      take({ at: Date.now(), topic, value, command: topic.endsWith("/set") });
    },
  });
}

/** The page. */
export default function Recorder() {
  const about = useAbout();
  const load = useLoad("/api/admin/settings");
  return html`<${Page} title=${t("page.recorder")}><p class="soft intro">${t("recorder.text")}</p>
    ${about && html`<${Loaded} load=${load}>${() => html`<${Desk} modules=${Object.keys(about.modules).filter(id => Object.keys(about.modules[id].properties).length)} />`}<//>`}<//>`;
}

function Desk({ modules }) {
  const [module, setModule] = useState(modules[0]);
  const [events, setEvents] = useState(null);
  const [name, setName] = useState("");
  const [list, setList] = useState(null);
  const [run, setRun] = useState(null);
  const stop = useRef(null);
  const refresh = async () => {
    try {
      setList((await request("GET", FOLDER)).entries.filter(one => one.name.endsWith(".trec.txt")));
    } catch (error) {
      setList([]);
      if (error.status !== 404) fail(error, t("recorder.kept.title")); // 404: nothing was recorded yet
    }
  };
  useEffect(() => {
    refresh();
    return () => stop.current && stop.current.abort();
  }, []);
  const record = async () => {
    try {
      await request("GET", "/api/admin/system?memory"); // asks for the login where one is needed
    } catch (error) {
      fail(error, t("recorder.start"));
      return;
    }
    const abort = new AbortController();
    const begun = Date.now();
    stop.current = abort;
    setEvents([]);
    listen(module, abort.signal, one => Date.now() - begun > 400 && setEvents(old => [...old, one])).catch(error => {
      if (abort.signal.aborted) return;
      stop.current = null;
      setEvents(null);
      fail(error, t("recorder.start"));
    });
  };
  const end = () => {
    stop.current.abort();
    stop.current = null;
    setName(module + " " + new Date().toISOString().slice(0, 16).replace("T", " ").replace(":", "-"));
  };
  const keep = async event => {
    event.preventDefault();
    const begun = events.length ? events[0].at : 0;
    // The times stand in a line that is not compared.
    const text = ["!- " + JSON.stringify({ module, at: events.filter(one => one.command).map(one => one.at - begun) }), ...lines(events)].join("\n") + "\n";
    try {
      await request("PUT", FOLDER + encodeURIComponent(name.replace(/[/\\]/g, "_")) + ".trec.txt", text, { headers: { "Content-Type": "text/plain" } });
      notify(t("recorder.kept", { name }));
      setEvents(null);
      refresh();
    } catch (error) {
      fail(error, t("settings.notsaved"));
    }
  };
  const play = async file => {
    setRun(null);
    try {
      const recorded = (await (await request("GET", FOLDER + encodeURIComponent(file), undefined, { raw: true })).text()).trim().split("\n");
      const { module, at } = JSON.parse(recorded[0].slice(3));
      const found = [];
      const abort = new AbortController();
      const begun = Date.now();
      let deaf = null;
      listen(module, abort.signal, one => Date.now() - begun > 400 && found.push(one)).catch(error => abort.signal.aborted || (deaf = error));
      await new Promise(resolve => setTimeout(resolve, 600));
      const commands = recorded.filter(line => line.startsWith("> ")).map(line => line.slice(2));
      const first = Date.now();
      for (let i = 0; i < commands.length; i++) {
        await new Promise(resolve => setTimeout(resolve, Math.max(0, at[i] - (at[0] || 0) - (Date.now() - first))));
        const space = commands[i].indexOf(" ");
        await request("POST", "/api/admin/events", { topic: commands[i].slice(0, space), value: JSON.parse(commands[i].slice(space + 1)) });
      }
      await new Promise(resolve => setTimeout(resolve, QUIET_MS));
      abort.abort();
      if (deaf) throw deaf;
      setRun({ file, changes: difference(recorded, [recorded[0], ...lines(found)]) });
    } catch (error) {
      fail(error, file);
    }
  };
  const remove = file => confirm({ title: t("files.delete", { name: file }), text: t("files.delete.file"), button: t("remove"), danger: true, act: () => request("DELETE", FOLDER + encodeURIComponent(file)) }).then(refresh);
  const recording = stop.current !== null;
  return html`
    <${Card} title=${t("recorder.new")} icon="record">
      <div class="toolbar">
        <select aria-label=${t("log.module")} value=${module} disabled=${recording} onChange=${event => setModule(event.target.value)}>${modules.map(id => html`<option key=${id} value=${id}>${moduleName(id)}</option>`)}</select>
        ${recording ? html`<${Button} kind="main" icon="stop" onClick=${end}>${t("recorder.stop")}<//>` : html`<${Button} kind="main" icon="record" onClick=${record}>${t("recorder.start")}<//>`}
      </div>
      ${events && html`<pre class="box" tabindex="0" aria-live="polite">${lines(events).join("\n") || t("recorder.act")}</pre>`}
      ${events && !recording && events.length ? html`<form class="toolbar" onSubmit=${keep}><input aria-label=${t("files.name")} value=${name} onInput=${event => setName(event.target.value)} /><button class="button main" disabled=${!name}>${t("save")}</button></form>` : null}
    <//>
    <${Card} title=${t("recorder.kept.title")} icon="file">
      ${!list ? html`<${Busy} />` : list.length ? list.map(one => html`<${Row} key=${one.name} label=${one.name.replace(".trec.txt", "")}>
        <${Button} small icon="play" label=${t("recorder.play", { name: one.name })} onClick=${() => play(one.name)} />
        <${Button} small icon="delete" label=${t("files.delete", { name: one.name })} onClick=${() => remove(one.name)} /><//>`) : html`<${Empty} icon="record">${t("recorder.none")}<//>`}
    <//>
    ${run && html`<${Card} title=${run.file.replace(".trec.txt", "")} icon="play" aside=${html`<${Badge} kind=${run.changes.every(([mark]) => mark === " ") ? "good" : "bad"}>${t(run.changes.every(([mark]) => mark === " ") ? "recorder.same" : "recorder.differs")}<//>`}>
      <pre class="box diff" tabindex="0">${run.changes.map(([mark, line]) => html`<span class=${mark === "-" ? "less" : mark === "+" ? "more" : ""}>${mark} ${line}\n</span>`)}</pre><//>`}`;
}
