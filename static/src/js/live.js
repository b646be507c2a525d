// Parts of a page that follow events. Each shows the answer to what a person asked last, and in the
// end every change: one that is told while the part is replaced (the old element is gone and the new
// one does not listen yet), while a person waits, or whose refresh fails, is told again.
const LIVE = "[hx-trigger*='sse:changed']";
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const untold = new Set();
const running = new Map();
const followed = new WeakSet();
let makingRoom = false;
let pause = FIRST_PAUSE;

const isLive = (part) => part.id && part.matches(LIVE);
const isRefused = ({ status }) => status >= 400 && status < 500;

// A refresh that fails is tried again, so nobody need hear of it; one that is refused is not.
export const comesAgain = ({ elt, target, xhr }) => elt === target && isLive(target) && !isRefused(xhr);

function follow({ target, detail: { source } }) {
  if (followed.has(source)) return;
  followed.add(source);
  source.addEventListener("changed", () => {
    for (const part of target.querySelectorAll(LIVE)) untold.add(part.id);
  });
}

function tellAgain(id) {
  if (!untold.has(id)) return;
  const part = document.getElementById(id);
  if (part) window.htmx.trigger(part, "sse:changed");
  else untold.delete(id);
}

function tryAgain(id) {
  if (!untold.has(id)) return;
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  tellAgain(id);
}

// htmx starts what it has queued as soon as a request is aborted: that is older, and not let in.
function takePlace(id, request) {
  const former = running.get(id);
  running.set(id, request);
  makingRoom = true;
  former?.xhr.abort();
  makingRoom = false;
}

function begin(event) {
  const { elt, target, xhr } = event.detail;
  if (!isLive(target)) return;
  const { id } = target;
  const asked = elt !== target;
  if (makingRoom || (!asked && running.get(id)?.asked)) {
    event.preventDefault();
    return;
  }
  const request = { xhr, asked };
  takePlace(id, request);
  request.carries = untold.delete(id) || !asked;
  // Not htmx's own event: it is lost when the element that asked has been replaced meanwhile.
  xhr.addEventListener("loadend", () => end(id, request));
}

function end(id, { xhr, asked, carries }) {
  const last = running.get(id)?.xhr === xhr;
  if (last) running.delete(id);
  if (xhr.status >= 200 && xhr.status < 400) {
    pause = FIRST_PAUSE;
    return;
  }
  if (carries && (asked || !isRefused(xhr))) untold.add(id);
  if (last) setTimeout(tryAgain, pause, id);
}

export function startLive() {
  const { body } = document;
  body.addEventListener("htmx:sseOpen", follow);
  body.addEventListener("htmx:beforeRequest", begin);
  body.addEventListener("htmx:afterSettle", () => [...untold].forEach(tellAgain));
}
