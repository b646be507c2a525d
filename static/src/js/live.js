// Parts of a page that follow events. htmx forgets a change that is told while the part is being
// replaced, for the element that heard of it is gone and the new one does not listen yet: so it is
// noted where the stream arrives, and whoever takes the place hears of it again.
// And what a person asks for goes before a refresh, whose answer would show the former question.
const LIVE = "[hx-trigger*='sse:changed']";
const untold = new Set();
const asked = new Map();
const followed = new WeakSet();

const isLive = (part) => part.id && part.matches(LIVE);

function follow({ target, detail: { source } }) {
  if (followed.has(source)) return;
  followed.add(source);
  source.addEventListener("changed", () => {
    for (const part of target.querySelectorAll(LIVE)) untold.add(part.id);
  });
}

function tellAgain(id) {
  const part = document.getElementById(id);
  if (part) window.htmx.trigger(part, "sse:changed");
  else untold.delete(id);
}

function begin(event) {
  const { elt, target } = event.detail;
  if (!isLive(target)) return;
  if (elt === target && asked.has(target.id)) {
    event.preventDefault();
    return;
  }
  untold.delete(target.id);
  if (elt !== target) window.htmx.trigger(target, "htmx:abort");
}

function end({ detail: { target, xhr } }) {
  if (asked.get(target.id) !== xhr) return;
  asked.delete(target.id);
  if (untold.has(target.id)) tellAgain(target.id);
}

export function startLive() {
  const { body } = document;
  body.addEventListener("htmx:sseOpen", follow);
  body.addEventListener("htmx:beforeRequest", begin);
  body.addEventListener("htmx:beforeSend", ({ detail: { elt, target, xhr } }) => {
    if (isLive(target) && elt !== target) asked.set(target.id, xhr);
  });
  body.addEventListener("htmx:afterRequest", end);
  body.addEventListener("htmx:afterSettle", () => [...untold].forEach(tellAgain));
}
