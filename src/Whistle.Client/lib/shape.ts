import { fromBase64url, isHex } from "./bytes.ts";
import { WhistleError } from "./errors.ts";
import type { Json, JsonObject } from "./jcs.ts";

/** Turns parsed JSON into a typed value or throws `shape` (callers give it the code of their object). */
export type Reader<T> = (value: Json) => T;

interface OptionalReader<T> {
  readonly optional: Reader<T>;
}
type Member = Reader<unknown> | OptionalReader<unknown>;
type Members = Readonly<Record<string, Member>>;
type RequiredKeys<M extends Members> = { [K in keyof M]: M[K] extends OptionalReader<unknown> ? never : K }[keyof M];
type OptionalKeys<M extends Members> = { [K in keyof M]: M[K] extends OptionalReader<unknown> ? K : never }[keyof M];
type Value<R> = R extends OptionalReader<infer T> ? T : R extends Reader<infer T> ? T : never;
export type Shaped<M extends Members> = { readonly [K in RequiredKeys<M>]: Value<M[K]> } & {
  readonly [K in OptionalKeys<M>]?: Value<M[K]>;
};

function bad(): never {
  throw new WhistleError("shape");
}

/** A list with at least `min` and at most `max` entries. */
export function list<T>(reader: Reader<T>, max = 4096, min = 0): Reader<readonly T[]> {
  return (value) => (isArray(value) && value.length >= min && value.length <= max ? value.map((v) => reader(v)) : bad());
}

/** All of these members and no other. */
export function object<M extends Members>(members: M): Reader<Shaped<M>> {
  const all = Object.entries(members);
  return (value) => {
    const source = asObject(value);
    const result: Record<string, unknown> = {};
    for (const name of Object.keys(source)) {
      if (!Object.hasOwn(members, name)) {
        bad();
      }
    }
    for (const [name, member] of all) {
      const given = Object.hasOwn(source, name) ? source[name] : undefined;
      if (typeof member === "function") {
        result[name] = given === undefined ? bad() : member(given);
      } else if (given !== undefined) {
        result[name] = member.optional(given);
      }
    }
    return result as Shaped<M>;
  };
}

/** An object with free member names, for instance texts by language. */
export function mapOf<T>(reader: Reader<T>, max = 256): Reader<Readonly<Record<string, T>>> {
  return (value) => {
    const source = asObject(value);
    const entries = Object.entries(source);
    if (entries.length > max) {
      bad();
    }
    return Object.fromEntries(entries.map(([name, v]) => [name, v === undefined ? bad() : reader(v)]));
  };
}

export function optional<T>(reader: Reader<T>): OptionalReader<T> {
  return { optional: reader };
}

export function asObject(value: Json): JsonObject {
  return typeof value === "object" && !isArray(value) ? value : bad();
}

export function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** At most `max` Unicode code points. */
export function text(max = 65536): Reader<string> {
  return (value) => (typeof value === "string" && (value.length <= max || [...value].length <= max) ? value : bad());
}

export function oneOf<const T extends string>(...values: readonly T[]): Reader<T> {
  return (value) => values.find((v) => v === value) ?? bad();
}

/** The one number, for `v` and `version:1`. */
export function just<const N extends number>(n: N): Reader<N> {
  return (value) => (value === n ? n : bad());
}

/** 9999-12-31, the last day that there is (SPEC 1). */
export const lastDay = 2_932_896;

/** Whole days since 1970-01-01. */
export const day: Reader<number> = (value) => (typeof value === "number" && value >= 0 && value <= lastDay ? value : bad());

export const count: Reader<number> = (value) => (typeof value === "number" && value >= 0 ? value : bad());
export const id: Reader<string> = (value) => (typeof value === "string" && isHex(value, 16) ? value : bad());
export const hash: Reader<string> = (value) => (typeof value === "string" && isHex(value, 32) ? value : bad());
export const anyJson: Reader<Json> = (value) => value;

/** Base64url, decoded; of exactly `length` bytes where that is given. */
export function bytes(length?: number): Reader<Uint8Array> {
  return (value) => {
    try {
      return typeof value === "string" ? fromBase64url(value, length) : bad();
    } catch {
      return bad();
    }
  };
}

/** Runs a reader and gives its refusal the object's own stable code. */
export function read<T>(reader: Reader<T>, value: Json, code: string): T {
  try {
    return reader(value);
  } catch (error) {
    throw error instanceof WhistleError && error.code === "shape" ? new WhistleError(code) : error;
  }
}
