// What runs, what waits, what comes; and each valve by hand.
import { html, useState, useEffect, useMemo, Page as Frame, Card as Box, Cards, Row, Button, Badge, Meter, Empty, Widget, useValue, useLoad,
  Loaded, useAbout, property, command, number, onEvent } from "/dashboard/parts.js";
import { t, act, clock, said, when } from "./texts.js";

const MINUTES = [1, 2, 5, 10, 20, 30];
const TELLING = /^(valves\/|player\/(running|pause|info)|flow\/alarm|programs\/list|schedules\/(next|list))/;
const SOON_MS = 200;

/** The state, loaded anew whenever something on the bus says that it has changed, and counted down in between. */
function useGarden() {
  const state = useLoad("/watering/state", { every: 30000 });
  const valves = useLoad("/watering/valves");
  const [at, setAt] = useState(Date.now());
  const [, tick] = useState(0);
  useEffect(() => {
    let timer = null;
    const off = onEvent(topic => {
      if (!TELLING.test(topic)) return;
      clearTimeout(timer); // several values change at once: one request for all
      timer = setTimeout(() => (state.load(), valves.load()), SOON_MS);
    });
    return () => (clearTimeout(timer), off());
  }, []);
  useEffect(() => setAt(Date.now()), [state.data, valves.data]);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || tick(n => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return { state, valves, gone: Math.max(0, Math.floor((Date.now() - at) / 1000)) };
}

export function Page() {
  const { state, valves, gone } = useGarden();
  const alarm = useValue("flow/alarm");
  return html`<${Frame} title=${t("g.status")}>
    ${alarm && html`<div class="g-alarm" role="alert"><p>${t("g.alarm")}: ${said(alarm)}</p>
      <${Button} icon="check" onClick=${() => command("flow/reset", true)}>${t("g.reset")}<//></div>`}
    <${Loaded} load=${state}>${found => html`<${Cards}>
      <${Now} state=${found} valves=${valves.data || []} gone=${gone} load=${state.load} />
      ${valves.data && html`<${Direct} valves=${valves.data} gone=${gone} load=${valves.load} />`}
      <${Water} />
      <${Days} />
    <//>`}<//>
  <//>`;
}

function Now({ state, valves, gone, load }) {
  const names = Object.fromEntries(valves.map(valve => [String(valve.id), valve.name]));
  const done = async path => (await act(path)) && load();
  const running = Object.keys(state.current);
  const open = valve => state.curstates[valve];
  return html`<${Box} title=${t("g.now")} icon="water" aside=${state.running && html`<${Badge} kind=${state.scheduler_pause ? "warn" : "good"}>${state.running}<//>`}>
    ${state.info_text && html`<p class="wrong" role="status">${said(state.info_text)}</p>`}
    ${running.length ? running.map(valve => {
      const left = Math.max(0, state.current[valve] - (open(valve) ? gone : 0));
      return html`<div class="g-run" key=${valve}><div><span class="g-name">${names[valve] || valve}</span>
        <span class="g-time">${clock(left)}</span></div>
        <${Meter} part=${left / Math.max(1, state.current[valve])} label=${names[valve] || valve} kind=${open(valve) ? "" : "warn"} />
        ${!open(valve) && html`<small>${t("g.waits")}</small>`}</div>`;
    }) : html`<p class="soft">${t("g.idle")}</p>`}
    <div class="g-big">
      <${Button} kind=${state.paused ? "main" : ""} icon=${state.paused ? "play" : "stop"} onClick=${() => done("/watering/pause/" + !state.paused)}>${t(state.paused ? "g.resume" : "g.pause")}<//>
      <${Button} icon="chevron" disabled=${!running.length} onClick=${() => done("/watering/state/kill")}>${t("g.skip")}<//>
      <${Button} kind="danger" icon="close" disabled=${!running.length && !state.next.length && !Object.values(state.curstates).includes(true)} onClick=${() => done("/watering/state/stop")}>${t("g.stop")}<//>
    </div>
    ${state.next.length > 0 && html`<h3 class="g-day">${t("g.queue")}</h3>`}
    ${state.next.map((task, place) => html`<${Row} key=${place} label=${task.name}
      note=${Object.entries(task.valves).map(([valve, s]) => (names[valve] || valve) + " " + clock(s)).join(", ")}>
      <${Button} small icon="close" label=${t("g.remove") + ": " + task.name} onClick=${() => done("/watering/state/remove/" + place)} /><//>`)}
  <//>`;
}

function Direct({ valves, gone, load }) {
  const [minutes, setMinutes] = useState(10);
  const turn = async (valve, on) => {
    await act("/watering/valve/" + valve.id + "/" + on, on ? { seconds: minutes * 60 } : {});
    load();
  };
  return html`<${Box} title=${t("g.valves")} icon="valve">
    <fieldset class="g-minutes"><legend>${t("g.minutes")}</legend>
      ${MINUTES.map(n => html`<label class="g-chip" key=${n}><input type="radio" name="minutes" checked=${n === minutes} onChange=${() => setMinutes(n)} /><span>${n}</span></label>`)}
    </fieldset>
    ${valves.map(valve => html`<div class="g-valve ${valve.state ? "on" : ""}" key=${valve.id}>
      <div><span class="g-name">${valve.name}</span>
      <small>${valve.disabled ? t("g.disabled") : valve.state ? t(valve.cause === "hand" ? "g.byhand" : "g.byprogram") + ", " + t("g.left", { time: clock(Math.max(0, valve.left - gone)) }) : t("g.is.closed")}</small></div>
      <${Button} kind=${valve.state ? "main" : ""} disabled=${valve.disabled || (valve.error && !valve.state)} label=${t(valve.state ? "g.closevalve" : "g.openvalve", { name: valve.name })}
        onClick=${() => turn(valve, !valve.state)}>${t(valve.state ? "g.close" : "g.open")}<//>
    </div>`)}
  <//>`;
}

function Water() {
  useAbout();
  const rate = useValue("flow/rate");
  const today = useValue("flow/today");
  return html`<${Box} title=${t("g.flow")} icon="gauge">
    ${property("flow/rate") && html`<${Row} label=${t("g.rate")}><span class="value">${number(rate, 1)}<small>L/min</small></span><//>
    <${Row} label=${t("g.today")}><span class="value">${number(today, 0)}<small>L</small></span><//>`}
    ${["rain/wet", "rain/delay", "schedules/active", "schedules/percent"].map(topic => property(topic) && html`<${Widget} key=${topic} topic=${topic} />`)}
  <//>`;
}

function Days() {
  const plan = useLoad("/watering/plan?days=7");
  const key = useValue("schedules/next");
  useEffect(() => {
    plan.load();
  }, [key]);
  const days = useMemo(() => {
    const found = new Map();
    for (const start of plan.data || []) {
      const day = start.start.slice(0, 10);
      found.set(day, [...(found.get(day) || []), start]);
    }
    return [...found];
  }, [plan.data]);
  return html`<${Box} title=${t("g.days")} icon="clock"><${Loaded} load=${plan}>${() => days.length ? days.map(([day, starts]) => html`<section key=${day}>
    <h3 class="g-day">${when(starts[0].start).split(", ").slice(0, -1).join(", ")}</h3>
    ${starts.map(start => html`<div class="g-start" key=${start.schedule + start.start}><b>${start.start.slice(11, 16)}–${start.end.slice(11, 16)}</b>
      <span>${start.name} · ${start.program_name || start.program}</span>
      ${start.overlaps && html`<${Badge} kind="warn">${t("g.overlaps")}<//>`}
      ${!start.runs && html`<${Badge} kind="bad">${t("g.off")}<//>`}
      ${start.unknown.map(id => html`<${Badge} key=${id} kind="bad">${t("g.unknown", { id })}<//>`)}</div>`)}
  </section>`) : html`<${Empty} icon="clock">${t("g.nodays")}<//>`}<//><//>`;
}
