// The command palette: Ctrl/Cmd+K or "/" finds pages of the menu and actions of the page, and
// hands other words to the portal's search when the page names one.
const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

function collect() {
  const seen = new Set();
  const links = document.querySelectorAll("[data-nav], [data-command]");
  return [...links]
    .map((link) => ({
      label: (link.dataset.command || link.querySelector("span:not(.count)")?.textContent || link.textContent).trim(),
      icon: link.dataset.icon || "arrow-right",
      note: link.dataset.note ?? "",
      url: link.href,
    }))
    .filter(({ url, label }) => url && label && !seen.has(url + label) && seen.add(url + label));
}

function draw(palette, entries) {
  const list = palette.querySelector("[role=listbox]");
  const model = palette.querySelector("template").content.firstElementChild;
  list.replaceChildren(
    ...entries.map((entry, index) => {
      const item = model.cloneNode(true);
      const use = item.querySelector("use");
      item.id = `palette-${index}`;
      item.dataset.url = entry.url;
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${entry.icon}`));
      item.querySelector("[data-label]").textContent = entry.label;
      item.querySelector(".palette-note").textContent = entry.note;
      return item;
    }),
  );
  palette.querySelector(".palette-empty").hidden = entries.length > 0;
  select(palette, 0);
}

function select(palette, index) {
  const items = [...palette.querySelectorAll("[role=option]")];
  const at = items.length ? (index + items.length) % items.length : -1;
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
  items[at]?.scrollIntoView({ block: "nearest" });
  const input = palette.querySelector("input");
  if (items[at]) input.setAttribute("aria-activedescendant", items[at].id);
  else input.removeAttribute("aria-activedescendant");
}

function search(palette, words) {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  const found = collect().filter(({ label, note }) => wanted.every((word) => fold(`${label} ${note}`).includes(word)));
  const { searchUrl, searchLabel } = palette.dataset;
  if (words.trim() && searchUrl) {
    found.push({ label: `${searchLabel} “${words.trim()}”`, icon: "search", note: "", url: `${searchUrl}${encodeURIComponent(words.trim())}` });
  }
  draw(palette, found);
}

function open(palette) {
  const input = palette.querySelector("input");
  input.value = "";
  search(palette, "");
  palette.showModal();
  input.focus();
}

function onKey(event, palette) {
  const items = [...palette.querySelectorAll("[role=option]")];
  const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") select(palette, at + 1);
  else if (event.key === "ArrowUp") select(palette, at - 1);
  else if (event.key === "Enter" && items[at]) location.assign(items[at].dataset.url);
  else return;
  event.preventDefault();
}

export function startPalette() {
  const palette = document.querySelector("[data-palette]");
  if (!palette) return;
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
    const asked = (event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey);
    if (!asked || palette.open) return;
    event.preventDefault();
    open(palette);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open(palette);
  });
  palette.addEventListener("input", (event) => search(palette, event.target.value));
  palette.addEventListener("keydown", (event) => onKey(event, palette));
  palette.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(item.dataset.url);
  });
}
