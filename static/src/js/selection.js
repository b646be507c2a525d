// Choosing rows of a list: all of a page, a range with Shift, a count, Escape to let go.
// What is chosen outlives a refresh of the rows.
const chosen = new Map();
let last = null;

const rowsOf = (id) => [...document.querySelectorAll(`[data-select-row][form="${id}"]`)];
const setOf = (id) => chosen.get(id) ?? chosen.set(id, new Set()).get(id);

function paint(form) {
  const rows = rowsOf(form.id);
  const marked = rows.filter((row) => row.checked).length;
  const count = form.querySelector("[data-selection-count]");
  const words = form.querySelector(marked === 1 ? "[data-selection-one]" : "[data-selection-many]");
  form.dataset.count = String(marked);
  count.textContent = words.textContent.replace("{number}", marked);
  count.hidden = marked === 0;
  form.querySelector("[data-selection-none]").hidden = marked > 0;
  form.querySelector("[data-selection-clear]").hidden = marked === 0;
  for (const all of document.querySelectorAll(`[data-select-all][form="${form.id}"]`)) {
    all.hidden = false;
    all.checked = marked > 0 && marked === rows.length;
    all.indeterminate = marked > 0 && marked < rows.length;
  }
}

function remember(form) {
  const kept = setOf(form.id);
  for (const row of rowsOf(form.id)) {
    if (row.checked) kept.add(row.value);
    else kept.delete(row.value);
  }
  paint(form);
}

function restore() {
  for (const form of document.querySelectorAll("form[data-selection]")) {
    const rows = rowsOf(form.id);
    const shown = new Set(rows.map((row) => row.value));
    const kept = setOf(form.id);
    for (const value of kept) if (!shown.has(value)) kept.delete(value);
    for (const row of rows) row.checked = kept.has(row.value);
    paint(form);
  }
}

function clear(form) {
  for (const row of rowsOf(form.id)) row.checked = false;
  remember(form);
}

function onClick(event) {
  const clearer = event.target.closest("[data-selection-clear]");
  if (clearer) {
    const form = clearer.closest("form");
    clear(form);
    rowsOf(form.id)[0]?.focus();
    return;
  }
  const all = event.target.closest("[data-select-all]");
  if (all) {
    for (const row of rowsOf(all.form.id)) row.checked = all.checked;
    remember(all.form);
    return;
  }
  const row = event.target.closest("[data-select-row]");
  if (!row?.form) return;
  const rows = rowsOf(row.form.id);
  const from = rows.findIndex((one) => one.value === last);
  if (event.shiftKey && from >= 0) {
    const to = rows.indexOf(row);
    const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of range) one.checked = row.checked;
  }
  last = row.value;
  remember(row.form);
}

export function startSelection() {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const spot = event.target.closest?.("[data-select-row], [data-select-all], form[data-selection]");
    const form = spot?.form ?? spot;
    if (form?.dataset?.count > 0) clear(form);
  });
  document.addEventListener("htmx:afterSwap", restore);
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-selection]")) remember(form);
  });
  restore();
}
