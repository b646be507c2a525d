// Forms: busy state while sending, first error focused, passwords shown on demand, copying,
// addresses derived from names.
function setBusy(form, busy) {
  for (const button of form.querySelectorAll("[type=submit]")) {
    if (busy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

function onSubmit(event) {
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  if (form.method === "get" || event.defaultPrevented) return undefined;
  form.setAttribute("aria-busy", "true");
  setTimeout(() => setBusy(form, true));
  return undefined;
}

export function release(root = document) {
  for (const form of root.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    setBusy(form, false);
  }
}

export function focusFirstError(root = document) {
  const field = root.querySelector("[aria-invalid=true], .field-error ~ input");
  field?.focus();
  return Boolean(field);
}

function reveal(button) {
  const input = button.parentElement.querySelector("input");
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
}

async function copy(button) {
  const text = button.dataset.copy ?? button.parentElement.querySelector("pre").textContent;
  await navigator.clipboard?.writeText(text);
  const status = document.querySelector("[data-status]");
  if (status) status.textContent = button.dataset.copied;
  const use = button.querySelector("use");
  const before = use.getAttribute("href");
  use.setAttribute("href", before.replace(/#.*/, "#check"));
  setTimeout(() => use.setAttribute("href", before), 1600);
}

export function toSlug(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
}

function startSlug(target) {
  const source = document.getElementById(target.dataset.slugFrom);
  const shown = document.querySelectorAll("[data-slug-preview]");
  let own = target.value !== "" && target.value !== toSlug(source.value);
  const paint = () => shown.forEach((spot) => { spot.textContent = target.value || spot.dataset.slugPreview; });
  source.addEventListener("input", () => {
    if (!own) target.value = toSlug(source.value);
    paint();
  });
  target.addEventListener("input", () => {
    own = target.value !== "";
    target.value = target.value.toLowerCase().replace(/[^a-z0-9]+/g, "-");
    paint();
  });
  paint();
}

export function startForms() {
  document.addEventListener("submit", onSubmit);
  window.addEventListener("pageshow", () => release());
  document.addEventListener("click", (event) => {
    const revealer = event.target.closest("[data-reveal]");
    if (revealer) reveal(revealer);
    const copier = event.target.closest("[data-copy], [data-copy-code]");
    if (copier) copy(copier);
  });
  document.querySelectorAll("[data-slug-from]").forEach(startSlug);
  prepare();
  focusFirstError();
}

export function prepare(root = document) {
  for (const button of root.querySelectorAll("[data-reveal]")) button.hidden = false;
}
