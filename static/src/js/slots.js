// Slots that are held become free by themselves: the server says until when, the browser counts.
// At that second a slot is drawn free, and the page asks again, for somebody may have been faster.
const GRID = "[data-slots]";
const SOON_MS = 60_000;
const AGAIN_MS = 400;

let ahead = 0; // by how much the server's clock is ahead of this one

const serverNow = () => Date.now() + ahead;

function setClock(root) {
  const said = root.querySelector("[data-now], [data-countdown-now]") ?? root.closest?.("[data-now]");
  const moment = said && Date.parse(said.dataset.now ?? said.dataset.countdownNow);
  if (moment) ahead = moment - Date.now();
}

function writeLeft(place) {
  const left = Math.max(0, Date.parse(place.dataset.countdown) - serverNow());
  const seconds = Math.ceil(left / 1000);
  place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  place.parentElement.classList.toggle("countdown-late", left < SOON_MS);
  return left;
}

function drawFree(slot) {
  const word = slot.querySelector("[data-word]");
  if (word) word.textContent = slot.dataset.free;
  slot.classList.replace("slot-held", "slot-free");
  slot.querySelector(".slot-word .icon")?.remove();
  delete slot.dataset.until;
}

let asked = 0;

function askAgain() {
  const grid = document.querySelector(GRID);
  if (!grid || Date.now() - asked < AGAIN_MS) return;
  asked = Date.now();
  window.htmx?.trigger(grid, "sse:changed");
}

function tick() {
  let isOver = false;
  for (const slot of document.querySelectorAll(`${GRID} [data-until]`)) {
    if (Date.parse(slot.dataset.until) > serverNow()) continue;
    drawFree(slot);
    isOver = true;
  }
  for (const place of document.querySelectorAll("[data-countdown]")) {
    if (writeLeft(place)) continue;
    if (place.closest(GRID)) isOver = true;
    else if (place.dataset.countdownThen) window.location.assign(place.dataset.countdownThen);
  }
  if (isOver) askAgain();
}

export function startSlots() {
  setClock(document);
  tick();
  setInterval(tick, 250);
  document.body.addEventListener("htmx:afterSettle", ({ detail: { elt } }) => {
    if (elt.matches?.(GRID)) setClock(elt.parentElement);
    tick();
  });
}
