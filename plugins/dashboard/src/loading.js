// Files that are loaded when they are first needed: pages, libraries, and the texts and styles that come with them.
import { addTexts, files } from "./text.js";

const loaded = {};

/** The module of a file by its plain name, loaded once. */
export function code(name) {
  loaded[name] = loaded[name] || import("./" + files[name]).catch(error => {
    delete loaded[name];
    throw error;
  });
  return loaded[name];
}

/** The module of a page or library with the texts and styles of pages: `(await part("uplot")).default`. */
export function part(name) {
  return Promise.all([code(name), texts()]).then(found => found[0]);
}

// The texts and styles of all pages but Home, which come with the first of them.
let more = null;

/** Load them: also for the texts of the device, in a language that has some. */
export function texts() {
  style("pages.css");
  more = more || import("./" + files.texts).then(module => addTexts({ en: module.default }), error => {
    more = null;
    throw error;
  });
  return more;
}

/** Add a style sheet of this plugin by its plain name, once. */
export function style(name) {
  if (loaded[name]) return;
  loaded[name] = true;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("./" + files[name], import.meta.url);
  document.head.append(link);
}
