import { encodePublic } from "../model/root-key.ts";
import type { SetupRequest } from "../../lib/deskApi.ts";

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
  const { recovery } = setup;
  if (
    recovery !== undefined &&
    (!/^age1pq1[0-9a-z]+$/.test(recovery.recipient) ||
      recovery.holders.length === 0 ||
      recovery.holders.some((holder) => holder.name.trim() === "") ||
      recovery.threshold < 1 ||
      recovery.threshold > recovery.holders.length)
  ) {
    problems.push("recovery");
  }
  if (setup.admin.trim() === "") {
    problems.push("admin");
  }
  return problems;
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

/** What a holder can write down to recognise the key again. */
export function shownKey(holder: Holder): string {
  return holder.publicKey === undefined ? "" : encodePublic({ name: holder.name, publicKey: holder.publicKey });
}
