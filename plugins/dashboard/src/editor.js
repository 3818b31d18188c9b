// The editor: highlighting, search, go to line, Ctrl-S, and a warning when the file changed meanwhile.
import { html, useState, useEffect, useRef } from "./html.js";
import { t, bytes } from "./text.js";
import { request } from "./request.js";
import { Page, Button, Busy, Trouble } from "./parts.js";
import { ask, confirm } from "./dialogs.js";
import { fail, notify, reason } from "./notices.js";
import { part } from "./loading.js";
import { useUnsaved } from "./shell.js";

const LANGUAGES = { py: "python", js: "javascript", mjs: "javascript", json: "json", webmanifest: "json", html: "markup", htm: "markup", svg: "markup", xml: "markup", css: "css" };
const HIGHLIGHTED = 60000; // characters; more would make typing slow

function address(path) {
  return "/api/files/" + path.split("/").filter(Boolean).map(encodeURIComponent).join("/");
}

/** The page of one file. */
export default function Editor({ path }) {
  const [state, setState] = useState({ text: null, tag: null, error: null });
  const [dirty, setDirty] = useState(false);
  const [wrong, setWrong] = useState(null);
  const [find, setFind] = useState("");
  const [ready, setReady] = useState(false);
  const place = useRef();
  const jar = useRef();
  const saved = useRef("");
  const tag = useRef(null);
  useUnsaved(dirty);
  const read = async () => {
    try {
      const answer = await request("GET", address(path), undefined, { raw: true, timeout: 60000 });
      tag.current = answer.headers.get("etag");
      const text = await answer.text();
      saved.current = text;
      setState({ text, error: null });
      setDirty(false);
      setWrong(null);
      if (jar.current) jar.current.updateCode(text);
    } catch (error) {
      setState({ text: null, error });
    }
  };
  useEffect(() => {
    read();
  }, [path]);
  useEffect(() => {
    if (state.text === null || jar.current) return undefined;
    let gone = false;
    Promise.all([part("codejar"), part("prism")]).then(([{ CodeJar }, { default: Prism }]) => {
      if (gone) return;
      const kind = LANGUAGES[path.split(".").pop().toLowerCase()];
      const paint = element => {
        const text = element.textContent;
        if (kind && text.length < HIGHLIGHTED) element.innerHTML = Prism.highlight(text, Prism.languages[kind], kind);
      };
      jar.current = CodeJar(place.current, paint, { tab: path.endsWith(".py") ? "    " : "  ", addClosing: false, spellcheck: false });
      jar.current.updateCode(saved.current);
      setReady(true);
      jar.current.onUpdate(text => setDirty(text !== saved.current));
    }, fail);
    return () => {
      gone = true;
    };
  }, [state.text === null]);
  useEffect(() => () => jar.current && jar.current.destroy(), []);
  const write = async ({ force = false, over = false } = {}) => {
    const text = jar.current.toString();
    const headers = { "Content-Type": "text/plain" };
    if (tag.current && !over) headers["If-Match"] = tag.current;
    try {
      const answer = await request("PUT", address(path) + (force ? "?force=1" : ""), text, { headers, raw: true, timeout: 60000 });
      tag.current = answer.headers.get("etag");
      saved.current = text;
      setDirty(jar.current.toString() !== text);
      setWrong(null);
      notify(t("editor.saved", { path: "/" + path }));
    } catch (error) {
      if (error.status === 412) {
        if (await confirm({ title: t("editor.changed"), text: t("editor.changed.text", { path: "/" + path }), button: t("editor.over"), danger: true })) await write({ force, over: true });
      } else if (error.status === 422) {
        setWrong(error);
        if (error.detail && error.detail.line) show(place.current, lineAt(jar.current.toString(), error.detail.line));
      } else fail(error, t("settings.notsaved"));
    }
  };
  const line = () => ask({ title: t("editor.goto"), label: t("editor.line"), type: "number", button: t("editor.go") })
    .then(number => number && show(place.current, lineAt(jar.current.toString(), Number(number))));
  const next = event => {
    event.preventDefault();
    const text = jar.current.toString().toLowerCase();
    const from = selected(place.current);
    let at = text.indexOf(find.toLowerCase(), from + 1);
    if (at < 0) at = text.indexOf(find.toLowerCase());
    if (at < 0) notify(t("editor.nothing", { text: find }), "plain");
    else show(place.current, [at, at + find.length]);
  };
  const keys = event => {
    if (!(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "s") {
      event.preventDefault();
      if (jar.current && !document.querySelector("dialog[open]")) write();
    } else if (key === "g") {
      event.preventDefault();
      line();
    }
  };
  // On the window: after a dialog the focus is nowhere in particular.
  const pressed = useRef();
  pressed.current = keys;
  useEffect(() => {
    const handler = event => pressed.current(event);
    addEventListener("keydown", handler);
    return () => removeEventListener("keydown", handler);
  }, []);
  const folder = path.includes("/") ? path.replace(/[^/]*$/, "") : "";
  return html`<${Page} wide title=${path.split("/").pop() + (dirty ? " •" : "")} actions=${html`
      <${Button} onClick=${() => (location.hash = "#/files/" + folder)}>${t("back")}<//>
      <${Button} onClick=${line}>${t("editor.goto")}<//>
      <${Button} kind="main" disabled=${!dirty} onClick=${() => write()}>${t("save")}<//>`}>
    <div>
      <form class="toolbar" onSubmit=${next}><code class="soft">/${path}</code><input type="search" aria-label=${t("editor.find")} placeholder=${t("editor.find")} value=${find} onInput=${event => setFind(event.target.value)} />
        <button class="button" disabled=${!find}>${t("editor.next")}</button></form>
      ${state.error && html`<${Trouble} error=${state.error} retry=${read} />`}
      ${wrong && html`<div class="trouble" role="alert"><p>${reason(wrong)}</p><${Button} onClick=${() => write({ force: true })}>${t("editor.force")}<//></div>`}
      ${state.text === null && !state.error ? html`<${Busy} />` : null}
      ${state.text !== null && html`<div class="editor box" ref=${place} role=${ready ? "textbox" : undefined} aria-multiline=${ready ? "true" : undefined} aria-label=${ready ? "/" + path : undefined} tabindex="0" onInput=${() => jar.current && setDirty(jar.current.toString() !== saved.current)} />`}
    </div>
  <//>`;
}

// [start, end] of a line, counted from 1, in a text.
function lineAt(text, number) {
  const lines = text.split("\n");
  const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
  return [start, start + (lines[number - 1] || "").length];
}

// Where the selection ends, in characters.
function selected(element) {
  const selection = getSelection();
  if (!selection.rangeCount || !element.contains(selection.anchorNode)) return -1;
  const range = selection.getRangeAt(0).cloneRange();
  range.setStart(element, 0);
  return range.toString().length - selection.toString().length;
}

// Select characters and bring them into view.
function show(element, [start, end]) {
  element.focus();
  const range = document.createRange();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let at = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const size = node.textContent.length;
    if (!begun && start <= at + size) {
      range.setStart(node, start - at);
      begun = true;
    }
    if (begun && end <= at + size) {
      range.setEnd(node, end - at);
      break;
    }
    at += size;
  }
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  const box = range.getBoundingClientRect();
  if (box.top < 80 || box.bottom > innerHeight - 20) window.scrollBy(0, box.top - innerHeight / 3);
}
