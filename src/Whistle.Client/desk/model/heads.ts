import { base64url, fromBase64url } from "../../lib/bytes.ts";
import type { SeenHead } from "../../lib/log/audit.ts";
import type { PinStore } from "./pins.ts";

// The newest checkpoint of the log that this browser has seen: a public fact, kept so that the log cannot shrink or fork unseen.

const place = "whistle-desk-log";

export function readHead(store: PinStore | undefined): SeenHead | undefined {
  const kept = store?.getItem(place) ?? undefined;
  const split = kept?.indexOf("\n") ?? -1;
  return kept === undefined || split < 0 ? undefined : { key: fromBase64url(kept.slice(0, split)), checkpoint: kept.slice(split + 1) };
}

/** After it was verified, and shown to go on from the one that was kept before. */
export function keepHead(store: PinStore | undefined, { key, checkpoint }: SeenHead): void {
  store?.setItem(place, `${base64url(key)}\n${checkpoint}`);
}
