// The shell: name of the device, whether it is in reach, the pages, and the one that is open.
import { html, render, useState, useEffect, useLayoutEffect, useRef } from "./html.js";
import { t, said, files } from "./text.js";
import { part } from "./loading.js";
import { Icon } from "./icons.js";
import { Page, Empty, Loading, usePart } from "./parts.js";
import { Dialogs, dialog } from "./dialogs.js";
import { Notices } from "./notices.js";
import { Home, Brought } from "./home.js";
import { connect, device, useAbout, useLink, usePages } from "./live.js";
import { onLogin } from "./request.js";

// Page -> icon; the text is "page.<name>". Those of the second group need the plugin admin.
const PAGES = [["home", "home"], ["history", "chart-line"]];
const ADMIN = [
  ["modules", "cog"], ["plugins", "puzzle"], ["network", "wifi"], ["time", "clock"], ["files", "folder"], ["log", "text"], ["events", "pulse"],
  ["routes", "routes"], ["recorder", "record"], ["system", "chip"], ["users", "account"],
];

/** The page and what stands after it in the address: #/files/lib/main.py is ["files", "lib/main.py"]. */
export function route() {
  const [page, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return [page || "", rest.join("/")];
}

/** Go to a page. */
export function go(page, rest = "") {
  location.hash = "#/" + [page, ...rest.split("/").filter(Boolean)].map(encodeURIComponent).join("/");
}

const unsavedForms = new Set();

/** In a component: ask before the page is left while `unsaved` is true. */
export function useUnsaved(unsaved) {
  // At once: who types and goes on at the same moment is asked, too.
  useLayoutEffect(() => {
    if (!unsaved) return undefined;
    const form = {};
    const warn = event => event.preventDefault();
    unsavedForms.add(form);
    addEventListener("beforeunload", warn);
    return () => {
      unsavedForms.delete(form);
      removeEventListener("beforeunload", warn);
    };
  }, [unsaved]);
}

function useRoute() {
  const [place, setPlace] = useState(route);
  const here = useRef(location.hash);
  useEffect(() => {
    const look = () => {
      if (location.hash === here.current) return;
      if (unsavedForms.size && !window.confirm(t("unsaved"))) {
        history.replaceState(null, "", here.current || "#/");
        return;
      }
      here.current = location.hash;
      setPlace(route());
    };
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return place;
}

function Lazy({ name, rest }) {
  const found = usePart(name);
  return found.code ? html`<${found.code.default} rest=${rest} />` : html`<${Page} title=${t("page." + name)}><${Loading} part=${found} /><//>`;
}

function Status() {
  const link = useLink();
  return html`<p class="link ${link}" role="status"><i /><span>${t("link." + link)}</span></p>`;
}

function Nav({ page, close }) {
  const brought = usePages() || { pages: [], ours: [] };
  const item = (key, icon, text) => html`<li key=${key}><a href=${"#/" + key} aria-current=${page === key ? "page" : undefined} onClick=${close}>
    <${Icon} name=${icon} /><span>${text}</span></a></li>`;
  const ours = list => list.map(([name, icon]) => item(name, icon, t("page." + name)));
  const admin = brought.ours.includes("admin") ? ours(ADMIN) : [];
  return html`<nav aria-label=${t("pages")}>
    <ul>${ours(PAGES.filter(([name]) => name === "home" || brought.ours.includes(name)))}${brought.pages.filter(one => !one.card).map(one => item(one.id, one.icon, said(one.title)))}</ul>
    ${admin.length ? html`<h2>${t("administration")}</h2><ul>${admin}</ul>` : null}
  </nav>`;
}

function Shell() {
  const [place, rest] = useRoute();
  const [drawer, setDrawer] = useState(false);
  const about = useAbout();
  const link = useLink();
  const brought = usePages();
  const first = (brought && brought.first) || "home";
  const page = place || first;
  const main = useRef();
  const before = useRef(page);
  useEffect(() => {
    if (about) document.title = document.title.includes(" · ") ? document.title.replace(/ · [^·]*$/, " · " + about.name) : about.name;
  }, [about && about.name, page]);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    window.scrollTo(0, 0);
    const heading = main.current.querySelector("h1");
    if (heading) heading.focus({ preventScroll: true });
  }, [page]);
  useEffect(() => {
    if (!drawer) return undefined;
    const key = event => event.key === "Escape" && setDrawer(false);
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, [drawer]);
  const own = [...PAGES, ...ADMIN].some(([name]) => name === page);
  const other = brought && brought.pages.find(one => one.id === page);
  const content = page === "home" ? html`<${Home} />`
    : other ? html`<${Brought} key=${page} page=${other} what="Page" />`
    : own && files[page] ? html`<${Lazy} key=${page} name=${page} rest=${rest} />`
    : html`<${Page} title=${t("page.missing")}><${Empty} icon="alert">${t("page.missing.text")}<//><//>`;
  return html`
    <a class="skip" href="#main" onClick=${event => (event.preventDefault(), main.current.querySelector("h1").focus())}>${t("skip")}</a>
    <header class="bar">
      <button class="bare menu" aria-label=${t("menu")} aria-expanded=${drawer ? "true" : "false"} onClick=${() => setDrawer(!drawer)}><${Icon} name=${drawer ? "close" : "menu"} size="24" /></button>
      <a class="brand" href="#/"><i class="logo" /><b>${about ? about.name : "modcore"}</b></a>
      <${Status} />
    </header>
    <div class="side ${drawer ? "open" : ""}"><${Nav} page=${page} close=${() => setDrawer(false)} /></div>
    ${drawer && html`<div class="shade" onClick=${() => setDrawer(false)} />`}
    <main id="main" ref=${main}>${link === "lost" && about && html`<div class="lost" role="alert"><${Icon} name="alert" />${t("link.gone", { name: about.name })}</div>`}${content}</main>
    <${Notices} /><${Dialogs} />`;
}

let asking = null;

/** Ask for a login, once for all who want it; resolves to true when somebody has logged in. */
export function login() {
  asking = asking || part("login").then(module => dialog(module.default)).catch(() => false).finally(() => (asking = null));
  return asking;
}

onLogin(login);
render(html`<${Shell} />`, document.getElementById("app"));
connect();
