// What happens around an htmx swap: focus comes back, errors speak, times and forms are prepared.
import { focusFirstError, prepare, release } from "./forms.js";
import { comesAgain } from "./live.js";
import { refreshTimes } from "./times.js";
import { showToast } from "./toasts.js";

let focused = null;

function remember() {
  const active = document.activeElement;
  focused = active && active !== document.body ? { id: active.id, name: active.getAttribute("name") } : null;
}

function restore(target) {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (!lost || !focused) return;
  const same = focused.id ? document.getElementById(focused.id) : focused.name && target.querySelector(`[name="${CSS.escape(focused.name)}"]`);
  const place = same ?? target.querySelector("h1, h2, [tabindex='-1']") ?? document.querySelector("main");
  if (!place.hasAttribute("tabindex") && !same) place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
}

const complain = (text) => ({ detail }) => {
  if (!comesAgain(detail)) showToast({ text, tone: "error" });
};

export function startSwaps() {
  const { body } = document;
  const text = body.dataset;
  body.addEventListener("htmx:beforeSwap", remember);
  body.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt ?? event.target;
    prepare(target);
    refreshTimes(target);
    if (event.detail.xhr?.status !== 422 || !focusFirstError(target)) restore(target);
  });
  body.addEventListener("htmx:afterRequest", () => release());
  body.addEventListener("htmx:responseError", complain(text.failed));
  body.addEventListener("htmx:sendError", complain(text.offline));
}
