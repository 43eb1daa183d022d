import { fromUtf8, utf8 } from "./bytes.ts";
import { WhistleError } from "./errors.ts";

/** What SPEC 1 allows in canonical JSON: integers, strings, arrays, objects. */
export type Json = string | number | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** Levels of arrays and objects, as the server counts them: 16 are read, 17 are not. */
const maxDepth = 16;

/** RFC 8785. Members that are `undefined` are left out. Throws `json-not-canonical` for what SPEC 1 forbids. */
export function canonicalText(value: Json): string {
  if (isInOrder(value, 0)) {
    // The engine writes at once what it would be asked for piece by piece; only of a lone surrogate it makes `\udXXX`.
    const text = JSON.stringify(value);
    if (!text.includes("\\ud")) {
      return text;
    }
  }
  return write(value, 0);
}

export function canonical(value: Json): Uint8Array {
  return utf8(canonicalText(value));
}

/** Parses, re-serialises and compares, so that one value has one form. Throws `json-not-canonical`. */
export function parseCanonical(bytes: Uint8Array): Json {
  const text = textOf(bytes);
  const value = parse(text);
  // As text: strict UTF-8 has one form of each.
  if (canonicalText(value) !== text) {
    throw new WhistleError("json-not-canonical");
  }
  return value;
}

/** Any JSON whose values SPEC 1 allows, in any layout. Throws `json-malformed`. */
export function parseJson(bytes: Uint8Array): Json {
  return parse(textOf(bytes));
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw new WhistleError("json-malformed");
  }
}

function parse(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new WhistleError("json-malformed");
  }
  return narrow(value, 0);
}

/** JCS followed by spaces up to n bytes (SPEC 1, Padding). Throws `too-long`. */
export function pad(text: Uint8Array, n: number): Uint8Array {
  if (text.length > n) {
    throw new WhistleError("too-long");
  }
  const padded = new Uint8Array(n).fill(0x20);
  padded.set(text);
  return padded;
}

export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length;
  while (end > 0 && padded[end - 1] === 0x20) {
    end--;
  }
  return padded.subarray(0, end);
}

function narrow(value: unknown, depth: number): Json {
  if (typeof value === "string" || (typeof value === "number" && Number.isSafeInteger(value))) {
    return value;
  }
  if (depth >= maxDepth) {
    throw new WhistleError("json-malformed");
  }
  if (Array.isArray(value)) {
    return value.map((item) => narrow(item, depth + 1));
  }
  if (typeof value === "object" && value !== null) {
    // No prototype: a member named __proto__ stays a member.
    const object: Record<string, Json> = Object.create(null) as Record<string, Json>;
    for (const [name, member] of Object.entries(value)) {
      object[name] = narrow(member, depth + 1);
    }
    return object;
  }
  throw new WhistleError("json-not-canonical");
}

function write(value: Json, depth: number): string {
  if (typeof value === "string") {
    return quote(value);
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new WhistleError("json-not-canonical");
    }
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (depth >= maxDepth) {
    throw new WhistleError("json-not-canonical");
  }
  if (isList(value)) {
    return `[${value.map((item) => write(item, depth + 1)).join(",")}]`;
  }
  const members: string[] = [];
  // JavaScript orders strings by UTF-16 code units, which is what RFC 8785 asks for.
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) {
      members.push(`${quote(name)}:${write(member, depth + 1)}`);
    }
  }
  return `{${members.join(",")}}`;
}

/** Whether the members already stand, and are all there, as `write` would write them, and nothing is to be refused but a surrogate. */
function isInOrder(value: Json | undefined, depth: number): boolean {
  if (typeof value !== "object") {
    return typeof value === "string" || Number.isSafeInteger(value);
  }
  if (depth >= maxDepth) {
    return false;
  }
  if (isList(value)) {
    return value.every((item) => isInOrder(item, depth + 1));
  }
  let before: string | undefined;
  for (const name of Object.keys(value)) {
    if ((before !== undefined && name < before) || !isInOrder(value[name], depth + 1)) {
      return false;
    }
    before = name;
  }
  return true;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** JSON.stringify escapes as RFC 8785 does, but for lone surrogates, which have no UTF-8. */
function quote(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new WhistleError("json-not-canonical");
  }
  return JSON.stringify(text);
}
