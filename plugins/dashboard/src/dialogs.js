// Dialogs: the browser's own element, so that focus, Escape and screen readers work.
import { html, useState, useEffect, useRef, useSource } from "./html.js";
import { t } from "./text.js";
import { reason } from "./notices.js";

let open = [];
const listeners = new Set();
const source = {
  subscribe(handler) {
    listeners.add(handler);
    return () => listeners.delete(handler);
  },
};

function set(found) {
  open = found;
  for (const listener of [...listeners]) listener();
}

/** Show `Component` in a dialog; it gets `close(result)`. Resolves to the result, undefined when it was left. */
export function dialog(Component, props = {}) {
  return new Promise(resolve => {
    const one = { Component, props, close: null };
    one.close = result => {
      set(open.filter(other => other !== one));
      resolve(result);
    };
    set([...open, one]);
  });
}

/** Ask before something is done; danger: a red button. `act`, where given, is run by the button, its failure shown here. */
export function confirm({ title, text, button, danger = false, act }) {
  return dialog(Confirm, { title, text, button, danger, act });
}

/** Ask for a line of text; resolves to it, or undefined. `act(text)` as in confirm. */
export function ask({ title, label, value = "", button, type = "text", act }) {
  return dialog(Ask, { title, label, value, button, type, act });
}

function Confirm({ title, text, button, danger, act, close }) {
  const [busy, error, run] = useRun(act, () => close(true));
  return html`<form method="dialog" onSubmit=${run}>
    <h2>${title}</h2>
    <p>${text}</p>
    <${Wrong} error=${error} />
    <div class="buttons">
      <button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button>
      <button class="button ${danger ? "danger" : "main"}" disabled=${busy} aria-busy=${busy}>${button}</button>
    </div>
  </form>`;
}

function Ask({ title, label, value, button, type, act, close }) {
  const [text, setText] = useState(value);
  const [busy, error, run] = useRun(act && (() => act(text)), () => close(text));
  return html`<form method="dialog" onSubmit=${run}>
    <h2>${title}</h2>
    <label class="field"><span>${label}</span>
      <input type=${type} value=${text} autofocus onInput=${event => setText(event.target.value)} /></label>
    <${Wrong} error=${error} />
    <div class="buttons">
      <button type="button" class="button" onClick=${() => close()}>${t("cancel")}</button>
      <button class="button main" disabled=${busy || !text} aria-busy=${busy}>${button}</button>
    </div>
  </form>`;
}

/** In a component: [busy, error, run]; `run(event)` does `act`, keeps what went wrong, and calls `done` when nothing did. */
export function useRun(act, done) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const run = async event => {
    if (event) event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const found = act ? await act() : undefined;
      setBusy(false);
      if (done) done(found);
    } catch (failure) {
      setBusy(false);
      setError(failure);
    }
  };
  return [busy, error, run];
}

/** Why something failed, beside what failed. */
export function Wrong({ error }) {
  return html`<p class="wrong" role="alert">${error ? reason(error) : ""}</p>`;
}

function Shown({ one }) {
  const place = useRef();
  useEffect(() => {
    const before = document.activeElement;
    place.current.showModal();
    return () => setTimeout(() => before && before.focus()); // when it is gone: a browser does so only for what is closed
  }, []);
  const outside = event => event.target === place.current && !one.props.stays && one.close();
  return html`<dialog ref=${place} class=${one.props.wide ? "wide" : ""} onCancel=${() => one.close()} onMouseDown=${outside}>
    <div class="inside"><${one.Component} ...${one.props} close=${one.close} /></div>
  </dialog>`;
}

/** Where dialogs appear; the shell has it. */
export function Dialogs() {
  const all = useSource(source, () => open);
  return all.map(one => html`<${Shown} key=${one} one=${one} />`);
}
