import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Absolute path of a file under `tests/vectors`, which C# reads too. `test.mjs` says where that is. */
export function vectorPath(name: string): string {
  const folder = process.env["WHISTLE_VECTORS"];
  if (folder === undefined) {
    throw new Error("run the tests with `node test.mjs`: it sets WHISTLE_VECTORS");
  }
  return join(folder, name);
}

export function vectorBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(vectorPath(name)));
}

/** A JSON vector file; the caller narrows it. */
export function vectorJson(name: string): unknown {
  return JSON.parse(readFileSync(vectorPath(name), "utf8"));
}
