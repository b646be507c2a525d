// On somebody else's website: puts a frame with free times into each element that names a space.
// <div data-booking="spc_…" data-title="…" data-language="it"></div>
const origin = new URL(document.currentScript.src).origin;
const frames = new Map();

/** Makes the frame of one element. */
function frameIn(element) {
  const language = element.dataset.language || document.documentElement.lang;
  const address = new URL(`/book/frame/${encodeURIComponent(element.dataset.booking)}/`, origin);
  if (language) address.searchParams.set("lang", language);
  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = element.dataset.title || "Booking";
  frame.loading = "lazy";
  frame.referrerPolicy = "origin";
  frame.width = "100%";
  frame.height = "640";
  frame.style.border = "0";
  element.replaceChildren(frame);
  frames.set(element, frame);
}

/** Gives a frame the height that its page asks for; others have nothing to say. */
function fit(event) {
  if (event.origin !== origin || event.data?.type !== "booking-height") return;
  const frame = [...frames.values()].find((one) => one.contentWindow === event.source);
  const height = Math.ceil(Number(event.data.height));
  if (frame && height > 0 && height <= 6000) frame.height = String(height);
}

/** Fills what is empty: the script may stand on a page once for each space. */
function start() {
  for (const element of document.querySelectorAll("[data-booking]")) {
    if (!element.querySelector("iframe")) frameIn(element);
  }
}

addEventListener("message", fit);
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
