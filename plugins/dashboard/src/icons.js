// Icons: strokes on a field of 24 by 24. Names are Material Design's as Home Assistant has them, without `mdi:`.
import { html } from "./html.js";

const PATHS = {
  home: "M3 11.5 12 4l9 7.5M5.5 10v9.5h13V10M10 19.5v-6h4v6",
  "chart-line": "M4 4v16h16M7.5 14.5l4-5 3.5 3 5-6.5",
  "view-module": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  puzzle: "M9 4.5a2 2 0 0 1 4 0V6h4.5v4.5H19a2 2 0 0 1 0 4h-1.5V19H13v-1.5a2 2 0 0 0-4 0V19H4.5v-4.5H6a2 2 0 0 0 0-4H4.5V6H9z",
  wifi: "M2.5 9.5a14 14 0 0 1 19 0M5.5 13a9.5 9.5 0 0 1 13 0M8.5 16.3a5 5 0 0 1 7 0M12 20h.01",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
  folder: "M3 6h6l2 2.5h10V19H3z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  text: "M5 6h14M5 10h14M5 14h9M5 18h11",
  pulse: "M3 12h4l3-8 4 16 3-8h4",
  routes: "M6 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM8 17h6a3.5 3.5 0 0 0 0-7h-4a3.5 3.5 0 0 1 0-7h6",
  chip: "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  record: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  cog: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM10.5 3h3l.5 2.6 2 1.1 2.5-.9 1.5 2.6-2 1.7v2.3l2 1.7-1.5 2.6-2.5-.9-2 1.1-.5 2.6h-3l-.5-2.6-2-1.1-2.5.9-1.5-2.6 2-1.7v-2.3l-2-1.7L5 5.8l2.5.9 2-1.1z",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 4 2.5 20h19zM12 10v4.5M12 17.5h.01",
  information: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.5h.01",
  chevron: "M9 6l6 6-6 6",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  "move-open": "M6 14l6-6 6 6",
  "move-stop": "M7 7h10v10H7z",
  "move-close": "M6 10l6 6 6-6",
  delete: "M4.5 7h15M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5",
  pencil: "M4 20l1-4.5L16.5 4 20 7.5 8.5 19z",
  download: "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
  upload: "M12 16V4.5M7 9l5-5 5 5M4.5 20h15",
  refresh: "M20 11a8 8 0 0 0-14.5-3.5L4 9.5M4 4.5v5h5M4 13a8 8 0 0 0 14.5 3.5l1.5-2M20 19.5v-5h-5",
  send: "M4 12h14M12 6l6.5 6-6.5 6",
  play: "M7 4.5v15l12-7.5z",
  stop: "M6.5 6.5h11v11h-11z",
  lock: "M6 11h12v9.5H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
  "lock-open": "M6 11h12v9.5H6zM8.5 11V7.5a3.5 3.5 0 0 1 6.8-1.2",
  logout: "M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21",
  power: "M12 3.5v8M7 6a8 8 0 1 0 10 0",
  // of values
  toggle: "M8 7h8a5 5 0 0 1 0 10H8A5 5 0 0 1 8 7zM16 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  valve: "M3 8.5h3v8H3zM18 8.5h3v8h-3zM6 10h3.5a3 3 0 0 1 5 0H18M6 15h12M12 8.5V5M9 5h6",
  water: "M12 3.5c3.5 4.2 6 7.3 6 10.5a6 6 0 0 1-12 0c0-3.2 2.5-6.3 6-10.5z",
  lightbulb: "M9 17.5h6M10 20.5h4M9 17.5v-1.6A6.5 6.5 0 1 1 15 15.9v1.6",
  gauge: "M4.5 18a9 9 0 1 1 15 0M12 14l4-5.5",
  thermometer: "M10 13.5V5.5a2 2 0 1 1 4 0v8a4 4 0 1 1-4 0zM12 9.5v7",
  flash: "M13 2.5 5 13.5h6l-1 8 8.5-11.5H12z",
  battery: "M3 8h16v8H3zM19 10.5h2v3h-2M6 10.5v3M9 10.5v3M12 10.5v3",
  motion: "M13 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM8 12l3-4.5 3.5 1 2 3.5h3M11 13.5l3 2.5v5M10.5 14.5l-1.5 3-4 2",
  door: "M6 21V3.5h12V21M3.5 21h17M14.5 12.5h.01",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4",
  memory: "M4 7h16v10H4zM8 10v4M12 10v4M16 10v4M7 17v3M12 17v3M17 17v3",
  harddisk: "M4 14h16v6H4zM4 14l3-10h10l3 10M16.5 17h.01",
  "form-select": "M4 7h16v10H4zM14 11l2 2 2-2",
  "form-textbox": "M3.5 7.5h17v9h-17zM7 10.5v3",
  "gesture-tap-button": "M12 13V6.5a1.5 1.5 0 1 1 3 0V12l3.5 1c1 .3 1.5 1 1.3 2l-1 5.5H12l-4-4.5 1.5-1 2.5 1.5M8.5 9.5a4.5 4.5 0 1 1 8.5-3",
  ip: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
  eye: "M2.5 12s3.5-6 9.5-6 9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  tag: "M4 4h8l8 8-8 8-8-8zM8 8h.01",
  blinds: "M4 4h16M6 4v13M18 4v13M6 8.5h12M6 12.5h12M6 17h12M12 17v4",
  shield: "M12 3 4.5 6v6c0 4.5 3.2 7.5 7.5 9 4.3-1.5 7.5-4.5 7.5-9V6z",
  fan: "M12 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM12 10.5C9 7 10 3 13 3s3.5 4 0 7.5M13.5 12c3.5-3 7.5-2 7.5 1s-4 3.5-7.5 0M12 13.5c3 3.5 2 7.5-1 7.5s-3.5-4 0-7.5M10.5 12C7 15 3 14 3 11s4-3.5 7.5 0",
};

// What stands for a kind, a device class or a name of Home Assistant's that is not drawn here.
const OTHERS = {
  switch: "toggle", light: "lightbulb", number: "gauge", select: "form-select", text: "form-textbox",
  button: "gesture-tap-button", sensor: "eye", binary_sensor: "record", temperature: "thermometer", humidity: "water",
  moisture: "water", voltage: "flash", current: "flash", power_factor: "flash", energy: "flash",
  problem: "alert", opening: "door", window: "door", garage_door: "door", connectivity: "wifi", occupancy: "motion",
  presence: "account", timestamp: "clock", duration: "clock", data_size: "memory", signal_strength: "wifi",
  wifi_strength: "wifi", pressure: "gauge", "toggle-switch": "toggle", "restart": "refresh", "water-pump": "valve",
  sprinkler: "water", "clock-outline": "clock", "play-circle": "play", "light-switch": "toggle", volume: "water",
  volume_flow_rate: "water", lock: "lock", cover: "blinds", alarm_control_panel: "shield", climate: "thermometer", event: "bell", date: "clock", time: "clock",
  datetime: "clock", "ip-network": "ip", "alarm": "bell", moving: "motion", running: "play", update: "download",
};

/** An icon; the first of the names that is drawn counts. It is for the eye only: say the same in text. */
export function Icon({ name, size = 20 }) {
  let path = PATHS.tag;
  for (const one of Array.isArray(name) ? name : [name]) {
    const plain = String(one || "").replace(/^mdi:/, "");
    if (plain && (PATHS[plain] || PATHS[OTHERS[plain]])) {
      path = PATHS[plain] || PATHS[OTHERS[plain]];
      break;
    }
  }
  return html`<svg class="icon" viewBox="0 0 24 24" width=${size} height=${size} aria-hidden="true"><path d=${path} /></svg>`;
}
