// A list, or settings, edited as a whole: loaded with its version, saved with If-Match, and never overwritten unasked.
import { html, useState, useEffect, request, dialog, fail, useUnsaved, useLink, Button } from "/dashboard/parts.js";
import { t, saved } from "./texts.js";

/** In a component: {list, edit(list), save, undo, edited, error, load} of the value at `path`, saved to `target` as `pick` has it. */
export function useList(path, target = path, pick = value => value) {
  const [found, setFound] = useState({ list: null, kept: null, tag: null, error: null });
  const link = useLink();
  const load = async () => {
    try {
      const answer = await request("GET", path, undefined, { raw: true });
      const list = await answer.json();
      setFound({ list, kept: list, tag: answer.headers.get("ETag"), error: null });
    } catch (error) {
      setFound(old => ({ ...old, error }));
    }
  };
  useEffect(() => {
    if (link === "live" && found.list === null) load();
  }, [link]);
  const edited = found.list !== found.kept;
  useUnsaved(edited);
  const send = async tag => {
    const answer = await request("POST", target, pick(found.list), { raw: true, headers: tag ? { "If-Match": tag } : {} });
    const list = await answer.json();
    setFound({ list, kept: list, tag: answer.headers.get("ETag"), error: null });
    saved();
  };
  const save = async () => {
    try {
      await send(found.tag);
    } catch (error) {
      if (error.status !== 409 || !error.detail || !("version" in error.detail)) return fail(error);
      const choice = await dialog(Conflict);
      if (choice === "theirs") await load();
      if (choice === "mine") await send(null).catch(fail);
    }
  };
  return { ...found, edited, load, save, edit: list => setFound(old => ({ ...old, list })), undo: () => setFound(old => ({ ...old, list: old.kept })) };
}

function Conflict({ close }) {
  return html`<h2>${t("g.conflict")}</h2><p>${t("g.conflictq")}</p><div class="buttons">
    <button type="button" class="button" onClick=${() => close("theirs")}>${t("g.theirs")}</button>
    <button type="button" class="button danger" onClick=${() => close("mine")}>${t("g.over")}</button></div>`;
}

/** The bar that saves or undoes, where something is edited. */
export function SaveBar({ edited, save, undo, note }) {
  return edited && html`<div class="g-bar">${note && html`<small>${note}</small>`}<${Button} icon="refresh" onClick=${undo}>${t("g.undo")}<//>
    <${Button} kind="main" icon="check" onClick=${save}>${t("g.save")}<//></div>`;
}

/** An input that keeps what is typed until it is left, whatever is drawn anew meanwhile. */
export function Input({ value, onText, ...more }) {
  const [text, setText] = useState(null);
  const done = event => {
    setText(null);
    onText(event.target.value);
  };
  return html`<input ...${more} value=${text === null ? value : text} onInput=${event => setText(event.target.value)} onChange=${done} onBlur=${() => setText(null)} />`;
}

/** `list` with `change` over what stands at `place`. */
export function changed(list, place, change) {
  return list.map((one, i) => (i === place ? { ...one, ...change } : one));
}

/** The least number that no item of `list` has as its id. */
export function freeId(list, first = 1) {
  let id = first;
  while (list.some(one => one.id === id)) id++;
  return id;
}
