import { render } from "preact";
import { encodeIdentity, newIdentity, type HybridIdentity } from "../lib/age.ts";
import { base64url, concat, fromBase64url, hex, u32, u64 } from "../lib/bytes.ts";
import { newCaseKey, sealCaseKey } from "../lib/caseKey.ts";
import { emptyRing, sealRing, type Ring, type RingCase } from "../lib/desk/keyring.ts";
import { deskApi, type DeskCase, type Me } from "../lib/deskApi.ts";
import { findCases, type Desk } from "../lib/flows/desk.ts";
import { systemRandom } from "../lib/random.ts";
import { sealSheet } from "../lib/sheet.ts";
import { signingKey } from "../lib/sign.ts";
import { sourceApi } from "../lib/sourceApi.ts";
import { Versions } from "../lib/versions.ts";
import { makeWorld, origin, type TestPerson } from "../lib/world.testing.ts";
import { messages } from "../ui/i18n.ts";
import { DeskProvider } from "./context.ts";
import { Home } from "./home.tsx";
import en from "./i18n/en.json";
import type { DeskKey } from "./messages.ts";
import { noFilter } from "./model/queue.ts";
import { dayOf } from "./model/days.ts";
import "./desk.css";

// The desk of somebody who holds very many cases, in a page of its own whose answers come from memory: drawn by a browser
// test, measured by the benchmarks.

const random = systemRandom;
const day = dayOf(Date.now());
const world = makeWorld(random, day);
const channel = world.content.channels[0]?.id ?? "";

function deskOf({ person, identity, signing }: TestPerson): Desk {
  const me: Me = { person: { id: person.id, name: person.name, role: person.role, login: "x" }, demo: "no" };
  return { origin, me, person, directory: world.directory, versions: new Versions(world.directory), identity, signing };
}

const lead = world.people[0];
if (lead === undefined) {
  throw new Error("nobody is there");
}
const desk = deskOf(lead);

/** What the server holds. */
const store = { ring: emptyRing, sheets: new Map<string, Uint8Array>(), blobs: [] as Uint8Array[], /** Answers that are made beforehand: the time they take is a server's. */ keyring: "", list: "", asked: [] as string[] };

const fetchFrom: typeof globalThis.fetch = async (input, init) => {
  const url = new URL(String(input), origin);
  const path = url.pathname;
  store.asked.push(`${init?.method ?? "GET"} ${path}`);
  const text = (body: string): Response => new Response(body, { headers: { "Content-Type": "application/json" } });
  const json = (value: unknown): Response => text(JSON.stringify(value));
  if (path.startsWith("/api/source/documents/")) {
    return new Response(new Uint8Array(world.documents.get(path.slice(22)) ?? new Uint8Array(0)));
  }
  switch (path) {
    case "/api/desk/channels":
      return json({ channels: [{ id: channel, position: store.blobs.length }] });
    case `/api/desk/channels/${channel}/stream`: {
      const after = Number(url.searchParams.get("after"));
      const some = store.blobs.slice(after, after + 32);
      return new Response(new Uint8Array(concat(u32(some.length), ...some.map((blob, i) => concat(u64(after + i + 1), blob)))));
    }
    case "/api/desk/inbox":
      return json({ items: [] });
    case "/api/desk/keyring":
      return init?.method === "PUT" ? json({ version: 2 }) : text(store.keyring);
    case "/api/desk/cases":
      return text(store.list);
    case "/api/desk/sheets":
      return json({ sheets: url.searchParams.getAll("case").map((id) => ({ case: id, version: 3, ciphertext: base64url(store.sheets.get(id) ?? new Uint8Array(0)) })) });
    default:
      return new Response(JSON.stringify({ status: 404, title: "not-found", code: "not-found" }), { status: 404 });
  }
};
const api = deskApi({ base: origin, fetch: fetchFrom });
const source = sourceApi({ base: origin, fetch: fetchFrom });

function heldCase(id: string, n: number): DeskCase {
  return { id, channel, policy: "eu", state: "in-review", version: 3, received: day - (n % 80), acknowledgeBy: day - (n % 80) + 7, acknowledged: day - (n % 80) + 3, feedbackBy: day - (n % 80) + 93, assignee: desk.person.id, unread: n % 3, present: 2, source: "here", sheetVersion: 3, changes: 1, deletions: 0 };
}

/** Lets somebody hold so many cases; of the first `unread`, this device has not opened the newest sheet. */
function hold(count: number, unread: number): { readonly ringBytes: number; readonly listBytes: number } {
  const keys = Array.from({ length: unread }, () => newCaseKey(random));
  const pin = { hash: hex(random(32)), signing: base64url(signingKey(random(32)).publicKey) };
  const cases: RingCase[] = Array.from({ length: count }, (_, n) => ({
    case: keys[n]?.id ?? hex(random(16)),
    key: encodeIdentity(keys[n]?.identity ?? { seed: random(32) }),
    channel,
    first: pin,
    ...(n < unread ? {} : { sheet: { day: day - (n % 80), lang: "en", title: `Falsified safety tests in plant ${n}, and who signed them off`, version: 3, category: "safety", severity: "high" } }),
  }));
  const ring: Ring = { version: 1, positions: [{ channel, position: 0 }], cases, recused: [], filters: [] };
  store.ring = ring;
  const sealed = sealRing(ring, desk.person.id, desk.identity, desk.directory.root, desk.signing, random);
  store.keyring = JSON.stringify({ version: 1, ciphertext: base64url(sealed) });
  store.list = JSON.stringify({ cases: cases.map((entry, n) => heldCase(entry.case, n)) });
  store.sheets = new Map(keys.map((key, n) => [key.id, sealSheet(
    { case: key.id, version: 3, channel, directory: desk.directory.hash, day, lang: "en", title: `Opened ${n}`, category: "", severity: "", author: desk.person.id },
    key.identity.recipient, desk.directory.root, desk.signing, random)]));
  store.blobs = [];
  return { ringBytes: sealed.length, listBytes: store.list.length };
}

/** Milliseconds that a desk may take to come. */
const patience = 60_000;

const nextFrame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));

/** Draws the desk anew; milliseconds until its first rows have been painted, and until everything was looked through. */
async function open(): Promise<{ readonly first: number; readonly settled: number }> {
  const root = document.getElementById("page");
  if (root === null) {
    throw new Error("no page");
  }
  render(null, root);
  await nextFrame();
  const m = messages<DeskKey>("en", en);
  const start = performance.now();
  render(
    <DeskProvider value={{ m, today: day, say: () => undefined }}>
      <Home api={api} source={source} me={desk.me} desk={desk} chips={noFilter} keepChips={() => undefined} idleMinutes={60} lock={() => undefined} signOut={() => undefined} choose={() => undefined} said="" />
    </DeskProvider>,
    root,
  );
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere()) {
      if (performance.now() - start > patience) {
        throw new Error(`The desk does not come: ${root.textContent?.slice(0, 400)}; asked ${store.asked.slice(-10).join(", ")}`);
      }
      await nextFrame();
    }
  };
  await until(() => document.querySelector(".queue-row") !== null);
  const first = performance.now() - start;
  await until(() => /^[0-9,]+ case/.test(document.querySelector(".queue-count")?.textContent ?? ""));
  return { first, settled: performance.now() - start };
}

/** An identity that counts how often it is put to a stanza. */
function counting(identity: HybridIdentity) {
  const { kemSecret, ...rest } = identity;
  const count = { unwraps: 0 };
  return { count, identity: { ...rest, get kemSecret() { count.unwraps++; return kemSecret; } } };
}

/** Tries a stream of so many blobs, all for this person or none: milliseconds and unwraps a blob, and how it was told. */
async function tryOut(count: number, mine: boolean) {
  const recipient = mine ? desk.identity.recipient : newIdentity(random).recipient;
  store.blobs = Array.from({ length: count }, (_, n) => {
    const key = newCaseKey(random);
    const sheet = sealSheet({ case: key.id, version: 1, channel, directory: desk.directory.hash, day, lang: "en", title: `Tip ${n}`, category: "", severity: "", author: "source" }, key.identity.recipient, desk.directory.root, desk.signing, random);
    return concat(sealCaseKey(key, [recipient], random), sheet);
  });
  store.list = JSON.stringify({ cases: [] });
  const { identity, count: counted } = counting(desk.identity);
  const progress: string[] = [];
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 0);
  const start = performance.now();
  const found = await findCases(api, { ...desk, identity }, emptyRing, { progress: ({ at, of }) => progress.push(`${at} of ${of}`) });
  const ms = (performance.now() - start) / count;
  clearInterval(beat);
  return { ms, unwraps: counted.unwraps / count, rows: found.rows.length, longest, progress: progress[Math.min(progress.length, 3) - 1] ?? "" };
}

/** Opens the newest sheets of held cases that a keyring does not know yet: milliseconds a sheet. */
async function openSheets(count: number): Promise<number> {
  hold(count, count);
  const start = performance.now();
  await findCases(api, desk, store.ring);
  return (performance.now() - start) / count;
}

/** What each text is as bytes, in hexadecimal; nothing where it is refused. */
function decode(texts: readonly string[]): readonly (string | undefined)[] {
  return texts.map((text) => {
    try {
      return hex(fromBase64url(text));
    } catch {
      return undefined;
    }
  });
}

export interface Held {
  readonly hold: typeof hold;
  readonly open: typeof open;
  readonly tryOut: typeof tryOut;
  readonly openSheets: typeof openSheets;
  readonly decode: typeof decode;
  readonly asked: () => readonly string[];
}

Object.assign(globalThis, { held: { hold, open, tryOut, openSheets, decode, asked: () => store.asked } satisfies Held });
