// Builds one SVG sprite from the icon names listed in icons.txt.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const icons = join(dirname(require.resolve("lucide-static/package.json")), "icons");

/** Writes the sprite and returns how many symbols it holds. */
export function buildSprite({ list, target }) {
  const names = readFileSync(list, "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = [...new Set(names)].sort().map((name) => {
    const svg = readFileSync(join(icons, `${name}.svg`), "utf8");
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
  });
  writeFileSync(target, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  return symbols.length;
}
