import { base64, equal, fromBase64, hex } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import { noteKeyHash, type NoteKey, type SignedNote } from "../signedNote.ts";
import { isPublicKey } from "../sign.ts";
import type { Day } from "../types.ts";
import { cosignedAt, cosignerHash } from "./checkpoint.ts";

// C2SP tlog-policy: whose word somebody wants to have beside the log's own.

export interface PolicyWitness {
  readonly name: string;
  readonly key: NoteKey;
  readonly url: string | undefined;
}

export interface WitnessPolicy {
  readonly logs: readonly NoteKey[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: ReadonlyMap<string, { readonly least: number; readonly members: readonly string[] }>;
  /** The name of a witness or group, or `none`. */
  readonly quorum: string;
}

/** A policy that asks for no witness: only the log vouches. */
export const noWitness: WitnessPolicy = { logs: [], witnesses: [], groups: new Map(), quorum: "none" };

const daySeconds = 86_400;
const maxNames = 256;

/** Throws `policy-malformed`. */
export function parsePolicy(text: string): WitnessPolicy {
  const logs: NoteKey[] = [];
  const witnesses = new Map<string, PolicyWitness>();
  const groups = new Map<string, { least: number; members: string[] }>();
  const used = new Set<string>();
  let quorum: string | undefined;
  const bad = (): never => {
    throw new WhistleError("policy-malformed");
  };
  const isDefined = (name: string): boolean => witnesses.has(name) || groups.has(name);
  const define = (name: string | undefined): string =>
    name === undefined || name === "none" || isDefined(name) || witnesses.size + groups.size >= maxNames ? bad() : name;
  if (text.length > 65_536 || /[\u0000-\u0008\u000b-\u001f]/.test(text)) {
    bad();
  }
  for (const line of text.split("\n")) {
    const [verb, ...words] = line.split(/[ \t]+/).filter((word) => word !== "");
    if (verb === undefined || verb.startsWith("#")) {
      continue;
    }
    if (verb === "log" && words.length >= 1 && words.length <= 2) {
      const key = parseVerifierKey(words[0] as string, 1);
      logs.push(logs.some((log) => equal(log.key, key.key)) ? bad() : key);
    } else if (verb === "witness" && words.length >= 2 && words.length <= 3) {
      const name = define(words[0]);
      const key = parseVerifierKey(words[1] as string, 4);
      witnesses.set(name, [...witnesses.values()].some((witness) => equal(witness.key.key, key.key)) ? bad() : { name, key, url: words[2] });
    } else if (verb === "group" && words.length >= 3) {
      const name = define(words[0]);
      const members = words.slice(2);
      // Each name counts in one group only, so that no witness is counted twice.
      for (const member of members) {
        if (!isDefined(member) || used.has(member)) {
          bad();
        }
        used.add(member);
      }
      const least = words[1] === "any" ? 1 : words[1] === "all" ? members.length : /^[0-9]+$/.test(words[1] as string) ? Number(words[1]) : 0;
      groups.set(name, least < 1 || least > members.length ? bad() : { least, members });
    } else if (verb === "quorum" && words.length === 1 && quorum === undefined && (words[0] === "none" || isDefined(words[0] as string))) {
      quorum = words[0] as string;
    } else {
      bad();
    }
  }
  return { logs, witnesses: [...witnesses.values()], groups, quorum: quorum ?? bad() };
}

/**
 * Who cosigned and when. A time ahead of `now` (seconds) by more than a day is none: it would vouch for what has not
 * happened yet. Nor is one from before `since`: an old head that is shown again has old cosignatures.
 */
export function cosigners(policy: WitnessPolicy, note: SignedNote, now: number, since = 0): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { name, key } of policy.witnesses) {
    const time = cosignedAt(note, key);
    if (time !== undefined && time <= now + daySeconds && time >= since) {
      found.set(name, time);
    }
  }
  return found;
}

export function isWitnessed(policy: WitnessPolicy, note: SignedNote, now: number, since = 0): boolean {
  const found = cosigners(policy, note, now, since);
  const holds = (name: string): boolean => {
    const group = policy.groups.get(name);
    return group === undefined ? name === "none" || found.has(name) : group.members.filter(holds).length >= group.least;
  };
  return holds(policy.quorum);
}

/** Days for which a cosignature counts on a page that asks about the log of today (SPEC 16). */
const freshDays = 8;

export interface Vouchers {
  /** What the policy calls them. */
  readonly names: readonly string[];
  /** The day of the oldest of their cosignatures; undefined without any. */
  readonly day: Day | undefined;
  /** Whether they are as many as the policy asks. */
  readonly met: boolean;
}

/** Whose word a checkpoint is beside the log's own; undefined where the root holders named nobody. */
export function vouchers(policy: string | undefined, note: SignedNote, today: Day): Vouchers | undefined {
  const read = policy === undefined ? noWitness : parsePolicy(policy);
  if (read.quorum === "none") {
    return undefined;
  }
  const [now, since] = [(today + 1) * daySeconds, (today - freshDays) * daySeconds];
  const found = cosigners(read, note, now, since);
  const times = [...found.values()];
  return {
    names: [...found.keys()],
    day: times.length === 0 ? undefined : Math.floor(Math.min(...times) / daySeconds),
    met: isWitnessed(read, note, now, since),
  };
}

/** `name+hash+base64(algorithm || key)` (C2SP signed-note), in its one spelling. Throws `policy-malformed`. */
export function parseVerifierKey(text: string, algorithm: 1 | 4): NoteKey {
  const [, name, hash, encoded] = /^([^\s+]{1,100})\+([0-9a-f]{8})\+(.+)$/u.exec(text) ?? [];
  let bytes: Uint8Array | undefined;
  try {
    bytes = fromBase64(encoded ?? "");
  } catch {
    bytes = undefined;
  }
  if (name === undefined || bytes === undefined || bytes.length !== 33 || bytes[0] !== algorithm || base64(bytes) !== encoded) {
    throw new WhistleError("policy-malformed");
  }
  const key = { name, key: bytes.slice(1) };
  // A witness whose key everybody can sign with would be no witness: such a policy is none, here and at the command line.
  if (hex(algorithm === 1 ? noteKeyHash(key) : cosignerHash(key)) !== hash || !isPublicKey(key.key)) {
    throw new WhistleError("policy-malformed");
  }
  return key;
}
