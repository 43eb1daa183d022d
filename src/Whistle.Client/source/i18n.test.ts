import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { vectorPath } from "../lib/vectors.testing.ts";
import { cataloguesAgree } from "../ui/catalogues.testing.ts";
import de from "./i18n/de.json";
import en from "./i18n/en.json";
import ar from "./i18n/ar.json";
import fr from "./i18n/fr.json";

cataloguesAgree("source", { en, de, fr, ar });

const folder = join(dirname(dirname(vectorPath("."))), "src", "Whistle.Client", "source");
const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => /(?<!\.test)\.tsx?$/.test(path))
  .map((path) => readFileSync(join(folder, path), "utf8"))
  .join("\n");

// A key that is used and does not exist fails the type check; this is the other direction.
test("every key of the catalogue is used", () => {
  const parts = [...code.matchAll(/`([a-z-]+(?:\.[a-z-]+)*)\.\$\{/g)].map((match) => `${match[1]}.`);
  assert.ok(parts.includes("role."), "keys that are put together were found");
  const unused = Object.keys(en).filter((key) => {
    const stem = key.replace(/\.(?:zero|one|two|few|many|other)$/, "");
    return !code.includes(`"${key}"`) && !code.includes(`"${stem}"`) && !parts.some((part) => key.startsWith(part));
  });
  assert.deepEqual(unused, []);
});

test("no line of French begins with the sign that ends a sentence or a quotation", () => {
  const documents = join(dirname(dirname(vectorPath("."))), "src", "Whistle.Server", "Demo", "documents");
  const texts = readdirSync(documents).map((name) => JSON.parse(readFileSync(join(documents, name), "utf8")) as unknown);
  const french = [...Object.values(fr), ...texts.flatMap((text) => inFrench(text, false))];
  assert.ok(french.length > 400, `${french.length} texts`);
  assert.deepEqual(french.filter((text) => / [:;?!»]|« /.test(text)), []);
});

function inFrench(value: unknown, inside: boolean): readonly string[] {
  if (typeof value === "string") {
    return inside ? [value] : [];
  }
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, part]) => inFrench(part, inside || key === "fr")) : [];
}
