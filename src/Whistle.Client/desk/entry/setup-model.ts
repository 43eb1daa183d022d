import { ceremonyRoot } from "../../lib/desk/ceremony.ts";
import type { DeskApi, SetupRequest } from "../../lib/deskApi.ts";
import { WhistleError } from "../../lib/errors.ts";
import { confirmPin, type PinStore } from "../model/pins.ts";
import { encodePublic } from "../model/root-key.ts";

export interface Holder {
  readonly name: string;
  /** Absent until a key was made here or handed over. */
  readonly publicKey?: Uint8Array;
}

export interface Recovery {
  readonly recipient: string;
  readonly threshold: number;
  readonly holders: readonly { readonly name: string; readonly place: "inside" | "outside" }[];
}

export interface Setup {
  readonly organisation: string;
  readonly threshold: number;
  readonly holders: readonly Holder[];
  readonly recovery?: Recovery;
  readonly admin: string;
}

export type SetupProblem = "organisation" | "holders" | "names" | "keys" | "same-key" | "threshold" | "recovery" | "admin";

export function problemsOf(setup: Setup): SetupProblem[] {
  const problems: SetupProblem[] = [];
  if (setup.organisation.trim() === "") {
    problems.push("organisation");
  }
  if (setup.holders.length === 0) {
    problems.push("holders");
  }
  const names = setup.holders.map((holder) => holder.name);
  if (names.some((name) => name === "") || new Set(names).size !== names.length) {
    problems.push("names");
  }
  if (setup.holders.some((holder) => holder.publicKey === undefined)) {
    problems.push("keys");
  }
  const keys = setup.holders.flatMap((holder) => (holder.publicKey === undefined ? [] : [holder.publicKey.join()]));
  if (new Set(keys).size !== keys.length) {
    problems.push("same-key");
  }
  if (setup.threshold < 1 || setup.threshold > setup.holders.length) {
    problems.push("threshold");
  }
  if (setup.recovery !== undefined && !isWhole(setup.recovery)) {
    problems.push("recovery");
  }
  if (setup.admin.trim() === "") {
    problems.push("admin");
  }
  return problems;
}

/** Nobody opens a report alone that its readers can't: `whistle keys split` makes no fewer pieces. */
export const leastHolders = 2;

/** Whether a recovery identity has all that the server asks for. */
export function isWhole({ recipient, holders, threshold }: Recovery): boolean {
  return /^age1pq1[0-9a-z]+$/.test(recipient) && holders.length >= leastHolders && holders.every((holder) => holder.name.trim() !== "") && threshold >= leastHolders && threshold <= holders.length;
}

export function toRequest(token: string, setup: Setup): SetupRequest {
  return {
    token,
    organisation: setup.organisation.trim(),
    threshold: setup.threshold,
    keys: setup.holders.flatMap(({ name, publicKey }) => (publicKey === undefined ? [] : [{ name, key: publicKey }])),
    ...(setup.recovery === undefined ? {} : { recovery: setup.recovery }),
    admin: { name: setup.admin.trim() },
  };
}

export interface Done {
  /** Computed from the keys that were sent. */
  readonly root: string;
  readonly link: string;
}

/**
 * Sends the ceremony and pins its root in this browser. The fingerprint that people write down is the one of the keys
 * they brought: where the server names another, it has taken other keys, and nothing it says is shown. Throws
 * `directory-root-mismatch`.
 */
export async function setUpPortal(api: DeskApi, request: SetupRequest, pins: PinStore | undefined): Promise<Done> {
  const root = ceremonyRoot(request);
  const answer = await api.setUp(request);
  if (answer.root !== root) {
    throw new WhistleError("directory-root-mismatch");
  }
  confirmPin(pins, root);
  return { root, link: answer.invitation.link };
}

/** What a holder can write down to recognise the key again. */
export function shownKey(holder: Holder): string {
  return holder.publicKey === undefined ? "" : encodePublic({ name: holder.name, publicKey: holder.publicKey });
}
