import { base64url, concat, equal, fromBase64url, fromHex, h, hex, lp, u32, u64, utf8 } from "./bytes.ts";
import { mailboxIdOf } from "./derive.ts";
import { canonicalText, parseJson, type Json, type JsonObject } from "./jcs.ts";
import { isSolution } from "./pow.ts";
import type { Random } from "./random.ts";
import { asObject, isArray } from "./shape.ts";
import { verify } from "./sign.ts";
import { joinNote, signNote } from "./signedNote.ts";
import { decodeBody, type Manifest, type SealedParts } from "./submission.ts";
import { origin, today, type World } from "./world.testing.ts";

// The server's side of SPEC 13 and 14 as far as the flows need it: an honest counterpart in memory, behind `fetch`.

interface StoredMessage {
  readonly dir: "source" | "team";
  readonly seq: number;
  readonly day: number;
  readonly ciphertext: Uint8Array;
  readonly attachments: Json;
  readonly author: string;
  /** Of what was deleted the hash is left. */
  readonly hash?: string;
}

interface StoredProposal {
  readonly id: string;
  readonly proposal: string;
  readonly ciphertext: string;
  state: string;
  readonly approvers: Json;
  approval?: string;
}

interface StoredAsk {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  ciphertext: string;
  state: string;
  readonly told?: number;
  custodian?: string;
  answer?: string;
}

interface StoredCase {
  readonly manifest: Manifest;
  readonly parts: SealedParts;
  readonly promise: string;
  readonly body: Uint8Array;
  readonly messages: StoredMessage[];
  readonly claims: Set<string>;
  sheet: Uint8Array;
  sheetVersion: number;
  /** Raised by a sheet and an assignment. */
  version: number;
  deletions: number;
  assignee?: string;
  state: string;
  acknowledged?: number;
  received?: number;
  readonly notes: { readonly id: string; readonly author: string; readonly ciphertext: string; readonly attachments: Json }[];
  readonly summaries: StoredProposal[];
  readonly closings: StoredProposal[];
  readonly purges: StoredProposal[];
  readonly identities: StoredAsk[];
  readonly drafts: Map<string, string>;
  burnt: boolean;
}

export class TestServer {
  readonly cases = new Map<string, StoredCase>();
  readonly uploads = new Map<string, { readonly size: number; readonly parts: Map<number, Uint8Array> }>();
  readonly requests: { readonly method: string; readonly path: string; readonly body: Uint8Array; readonly credentials: string; readonly headers: Headers }[] = [];
  readonly inbox = new Map<string, { readonly id: string; readonly from: string; readonly ciphertext: string }[]>();
  readonly rings = new Map<string, { readonly version: number; readonly ciphertext: string }>();
  blobs: Uint8Array[] = [];
  directory: string;
  /** Earlier versions, by hash. */
  readonly directories = new Map<string, string>();
  /** Who the desk's cookie belongs to. */
  person: string;
  /** Makes the next matching request fail as a lost connection, before or after the server has acted. */
  lose: { readonly path: RegExp; readonly when: "before" | "after" } | undefined;
  readonly #world: World;
  readonly #random: Random;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.directory = world.directory.note;
    this.person = world.people[0]?.person.id ?? "";
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input), origin);
    const bytes = init?.body === undefined || init.body === null ? new Uint8Array(0) : new Uint8Array(await new Response(init.body).arrayBuffer());
    const headers = new Headers(init?.headers);
    const request = { method: init?.method ?? "GET", path: url.pathname + url.search, body: bytes, credentials: init?.credentials ?? "", headers };
    this.requests.push(request);
    const lost = this.lose?.path.test(request.path) === true ? this.lose : undefined;
    if (lost !== undefined) {
      this.lose = undefined;
      if (lost.when === "before") {
        throw new TypeError("fetch failed");
      }
    }
    const answer = this.#answer(request);
    if (lost !== undefined) {
      throw new TypeError("fetch failed");
    }
    return answer;
  };

  #answer({ method, path, body, headers }: { method: string; path: string; body: Uint8Array; headers: Headers }): Response {
    const at = (pattern: RegExp) => pattern.exec(`${method} ${path}`)?.slice(1);
    const json = () => asObject(parseJson(body));
    const text = (object: JsonObject, name: string) => String(object[name] ?? "");
    const token = (headers.get("Authorization") ?? "").replace("Bearer ", "");
    const mine = this.cases.get(token);
    let m: string[] | undefined;

    if (at(/^GET \/api\/source\/directory$/)) {
      return new Response(this.directory);
    }
    if ((m = at(/^GET \/api\/source\/directories\/(\w+)$/))) {
      const note = this.directories.get(m[0] ?? "");
      return note === undefined ? problem(404, "not-found") : new Response(note);
    }
    if ((m = at(/^GET \/api\/source\/documents\/(\w+)$/))) {
      const document = this.#world.documents.get(m[0] ?? "");
      return document === undefined ? problem(404, "not-found") : octets(document);
    }
    if (at(/^POST \/api\/source\/challenge$/)) {
      return ok({ nonce: base64url(this.#random(56)), bits: 6, seconds: 3600 });
    }
    if (at(/^POST \/api\/source\/uploads$/)) {
      const request = json();
      const id = text(request, "id");
      if (!isSolution(fromBase64url(text(request, "nonce")), fromHex(id), 6, Number(text(request, "counter")))) {
        return problem(400, "work-missing");
      }
      return this.#upload(id, Number(request["size"]));
    }
    if (at(/^POST \/api\/desk\/uploads$/)) {
      return this.#upload(text(json(), "id"), Number(json()["size"]));
    }
    if ((m = at(/^PUT \/api\/(?:source|desk)\/uploads\/(\w+)\/parts\/(\d+)$/))) {
      const upload = this.uploads.get(m[0] ?? "");
      const n = Number(m[1]);
      const before = upload?.parts.get(n);
      if (before !== undefined && !equal(before, body)) {
        return problem(409, "part-differs");
      }
      upload?.parts.set(n, body);
      return new Response(null, { status: upload === undefined ? 404 : 204 });
    }
    if (at(/^POST \/api\/source\/tips$/)) {
      return this.#tip(body);
    }
    if (at(/^POST \/api\/source\/mailbox\/session$/)) {
      const request = json();
      const key = fromBase64url(text(request, "mailbox"));
      const id = mailboxIdOf(key);
      const message = concat(utf8("whistle/mailbox-auth/v1\0"), lp(utf8(origin)), fromHex(id), fromBase64url(text(request, "nonce")));
      const known = [...this.cases.values()].find((entry) => entry.manifest.mailbox === base64url(key) && !entry.burnt);
      const good = verify(key, message, fromBase64url(text(request, "signature")));
      return known === undefined || !good ? problem(401, "words-unknown") : ok({ token: known.manifest.case, seconds: 1200 });
    }
    if (path.startsWith("/api/source/mailbox") && mine === undefined) {
      return problem(401, "session-over");
    }
    if (mine !== undefined) {
      if (at(/^GET \/api\/source\/mailbox$/)) {
        const { id, channel, state, ...clocks } = this.#caseAnswer(mine);
        const { policy, received, acknowledgeBy, acknowledged, feedbackBy } = clocks;
        return ok({
          state: base64url(mine.parts.state),
          promise: mine.promise,
          case: { id, channel, policy, state, received, acknowledgeBy, acknowledged, feedbackBy, opened: mine.claims.size > 0 ? "yes" : "no" },
          messages: mine.messages.map((message) => wire(message)),
          proofs: [],
          purges: mine.purges.flatMap(({ proposal, approval }) => (approval === undefined ? [] : [{ proposal, approval }])),
        });
      }
      if (at(/^POST \/api\/source\/mailbox\/messages$/)) {
        const request = json();
        return this.#append(mine, "source", "source", Number(request["seq"]), fromBase64url(text(request, "ciphertext")), request["attachments"] ?? []);
      }
      if (at(/^POST \/api\/source\/mailbox\/seen$/)) {
        return new Response(null, { status: 204 });
      }
      if ((m = at(/^GET \/api\/source\/mailbox\/attachments\/(\w+)$/))) {
        return this.#object(m[0] ?? "");
      }
      if (at(/^DELETE \/api\/source\/mailbox$/)) {
        mine.burnt = true;
        return new Response(null, { status: 204 });
      }
    }
    return this.#desk(method, path, body);
  }

  #desk(method: string, path: string, body: Uint8Array): Response {
    const at = (pattern: RegExp) => pattern.exec(`${method} ${path}`)?.slice(1);
    const json = () => asObject(parseJson(body));
    const text = (name: string) => String(json()[name] ?? "");
    const channel = this.#world.content.channels[0]?.id ?? "";
    let m: string[] | undefined;
    if (at(/^POST \/api\/desk\/challenge$/)) {
      return ok({ nonce: base64url(this.#random(56)), seconds: 60 });
    }
    if (at(/^GET \/api\/desk\/channels$/)) {
      return ok({ channels: [{ id: channel, position: this.blobs.length }] });
    }
    if ((m = at(/^GET \/api\/desk\/channels\/\w+\/stream\?after=(\d+)$/))) {
      const after = Number(m[0]);
      const slice = this.blobs.slice(after, after + 32);
      return octets(concat(u32(slice.length), ...slice.map((blob, i) => concat(u64(after + i + 1), blob))));
    }
    if (at(/^GET \/api\/desk\/inbox$/)) {
      return ok({ items: (this.inbox.get(this.person) ?? []).map((item) => ({ ...item, kind: "grant" })) });
    }
    if ((m = at(/^DELETE \/api\/desk\/inbox\/(\w+)$/))) {
      this.inbox.set(this.person, (this.inbox.get(this.person) ?? []).filter((item) => item.id !== m?.[0]));
      return new Response(null, { status: 204 });
    }
    if (at(/^GET \/api\/desk\/keyring$/)) {
      return ok({ ...(this.rings.get(this.person) ?? { version: 0 }) });
    }
    if (at(/^PUT \/api\/desk\/keyring$/)) {
      const version = Number(json()["version"]);
      if (version !== (this.rings.get(this.person)?.version ?? 0) + 1) {
        return problem(409, "stale");
      }
      this.rings.set(this.person, { version, ciphertext: text("ciphertext") });
      return ok({ version });
    }
    if (at(/^GET \/api\/desk\/cases$/)) {
      return ok({ cases: [...this.cases.values()].filter((entry) => entry.claims.has(this.person)).map((entry) => this.#caseAnswer(entry)) });
    }
    if ((m = at(/^GET \/api\/desk\/sheets\?(.*)$/))) {
      const held = new URLSearchParams(m[0]).getAll("case").flatMap((id) => this.cases.get(id) ?? []).filter((entry) => entry.claims.has(this.person));
      return ok({ sheets: held.map((entry) => ({ case: entry.manifest.case, version: entry.sheetVersion, ciphertext: base64url(entry.sheet) })) });
    }
    if (at(/^GET \/api\/desk\/approvals$/)) {
      const items = [...this.cases.values()].flatMap(({ summaries, closings, purges }) => [
        ...summaries.map((entry) => ({ kind: "summary", ...entry })),
        ...closings.map((entry) => ({ kind: "closing", ...entry })),
        ...purges.map((entry) => ({ kind: "purge", ...entry })),
      ]);
      return ok({ items: items.map(({ approvers: _approvers, approval: _approval, ...item }) => item) });
    }
    if ((m = at(/^POST \/api\/desk\/approvals\/(\w+)\/approve$/))) {
      const closing = [...this.cases.values()].flatMap(({ closings }) => closings).find(({ id }) => id === m?.[0]);
      if (closing !== undefined) {
        closing.state = "approved";
      }
      for (const found of this.cases.values()) {
        const purge = found.purges.find(({ id }) => id === m?.[0]);
        if (purge !== undefined) {
          Object.assign(purge, { state: "done", approval: text("approval") });
          const target = asObject(parseJson(utf8(purge.proposal)))["target"];
          found.messages.splice(0, Infinity, ...found.messages.map((one) => (hex(h(one.ciphertext)) === target ? { ...one, ciphertext: new Uint8Array(0), hash: String(target), attachments: [] } : one)));
        }
      }
      return new Response(null, { status: 204 });
    }
    if (at(/^GET \/api\/desk\/identities$/)) {
      const items = [...this.cases.values()].flatMap(({ identities, messages }) =>
        identities
          .filter(({ state, to }) => state === "waiting" && to.includes(this.person))
          .map(({ id, from, ciphertext, told }) => {
            const letter = messages.find(({ dir, seq }) => dir === "team" && seq === told);
            return { id, from, at: today * 86_400, ciphertext, ...(letter === undefined ? {} : { told: { seq: letter.seq, hash: hex(h(letter.ciphertext)), day: letter.day } }) };
          }),
      );
      return ok({ items });
    }
    if ((m = at(/^POST \/api\/desk\/identities\/(\w+)\/(?:envelope|answer)$/))) {
      const about = [...this.cases.values()].find(({ identities }) => identities.some(({ id, to }) => id === m?.[0] && to.includes(this.person)));
      const ask = about?.identities.find(({ id }) => id === m?.[0]);
      if (about === undefined || ask === undefined) {
        return problem(404, "not-found");
      }
      if (ask.state !== "waiting") {
        return problem(409, "move-not-allowed");
      }
      if (path.endsWith("envelope")) {
        return ok({ envelope: base64url(about.parts.identity) });
      }
      Object.assign(ask, { state: "answered", custodian: this.person, answer: text("ciphertext") });
      return new Response(null, { status: 204 });
    }
    m = at(/^\w+ \/api\/desk\/cases\/(\w+)/);
    const found = this.cases.get(m?.[0] ?? "");
    if (found === undefined) {
      return problem(404, "not-found");
    }
    if (at(/^POST \/api\/desk\/cases\/\w+\/(?:claim|recuse)$/)) {
      const [nonce, signature] = ["nonce", "signature"].map((name) => fromBase64url(text(name))) as [Uint8Array, Uint8Array];
      const signing = this.#world.people.find((entry) => entry.person.id === this.person)?.signing.publicKey ?? new Uint8Array(0);
      const id = found.manifest.case;
      const message = concat(utf8("whistle/case-claim/v1\0"), lp(utf8(origin)), fromHex(id), signing, nonce);
      if (!verify(fromBase64url(found.manifest.access, 32), message, signature)) {
        return problem(404, "not-found");
      }
      if (path.endsWith("recuse")) {
        found.claims.delete(this.person);
        return new Response(null, { status: 204 });
      }
      found.claims.add(this.person);
      return ok({ case: this.#caseAnswer(found) });
    }
    if (!found.claims.has(this.person)) {
      return problem(404, "not-found");
    }
    if (at(/^GET \/api\/desk\/cases\/\w+$/)) {
      return ok({
        case: this.#caseAnswer(found),
        sheet: base64url(found.sheet),
        identityHeld: "yes",
        messages: found.messages.map((message) => ({ ...asObject(wire(message)), author: message.author })),
        notes: found.notes.map((note) => ({ ...note, at: today * 86_400 })),
        people: [],
        history: [],
        summaries: found.summaries.map(({ approvers: _approvers, approval: _approval, ...summary }) => summary),
        closings: found.closings.map(({ approval: _approval, ...closing }) => closing),
        purges: found.purges.map((purge) => ({ ...purge })),
        identities: found.identities.map((ask) => ({ ...ask, at: today * 86_400 })),
        ...(found.burnt ? {} : { content: found.manifest.content }),
      });
    }
    if (at(/^POST \/api\/desk\/cases\/\w+\/messages$/)) {
      if (text("counts") === "acknowledgement") {
        found.acknowledged = today;
        found.state = "acknowledged";
      }
      return this.#append(found, "team", this.person, Number(json()["seq"]), fromBase64url(text("ciphertext")), json()["attachments"] ?? []);
    }
    if (at(/^POST \/api\/desk\/cases\/\w+\/notes$/)) {
      found.notes.push({ id: text("id"), author: this.person, ciphertext: text("ciphertext"), attachments: json()["attachments"] ?? [] });
      return new Response(null, { status: 201 });
    }
    if (at(/^POST \/api\/desk\/cases\/\w+\/identities$/)) {
      if (found.identities.some(({ state }) => state === "waiting")) {
        return problem(409, "identity-pending");
      }
      const letter = json()["letter"] === undefined ? undefined : asObject(json()["letter"] ?? {});
      if (letter !== undefined) {
        this.#append(found, "team", this.person, Number(letter["seq"]), fromBase64url(String(letter["message"])), []);
      }
      const to = json()["to"] ?? [];
      found.identities.push({
        id: text("id"),
        from: this.person,
        to: isArray(to) ? to.map(String) : [],
        ciphertext: text("ciphertext"),
        state: "waiting",
        ...(letter === undefined ? {} : { told: Number(letter["seq"]) }),
      });
      return ok({ id: text("id") }, 201);
    }
    if (at(/^DELETE \/api\/desk\/cases\/\w+\/identities$/)) {
      found.identities.filter(({ state }) => state === "waiting").forEach((ask) => Object.assign(ask, { state: "withdrawn" }));
      return new Response(null, { status: 204 });
    }
    if (at(/^PUT \/api\/desk\/cases\/\w+\/receipt$/)) {
      found.received = Number(json()["received"]);
      const note = asObject(json()["note"] ?? {});
      found.notes.push({ id: String(note["id"]), author: this.person, ciphertext: String(note["ciphertext"]), attachments: [] });
      return ok({ case: this.#caseAnswer(found) });
    }
    if (at(/^PUT \/api\/desk\/cases\/\w+\/sheet$/)) {
      found.sheet = fromBase64url(text("ciphertext"));
      found.sheetVersion = Number(json()["version"]);
      found.version++;
      return new Response(null, { status: 204 });
    }
    if (at(/^PUT \/api\/desk\/cases\/\w+\/assignee$/)) {
      if (Number(json()["version"]) !== found.version) {
        return problem(409, "stale");
      }
      found.assignee = text("person");
      found.version++;
      return ok({ case: this.#caseAnswer(found) });
    }
    if (at(/^POST \/api\/desk\/cases\/\w+\/grants$/)) {
      this.#append(found, "team", this.person, Number(json()["seq"]), fromBase64url(text("message")), []);
      const item = { id: hex(this.#random(16)), from: this.person, ciphertext: text("ciphertext") };
      this.inbox.set(text("to"), [...(this.inbox.get(text("to")) ?? []), item]);
      return new Response(null, { status: 201 });
    }
    const draft = at(/^(?:PUT|GET|DELETE) \/api\/desk\/cases\/\w+\/drafts\/(reply|note|summary|closing)$/)?.[0] ?? "";
    if (draft !== "" && method === "PUT") {
      found.drafts.set(draft, text("ciphertext"));
      return new Response(null, { status: 204 });
    }
    if (draft !== "" && method === "DELETE") {
      found.drafts.delete(draft);
      return new Response(null, { status: 204 });
    }
    if (draft !== "") {
      const ciphertext = found.drafts.get(draft);
      return ok(ciphertext === undefined ? {} : { ciphertext });
    }
    const kind = at(/^POST \/api\/desk\/cases\/\w+\/(summaries|closings|purges)$/)?.[0];
    if (kind === "summaries" || kind === "closings" || kind === "purges") {
      const id = String(asObject(parseJson(utf8(text("proposal"))))[{ summaries: "summary", closings: "closing", purges: "purge" }[kind]]);
      found[kind].push({ id, proposal: text("proposal"), ciphertext: text("ciphertext"), state: "proposed", approvers: json()["approvers"] ?? [] });
      return ok({ id }, 201);
    }
    if (at(/^PUT \/api\/desk\/cases\/\w+\/state$/)) {
      const closing = found.closings.find(({ state }) => state === "approved");
      if (text("to") === "closed" && closing === undefined) {
        return problem(409, "closing-not-approved");
      }
      if (text("to") === "closed" && closing !== undefined) {
        closing.state = "done";
      }
      found.state = text("to");
      return ok({ case: this.#caseAnswer(found) });
    }
    const attachment = at(/^GET \/api\/desk\/cases\/\w+\/attachments\/(\w+)$/);
    return attachment ? this.#object(attachment[0] ?? "") : problem(404, "not-found");
  }

  #upload(id: string, size: number): Response {
    const again = this.uploads.has(id);
    if (!again) {
      this.uploads.set(id, { size, parts: new Map() });
    }
    return ok({ id, parts: Math.ceil(size / 1_048_576) }, again ? 200 : 201);
  }

  #object(id: string): Response {
    const upload = this.uploads.get(id);
    return upload === undefined ? problem(404, "not-found") : octets(concat(...[...upload.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes)));
  }

  #tip(body: Uint8Array): Response {
    const { manifest, pow, submission } = decodeBody(body);
    const before = this.cases.get(manifest.case);
    if (before !== undefined) {
      return canonicalText(before.manifest) === canonicalText(manifest) ? new Response(before.promise) : problem(409, "mailbox-taken");
    }
    const counter = new DataView(pow.buffer, pow.byteOffset + 56).getBigUint64(0);
    if (!isSolution(pow.slice(0, 56), submission.manifest, 6, Number(counter))) {
      return problem(400, "work-missing");
    }
    const { origin: _origin, channel: _channel, access: _access, mailbox: _mailbox, ...promised } = manifest;
    const text = `whistle/promise/v1\n${hex(this.#world.directory.root)}\n${canonicalText({ ...promised, attachments: promised.attachments.map((a) => ({ ...a })), day: today, includedBy: today + 1 })}\n`;
    const promise = joinNote(text, [signNote(text, this.#world.content.log.name, this.#world.log)]);
    this.cases.set(manifest.case, {
      manifest,
      parts: submission,
      promise,
      body,
      messages: [{ dir: "source", seq: 1, day: today, ciphertext: submission.message, attachments: manifest.attachments.map((a) => ({ ...a })), author: "source" }],
      claims: new Set(),
      sheet: submission.sheet,
      sheetVersion: 1,
      version: 1,
      deletions: 0,
      state: "received",
      notes: [],
      summaries: [],
      closings: [],
      purges: [],
      identities: [],
      drafts: new Map(),
      burnt: false,
    });
    this.blobs.push(concat(submission.keyBlob, submission.sheet));
    return new Response(promise, { status: 201 });
  }

  #append(found: StoredCase, dir: "source" | "team", author: string, seq: number, ciphertext: Uint8Array, attachments: Json): Response {
    const last = found.messages.filter((message) => message.dir === dir).length;
    const same = found.messages.find((message) => message.dir === dir && message.seq === seq);
    if (same !== undefined && !equal(same.ciphertext, ciphertext)) {
      return problem(409, "message-differs");
    }
    if (same === undefined && seq !== last + 1) {
      return problem(409, "out-of-sequence");
    }
    if (same === undefined) {
      found.messages.push({ dir, seq, day: today, ciphertext, attachments: isArray(attachments) ? attachments : [], author });
    }
    const answer = { seq, hash: hex(h(ciphertext)) };
    return ok(dir === "team" ? { ...answer, case: this.#caseAnswer(found) } : answer, same === undefined ? 201 : 200);
  }

  #caseAnswer(found: StoredCase) {
    return {
      id: found.manifest.case,
      channel: found.manifest.channel,
      policy: "eu",
      state: found.state,
      version: found.version,
      received: found.received ?? today,
      acknowledgeBy: (found.received ?? today) + 7,
      acknowledged: found.acknowledged,
      feedbackBy: today + 90,
      unread: 0,
      present: found.claims.size,
      source: "here",
      sheetVersion: found.sheetVersion,
      changes: found.messages.length + found.notes.length,
      deletions: found.deletions,
      ...(found.assignee === undefined ? {} : { assignee: found.assignee }),
    };
  }
}

function wire(message: StoredMessage): JsonObject {
  const { dir, seq, day, ciphertext, attachments, hash } = message;
  return { dir, seq, day, hash: hash ?? hex(h(ciphertext)), ciphertext: base64url(ciphertext), attachments };
}

function ok(value: Json, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
}

function octets(bytes: Uint8Array): Response {
  return new Response(new Uint8Array(bytes));
}

function problem(status: number, code: string): Response {
  return new Response(JSON.stringify({ status, title: code, code }), { status, headers: { "Content-Type": "application/problem+json" } });
}

