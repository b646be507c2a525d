// The command palette: Ctrl/Cmd+K. The server finds and ranks; here are opening, choosing, doing.
// What was opened lately is kept as ids only: names come from the server, if they may be seen.
import { runShortcut } from "./shortcuts.js";

const KEPT = 5;
const optionsOf = (palette) => [...palette.querySelectorAll("[role=option]")];
const chosenOf = (palette) => palette.querySelector('[aria-selected="true"]');

function noteVisit() {
  const id = location.pathname.match(/\/([a-z]+_[0-9a-z]{26})\/$/)?.[1];
  const recent = (localStorage.getItem("recent") ?? "").split(",").filter((one) => one && one !== id);
  if (id) localStorage.setItem("recent", [id, ...recent].slice(0, KEPT));
}

function select(palette, index) {
  const items = optionsOf(palette);
  const at = items.length ? (index + items.length) % items.length : -1;
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
  items[at]?.scrollIntoView({ block: "nearest" });
  palette.querySelector("[role=combobox]").setAttribute("aria-activedescendant", items[at]?.id ?? "");
}

function open(palette) {
  if (palette.open) return;
  const input = palette.querySelector("[role=combobox]");
  input.value = "";
  try {
    palette.querySelector("#palette-recent").value = localStorage.getItem("recent") ?? "";
  } catch {
    // Nothing is remembered.
  }
  palette.showModal();
  input.focus();
  input.dispatchEvent(new Event("palette"));
}

function carryOut(palette, { url, post, does }) {
  palette.close();
  if (does) return runShortcut({ does });
  if (post === undefined) return location.assign(url);
  const form = palette.querySelector("form");
  form.action = url;
  return form.submit();
}

function onKey(event, palette) {
  const items = optionsOf(palette);
  const at = items.indexOf(chosenOf(palette));
  if (event.key === "ArrowDown") select(palette, at + 1);
  else if (event.key === "ArrowUp") select(palette, at - 1);
  else if (event.key === "Enter" && palette.dataset.waits) palette.dataset.waits = "go";
  else if (event.key === "Enter" && items[at]) carryOut(palette, items[at].dataset);
  else return;
  event.preventDefault();
}

function onAnswer(palette) {
  const go = palette.dataset.waits === "go";
  delete palette.dataset.waits;
  palette.querySelector(".palette-empty").hidden = optionsOf(palette).length > 0;
  select(palette, 0);
  if (go && chosenOf(palette)) carryOut(palette, chosenOf(palette).dataset);
}

export function startPalette() {
  const palette = document.querySelector("[data-palette]");
  if (!palette) return;
  try {
    noteVisit();
  } catch {
    // The browser keeps nothing.
  }
  document.addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open(palette);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]")) return;
    event.preventDefault();
    open(palette);
  });
  palette.addEventListener("input", () => (palette.dataset.waits = "yes"));
  palette.addEventListener("htmx:afterSwap", () => onAnswer(palette));
  palette.addEventListener("keydown", (event) => onKey(event, palette));
  palette.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) carryOut(palette, item.dataset);
  });
}
