// Short messages in a live region. They leave after six seconds, errors stay.
const STAY_MS = 6000;

function leaveLater(toast) {
  if (toast.dataset.tone === "error") return;
  let timer = setTimeout(() => toast.remove(), STAY_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), STAY_MS);
  });
}

export function showToast({ text, tone = "ok" }) {
  const region = document.querySelector("[data-toasts]");
  const template = document.querySelector(`template[data-toast-template="${tone}"]`);
  if (!region || !template) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast-text").textContent = text;
  region.append(toast);
  leaveLater(toast);
}

export function startToasts() {
  document.querySelectorAll("[data-toasts] [data-toast]").forEach(leaveLater);
  document.addEventListener("click", (event) => {
    event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
  });
  document.addEventListener("toast", (event) => {
    const detail = event.detail ?? {};
    showToast({ text: detail.text ?? detail.value ?? "", tone: detail.tone });
  });
}
