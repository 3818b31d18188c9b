// History: numbers and states as charts that can be zoomed, and as CSV.
import { html, useState, useEffect, useRef, useMemo } from "./html.js";
import { t, language, number } from "./text.js";
import { request } from "./request.js";
import { Page, Card, Button, Badge, Empty, Loaded, Loading, Busy, Switch, useLoad, usePart, save } from "./parts.js";
import { dialog } from "./dialogs.js";
import { fail, notify } from "./notices.js";
import { moduleName, nameOf, unitOf } from "./wording.js";
import { device, onEvent, property, useAbout } from "./live.js";
import { style } from "./loading.js";

const SPANS = [["hour", 3600], ["day", 86400], ["week", 604800], ["month", 2678400]];

/** The page. */
export default function History() {
  const load = useLoad("/api/history", { every: 60000 });
  const about = useAbout();
  const [span, setSpan] = useState("day");
  const plot = usePart("uplot");
  useEffect(() => style("uplot.css"), []);
  return html`<${Page} title=${t("page.history")} wide actions=${html`
      <div class="segments" role="group" aria-label=${t("history.span")}>${SPANS.map(([name]) => html`<button key=${name} type="button" aria-pressed=${span === name ? "true" : "false"} onClick=${() => setSpan(name)}>${t("history." + name)}</button>`)}</div>
      <${Button} icon="cog" onClick=${() => dialog(Choice).then(() => load.load())}>${t("history.choose")}<//>`}>
    <${Loaded} load=${load}>${data => !about ? html`<${Busy} />` : data.series.length ? html`<${Loading} part=${plot}>${code => html`<div class="charts">${data.series.map(one => html`<${Series} key=${one.topic} one=${one} span=${span} uPlot=${code.default} now=${data.now} />`)}</div>`}<//>`
      : html`<${Empty} icon="chart-line">${t("history.none")}<//>`}<//>
  <//>`;
}

function aboutOf(topic) {
  return property(topic) || { kind: "sensor" };
}

function Series({ one, span, uPlot, now }) {
  const fine = span === "hour" || span === "day";
  const path = `/api/history/${one.topic.split("/").map(encodeURIComponent).join("/")}?${fine ? "minutes" : "hours"}`;
  const load = useLoad(path, { every: 60000 });
  const about = aboutOf(one.topic);
  const title = nameOf(one.topic, about);
  const download = async () => {
    try {
      const answer = await request("GET", path + "&csv", undefined, { raw: true });
      save(one.topic.replace("/", "-") + ".csv", await answer.text(), "text/csv");
    } catch (error) {
      fail(error, title);
    }
  };
  return html`<${Card} title=${title} icon=${[about.icon, about.device_class, about.kind]} aside=${html`<small>${moduleName(one.topic.split("/")[0])}</small><${Button} small icon="download" label=${t("history.csv", { name: title })} onClick=${download} />`}>
    <${Loaded} load=${load}>${data => html`<${Chart} data=${data} about=${about} seconds=${SPANS.find(([name]) => name === span)[1]} uPlot=${uPlot} title=${title} />`}<//>
  <//>`;
}

// The device may have no clock yet: its own times are then moved to ours.
function columns(data) {
  const shift = Math.abs(data.now - Date.now() / 1000) > 86400 ? Date.now() / 1000 - data.now : 0;
  const times = data.rows.map((row, i) => data.start + i * data.step + shift);
  return [times, data.rows.map(row => (row === null ? null : row[0])), data.rows.map(row => (row === null ? null : row[1])), data.rows.map(row => (row === null ? null : row[2]))];
}

function Chart({ data, about, seconds, uPlot, title }) {
  const place = useRef();
  const plot = useRef();
  const filled = useMemo(() => columns(data), [data]);
  const known = data.rows.filter(row => row !== null);
  const unit = about.unit || "";
  useEffect(() => {
    const box = place.current;
    const look = getComputedStyle(document.documentElement);
    const colour = name => look.getPropertyValue(name).trim();
    const grid = { stroke: colour("--line"), width: 1 };
    const axis = { stroke: colour("--soft"), grid, ticks: grid, font: "12px " + colour("--font") };
    const steps = typeof about.value === "boolean" || ["switch", "valve", "binary_sensor"].includes(about.kind);
    const paths = steps ? uPlot.paths.stepped({ align: 1 }) : undefined;
    plot.current = new uPlot({
      width: box.clientWidth, height: 200, legend: { show: false }, cursor: { drag: { x: true, y: false } },
      scales: { x: { time: true }, y: steps ? { range: [-0.05, 1.05] } : {} },
      axes: [{ ...axis, size: 32, space: 90, values: (plot, ticks, place, space, step) => ticks.map(at => shown(at, step)) }, { ...axis, size: 56, values: (plot, ticks) => ticks.map(one => number(one, 2)) }],
      series: [{}, { stroke: colour("--series-1"), width: 2, paths, points: { show: false } },
        { stroke: "transparent", paths, points: { show: false } }, { stroke: "transparent", paths, points: { show: false } }],
      bands: [{ series: [3, 2], fill: colour("--series-1") + "33" }],
      hooks: { setCursor: [drawn => tell(drawn)] },
    }, filled, box);
    const tip = box.parentNode.querySelector(".tip");
    const tell = drawn => {
      const at = drawn.cursor.idx;
      const row = at === null || at === undefined ? null : data.rows[at];
      tip.textContent = row ? `${new Date(filled[0][at] * 1000).toLocaleString(language, { dateStyle: "short", timeStyle: "short" })}: ${number(row[0])}${unit && " " + unit} (${number(row[1])} – ${number(row[2])})` : "";
    };
    const watch = new ResizeObserver(() => plot.current.setSize({ width: box.clientWidth, height: 200 }));
    watch.observe(box);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    return () => {
      watch.disconnect();
      plot.current.destroy();
    };
  }, [about.kind]);
  useEffect(() => {
    if (!plot.current) return;
    plot.current.setData(filled);
    const end = filled[0][filled[0].length - 1] || Date.now() / 1000;
    // What is younger than the span fills it all the same.
    plot.current.setScale("x", { min: Math.max(end - seconds, Math.min(filled[0][0] || end, end - 3600)), max: end });
  }, [filled, seconds]);
  if (!known.length) return html`<p class="soft">${t("history.soon")}</p><div ref=${place} class="plot" hidden /><p class="tip soft" />`;
  const least = Math.min(...known.map(row => row[1]));
  const most = Math.max(...known.map(row => row[2]));
  return html`<div ref=${place} class="plot" role="img" aria-label=${t("history.chart", { name: title, least: number(least), most: number(most), unit })} />
    <p class="tip soft" aria-hidden="true"></p>`;
}

function shown(at, step) {
  const when = new Date(at * 1000);
  return step >= 86400 ? when.toLocaleDateString(language, { day: "numeric", month: "numeric" }) : when.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

const KINDS = ["switch", "valve", "light", "number", "sensor", "binary_sensor", "select"];

function Choice({ close }) {
  const load = useLoad("/api/history");
  const about = useAbout();
  const set = async (topic, on) => {
    try {
      await request("PUT", "/api/history/" + topic.split("/").map(encodeURIComponent).join("/"), on);
      await load.load();
    } catch (error) {
      fail(error, topic);
    }
  };
  const topics = Object.keys(about.modules).flatMap(id => Object.keys(about.modules[id].properties).map(name => id + "/" + name))
    .filter(topic => KINDS.includes(property(topic).kind) && ["number", "boolean"].includes(typeof device.values.get(topic)));
  return html`<h2>${t("history.choose")}</h2><p class="soft">${t("history.choose.text")}</p>
    <${Loaded} load=${load}>${data => topics.map(topic => html`<div class="row" key=${topic}><div class="label" id=${"history-" + topic}>${nameOf(topic, property(topic))}<small>${topic}</small></div>
      <${Switch} on=${data.series.some(one => one.topic === topic)} labelled=${"history-" + topic} onChange=${on => set(topic, on)} /></div>`)}<//>
    <div class="buttons"><button class="button" onClick=${() => close()}>${t("close")}</button></div>`;
}
