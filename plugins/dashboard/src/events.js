// Events: what travels on the bus, with a filter, as `modcore monitor` shows it; and publishing by hand.
import { html, useState, useEffect, useRef } from "./html.js";
import { t, language } from "./text.js";
import { request, follow } from "./request.js";
import { Page, Button, Field, Empty, Trouble } from "./parts.js";
import { dialog, useRun, Wrong } from "./dialogs.js";
import { notify } from "./notices.js";

const KEPT = 500;

/** The page; rest: the filter. */
export default function Events() {
  const [filter, setFilter] = useState("#");
  const [typed, setTyped] = useState("#");
  const [list, setList] = useState([]);
  const [paused, setPaused] = useState(false);
  const [error, setError] = useState(null);
  const hold = useRef(false);
  hold.current = paused;
  const [turn, again] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    follow("/api/admin/events?filter=" + encodeURIComponent(filter), {
      signal: abort.signal,
      alive: () => setError(null),
      heard(topic, value) {
        if (!hold.current) setList(old => [{ at: new Date(), topic, value }, ...old].slice(0, KEPT));
      },
    }).catch(async found => {
      if (abort.signal.aborted) return;
      // The stream itself asks for no login: a plain request does.
      if (found.status === 401) await request("GET", "/api/admin/routes").then(() => again(n => n + 1), setError);
      else setError(found);
    });
    return () => abort.abort();
  }, [filter, turn]);
  const apply = event => {
    event.preventDefault();
    setList([]);
    setFilter(typed || "#");
  };
  return html`<${Page} title=${t("page.events")} wide actions=${html`
      <${Button} icon=${paused ? "play" : "stop"} onClick=${() => setPaused(!paused)}>${t(paused ? "log.go" : "log.pause")}<//>
      <${Button} icon="delete" onClick=${() => setList([])}>${t("events.clear")}<//>
      <${Button} icon="send" onClick=${() => dialog(Publish)}>${t("events.publish")}<//>`}>
    <form class="toolbar" onSubmit=${apply}>
      <input type="search" class="mono" aria-label=${t("events.filter")} value=${typed} list="filters" onInput=${event => setTyped(event.target.value)} />
      <datalist id="filters"><option value="#" /><option value="+/+" /><option value="$state/#" /><option value="$log/#" /><option value="$error/#" /><option value="$describe/#" /></datalist>
      <button class="button main">${t("events.apply")}</button>
    </form>
    ${error && html`<${Trouble} error=${error} retry=${() => again(n => n + 1)} />`}
    ${list.length ? html`<div class="log box events" role="log" aria-label=${t("page.events")} tabindex="0">${list.map(one => html`<div class="line"><time>${one.at.toLocaleTimeString(language)}</time>
      <code>${one.topic}</code><pre>${JSON.stringify(one.value)}</pre></div>`)}</div>` : html`<${Empty} icon="pulse">${t("events.none")}<//>`}
  <//>`;
}

function Publish({ close }) {
  const [topic, setTopic] = useState("");
  const [value, setValue] = useState("true");
  const [retain, setRetain] = useState(false);
  const [busy, error, run] = useRun(async () => {
    let parsed;
    try {
      parsed = JSON.parse(value);
    } catch (failure) {
      throw t("settings.json");
    }
    await request("POST", "/api/admin/events", { topic, value: parsed, retain });
    notify(t("events.published", { topic }));
  }, () => close());
  return html`<form onSubmit=${run}>
    <h2>${t("events.publish")}</h2>
    <${Field} label=${t("events.topic")}><input class="mono" value=${topic} autofocus placeholder="valves/0/set" onInput=${event => setTopic(event.target.value)} /><//>
    <${Field} label=${t("events.value")} note=${t("events.value.note")}><input class="mono" value=${value} onInput=${event => setValue(event.target.value)} /><//>
    <label class="check"><input type="checkbox" checked=${retain} onChange=${event => setRetain(event.target.checked)} />${t("events.retain")}</label>
    <${Wrong} error=${error} />
    <div class="buttons"><button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button>
      <button class="button main" disabled=${busy || !topic}>${t("events.publish")}</button></div>
  </form>`;
}
