// Parts of pages: what a page is made of, so that all look and act alike.
import { html, useState, useEffect, useRef, useCallback, useId } from "./html.js";
import { t, number } from "./text.js";
import { request } from "./request.js";
import { Icon } from "./icons.js";
import { reason } from "./notices.js";
import { useLink } from "./live.js";
import { part } from "./loading.js";

/** A page: its heading, what can be done with it at the right, its content. bare: the heading is heard only. */
export function Page({ title, actions, children, wide, bare }) {
  useEffect(() => {
    document.title = title + " · " + document.title.split(" · ").pop();
  }, [title]);
  return html`<div class="page ${wide ? "wide" : ""}">
    <header class=${bare ? "unseen" : "head"}><h1 tabindex="-1">${title}</h1>${actions && html`<div class="actions">${actions}</div>`}</header>
    ${children}
  </div>`;
}

/** A card with a heading, an icon and, at the right, whatever `aside` is. */
export function Card({ title, icon, aside, children, class: more = "" }) {
  const id = useId();
  return html`<section class="card ${more}" aria-labelledby=${title ? id : undefined}>
    ${title && html`<header>${icon && html`<${Icon} name=${icon} />`}<h2 id=${id}>${title}</h2>${aside}</header>`}
    ${children}
  </section>`;
}

/** Several cards side by side as the width allows. */
export function Cards({ children }) {
  return html`<div class="cards">${children}</div>`;
}

/** A line of a card: a label, what it means below it, and the value or control at the right. */
export function Row({ label, icon, note, children, class: more = "", id }) {
  return html`<div class="row ${more}">
    ${icon && html`<${Icon} name=${icon} />`}
    <div class="label"><span id=${id}>${label}</span>${note && html`<small>${note}</small>`}</div>
    <div class="control">${children}</div>
  </div>`;
}

/** A switch. `waiting` shows that the device has not answered yet. */
export function Switch({ on, label, labelled, disabled, waiting, onChange }) {
  return html`<button type="button" role="switch" class="switch" aria-checked=${on ? "true" : "false"} aria-label=${label}
    aria-labelledby=${labelled} aria-busy=${waiting ? "true" : "false"} disabled=${disabled} onClick=${() => onChange(!on)}><i /></button>`;
}

/** A slider that tells its value when it is let go, and shows it while it is drawn. */
export function Slider({ value, min, max, step, label, labelled, disabled, unit = "", waiting, onChange, class: more = "" }) {
  const [drawn, setDrawn] = useState(null);
  const shown = drawn === null ? (value === null || value === undefined ? min : value) : drawn;
  const part = max > min ? (100 * (shown - min)) / (max - min) : 0;
  const place = useRef();
  useEffect(() => {
    // A style attribute would need an exception from the Content-Security-Policy.
    place.current.style.setProperty("--part", part + "%");
  }, [part]);
  const done = event => {
    setDrawn(null);
    if (Number(event.target.value) !== value) onChange(Number(event.target.value));
  };
  return html`<div class="slider ${more} ${waiting ? "waiting" : ""}">
    <input ref=${place} type="range" min=${min} max=${max} step=${step || "any"} value=${shown} aria-label=${label} aria-labelledby=${labelled}
      aria-valuetext=${shown + unit} disabled=${disabled} onInput=${event => setDrawn(Number(event.target.value))} onChange=${done} />
    <output>${value === null && drawn === null ? "–" : number(shown, 3)}<small>${unit}</small></output>
  </div>`;
}

/** A button. kind: "", "main" or "danger". It is busy while the promise of `onClick` lasts. */
export function Button({ kind = "", icon, children, onClick, disabled, label, type = "button", small }) {
  const [busy, setBusy] = useState(false);
  const click = async event => {
    if (!onClick || busy) return; // not disabled meanwhile: that would lose the focus
    const work = onClick(event);
    if (work && work.then) {
      setBusy(true);
      try {
        await work;
      } finally {
        setBusy(false);
      }
    }
  };
  return html`<button type=${type} class="button ${kind} ${small ? "small" : ""} ${children ? "" : "square"}" disabled=${disabled}
    aria-busy=${busy ? "true" : "false"} aria-label=${label} title=${children ? undefined : label} onClick=${click}>
    ${icon && html`<${Icon} name=${icon} size="18" />`}${children && html`<span>${children}</span>`}</button>`;
}

/** A field with its label above, what it means and what is wrong with it below. */
export function Field({ label, note, error, children }) {
  return html`<label class="field ${error ? "bad" : ""}"><span>${label}</span>${children}
    ${note && html`<small>${note}</small>`}${error && html`<small class="wrong" role="alert">${error}</small>`}</label>`;
}

/** A small word in a colour: good, warn, bad or plain. */
export function Badge({ kind = "plain", children }) {
  return html`<span class="badge ${kind}">${children}</span>`;
}

/** How much of something is used, as a bar with words. role: "progressbar" for how much is done. */
export function Meter({ part, label, kind = "", role = "meter" }) {
  const place = useRef();
  useEffect(() => place.current.style.setProperty("--part", Math.max(0, Math.min(100, part * 100)) + "%"), [part]);
  return html`<div ref=${place} class="meter ${kind}" role=${role} aria-label=${label} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(part * 100)} />`;
}

/** In place of a list that is empty. */
export function Empty({ icon = "information", children }) {
  return html`<div class="empty"><${Icon} name=${icon} size="32" /><p>${children}</p></div>`;
}

/** Something is on its way. */
export function Busy({ children }) {
  return html`<div class="busy" role="status"><i />${children || t("loading")}</div>`;
}

/** In place of what could not be had: why, and a button to try again. */
export function Trouble({ error, retry }) {
  return html`<div class="trouble" role="alert"><${Icon} name="alert" /><p>${reason(error)}</p>
    ${retry && html`<${Button} icon="refresh" onClick=${retry}>${t("again")}<//>`}</div>`;
}

/** A button that a file is chosen with. */
export function Choose({ icon = "upload", children, accept, multiple, onFiles }) {
  const place = useRef();
  const chosen = event => {
    const files = [...event.target.files];
    event.target.value = "";
    if (files.length) onFiles(files);
  };
  return html`<input ref=${place} type="file" hidden accept=${accept} multiple=${multiple} onChange=${chosen} />
    <${Button} icon=${icon} onClick=${() => place.current.click()}>${children}<//>`;
}

/** Save text or a Blob as a file of that name. */
export function save(name, content, type = "text/plain") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * In a component: {data, error, load, set} of a GET. It is asked again by `load()`, and by itself when the device is
 * back after it was out of reach, or every `every` ms.
 */
export function useLoad(path, { every = 0 } = {}) {
  const [state, setState] = useState({ data: null, error: null, path: null });
  const link = useLink();
  const asked = useRef(0);
  const load = useCallback(async () => {
    const turn = ++asked.current;
    try {
      const data = await request("GET", path);
      if (turn === asked.current) setState({ data, error: null, path });
    } catch (error) {
      if (turn === asked.current) setState(old => ({ data: old.path === path ? old.data : null, error, path }));
    }
  }, [path]);
  useEffect(() => {
    if (link !== "lost") load();
  }, [path, link === "lost"]);
  const refused = useRef(false);
  refused.current = Boolean(state.error && state.error.status === 401);
  useEffect(() => {
    if (!every) return undefined;
    // Who has closed the login is not asked again and again.
    const timer = setInterval(() => !document.hidden && !refused.current && load(), every);
    return () => clearInterval(timer);
  }, [path, every]);
  useEffect(() => () => asked.current++, []);
  return { data: state.path === path ? state.data : null, error: state.error, load, set: data => setState({ data, error: null, path }) };
}

/** In a component: {code, error, load} of a file of pages or a library by its plain name, loaded when it is wanted. */
export function usePart(name) {
  const [state, setState] = useState({});
  const load = () => {
    setState({});
    part(name).then(code => setState({ name, code }), () => setState({ name, error: { status: 0 } }));
  };
  useEffect(() => {
    if (name) load();
  }, [name]);
  return { code: state.name === name ? state.code : null, error: state.name === name ? state.error : null, load };
}

/** What `usePart` brings, shown by `children(code)`; busy and trouble are shown in its place. */
export function Loading({ part, children }) {
  if (part.error) return html`<${Trouble} error=${part.error} retry=${part.load} />`;
  return part.code ? children(part.code) : html`<${Busy} />`;
}

/** What a GET brings, shown by `children(data, load)`; busy and trouble are shown in its place. */
export function Loaded({ load, children }) {
  if (load.data === null) return load.error ? html`<${Trouble} error=${load.error} retry=${load.load} />` : html`<${Busy} />`;
  return html`${load.error && html`<${Trouble} error=${load.error} retry=${load.load} />`}${children(load.data, load.load)}`;
}
