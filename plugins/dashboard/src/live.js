// What the device knows, live: one list of all there is, then one stream of what changes. Told when it is out of reach.
import { useSource } from "./html.js";
import { request, follow } from "./request.js";

const SILENCE_MS = 20000; // the device says something every 15 s
// A page that is looked at does not wait for that long: it asks after a shorter silence.
const PROBE_MS = 5000;
const ANSWER_MS = 3000;
const FIRST_MS = 8000;
const ARRIVAL_MS = 5000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];

/** The state of the connection and all values; `device.about` is what GET /api says, null before. */
export const device = {
  about: null,
  link: "connecting", // connecting, live, lost
  values: new Map(), // topic -> value
  pages: null, // what dashboard/about says: pages of other modules, and which of ours there are
  waiting: new Map(), // topic -> the value that was asked for and has not arrived
  refused: new Map(), // topic -> why
};

const turns = new Map(); // topic -> how many events of it came
const listeners = new Set();
const heard = new Set();
const source = {
  subscribe(handler) {
    listeners.add(handler);
    return () => listeners.delete(handler);
  },
};

function changed() {
  for (const listener of [...listeners]) listener();
}

/** Call `handler(topic, value)` for each event of the stream; returns the function that ends it. */
export function onEvent(handler) {
  heard.add(handler);
  return () => heard.delete(handler);
}

/** In a component: "connecting", "live" or "lost". */
export function useLink() {
  return useSource(source, () => device.link);
}

/** In a component: what GET /api said last, or null. */
export function useAbout() {
  return useSource(source, () => device.about);
}

/** In a component: pages and cards that modules bring, as dashboard/about has them. */
export function usePages() {
  return useSource(source, () => device.pages);
}

/** In a component: the value of a topic, undefined when there is none. */
export function useValue(topic) {
  return useSource(source, () => device.values.get(topic));
}

/** In a component: the value asked for that has not arrived (undefined: none), and why the last one was refused. */
export function useCommand(topic) {
  const waiting = useSource(source, () => device.waiting.get(topic));
  const refused = useSource(source, () => device.refused.get(topic));
  return { waiting, refused };
}

/** The property of a topic as GET /api has it: kind, name, unit, min, max ...; null when there is none. */
export function property(topic) {
  const [id, name] = topic.split("/");
  const module = device.about && device.about.modules[id];
  return (module && module.properties[name]) || null;
}

/** Set a property; it shows as waiting until the device answers, and why it did not take it. True: it did. */
export async function command(topic, value) {
  const before = device.values.get(topic);
  const turn = turns.get(topic);
  device.waiting.set(topic, value);
  device.refused.delete(topic);
  changed();
  try {
    const found = await request("PUT", "/api/" + topic.split("/").map(encodeURIComponent).join("/"), value);
    const kind = property(topic) && property(topic).kind;
    // What the stream has told meanwhile is newer.
    if (kind && kind !== "button" && turn === turns.get(topic)) device.values.set(topic, found);
    // A motor takes its time: what the device has taken waits until it says so itself.
    if (kind === "button" || arrived(value, found, before)) done(topic, value);
    else setTimeout(() => done(topic, value), ARRIVAL_MS);
    return true;
  } catch (error) {
    device.refused.set(topic, error);
    done(topic, value);
    return false;
  } finally {
    changed();
  }
}

// Whether what the device says is what was asked for: of an object the fields of both; "lock" changes what was before.
function arrived(wanted, found, before) {
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  if (same(found, wanted)) return true;
  if (!wanted || !found || typeof found !== "object") return /^(un)?lock|arm/.test(wanted) && !same(found, before);
  return Object.keys(wanted).every(key => (key in found ? same(found[key], wanted[key]) : !same(found, before)));
}

function done(topic, value) {
  if (device.waiting.has(topic) && device.waiting.get(topic) === value) {
    device.waiting.delete(topic);
    changed();
  }
}

/** Forget why a command was refused. */
export function forgive(topic) {
  if (device.refused.delete(topic)) changed();
}

function take(about) {
  device.about = about;
  const topics = new Set();
  for (const id in about.modules) {
    for (const name in about.modules[id].properties) {
      topics.add(id + "/" + name);
      device.values.set(id + "/" + name, about.modules[id].properties[name].value);
    }
  }
  for (const topic of device.values.keys()) if (!topics.has(topic) && property(topic)) device.values.delete(topic);
  changed();
}

let again = null;

/** Ask for the list of all there is anew, soon. */
export function refresh() {
  again = again || setTimeout(async () => {
    again = null;
    try {
      take(await request("GET", "/api"));
    } catch (error) {
      // The stream will notice, too.
    }
  }, 300);
}

function event(topic, value) {
  const before = device.values.get(topic);
  turns.set(topic, (turns.get(topic) || 0) + 1);
  if (topic === "dashboard/about") device.pages = value;
  else if (topic === "$lost") refresh();
  else if (property(topic) && value !== null) device.values.set(topic, value);
  else if (topic.split("/").length === 2) {
    // A property that came, or went with its module.
    if (property(topic)) device.values.set(topic, value);
    if (property(topic) ? value === null : value !== null && !device.values.has(topic)) refresh();
    device.values.set(topic, value);
  }
  if (device.waiting.has(topic) && arrived(device.waiting.get(topic), value, before)) device.waiting.delete(topic);
  for (const handler of heard) handler(topic, value);
  changed();
}

let stop = () => {};

async function once() {
  const abort = new AbortController();
  stop = () => abort.abort();
  let timer = setTimeout(stop, FIRST_MS);
  let probe;
  const alive = () => {
    clearTimeout(timer);
    clearTimeout(probe);
    timer = setTimeout(stop, SILENCE_MS);
    probe = setTimeout(ask, PROBE_MS);
  };
  const ask = async () => {
    const topic = [...device.values.keys()].find(topic => property(topic));
    if (document.hidden || !topic) return;
    try {
      await request("GET", "/api/" + topic, undefined, { timeout: ANSWER_MS, quiet: true });
      if (!abort.signal.aborted) alive();
    } catch (error) {
      if (error.status === 0) abort.abort();
      else if (!abort.signal.aborted) alive();
    }
  };
  try {
    take(await request("GET", "/api", undefined, { signal: abort.signal }));
    alive();
    await follow("/api/events?filter=%2B/%2B", {
      signal: abort.signal,
      heard: event,
      alive() {
        alive();
        if (device.link !== "live") {
          device.link = "live";
          changed();
        }
      },
    });
  } finally {
    clearTimeout(timer);
    clearTimeout(probe);
    abort.abort();
  }
}

/** Keep up the connection for as long as the page is open. */
export async function connect() {
  addEventListener("online", () => stop());
  addEventListener("offline", () => stop());
  document.addEventListener("visibilitychange", () => !document.hidden && device.link !== "live" && stop());
  for (let tries = 0;;) {
    try {
      await once();
    } catch (error) {
      // Told by what follows.
    }
    tries = device.link === "live" ? 0 : tries + 1;
    device.link = "lost";
    changed();
    await new Promise(resolve => {
      const timer = setTimeout(resolve, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      stop = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
