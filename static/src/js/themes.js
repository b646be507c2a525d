// The switch between light, dark and the system's choice.
const root = document.documentElement;

function show(value) {
  for (const button of document.querySelectorAll("[data-theme-value]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeValue === value));
  }
}

export function startThemes() {
  for (const group of document.querySelectorAll("[data-theme-switch]")) group.hidden = false;
  show(root.dataset.theme ?? "system");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-value]");
    if (!button) return;
    const value = button.dataset.themeValue;
    if (value === "system") delete root.dataset.theme;
    else root.dataset.theme = value;
    try {
      if (value === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", value);
    } catch {
      // Kept for this page only.
    }
    show(value);
  });
}
