// Inside the frame: tells the site around it how high it is, and follows the calendar.
const root = document.documentElement;

/** The site around the frame, if it is one of those allowed. */
function findSite() {
  const allowed = JSON.parse(document.body.dataset.origins);
  const around = location.ancestorOrigins?.[0] || (document.referrer && new URL(document.referrer).origin);
  return allowed.includes(around) ? around : "";
}

const site = findSite();
if (site && parent !== window) {
  const tell = () => parent.postMessage({ type: "booking-height", height: document.body.offsetHeight }, site);
  new ResizeObserver(tell).observe(document.body);
  addEventListener("load", tell);
}

/** Takes the times over from the page as it is now; what has the focus keeps it. */
async function renew() {
  const answer = await fetch(location.href, { credentials: "omit" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("times");
  const old = document.getElementById("times");
  const focused = document.activeElement?.id;
  if (!fresh || !old) return;
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
}

const live = root.dataset.live;
if (live && "EventSource" in window) {
  let waiting = 0;
  new EventSource(live).addEventListener("changed", () => {
    clearTimeout(waiting);
    waiting = setTimeout(renew, 150);
  });
}
