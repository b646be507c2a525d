// A reservation is dragged to a free time: the form that moves it opens with that time filled in.
// Nothing moves by a slip of the hand, and what would be refused is said there.
const MOVABLE = "[data-move]";
const TARGET = "[data-drop]";
const OVER = "cal-drop";

let moving = "";

function leave() {
  document.querySelector(`.${OVER}`)?.classList.remove(OVER);
}

function enter(target) {
  if (target.classList.contains(OVER)) return;
  leave();
  target.classList.add(OVER);
}

export function startMoving() {
  document.addEventListener("dragstart", (event) => {
    const entry = event.target.closest?.(MOVABLE);
    moving = entry?.dataset.move ?? "";
    if (moving) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const target = moving && event.target.closest?.(TARGET);
    if (!target) return leave();
    event.preventDefault();
    enter(target);
  });
  document.addEventListener("drop", (event) => {
    const target = moving && event.target.closest?.(TARGET);
    if (!target) return;
    event.preventDefault();
    window.location.assign(`${moving}?${target.dataset.drop}`);
  });
  document.addEventListener("dragend", () => {
    moving = "";
    leave();
  });
}
