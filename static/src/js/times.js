// Relative times stay true: once a minute they are written anew in the page's language.
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const formatter = new Intl.RelativeTimeFormat(document.documentElement.lang || "it", { numeric: "auto" });

function write(time) {
  const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
  if (Number.isNaN(seconds) || Math.abs(seconds) > 7 * 86400) return;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 0];
  time.textContent = size ? formatter.format(Math.round(seconds / size), unit) : formatter.format(0, "second");
}

export function refreshTimes(root = document) {
  root.querySelectorAll("time[data-relative]").forEach(write);
}

export function startTimes() {
  refreshTimes();
  setInterval(refreshTimes, 60_000);
}
