import { base64url, readU32, readU64 } from "./bytes.ts";
import type { ClockPolicy, RetentionClass } from "./clocks.ts";
import { WhistleError } from "./errors.ts";
import { http, type HttpOptions } from "./http.ts";
import type { Json } from "./jcs.ts";
import * as shape from "./shape.ts";
import type { Day, Hash, Id, ObjectRef } from "./types.ts";
import { clockMembers, messageMembers, objectRefShape, stateShape, uploadShape } from "./wire.ts";

// SPEC 14. The cookie is the browser's; Keys and plaintext never pass here.

export const blobSize = 30847;

const accountRole = shape.oneOf("lead", "reviewer", "approver", "custodian", "admin", "auditor");
const yesNo = shape.oneOf("yes", "no");
const place = shape.oneOf("inside", "outside");
const personRef = shape.text(64);
const stamp = shape.count;

/** The most cases whose sheets one request asks for. */
export const sheetsAtOnce = 32;

const meShape = shape.object({
  person: shape.object({ id: shape.id, name: shape.text(), role: accountRole, login: shape.text() }),
  identity: shape.optional(shape.bytes()),
  root: shape.optional(shape.hash),
  demo: yesNo,
  away: shape.optional(shape.object({ until: shape.count, deputy: shape.optional(shape.id) })),
});
const signedInShape = shape.object({ person: shape.object({ id: shape.id, name: shape.text(), role: accountRole, login: shape.optional(shape.text()) }) });
const challengeShape = shape.object({ nonce: shape.bytes(56), seconds: shape.count });
const invitationShape = shape.object({ name: shape.text(), role: accountRole, totp: shape.text(), uri: shape.text() });
const channelsShape = shape.object({ channels: shape.list(shape.object({ id: shape.id, position: shape.count })) });
const inboxShape = shape.object({
  items: shape.list(shape.object({ id: shape.id, kind: shape.oneOf("grant"), from: shape.id, ciphertext: shape.bytes() })),
});
const keyringShape = shape.object({ version: shape.count, ciphertext: shape.optional(shape.bytes()) });
const caseShape = shape.object({
  id: shape.id,
  channel: shape.id,
  state: stateShape,
  version: shape.count,
  ...clockMembers,
  holdUntil: shape.optional(shape.count),
  assignee: shape.optional(shape.id),
  unread: shape.count,
  present: shape.count,
  source: shape.oneOf("here", "gone"),
  sheetVersion: shape.count,
  changes: shape.count,
  deletions: shape.count,
});
const proposalMembers = { id: shape.id, proposal: shape.text(), ciphertext: shape.bytes(), code: shape.optional(shape.text(64)) };
const summaryShape = shape.object({ ...proposalMembers, state: shape.oneOf("proposed", "released", "refused") });
const closingShape = shape.object({ ...proposalMembers, state: shape.oneOf("proposed", "approved", "refused", "done"), approvers: shape.list(shape.id) });
const purgeShape = shape.object({
  id: shape.id,
  proposal: shape.text(),
  ciphertext: shape.optional(shape.bytes()),
  state: shape.oneOf("proposed", "refused", "done"),
  code: shape.optional(shape.text(64)),
  approvers: shape.list(shape.id),
  approval: shape.optional(shape.text()),
});
const approvalShape = shape.object({
  id: shape.id,
  kind: shape.oneOf("summary", "closing", "purge"),
  proposal: shape.text(),
  ciphertext: shape.bytes(),
  state: shape.oneOf("proposed", "released", "approved", "refused", "done"),
});
const identityShape = shape.object({
  id: shape.id,
  from: shape.id,
  at: stamp,
  to: shape.list(shape.id, 8),
  ciphertext: shape.bytes(),
  state: shape.oneOf("waiting", "answered", "withdrawn"),
  told: shape.optional(shape.count),
  custodian: shape.optional(shape.id),
  answer: shape.optional(shape.bytes()),
});
const identityAskShape = shape.object({
  id: shape.id,
  from: shape.id,
  at: stamp,
  ciphertext: shape.bytes(),
  told: shape.optional(shape.object({ seq: shape.count, hash: shape.hash, day: shape.count })),
});
const openedShape = shape.object({
  case: caseShape,
  sheet: shape.bytes(),
  identityHeld: yesNo,
  messages: shape.list(shape.object({ ...messageMembers, author: shape.optional(shape.text(64)) })),
  notes: shape.list(
    shape.object({ id: shape.id, author: shape.id, at: stamp, ciphertext: shape.bytes(), attachments: shape.list(objectRefShape, 1) }),
  ),
  people: shape.list(shape.object({ id: shape.id, since: stamp, away: shape.optional(shape.count), deputy: shape.optional(shape.id) })),
  history: shape.list(shape.object({ at: stamp, actor: shape.optional(personRef), act: shape.text(64), file: shape.optional(shape.id) })),
  summaries: shape.list(summaryShape),
  closings: shape.list(closingShape),
  purges: shape.list(purgeShape),
  identities: shape.list(identityShape),
  content: shape.optional(shape.hash),
});
const caseAnswer = shape.object({ case: caseShape });
/** As many as a keyring may hold. */
const casesAnswer = shape.object({ cases: shape.list(caseShape, 200_000) });
const sheetsAnswer = shape.object({ sheets: shape.list(shape.object({ case: shape.id, version: shape.count, ciphertext: shape.bytes() }), sheetsAtOnce) });
const sentShape = shape.object({ seq: shape.count, hash: shape.hash, case: caseShape });
const personShape = shape.object({
  id: shape.id,
  name: shape.text(),
  role: accountRole,
  place,
  login: shape.optional(shape.text()),
  state: shape.oneOf("invited", "active", "disabled"),
  recipient: shape.optional(shape.text()),
  signing: shape.optional(shape.text()),
  inDirectory: yesNo,
  mail: shape.optional(shape.text(254)),
});
const invitedShape = shape.object({ id: shape.id, token: shape.text(), link: shape.text() });
const linkShape = shape.object({ token: shape.text(), link: shape.text() });
const changeShape = shape.object({ kind: shape.text(), name: shape.text(), detail: shape.text() });
const adminDirectoryShape = shape.object({
  current: shape.optional(shape.text(2 ** 22)),
  proposed: shape.optional(
    shape.object({ text: shape.text(2 ** 22), signatures: shape.list(shape.text()), missing: shape.count, changes: shape.list(changeShape) }),
  ),
  root: shape.optional(shape.hash),
  warnings: shape.optional(shape.list(shape.object({ kind: shape.text(64), name: shape.text(), day: shape.count }))),
});
const outcome = shape.oneOf("substantiated", "partly", "unsubstantiated", "out-of-scope", "duplicate", "withdrawn", "insufficient", "open");
export const releasedShape = shape.object({
  v: shape.just(1),
  summary: shape.id,
  channel: shape.id,
  category: shape.text(64),
  severity: shape.text(64),
  outcome,
  quarter: shape.text(7),
  lang: shape.text(35),
  title: shape.text(200),
  text: shape.text(20000),
});
const auditShape = shape.object({
  entries: shape.list(shape.object({ id: shape.id, at: stamp, actor: shape.optional(personRef), act: shape.text(64) })),
  counts: shape.list(shape.object({ act: shape.text(64), quarter: shape.text(7), count: shape.anyJson })),
});
const exportsShape = shape.object({
  exports: shape.list(
    shape.object({ id: shape.id, at: stamp, actor: personRef, format: shape.text(16), rows: shape.count, sha256: shape.hash }),
  ),
});
const setupShape = shape.object({ origins: shape.list(shape.text()), log: shape.object({ name: shape.text(), key: shape.bytes(32) }) });
const setUpShape = shape.object({ root: shape.hash, invitation: linkShape });

export type Role = ReturnType<typeof accountRole>;
export type Me = ReturnType<typeof meShape>;
export type Invitation = ReturnType<typeof invitationShape>;
export type InboxItem = ReturnType<typeof inboxShape>["items"][number];
export type DeskCase = ReturnType<typeof caseShape>;
export type OpenedCase = ReturnType<typeof openedShape>;
export type DeskMessage = OpenedCase["messages"][number];
export type DeskNote = OpenedCase["notes"][number];
export type DeskSummary = ReturnType<typeof summaryShape>;
export type DeskClosing = ReturnType<typeof closingShape>;
export type DeskPurge = ReturnType<typeof purgeShape>;
export type DeskIdentity = ReturnType<typeof identityShape>;
export type IdentityAsk = ReturnType<typeof identityAskShape>;
export type DeskApproval = ReturnType<typeof approvalShape>;
export type Account = ReturnType<typeof personShape>;
export type AdminDirectory = ReturnType<typeof adminDirectoryShape>;
export type Released = ReturnType<typeof releasedShape>;
export type Outcome = Released["outcome"];
export type Audit = ReturnType<typeof auditShape>;
export type ExportEntry = ReturnType<typeof exportsShape>["exports"][number];
export const refusalCodes = { summary: ["identifies-source", "identifies-other", "not-accurate", "other"], closing: ["not-ready", "outcome-unfounded", "other"], purge: ["relevant", "other"] } as const;
export type RefusalCode = (typeof refusalCodes)[keyof typeof refusalCodes][number];
/** What a draft is to become; each has a place of its own. */
export const draftKinds = ["reply", "note", "summary", "closing"] as const;
export type DraftKind = (typeof draftKinds)[number];
export type Counts = "none" | "acknowledgement" | "feedback";

export interface StreamBlob {
  readonly position: number;
  readonly blob: Uint8Array;
}
export interface SealedNote {
  readonly id: Id;
  readonly ciphertext: Uint8Array;
}

function noteBody({ id, ciphertext }: SealedNote) {
  return { id, ciphertext: base64url(ciphertext) };
}

export interface Possession {
  readonly nonce: Uint8Array;
  readonly signature: Uint8Array;
}
export interface SummaryFilter {
  readonly from?: string;
  readonly to?: string;
  readonly channel?: string;
  readonly category?: string;
  readonly text?: string;
}
export interface SetupRequest {
  readonly token: string;
  readonly organisation: string;
  readonly threshold: number;
  readonly keys: readonly { readonly name: string; readonly key: Uint8Array }[];
  readonly recovery?: { readonly recipient: string; readonly threshold: number; readonly holders: readonly { readonly name: string; readonly place: "inside" | "outside" }[] };
  readonly admin: { readonly name: string };
}
export interface EnrolmentRequest {
  readonly token: string;
  readonly login: string;
  readonly password: string;
  readonly code: string;
  readonly identity?: Uint8Array;
  readonly recipient?: string;
  readonly signing?: Uint8Array;
  readonly proof?: Uint8Array;
}

export type DeskApi = ReturnType<typeof deskApi>;

/** Every method takes an AbortSignal last. */
export function deskApi(options: Partial<Pick<HttpOptions, "base" | "fetch">> = {}) {
  const server = http({ base: options.base ?? "", credentials: "same-origin", fetch: options.fetch, headers: { "X-Whistle": "desk" } });
  const root = "/api/desk";
  const on = (id: Id, tail = "") => `${root}/cases/${encodeURIComponent(id)}${tail}`;
  const post = (json: Json, signal?: AbortSignal) => ({ method: "POST", json, signal }) as const;
  const put = (json: Json, signal?: AbortSignal) => ({ method: "PUT", json, signal }) as const;
  const refs = (attachments: readonly ObjectRef[]) => attachments.map(({ id, cipher, size }) => ({ id, cipher, size }));
  const proofOf = (p: Possession) => ({
    nonce: base64url(p.nonce),
    signature: base64url(p.signature),
  });

  return {
    // 14.1
    salt: (name: string, signal?: AbortSignal) =>
      server.json(`${root}/session/salt`, shape.object({ salt: shape.bytes(32) }), post({ name }, signal)),
    signIn: (request: { name: string; password: string; code: string }, signal?: AbortSignal) =>
      server.json(`${root}/session`, signedInShape, post({ name: request.name, password: request.password, code: request.code }, signal)),
    me: (signal?: AbortSignal) => server.json(`${root}/session`, meShape, { signal }),
    signOut: (signal?: AbortSignal) => server.done(`${root}/session`, { method: "DELETE", signal }),
    challenge: (signal?: AbortSignal) => server.json(`${root}/challenge`, challengeShape, post({}, signal)),

    // 14.2
    openInvitation: (token: string, signal?: AbortSignal) =>
      server.json(`${root}/enrolment/open`, invitationShape, post({ token }, signal)),
    enrol: ({ token, login, password, code, identity, recipient, signing, proof }: EnrolmentRequest, signal?: AbortSignal) =>
      server.done(
        `${root}/enrolment`,
        post(
          {
            token,
            login,
            password,
            code,
            identity: identity && base64url(identity),
            recipient,
            signing: signing && base64url(signing),
            proof: proof && base64url(proof),
          },
          signal,
        ),
      ),

    // 14.3
    channels: async (signal?: AbortSignal) => (await server.json(`${root}/channels`, channelsShape, { signal })).channels,
    stream: async (channel: Id, after: number, signal?: AbortSignal) =>
      readStream((await server.call(`${root}/channels/${encodeURIComponent(channel)}/stream?after=${after}`, { signal })).bytes),
    inbox: async (signal?: AbortSignal) => (await server.json(`${root}/inbox`, inboxShape, { signal })).items,
    removeFromInbox: (id: Id, signal?: AbortSignal) => server.done(`${root}/inbox/${id}`, { method: "DELETE", signal }),
    keyring: (signal?: AbortSignal) => server.json(`${root}/keyring`, keyringShape, { signal }),
    putKeyring: (version: number, ciphertext: Uint8Array, signal?: AbortSignal) =>
      server.done(`${root}/keyring`, put({ version, ciphertext: base64url(ciphertext) }, signal)),
    claim: async (id: Id, proof: Possession, signal?: AbortSignal) =>
      (await server.json(on(id, "/claim"), caseAnswer, post(proofOf(proof), signal))).case,
    recuse: (id: Id, proof: Possession, reason: SealedNote | undefined, signal?: AbortSignal) =>
      server.done(on(id, "/recuse"), post({ ...proofOf(proof), ...(reason === undefined ? {} : { reason: noteBody(reason) }) }, signal)),
    /** Without a day: back again. */
    setAbsence: (until: Day | undefined, deputy: Id | undefined, signal?: AbortSignal) =>
      server.done(`${root}/absence`, put({ ...(until === undefined ? {} : { until }), ...(deputy === undefined ? {} : { deputy }) }, signal)),
    cases: async (signal?: AbortSignal) => (await server.json(`${root}/cases`, casesAnswer, { signal })).cases,
    /** Sheets of claimed cases, `sheetsAtOnce` at most. One that is no longer held is left out. */
    sheets: async (ids: readonly Id[], signal?: AbortSignal) => (await server.json(`${root}/sheets?${ids.map((id) => `case=${id}`).join("&")}`, sheetsAnswer, { signal })).sheets,
    openCase: (id: Id, signal?: AbortSignal) => server.json(on(id), openedShape, { signal }),
    sendMessage: (
      id: Id,
      request: { version: number; seq: number; ciphertext: Uint8Array; attachments: readonly ObjectRef[]; counts: Counts; leaves: readonly Hash[] },
      signal?: AbortSignal,
    ) =>
      server.json(
        on(id, "/messages"),
        sentShape,
        post(
          {
            version: request.version,
            seq: request.seq,
            ciphertext: base64url(request.ciphertext),
            attachments: refs(request.attachments),
            counts: request.counts,
            leaves: request.leaves,
          },
          signal,
        ),
      ),
    upload: (id: Id, size: number, signal?: AbortSignal) => server.json(`${root}/uploads`, uploadShape, post({ id, size }, signal)),
    part: (id: Id, n: number, octets: Uint8Array, signal?: AbortSignal) =>
      server.done(`${root}/uploads/${id}/parts/${n}`, { method: "PUT", octets, signal }),
    attachment: async (id: Id, attachment: Id, signal?: AbortSignal) =>
      (await server.call(on(id, `/attachments/${attachment}`), { signal })).bytes,
    addNote: (id: Id, note: SealedNote & { readonly attachments: readonly ObjectRef[] }, signal?: AbortSignal) =>
      server.done(on(id, "/notes"), post({ ...noteBody(note), ...(note.attachments.length === 0 ? {} : { attachments: refs(note.attachments) }) }, signal)),
    putSheet: (id: Id, version: number, ciphertext: Uint8Array, signal?: AbortSignal) =>
      server.done(on(id, "/sheet"), put({ version, ciphertext: base64url(ciphertext) }, signal)),
    /** `leaf`, `deletion` and `retention` go with `closed`, `reason` (a sealed note) with `reopened`, and neither with anything else. */
    move: async (id: Id, version: number, to: DeskCase["state"], also: { readonly leaf?: Hash; readonly deletion?: Hash; readonly retention?: RetentionClass; readonly reason?: SealedNote }, signal?: AbortSignal) => {
      const { reason, ...closing } = also;
      const sealed = reason === undefined ? {} : { reason: noteBody(reason) };
      return (await server.json(on(id, "/state"), caseAnswer, put({ version, to, ...closing, ...sealed }, signal))).case;
    },
    assign: async (id: Id, version: number, person: Id, signal?: AbortSignal) =>
      (await server.json(on(id, "/assignee"), caseAnswer, put({ version, person }, signal))).case,
    file: async (id: Id, version: number, received: Day, note: SealedNote, signal?: AbortSignal) =>
      (await server.json(on(id, "/receipt"), caseAnswer, put({ version, received, note: noteBody(note) }, signal))).case,
    /** Without a day: ends the hold. */
    hold: async (id: Id, version: number, until: Day | undefined, reason: SealedNote, signal?: AbortSignal) =>
      (await server.json(on(id, "/hold"), caseAnswer, put({ version, reason: noteBody(reason), ...(until === undefined ? {} : { until }) }, signal))).case,
    reclock: async (id: Id, version: number, policy: ClockPolicy, signal?: AbortSignal) =>
      (await server.json(on(id, "/policy"), caseAnswer, put({ version, policy }, signal))).case,
    seen: (id: Id, seq: number, signal?: AbortSignal) => server.done(on(id, "/seen"), post({ seq }, signal)),
    grant: (id: Id, request: { to: Id; ciphertext: Uint8Array; seq: number; message: Uint8Array; leaf: Hash }, signal?: AbortSignal) =>
      server.done(
        on(id, "/grants"),
        post({ to: request.to, ciphertext: base64url(request.ciphertext), seq: request.seq, message: base64url(request.message), leaf: request.leaf }, signal),
      ),
    draft: async (id: Id, kind: DraftKind, signal?: AbortSignal) =>
      (await server.json(on(id, `/drafts/${kind}`), shape.object({ ciphertext: shape.optional(shape.bytes()) }), { signal })).ciphertext,
    putDraft: (id: Id, kind: DraftKind, ciphertext: Uint8Array, signal?: AbortSignal) =>
      server.done(on(id, `/drafts/${kind}`), put({ ciphertext: base64url(ciphertext) }, signal)),
    removeDraft: (id: Id, kind: DraftKind, signal?: AbortSignal) => server.done(on(id, `/drafts/${kind}`), { method: "DELETE", signal }),

    // 14.4
    propose: (id: Id, kind: "summaries" | "closings" | "purges", request: { proposal: string; ciphertext: Uint8Array; approvers: readonly Id[] }, signal?: AbortSignal) =>
      server.json(
        on(id, `/${kind}`),
        shape.object({ id: shape.id }),
        post({ proposal: request.proposal, ciphertext: base64url(request.ciphertext), approvers: request.approvers }, signal),
      ),
    approvals: async (signal?: AbortSignal) =>
      (await server.json(`${root}/approvals`, shape.object({ items: shape.list(approvalShape) }), { signal })).items,
    /** `released` comes with a summary, and only with one. */
    approve: (proposal: Id, request: { approval: string; released?: string }, signal?: AbortSignal) =>
      server.done(`${root}/approvals/${proposal}/approve`, post({ ...request }, signal)),
    refuse: (proposal: Id, code: RefusalCode, signal?: AbortSignal) =>
      server.done(`${root}/approvals/${proposal}/refuse`, post({ code }, signal)),

    // 14.4.1
    /** Without a letter the source is not told, and the request says why. */
    requestIdentity: (
      id: Id,
      request: { id: Id; to: readonly Id[]; ciphertext: Uint8Array; letter?: { seq: number; message: Uint8Array; leaf: Hash } },
      signal?: AbortSignal,
    ) => {
      const { letter } = request;
      const told = letter === undefined ? {} : { letter: { seq: letter.seq, message: base64url(letter.message), leaf: letter.leaf } };
      return server.done(on(id, "/identities"), post({ id: request.id, to: request.to, ciphertext: base64url(request.ciphertext), ...told }, signal));
    },
    withdrawIdentity: (id: Id, signal?: AbortSignal) => server.done(on(id, "/identities"), { method: "DELETE", signal }),
    identities: async (signal?: AbortSignal) =>
      (await server.json(`${root}/identities`, shape.object({ items: shape.list(identityAskShape) }), { signal })).items,
    identityEnvelope: async (request: Id, signal?: AbortSignal) =>
      (await server.json(`${root}/identities/${request}/envelope`, shape.object({ envelope: shape.bytes() }), post({}, signal))).envelope,
    answerIdentity: (request: Id, ciphertext: Uint8Array, signal?: AbortSignal) =>
      server.done(`${root}/identities/${request}/answer`, post({ ciphertext: base64url(ciphertext) }, signal)),

    // 14.5
    people: async (signal?: AbortSignal) =>
      (await server.json(`${root}/people`, shape.object({ people: shape.list(personShape) }), { signal })).people,
    invite: (request: { name: string; role: Role; place: "inside" | "outside" }, signal?: AbortSignal) =>
      server.json(`${root}/people`, invitedShape, post({ name: request.name, role: request.role, place: request.place }, signal)),
    inviteAgain: (person: Id, signal?: AbortSignal) =>
      server.json(`${root}/people/${person}/invitation`, linkShape, post({}, signal)),
    setPersonState: (person: Id, state: "active" | "disabled", signal?: AbortSignal) =>
      server.done(`${root}/people/${person}/state`, put({ state }, signal)),
    setMail: (person: Id, mail: string, signal?: AbortSignal) => server.done(`${root}/people/${person}/mail`, put({ mail }, signal)),
    clearMail: (person: Id, signal?: AbortSignal) => server.done(`${root}/people/${person}/mail`, { method: "DELETE", signal }),
    channelDrafts: async (signal?: AbortSignal) =>
      (await server.json(`${root}/channels/drafts`, shape.object({ channels: shape.list(shape.anyJson) }), { signal })).channels,
    putChannelDraft: (id: Id, channel: Json, signal?: AbortSignal) => server.done(`${root}/channels/drafts/${id}`, put(channel, signal)),
    removeChannelDraft: (id: Id, signal?: AbortSignal) =>
      server.done(`${root}/channels/drafts/${id}`, { method: "DELETE", signal }),
    addDocument: (octets: Uint8Array, signal?: AbortSignal): Promise<{ readonly hash: Hash; readonly kind: string }> =>
      server.json(`${root}/documents`, shape.object({ hash: shape.hash, kind: shape.text(32) }), {
        method: "POST",
        octets,
        type: "application/json",
        signal,
      }),
    directory: (signal?: AbortSignal) => server.json(`${root}/directory`, adminDirectoryShape, { signal }),
    replaceRecovery: (recovery: NonNullable<SetupRequest["recovery"]>, signal?: AbortSignal) => server.done(`${root}/recovery`, put({ ...recovery }, signal)),
    proposeDirectory: (expires?: number, signal?: AbortSignal) =>
      server.json(`${root}/directory/proposal`, shape.object({ text: shape.text(2 ** 22) }), post({ expires }, signal)),
    signDirectory: (signature: string, signal?: AbortSignal) =>
      server.json(`${root}/directory/proposal/signatures`, shape.object({ missing: shape.count }), post({ signature }, signal)),
    summaries: async (filter: SummaryFilter, signal?: AbortSignal) =>
      (
        await server.json(`${root}/summaries?${new URLSearchParams({ ...filter }).toString()}`, shape.object({ summaries: shape.list(releasedShape) }), {
          signal,
        })
      ).summaries,
    export: async (format: "csv" | "json" | "pdf", filter: SummaryFilter, signal?: AbortSignal) => {
      const answer = await server.call(`${root}/exports`, post({ format, ...filter }, signal));
      return {
        id: answer.headers.get("X-Whistle-Export") ?? "",
        type: answer.headers.get("Content-Type") ?? "application/octet-stream",
        bytes: answer.bytes,
      };
    },

    // 14.6
    audit: (before: string | undefined, signal?: AbortSignal) =>
      server.json(`${root}/audit${before === undefined ? "" : `?before=${encodeURIComponent(before)}`}`, auditShape, { signal }),
    exports: async (signal?: AbortSignal) => (await server.json(`${root}/exports`, exportsShape, { signal })).exports,

    // 14.7
    openSetup: (token: string, signal?: AbortSignal) => server.json(`${root}/setup/open`, setupShape, post({ token }, signal)),
    setUp: (request: SetupRequest, signal?: AbortSignal) =>
      server.json(
        `${root}/setup`,
        setUpShape,
        post(
          {
            token: request.token,
            organisation: request.organisation,
            threshold: request.threshold,
            keys: request.keys.map(({ name, key }) => ({ name, key: base64url(key) })),
            recovery: request.recovery && {
              recipient: request.recovery.recipient,
              threshold: request.recovery.threshold,
              holders: request.recovery.holders.map(({ name, place: at }) => ({ name, place: at })),
            },
            admin: { name: request.admin.name },
          },
          signal,
        ),
      ),
  };
}

/** `u32(count)` then per blob `u64(position) || blob`; throws `answer-malformed`. */
export function readStream(bytes: Uint8Array): StreamBlob[] {
  const count = bytes.length < 4 ? -1 : readU32(bytes, 0);
  if (count < 0 || bytes.length !== 4 + count * (8 + blobSize)) {
    throw new WhistleError("answer-malformed");
  }
  return Array.from({ length: count }, (_, i) => {
    const at = 4 + i * (8 + blobSize);
    return { position: readU64(bytes, at), blob: bytes.slice(at + 8, at + 8 + blobSize) };
  });
}

