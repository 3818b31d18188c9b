// Files: browse, view, upload, edit, search, rename, delete; a path is the rest of the address.
import { html, useState, useEffect, useRef } from "./html.js";
import { t, bytes, moment } from "./text.js";
import { request, Failure } from "./request.js";
import { Page, Card, Button, Choose, Meter, Loaded, Loading, Empty, Trouble, useLoad, usePart, save } from "./parts.js";
import { Icon } from "./icons.js";
import { ask, confirm, dialog } from "./dialogs.js";
import { fail, notify, reason } from "./notices.js";
import { go } from "./shell.js";

const SET_S = 1704067200; // a file that is older was written before the clock was set
const EDITED = /\.(py|json|js|mjs|css|html?|md|txt|csv|xml|svg|toml|ini|cfg|yml|yaml|sh|conf|log|webmanifest)$|^[^.]+$|^\.\w+$/i;
const MOST_EDITED = 131072;
const STALLED_MS = 30000; // an upload that does not go on for so long has come to its end

/** The address of a path of the device below /api/files. */
export function address(path) {
  return "/api/files/" + path.split("/").filter(Boolean).map(encodeURIComponent).join("/");
}

/** The page; rest: a folder, or the file that is edited, as "lib/main.py". */
export default function Files({ rest }) {
  const edits = rest && !rest.endsWith("/") && EDITED.test(rest.split("/").pop());
  const editor = usePart(edits ? "editor" : null);
  if (edits) return editor.code ? html`<${editor.code.default} key=${rest} path=${rest} />` : html`<${Page} title=${t("page.files")}><${Loading} part=${editor} /><//>`;
  return html`<${Folder} key=${rest} path=${rest.replace(/\/$/, "")} />`;
}

function open(path, folder) {
  location.hash = "#/files/" + path.split("/").filter(Boolean).map(encodeURIComponent).join("/") + (folder ? "/" : "");
}

function Folder({ path }) {
  const load = useLoad(address(path) + (path ? "/" : ""));
  const [over, setOver] = useState(false);
  const [uploads, setUploads] = useState([]);
  const [wanted, setWanted] = useState("");
  const [hits, setHits] = useState(null);
  const inside = name => (path ? path + "/" : "") + name;
  const upload = async files => {
    for (const file of files) {
      const show = part => setUploads(old => [...old.filter(one => one.name !== file.name), { name: file.name, part }]);
      show(0);
      try {
        await send(inside(file.name), file, show);
        notify(t("files.uploaded", { name: file.name }));
      } catch (error) {
        fail(error, file.name);
      }
      setUploads(old => old.filter(one => one.name !== file.name));
    }
    load.load();
  };
  const fresh = folder => ask({
    title: t(folder ? "files.newfolder" : "files.new"), label: t("files.name"), button: t("files.create"),
    act: name => folder ? request("PUT", address(inside(name)) + "/", "", { headers: { "Content-Type": "text/plain" } })
      : request("PUT", address(inside(name)), "", { headers: { "Content-Type": "text/plain", "If-None-Match": "*" } }),
  }).then(name => name && (folder ? load.load() : open(inside(name))));
  const search = async event => {
    event.preventDefault();
    if (!wanted) {
      setHits(null);
      return;
    }
    try {
      setHits((await request("GET", address(path) + (path ? "/" : "") + "?search=" + encodeURIComponent(wanted), undefined, { timeout: 60000 })).hits);
    } catch (error) {
      fail(error);
    }
  };
  const drop = event => {
    event.preventDefault();
    setOver(false);
    upload([...event.dataTransfer.files]);
  };
  return html`<${Page} title=${t("page.files")} actions=${html`
      <${Choose} multiple onFiles=${upload}>${t("files.upload")}<//>
      <${Button} icon="file" onClick=${() => fresh(false)}>${t("files.new")}<//>
      <${Button} icon="folder" onClick=${() => fresh(true)}>${t("files.newfolder")}<//>`}>
    <${Crumbs} path=${path} />
    <form class="toolbar" onSubmit=${search}><input type="search" aria-label=${t("files.search")} placeholder=${t("files.search")} value=${wanted} onInput=${event => (setWanted(event.target.value), event.target.value || setHits(null))} />
      <button class="button">${t("search")}</button></form>
    ${uploads.map(one => html`<${Card} key=${one.name}><p>${t("files.uploading", { name: one.name })} ${Math.round(one.part * 100)} %</p><div class="below"><${Meter} role="progressbar" part=${one.part} label=${one.name} /></div><//>`)}
    ${hits && html`<${Card} title=${t("files.hits", { count: hits.length })} icon="search">${hits.map(hit => html`<div class="row" key=${hit.path + hit.line}><div class="label">
      <a href=${"#/files" + hit.path}>${hit.path}</a> <small class="inline">${t("files.line", { line: hit.line })}</small><pre>${hit.text}</pre></div></div>`)}<//>`}
    <div class=${"drop " + (over ? "over" : "")} onDragOver=${event => (event.preventDefault(), setOver(true))} onDragLeave=${() => setOver(false)} onDrop=${drop}>
      <${Loaded} load=${load}>${data => html`<${Card}>
        ${path && html`<div class="row entry"><${Icon} name="folder" /><div class="label"><a href=${"#/files/" + (path.includes("/") ? path.replace(/\/[^/]*$/, "/") : "")}>${t("files.up")}</a></div></div>`}
        ${data.entries.length ? [...data.entries].sort((a, b) => b.folder - a.folder || a.name.localeCompare(b.name)).map(entry => html`<${Entry} key=${entry.name} entry=${entry} path=${inside(entry.name)} load=${load.load} />`)
          : html`<${Empty} icon="folder">${t("files.empty")}<//>`}
      <//>
      ${data.total ? html`<p class="soft">${t("files.free", { free: bytes(data.free), total: bytes(data.total) })} ${t("files.drop")}</p>` : null}`}<//>
    </div>
  <//>`;
}

function Crumbs({ path }) {
  const names = path ? path.split("/") : [];
  return html`<nav class="crumbs" aria-label=${t("files.where")}><a href="#/files">/</a>${names.map((name, i) => html`<${Icon} name="chevron" size="16" />
    <a href=${"#/files/" + names.slice(0, i + 1).map(encodeURIComponent).join("/") + "/"} aria-current=${i === names.length - 1 ? "location" : undefined}>${name}</a>`)}</nav>`;
}

function Entry({ entry, path, load }) {
  const { name, folder, size, time } = entry;
  const image = /\.(png|jpe?g|gif|webp|ico|bmp)$/i.test(name);
  const secret = /^\.?secrets\.json/i.test(name);
  const edits = !folder && !secret && EDITED.test(name) && size <= MOST_EDITED;
  const download = async () => {
    try {
      save(name, await (await request("GET", address(path), undefined, { raw: true, timeout: 120000 })).blob());
    } catch (error) {
      fail(error, name);
    }
  };
  const rename = () => ask({ title: t("files.rename", { name }), label: t("files.path"), value: "/" + path, button: t("files.move"), act: to => sure(extra => request("PATCH", address(path) + extra, { to })) })
    .then(done => done && load());
  const label = folder ? html`<a href=${"#/files/" + path.split("/").map(encodeURIComponent).join("/") + "/"}>${name}</a>`
    : edits ? html`<a href=${"#/files/" + path.split("/").map(encodeURIComponent).join("/")}>${name}</a>`
    : image ? html`<button type="button" class="link-button" onClick=${() => dialog(Picture, { path, name, wide: true })}>${name}</button>` : name;
  return html`<div class="row entry"><${Icon} name=${folder ? "folder" : "file"} />
    <div class="label">${label}<small>${[folder ? "" : bytes(size), time > SET_S ? moment(time) : ""].filter(Boolean).join(" · ")}</small></div>
    <div class="control">
      ${!folder && !secret && html`<${Button} small icon="download" label=${t("files.download", { name })} onClick=${download} /><${Button} small icon="information" label=${t("files.about", { name })} onClick=${() => dialog(About, { path, name })} />`}
      ${!secret && html`<${Button} small icon="pencil" label=${t("files.rename", { name })} onClick=${rename} />`}
      <${Button} small icon="delete" label=${t("files.delete", { name })} onClick=${() => remove(path, name, folder).then(done => done && load())} />
    </div></div>`;
}

// What the device runs is asked about a second time.
async function sure(act) {
  try {
    await act("");
  } catch (error) {
    if (error.status !== 409 || !error.detail || !error.detail.sure) throw error;
    if (!(await confirm({ title: t("files.sure"), text: reason(error), button: t("files.anyway"), danger: true }))) throw error;
    await act("?sure=1");
  }
}

async function remove(path, name, folder) {
  const done = await confirm({ title: t("files.delete", { name }), text: t(folder ? "files.delete.folder" : "files.delete.file"), button: t("remove"), danger: true });
  if (!done) return false;
  const act = extra => request("DELETE", address(path) + (folder ? "/?recursive=1" + extra.replace("?", "&") : extra), undefined, { timeout: 60000 });
  try {
    await act("");
  } catch (error) {
    if (error.status === 409 && error.detail && error.detail.sure) {
      if (!(await confirm({ title: t("files.sure"), text: reason(error), button: t("files.anyway"), danger: true, act: () => act("?sure=1") }))) return false;
    } else {
      fail(error, name);
      return false;
    }
  }
  notify(t("files.deleted", { name }));
  return true;
}

// fetch tells nothing of how far an upload is.
async function send(path, file, progress) {
  await request("GET", "/api/admin/system?memory"); // asks for the login where one is needed
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    let stalled;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => asked.abort(), STALLED_MS);
    };
    asked.open("PUT", address(path));
    alive();
    asked.upload.onprogress = event => (alive(), event.lengthComputable && progress(event.loaded / event.total));
    asked.onloadend = () => clearTimeout(stalled);
    asked.onerror = asked.onabort = () => reject(new Failure(0, ""));
    asked.onload = () => {
      let found = null;
      try {
        found = JSON.parse(asked.responseText);
      } catch (error) {
        // No JSON: the status says it.
      }
      if (asked.status < 300) resolve(found);
      else reject(new Failure(asked.status, (found && found.error) || asked.statusText, found));
    };
    asked.send(file);
  });
}

function About({ path, name, close }) {
  const load = useLoad(address(path) + "?sha256");
  return html`<h2>${name}</h2><${Loaded} load=${load}>${data => html`<dl class="facts"><dt>${t("files.size")}</dt><dd>${bytes(data.size)} (${data.size} B)</dd><dt>SHA-256</dt><dd class="mono">${data.sha256}</dd></dl>`}<//>
    <div class="buttons"><button class="button" onClick=${() => close()}>${t("close")}</button></div>`;
}

function Picture({ path, name, close }) {
  const [url, setUrl] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    let made = null;
    request("GET", address(path), undefined, { raw: true }).then(answer => answer.blob()).then(blob => setUrl((made = URL.createObjectURL(blob)))).catch(setError);
    return () => made && URL.revokeObjectURL(made);
  }, []);
  return html`<h2>${name}</h2>${error && html`<${Trouble} error=${error} />`}${url && html`<img src=${url} alt=${name} class="picture" />`}
    <div class="buttons"><button class="button" onClick=${() => close()}>${t("close")}</button></div>`;
}
