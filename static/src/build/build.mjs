// Builds static/dist: stylesheet, scripts, icon sprite and font. `--watch` rebuilds on change.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { buildSprite } from "./sprite.mjs";

const require = createRequire(import.meta.url);
const source = join(dirname(fileURLToPath(import.meta.url)), "..");
const root = join(source, "../..");
const dist = join(root, "static/dist");
const watch = process.argv.includes("--watch");
mkdirSync(dist, { recursive: true });
// A build takes the place of the last one only when it is whole: pages may be served meanwhile.
const out = watch ? dist : mkdtempSync(join(root, "static/dist-"));

const FONT = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
const LIMITS = { "app.css": 20_480, "app.js": 25_600 };

const scripts = {
  entryPoints: ["app.js", "frame.js", "passkeys.js", "site.js", "theme.js", "widget.js"].map((name) => join(source, "js", name)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
};

const cli = join(dirname(require.resolve("@tailwindcss/cli/package.json")), "dist/index.mjs");
const styles = [cli, "-i", join(source, "css/app.css"), "-o", join(out, "app.css"), "--minify"];

const count = buildSprite({ list: join(source, "icons.txt"), target: join(out, "sprite.svg") });
copyFileSync(require.resolve(FONT), join(out, "inter.woff2"));

if (watch) {
  await (await esbuild.context(scripts)).watch();
  spawn(process.execPath, [...styles, "--watch"], { cwd: root, stdio: "inherit" });
} else {
  try {
    await esbuild.build(scripts);
    const run = spawnSync(process.execPath, styles, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    if (run.status !== 0) throw new Error("the stylesheet was not built");
    for (const name of readdirSync(out)) renameSync(join(out, name), join(dist, name));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
  report();
}

/** Prints what was built and fails when a file outgrows its budget. */
function report() {
  for (const name of ["app.css", "app.js", "frame.js", "widget.js", "passkeys.js", "site.js", "theme.js", "sprite.svg", "inter.woff2"]) {
    const path = join(dist, name);
    const packed = gzipSync(readFileSync(path), { level: 9 }).length;
    const over = packed > (LIMITS[name] ?? Infinity);
    console.log(`${name.padEnd(12)} ${String(statSync(path).size).padStart(7)} B ${String(packed).padStart(6)} B gzip${over ? "  OVER BUDGET" : ""}`);
    if (over) process.exitCode = 1;
  }
  console.log(`${count} icons`);
}
