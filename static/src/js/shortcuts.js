// Single keys and chords ("g c"). The sheet in the page is the list of them: what it shows works.
const CHORD_MS = 1500;
const ROWS = "main tbody tr, main .list > li";
const TYPING = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";
let begun = "";
let timer;

const spotOf = (row) => row?.querySelector(".cell-main a, a.list-row, a, button");
const rowsOf = () => [...document.querySelectorAll(ROWS)].filter(spotOf);
const present = () => document.activeElement.closest(ROWS);

function step(by) {
  const rows = rowsOf();
  const at = rows.indexOf(present());
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  spotOf(row)?.focus();
}

function find() {
  const field = document.querySelector("main [type=search]");
  if (!field) return document.querySelector("[data-palette-open]")?.click();
  field.focus();
  return field.select();
}

const DEEDS = {
  search: find,
  sheet: () => document.querySelector("#shortcuts").showModal(),
  create: () => document.querySelector("main [data-key=c]")?.click(),
  edit: () => document.querySelector("main [data-key=e]")?.click(),
  next: () => step(1),
  previous: () => step(-1),
  select: () => present()?.querySelector("[data-select-row]")?.click(),
  theme: () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.querySelector(`[data-theme-value=${dark ? "light" : "dark"}]`).click();
  },
};

export function runShortcut({ does, url }) {
  if (url) location.assign(url);
  else DEEDS[does]();
}

export function startShortcuts() {
  const sheet = document.querySelector("[data-shortcuts=on]");
  if (!sheet) return;
  const lines = new Map([...sheet.querySelectorAll("[data-keys]")].map((line) => [line.dataset.keys, line.dataset]));
  const beginnings = new Set([...lines.keys()].filter((keys) => keys.includes(" ")).map((keys) => keys.split(" ")[0]));
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || key === "Shift") return;
    if (target.closest?.(TYPING) || document.querySelector("dialog[open], [data-menu]:popover-open")) return;
    const line = lines.get(begun + key);
    clearTimeout(timer);
    begun = !line && !begun && beginnings.has(key) ? `${key} ` : "";
    timer = setTimeout(() => (begun = ""), CHORD_MS);
    if (!line) return;
    event.preventDefault();
    runShortcut(line);
  });
}
