// The history: litres and minutes a day as a chart, and each run.
import { html, useState, useEffect, useMemo, Page as Frame, Card as Box, Button, Empty, Trouble, Busy, request, save, number, language } from "/dashboard/parts.js";
import { t, clock } from "./texts.js";

const DAYS = [7, 31, 92, 366];
const SHOWN = 100;
const WIDTH = 700;
const HEIGHT = 170;

export function Page() {
  const [days, setDays] = useState(31);
  const [found, setFound] = useState({});
  const load = async () => {
    setFound({});
    try {
      const text = await request("GET", "/watering/history?from=" + Math.floor(Date.now() / 1000 - days * 86400), undefined, { timeout: 60000 });
      setFound({ text, runs: rows(text) });
    } catch (error) {
      setFound({ error });
    }
  };
  useEffect(() => {
    load();
  }, [days]);
  return html`<${Frame} title=${t("g.runs")} actions=${html`<select aria-label=${t("g.lastdays", { n: "" })} value=${days} onChange=${event => setDays(Number(event.target.value))}>
      ${DAYS.map(n => html`<option key=${n} value=${n}>${t("g.lastdays", { n })}</option>`)}</select>
      <${Button} icon="download" disabled=${!found.text} onClick=${() => save("runs.csv", found.text, "text/csv")}>${t("g.csv")}<//>`}>
    ${found.error ? html`<${Trouble} error=${found.error} retry=${load} />` : !found.runs ? html`<${Busy} />` : found.runs.length === 0 ? html`<${Empty} icon="chart-line">${t("g.norun")}<//>` :
      html`<${Chart} runs=${found.runs} days=${days} what="litres" /><${Chart} runs=${found.runs} days=${days} what="minutes" /><${List} runs=${found.runs} />`}
  <//>`;
}

/** The rows of a CSV text (RFC 4180) as objects by its first line. */
export function rows(text) {
  const all = [[""]];
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    const row = all[all.length - 1];
    if (quoted && c === '"' && text[i + 1] === '"') row[row.length - 1] += text[++i];
    else if (c === '"') quoted = !quoted;
    else if (c === "," && !quoted) row.push("");
    else if (c === "\n" && !quoted) all.push([""]);
    else if (c !== "\r" || quoted) row[row.length - 1] += c;
  }
  const [head, ...rest] = all;
  return rest.filter(row => row.length === head.length).map(row => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}

const dayOf = run => new Date(run.start * 1000).toLocaleDateString("sv"); // 2026-05-01, in the browser's zone

function Chart({ runs, days, what }) {
  const bars = useMemo(() => {
    const sums = new Map();
    for (let i = days - 1; i >= 0; i--) sums.set(new Date(Date.now() - i * 86400000).toLocaleDateString("sv"), 0);
    for (const run of runs) {
      const day = run.start && dayOf(run);
      if (sums.has(day)) sums.set(day, sums.get(day) + (what === "litres" ? Number(run.litres) : run.seconds / 60));
    }
    return [...sums];
  }, [runs, days, what]);
  const most = Math.max(1, ...bars.map(([, sum]) => sum));
  const total = bars.reduce((sum, [, one]) => sum + one, 0);
  const step = WIDTH / bars.length;
  const title = t("g.perday", { what: t(what === "litres" ? "g.litresday" : "g.minutesday") });
  return html`<${Box} title=${title} icon="chart-line" aside=${html`<span class="value">${number(total, 0)}<small>${what === "litres" ? "L" : "min"}</small></span>`}>
    <svg class="g-chart" viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" role="img" aria-label=${title + ": " + number(total, 0)} preserveAspectRatio="none">
      <line x1="0" x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT} /><text x="2" y="11">${number(most, 0)}</text>
      ${bars.map(([day, sum], i) => html`<rect key=${day} x=${i * step + step * 0.1} width=${step * 0.8} y=${HEIGHT - (sum / most) * (HEIGHT - 16)} height=${(sum / most) * (HEIGHT - 16)}><title>${day}: ${number(sum, 0)}</title></rect>`)}
      <text x="2" y=${HEIGHT + 14}>${bars[0][0]}</text><text x=${WIDTH - 2} y=${HEIGHT + 14} text-anchor="end">${bars[bars.length - 1][0]}</text>
    </svg>
  <//>`;
}

function List({ runs }) {
  const shown = runs.slice(-SHOWN).reverse();
  const by = run => (run.by !== "hand" ? t("g.schedule", { id: run.by.split(" ")[1] }) : run.program ? t("g.hand") : t("g.direct"));
  return html`<${Box} title=${t("g.runs")} icon="text"><div class="scroll" tabindex="0"><table>
    <thead><tr><th>${t("g.started")}</th><th>${t("g.valve")}</th><th>${t("g.by")}</th><th class="number">${t("g.ran")}</th><th class="number">${t("g.litres")}</th><th>${t("g.ended")}</th></tr></thead>
    <tbody>${shown.map((run, i) => html`<tr key=${i}><td>${run.start ? new Date(run.start * 1000).toLocaleString(language, { dateStyle: "short", timeStyle: "short" }) : "–"}</td>
      <td>${run.name || run.valve || run["program name"] || "–"}</td><td>${[run["program name"], by(run)].filter(Boolean).join(", ")}</td><td class="number">${clock(Number(run.seconds))}</td>
      <td class="number">${number(Number(run.litres), 1)}</td><td>${t("g.end." + run.ended)}</td></tr>`)}</tbody></table></div><//>`;
}
