// Builds the two pages: `node build.mjs [--out DIR] [--report FILE]`.
// The same input gives the same bytes (no hashes in names, no times), so that anyone can compare
// what a server sends with what this repository makes.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({ options: { out: { type: "string" }, report: { type: "string" } } });
const out = options.out ?? join(here, "..", "Whistle.Server", "wwwroot");
const kB = 1000;

// A page that many open through Tor has a budget: script, style and word list together, gzip. Nothing else of it is
// loaded later but the catalogue of one language, so `everything` is all that somebody who comes has to wait for.
const pages = [
  { name: "source", html: "index.html", budget: 80 * kB, aim: 60 * kB, forbidden: ["hash-wasm"], again: true },
  { name: "desk", html: "desk/index.html", budget: undefined, aim: undefined, forbidden: [], again: false },
];

/** @type {Map<string, Uint8Array>} paths under the web root and their bytes */
const files = new Map();
const report = {};
const problems = [];
const packages = new Map();

for (const page of pages) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { [page.name]: `${page.name}/main.tsx` },
    outdir: "assets",
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: ["es2022", "firefox128", "chrome128", "safari17.4"],
    charset: "utf8",
    legalComments: "none", // the licences stand in assets/licences.txt
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });

  let raw = 0;
  let gzip = 0;
  for (const file of result.outputFiles) {
    const contents = page.again && file.path.endsWith(".js") ? await minifyAgain(file.text) : file.contents;
    files.set(`assets/${relative(join(here, "assets"), file.path).split(sep).join("/")}`, contents);
    raw += contents.length;
    gzip += gzipSync(contents, { level: 9 }).length;
    if (file.path.endsWith(".js") && /(?<![\w$.])eval\s*\(|new\s+Function\s*\(/.test(file.text)) {
      problems.push(`${page.name}: the bundle holds eval or new Function, which the page's policy forbids`);
    }
  }

  const bytesByPackage = {};
  for (const output of Object.values(result.metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const parts = input.split("node_modules/");
      const tail = parts.at(-1).split("/");
      const name = parts.length === 1 ? "whistle" : tail[0].startsWith("@") ? `${tail[0]}/${tail[1]}` : tail[0];
      bytesByPackage[name] = (bytesByPackage[name] ?? 0) + bytesInOutput;
      if (parts.length > 1 && bytesInOutput > 0) {
        const folder = input.slice(0, input.lastIndexOf("node_modules/")) + "node_modules/" + name;
        if ((packages.get(name) ?? folder) !== folder) {
          problems.push(`two copies of ${name}: ${packages.get(name)} and ${folder}`);
        }
        packages.set(name, folder);
        if (page.forbidden.includes(name)) {
          problems.push(`${page.name}: ${name} must not be in this bundle`);
        }
      }
    }
  }
  if (page.budget !== undefined && gzip > page.budget) {
    problems.push(`${page.name}: ${gzip} bytes after gzip, more than the ${page.budget} allowed`);
  }

  const html = await readHtml(page.name);
  files.set(page.html, html);
  let largestCatalogue = 0;
  for (const catalogue of (await readdir(join(here, page.name, "i18n"))).filter((f) => f.endsWith(".json")).sort()) {
    const table = JSON.parse(await readFile(join(here, page.name, "i18n", catalogue), "utf8"));
    const bytes = Buffer.from(JSON.stringify(table) + "\n");
    files.set(`assets/i18n/${page.name}.${catalogue}`, bytes);
    largestCatalogue = Math.max(largestCatalogue, gzipSync(bytes, { level: 9 }).length);
  }
  const everything = gzip + gzipSync(html, { level: 9 }).length + largestCatalogue;
  report[page.name] = { raw, gzip, everything, budget: page.budget ?? null, aim: page.aim ?? null, minifiedBytesByPackage: sorted(bytesByPackage) };
}

files.set("assets/licences.txt", await licences());

if (problems.length > 0) {
  for (const problem of new Set(problems)) {
    console.error(`Whistle.Client : error WHISTLE102: ${problem}`);
  }
  process.exitCode = 1;
} else {
  await write();
  for (const [name, { raw, gzip, everything, budget }] of Object.entries(report)) {
    console.log(`${name}: ${(raw / kB).toFixed(1)} kB, ${(gzip / kB).toFixed(1)} kB gzip${budget === null ? "" : ` of ${budget / kB}`}, ${(everything / kB).toFixed(1)} with the page and its largest catalogue`);
  }
}
if (options.report !== undefined) {
  await mkdir(dirname(options.report), { recursive: true });
  await writeFile(options.report, JSON.stringify(report, null, 2) + "\n");
}

/** Terser names things so that gzip finds more alike (decision 0008); it changes no property and assumes no purity. */
async function minifyAgain(text) {
  const { code } = await minify(text, { module: true, ecma: 2020, compress: { passes: 3 }, mangle: true, format: { comments: false, ecma: 2020 } });
  return Buffer.from(code);
}

/** A page's policy forbids inline script and style; saying so at build time is cheaper than in a browser. */
async function readHtml(page) {
  const html = await readFile(join(here, page, "index.html"), "utf8");
  if (/<style[\s>]|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:/i.test(html)) {
    problems.push(`${page}/index.html holds inline script or style`);
  }
  return Buffer.from(html);
}

async function licences() {
  const texts = [];
  for (const [name, folder] of [...packages].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { version, license } = JSON.parse(await readFile(join(here, folder, "package.json"), "utf8"));
    const file = (await readdir(join(here, folder))).find((f) => /^licen[cs]e/i.test(f));
    const text = file === undefined ? "" : await readFile(join(here, folder, file), "utf8");
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return Buffer.from(texts.join("\n----\n\n"));
}

/** Writes every file, then removes whatever an earlier build left behind. */
async function write() {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), bytes);
  }
  for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !files.has(relative(out, path).split(sep).join("/"))) {
      await rm(path);
    }
  }
}

function sorted(table) {
  return Object.fromEntries(Object.entries(table).sort(([, a], [, b]) => b - a));
}
