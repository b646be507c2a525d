// Dialogs, menus and the drawer stand on the browser's own <dialog> and popover.
function openDialog(event, opener) {
  const dialog = document.querySelector(opener.getAttribute("href") ?? opener.dataset.dialogOpen);
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) return openDialog(event, opener);
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    const dialog = closer.closest("dialog");
    if (dialog?.open) event.preventDefault();
    return dialog?.close();
  }
  if (event.target instanceof HTMLDialogElement && event.target.open) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && event.clientX + event.clientY > 0) event.target.close();
  }
  return undefined;
}

function place(menu) {
  if (CSS.supports("position-area", "block-end")) return;
  const button = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
  const box = menu.getBoundingClientRect();
  const below = button.bottom + box.height + 8 < innerHeight;
  menu.style.top = `${below ? button.bottom : Math.max(8, button.top - box.height - 12)}px`;
  menu.style.left = `${Math.max(8, Math.min(button.right - box.width, innerWidth - box.width - 8))}px`;
}

function onToggle(event) {
  const menu = event.target;
  if (!menu.matches?.("[data-menu]") || event.newState !== "open") return;
  place(menu);
  menu.querySelector(".menu-item")?.focus();
}

function onKey(event) {
  const menu = event.target.closest?.("[data-menu]");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  event.preventDefault();
  items.at(next % items.length)?.focus();
}

export function startOverlays() {
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("keydown", onKey);
}
