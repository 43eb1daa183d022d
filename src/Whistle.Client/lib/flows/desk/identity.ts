import { decodeRecipient } from "../../age.ts";
import { hex } from "../../bytes.ts";
import type { CaseKey } from "../../caseKey.ts";
import { openIdentityAnswer, openIdentityRequest, sealIdentityAnswer, sealIdentityRequest, verifyIdentityAnswer, verifyIdentityRequest, type IdentityDecision, type IdentityOutcome, type OpenedRequest } from "../../desk/identityRequest.ts";
import type { DeskApi, DeskIdentity, IdentityAsk } from "../../deskApi.ts";
import { channelById, isExcluded, isExpired, isValidOn, personById, readerName, type Directory, type Person } from "../../directory.ts";
import { codeOf, WhistleError } from "../../errors.ts";
import { openIdentity } from "../../identityEnvelope.ts";
import { ciphertextHash } from "../../message.ts";
import type { Random } from "../../random.ts";
import type { Letter } from "../../thread.ts";
import type { Day, Hash, Id, ReaderName, RunOptions } from "../../types.ts";
import type { DeskFile } from "./file.ts";
import { sealTeamMessage, teamLeaf } from "./letters.ts";
import type { Desk } from "./session.ts";
import { refusalOf } from "./vouched.ts";

// Asking custodians who the source is (SPEC 5.6.1): the reader's side and the custodian's.

/** A request and its answer as a holder of the case sees them, everything in it checked. */
export interface DeskIdentityRead {
  readonly server: DeskIdentity;
  readonly from: Person | undefined;
  readonly reason: string;
  readonly told: string | undefined;
  readonly ground: string | undefined;
  readonly problem?: string | undefined;
  readonly answer?: IdentityAnswerRead | undefined;
}

export interface IdentityAnswerRead {
  readonly custodian: Person | undefined;
  readonly outcome: IdentityOutcome | undefined;
  readonly identity?: { readonly name: string; readonly contact: string } | undefined;
  readonly reason?: string | undefined;
  readonly problem?: string | undefined;
}

/**
 * The custodians to whom the source could seal its identity: those of the channel in the version that its first message names,
 * whom it did not leave out, and who have the same key today. Nobody else can open an envelope, or shall learn of the case.
 */
export function custodiansAsked(
  desk: Desk,
  written: Directory | undefined,
  channels: readonly Id[],
  excluded: readonly ReaderName[],
): readonly Person[] {
  const lists = channels.map((id) => (written === undefined ? [] : (channelById(written.content, id)?.custodians ?? [])));
  return (lists[0] ?? []).flatMap((id) => {
    const then = written && personById(written.content, id);
    const now = personById(desk.directory.content, id);
    const same = then !== undefined && now?.role === "custodian" && readerName(then) === readerName(now) && !isExcluded(excluded, readerName(now));
    return same && now !== undefined && lists.every((list) => list.includes(id)) ? [now] : [];
  });
}

export interface IdentityInput {
  readonly reason: string;
  /** What the source is told, in a letter that goes out with the request; or why it is not told. */
  readonly how: { readonly letter: string } | { readonly ground: string };
  readonly custodians: readonly Person[];
  readonly lang: string;
  readonly today: Day;
}

/**
 * Tells the source and asks the custodians, in one transaction. Throws `reason-missing`, `source-untold`, `custodians-wrong`,
 * `first-message-invalid`, `directory-expired`, `text-too-long` before anything is sent, and `identity-pending`.
 */
export async function requestIdentity(api: DeskApi, desk: Desk, file: DeskFile, input: IdentityInput, random: Random, options: RunOptions = {}): Promise<Id> {
  const { key, source } = file.secret;
  if (source === undefined) {
    throw new WhistleError("first-message-invalid"); // nobody knows then whom the source left out
  }
  const fit = (person: Person) => file.custodians.some(({ id }) => id === person.id) && isValidOn(person, input.today) && person.id !== desk.person.id;
  if (input.custodians.length === 0 || !input.custodians.every(fit)) {
    throw new WhistleError("custodians-wrong");
  }
  if (isExpired(desk.directory.content, input.today)) {
    throw new WhistleError("directory-expired");
  }
  const letter = "letter" in input.how ? input.how.letter.trim() : undefined;
  if (letter === "") {
    throw new WhistleError("source-untold");
  }
  const body = { kind: "text" as const, text: letter ?? "", answers: [{ q: "identity", values: ["asked"] }] };
  const message = letter === undefined ? undefined : sealTeamMessage(desk, file, body, undefined, input, random);
  const request = hex(random(16));
  const ciphertext = sealIdentityRequest(
    {
      request,
      case: key.id,
      recipient: key.identity.recipient,
      access: key.access.publicKey,
      directory: desk.directory.hash,
      from: desk.person.id,
      day: input.today,
      to: input.custodians.map(readerName),
      reason: input.reason.trim(),
      ...(message === undefined ? {} : { told: { seq: message.seq, hash: ciphertextHash(message.ciphertext), text: letter ?? "" } }),
      ...("ground" in input.how ? { ground: input.how.ground.trim() } : {}),
    },
    input.custodians.map((person) => decodeRecipient(person.recipient)),
    desk.directory.root,
    desk.signing,
    random,
  );
  await api.requestIdentity(
    file.caseId,
    {
      id: request,
      to: input.custodians.map(({ id }) => id),
      ciphertext,
      ...(message === undefined ? {} : { letter: { seq: message.seq, message: message.ciphertext, leaf: teamLeaf(file, message.seq) } }),
    },
    options.signal,
  );
  return request;
}

/** Whoever signed: listed by the version that is named, with one of these roles. Throws `signer-unknown`, `signature-invalid`. */
async function signer(desk: Desk, directory: Hash, id: Id, roles: readonly Person["role"][], verify: (key: Uint8Array) => void, signal: AbortSignal | undefined): Promise<Person> {
  const version = (await desk.versions.find(directory, signal)) ?? desk.directory;
  const person = personById(version.content, id);
  if (person === undefined || !roles.includes(person.role)) {
    throw new WhistleError("signer-unknown");
  }
  verify(person.signing);
  return person;
}

const readerRoles = ["lead", "reviewer"] as const;

/** Reads one with the case key. What does not hold is shown as a problem, never dropped. */
export async function readIdentity(
  server: DeskIdentity,
  desk: Desk,
  key: CaseKey,
  thread: { readonly letters: readonly Letter[]; readonly hashes: ReadonlyMap<number, Hash>; readonly excluded: readonly ReaderName[] },
  signal: AbortSignal | undefined,
): Promise<DeskIdentityRead> {
  const unread = { server, from: personById(desk.directory.content, server.from), reason: "", told: undefined, ground: undefined };
  try {
    const request = openIdentityRequest(server.ciphertext, key.identity);
    if (request.request !== server.id || request.case !== key.id || request.from !== server.from) {
      throw new WhistleError("request-differs");
    }
    const from = await signer(desk, request.directory, request.from, readerRoles, (signing) => verifyIdentityRequest(request, desk.directory.root, signing), signal);
    if (isExcluded(thread.excluded, readerName(from))) {
      throw new WhistleError("excluded");
    }
    const { told, ground } = request;
    const letter = told && thread.letters.find(({ dir, seq }) => dir === "team" && seq === told.seq);
    const isTold = letter?.status === "readable" && letter.text === told?.text && thread.hashes.get(letter.seq) === told.hash;
    return {
      server,
      from,
      reason: request.reason,
      told: told?.text,
      ground,
      ...(told !== undefined && !isTold ? { problem: "source-untold" } : {}),
      ...(server.answer === undefined ? {} : { answer: await readAnswer(server.answer, request, server, desk, key, signal) }),
    };
  } catch (error) {
    return { ...unread, problem: refusalOf(error) };
  }
}

async function readAnswer(file: Uint8Array, request: OpenedRequest, server: DeskIdentity, desk: Desk, key: CaseKey, signal: AbortSignal | undefined): Promise<IdentityAnswerRead> {
  const unread = { custodian: server.custodian === undefined ? undefined : personById(desk.directory.content, server.custodian), outcome: undefined };
  try {
    const answer = openIdentityAnswer(file, key.identity, request);
    const custodian = await signer(desk, answer.directory, answer.from, ["custodian"], (signing) => verifyIdentityAnswer(answer, desk.directory.root, signing), signal);
    if (answer.from !== server.custodian || !request.to.includes(readerName(custodian))) {
      throw new WhistleError("custodian-unknown");
    }
    return { custodian, outcome: answer.outcome, identity: answer.identity, reason: answer.reason };
  } catch (error) {
    return { ...unread, problem: refusalOf(error) };
  }
}

/** A request as a custodian sees it. One with a problem can't be answered. */
export interface DeskIdentityAsk {
  readonly server: IdentityAsk;
  readonly from: Person | undefined;
  readonly request: OpenedRequest | undefined;
  readonly problem?: string | undefined;
}

/** What waits for this custodian, opened with their own key and checked. */
export async function loadIdentities(api: DeskApi, desk: Desk, options: RunOptions = {}): Promise<readonly DeskIdentityAsk[]> {
  const asks: DeskIdentityAsk[] = [];
  for (const server of await api.identities(options.signal)) {
    asks.push(await readAsk(server, desk, options.signal));
  }
  return asks;
}

async function readAsk(server: IdentityAsk, desk: Desk, signal: AbortSignal | undefined): Promise<DeskIdentityAsk> {
  const now = personById(desk.directory.content, server.from);
  let request: OpenedRequest | undefined;
  try {
    request = openIdentityRequest(server.ciphertext, desk.identity);
    const opened = request;
    if (opened.request !== server.id || opened.from !== server.from) {
      throw new WhistleError("request-differs");
    }
    // Who asks reads cases today, too: a request of somebody who was removed is not answered.
    if (now === undefined || !readerRoles.some((role) => role === now.role)) {
      throw new WhistleError("signer-unknown");
    }
    const from = await signer(desk, opened.directory, opened.from, readerRoles, (signing) => verifyIdentityRequest(opened, desk.directory.root, signing), signal);
    if (!opened.to.includes(readerName(desk.person))) {
      throw new WhistleError("custodian-unknown");
    }
    // What the request says of the letter is what lies in the mailbox.
    if (opened.told?.seq !== server.told?.seq || opened.told?.hash !== server.told?.hash) {
      throw new WhistleError("source-untold");
    }
    return { server, from, request };
  } catch (error) {
    return { server, from: now, request, problem: refusalOf(error) };
  }
}

/**
 * Answers: opens the envelope and re-seals what is in it to the case, or refuses with a reason. The envelope is fetched either
 * way, and the answer has one size, so that neither tells which. Says `none` where nothing opens for this custodian. Throws the
 * problem of the request, `reason-missing`, and `identity-invalid` where the envelope is another case's.
 */
export async function answerIdentity(
  api: DeskApi,
  desk: Desk,
  ask: DeskIdentityAsk,
  decision: "release" | { readonly refuse: string },
  today: Day,
  random: Random,
  options: RunOptions = {},
): Promise<IdentityOutcome> {
  const { request } = ask;
  if (request === undefined || ask.problem !== undefined) {
    throw new WhistleError(ask.problem ?? "identity-request-malformed");
  }
  if (decision !== "release" && decision.refuse.trim() === "") {
    throw new WhistleError("reason-missing");
  }
  const envelope = await api.identityEnvelope(ask.server.id, options.signal);
  const decided: IdentityDecision = decision === "release" ? release(envelope, desk, request.case) : { outcome: "refused", reason: decision.refuse.trim() };
  const sealed = sealIdentityAnswer(request, { directory: desk.directory.hash, from: desk.person.id, day: today, decision: decided }, desk.directory.root, desk.signing, random);
  await api.answerIdentity(ask.server.id, sealed, options.signal);
  return decided.outcome;
}

function release(envelope: Uint8Array, desk: Desk, caseId: Id): IdentityDecision {
  try {
    const { name, contact } = openIdentity(envelope, desk.identity, caseId);
    return { outcome: "released", identity: { name, contact } };
  } catch (error) {
    if (codeOf(error) === "sealed-unreadable") {
      return { outcome: "none" };
    }
    throw error;
  }
}
