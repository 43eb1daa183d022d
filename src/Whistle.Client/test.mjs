// Runs every **/*.test.ts: `node test.mjs [--json FILE] [PATTERN]`.
// Each file is bundled to a temporary folder, as the pages are, and run by node's own test runner.
// --json writes one object a line for each single test: { file, name, ok, skipped, message }.
// Ends with 1 where a test fails, a file holds none, or nothing was found.
import { build } from "esbuild";
import { appendFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { run } from "node:test";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });

const sources = [];
for (const folder of ["lib", "ui", "source", "desk"]) {
  for (const entry of await readdir(join(here, folder), { recursive: true })) {
    const path = `${folder}/${entry.split(sep).join("/")}`;
    if (/\.test\.tsx?$/.test(path) && (positionals[0] === undefined || path.includes(positionals[0]))) {
      sources.push(path);
    }
  }
}
sources.sort();

const results = [];
const temporary = await mkdtemp(join(tmpdir(), "whistle-client-tests-"));
try {
  if (sources.length > 0) {
    await build({
      absWorkingDir: here,
      entryPoints: Object.fromEntries(sources.map((path) => [path.replace(/\.tsx?$/, ""), path])),
      outdir: temporary,
      outbase: here,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      sourcesContent: false,
      jsx: "automatic",
      jsxImportSource: "preact",
      loader: { ".css": "empty" },
      logLevel: "warning",
    });
    await runAll(sources);
  }
} finally {
  await rm(temporary, { recursive: true, force: true });
}

if (options.json !== undefined) {
  await writeFile(options.json, "");
  for (const result of results) {
    await appendFile(options.json, JSON.stringify(result) + "\n");
  }
}
const failed = results.filter((r) => !r.ok);
for (const { file, name, message } of failed) {
  console.error(`FAILED ${file}: ${name}\n${message}\n`);
}
const skipped = results.filter((r) => r.skipped).length;
console.log(`${results.length - failed.length - skipped} passed, ${failed.length} failed, ${skipped} skipped in ${sources.length} files`);
if (failed.length > 0 || results.length === 0) {
  process.exitCode = 1;
}

async function runAll(paths) {
  process.env["WHISTLE_VECTORS"] ??= join(here, "..", "..", "tests", "vectors");
  process.env["NODE_OPTIONS"] = `${process.env["NODE_OPTIONS"] ?? ""} --enable-source-maps`.trim();
  for (const path of paths) {
    const bundle = join(temporary, path.replace(/\.tsx?$/, ".mjs"));
    const before = results.length;
    const names = [];
    let stderr = "";
    for await (const { type, data } of run({ files: [bundle], concurrency: 1 })) {
      if (type === "test:start") {
        names.length = data.nesting;
        names[data.nesting] = data.name;
      } else if (type === "test:stderr") {
        stderr += data.message;
      } else if (type === "test:pass" || type === "test:fail") {
        // A suite is counted by its tests. A whole file is reported only where it holds no test or can't run.
        const wholeFile = data.nesting === 0 && (data.name === bundle || data.name.endsWith(".test.mjs"));
        if (data.details.type === "suite" && type === "test:pass") {
          continue;
        }
        if (wholeFile && type === "test:pass") {
          continue;
        }
        const error = data.details.error;
        results.push({
          file: path,
          name: wholeFile ? "the file can be run" : [...names.slice(0, data.nesting), data.name].join(" > "),
          ok: type === "test:pass",
          skipped: data.skip !== undefined,
          message: error === undefined ? "" : describe(error) + (wholeFile ? `\n${stderr}` : ""),
        });
      }
    }
    if (results.length === before) {
      results.push({ file: path, name: "the file holds a test", ok: false, skipped: false, message: "no test ran" });
    }
  }
}

function describe(error) {
  const cause = error.cause ?? error;
  const text = typeof cause === "object" && cause !== null ? (cause.stack ?? cause.message ?? String(cause)) : String(cause);
  return text.replaceAll(`${temporary}${sep}`, "");
}
