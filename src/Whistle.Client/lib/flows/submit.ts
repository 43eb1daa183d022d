import { filesProblem, sealFiles, type SealedObject } from "../attachments.ts";
import { base64url, hex, utf8 } from "../bytes.ts";
import { newCaseKey, sealCaseKey, type CaseKey } from "../caseKey.ts";
import { deriveReceipt } from "../derive.ts";
import { channelById, custodiansOf, isExcluded, isExpired, readerName, receiversOf, type Channel, type Directory, type Receiver } from "../directory.ts";
import { answerProblems, answersToSend, type Questionnaire } from "../documents.ts";
import { WhistleError } from "../errors.ts";
import { maxContactBytes, maxNameBytes, sealIdentity } from "../identityEnvelope.ts";
import { canonicalText } from "../jcs.ts";
import { noHash, sealMessage, sourceMember } from "../message.ts";
import { pause } from "../pause.ts";
import { checkPromise, verifyPromise, type PromiseContent } from "../promise.ts";
import type { Random } from "../random.ts";
import { newEntropy, wordsOf } from "../receipt.ts";
import { sealSheet } from "../sheet.ts";
import type { SourceApi } from "../sourceApi.ts";
import { sealState } from "../state.ts";
import { buildSubmission, contentLeaf, encodeBody, existenceLeaf, parseManifest, type Submission } from "../submission.ts";
import { maxNamed, type Answer, type Copy, type Day, type Id, type PlainFile, type ReaderName, type RunOptions } from "../types.ts";
import { newUpload, uploadFromSource, work, type UploadState } from "../upload.ts";

/** Everything a source decided, before any key exists. */
export interface TipInput {
  readonly origin: string;
  readonly directory: Directory;
  readonly channel: Channel;
  readonly questionnaire: Questionnaire;
  readonly today: Day;
  /** Language tag of the text. */
  readonly lang: string;
  /** By question; `title` and `what` among them. Answers to questions that are not asked are dropped. */
  readonly answers: readonly Answer[];
  readonly files: readonly PlainFile[];
  /** Person ids among the channel's readers (also those not valid yet), custodians and approvers that were unticked, and `recovery` where that was. */
  readonly unticked: readonly string[];
  /** Name and contact for the ticked custodians, or nothing to stay anonymous. */
  readonly identity?: { readonly name: string; readonly contact: string; readonly custodians: readonly Id[] } | undefined;
  /** `kept`: whoever has the words can read the tip again. `none` is the safer choice. */
  readonly copy: Copy;
}

/** Keys and sealed bytes of one tip. A retry sends the same bytes. Holds secrets: keep it in memory only. */
export interface PreparedTip {
  readonly words: readonly string[];
  readonly caseId: Id;
  readonly directory: Directory;
  /** Ciphertext bytes that travel altogether. */
  readonly size: number;
  readonly secret: PreparedSecret;
}

/** For `sendTip` alone. */
export interface PreparedSecret {
  readonly submission: Submission;
  readonly object: SealedObject | undefined;
  readonly upload: UploadState;
  work: UploadState["work"];
}

export interface SentTip {
  readonly words: readonly string[];
  readonly caseId: Id;
  readonly promise: PromiseContent;
  /** The signed note, byte for byte, for a saved proof. */
  readonly promiseNote: string;
}

/** What can't be sent, by a stable code; empty where all is well. Checked again by `prepareTip`. */
export type TipProblem =
  | "channel-unknown"
  | "directory-expired"
  | "nobody-left" // every reader was unticked
  | "too-many-left-out" // more than a tip can name
  | "answers-invalid"
  | "text-too-long"
  | "files-too-many"
  | "files-too-large"
  | "identity-too-long"
  | "custodian-unknown";

/** Who gets the key and who is left out, after the rule that unticking a holder of recovery unticks recovery. */
export interface Audience {
  readonly chosen: readonly Receiver[];
  readonly excluded: readonly ReaderName[];
}

/**
 * Those left out are whoever of the channel was unticked: readers, also those to whom nothing can be sealed yet (they may
 * be given the case later), custodians and approvers (they may be given another role). Their keys stay out under any name.
 */
export function audienceOf(input: Pick<TipInput, "directory" | "channel" | "unticked" | "today">): Audience {
  const { content } = input.directory;
  const { readers, custodians, approvers } = input.channel;
  const unticked = content.people.filter((person) => input.unticked.includes(person.id));
  const ofChannel = new Set([...readers, ...custodians, ...approvers]);
  const people = unticked.filter((person) => ofChannel.has(person.id)).map(readerName);
  const receivers = receiversOf(content, input.channel, input.today);
  const recovery = receivers.find((receiver) => receiver.id === "recovery");
  const holders = new Set(content.recovery?.holders.map((holder) => sameName(holder.name)));
  const withoutRecovery =
    recovery !== undefined &&
    (input.unticked.includes("recovery") || unticked.some((person) => holders.has(sameName(person.name))) || isExcluded(people, recovery.reader));
  const excluded = withoutRecovery ? [...people, recovery.reader] : people;
  return { chosen: receivers.filter((receiver) => !isExcluded(excluded, receiver.reader)), excluded };
}

/** The directory names the holders of recovery and gives them no id: one is whoever bears the name. */
function sameName(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

export function tipProblems(input: TipInput): TipProblem[] {
  const problems: TipProblem[] = [];
  const { content } = input.directory;
  const channel = channelById(content, input.channel.id);
  if (channel === undefined) {
    problems.push("channel-unknown");
  }
  if (isExpired(content, input.today)) {
    problems.push("directory-expired");
  }
  const { chosen, excluded } = audienceOf(input);
  if (!chosen.some((receiver) => receiver.person !== undefined)) {
    problems.push("nobody-left");
  }
  if (chosen.length + excluded.length > maxNamed) {
    problems.push("too-many-left-out");
  }
  if (Object.keys(answerProblems(input.questionnaire, input.answers)).length > 0) {
    problems.push("answers-invalid");
  }
  if (utf8(canonicalText(bodyOf(input))).length > maxBody - 400 * input.files.length) {
    problems.push("text-too-long");
  }
  const files = filesProblem(input.files.map((file) => file.data));
  if (files !== undefined) {
    problems.push(files);
  }
  if (input.identity !== undefined) {
    if (utf8(input.identity.name).length > maxNameBytes || utf8(input.identity.contact).length > maxContactBytes) {
      problems.push("identity-too-long");
    }
    const offered = custodiansOf(content, input.channel, input.today).filter((receiver) => !isExcluded(excluded, receiver.reader));
    const known = offered.map((receiver) => receiver.id);
    if (input.identity.custodians.length === 0 || !input.identity.custodians.every((id) => known.includes(id))) {
      problems.push("custodian-unknown");
    }
  }
  return problems;
}

/** What is left of 64 KiB for body and attachments after the members of a first message, its lists of readers at their longest. */
const maxBody = 65536 - 6144;

/** `what` is the text; the other answers, the title among them, stand beside it, so that all of it is in the content leaf. */
function bodyOf(input: TipInput) {
  const answers = answersToSend(input.questionnaire, input.answers);
  const first = (q: string) => answers.find((answer) => answer.q === q)?.values[0] ?? "";
  return {
    kind: "report" as const,
    text: first("what"),
    answers: answers.filter((answer) => answer.q !== "what").map(({ q, values }) => ({ q, values })),
  };
}

/**
 * Makes the keys and seals everything, once. Reads each file twice and refuses one that changed (`file-changed`).
 * Progress: `sealing`. Throws a `TipProblem` or `cancelled`. `keep` is for a reader who files a report: a source has no
 * use for the case's key.
 */
export async function prepareTip(input: TipInput, random: Random, options: RunOptions = {}, keep?: (key: CaseKey) => void): Promise<PreparedTip> {
  const [problem] = tipProblems(input);
  if (problem !== undefined) {
    throw new WhistleError(problem);
  }
  const { directory, channel, today, lang } = input;
  const { root, content } = directory;
  const sealing = (done: number) => options.progress?.({ step: "sealing", done });
  sealing(0);

  const entropy = newEntropy(random);
  const keys = deriveReceipt(entropy);
  const caseKey = newCaseKey(random);
  keep?.(caseKey);
  const recipient = caseKey.identity.recipient;
  const reply = input.copy === "kept" ? keys.reply.recipient : undefined;
  const audience = audienceOf(input);
  const readers = audience.chosen.map((receiver) => receiver.reader);
  const body = bodyOf(input);

  const object =
    input.files.length === 0
      ? undefined
      : await sealFiles(input.files, reply === undefined ? [recipient] : [recipient, reply], random, {
          signal: options.signal,
          progress: (done) => sealing(0.8 * done),
        });
  await pause(options.signal);

  const message = {
    case: caseKey.id,
    dir: "source" as const,
    seq: 1,
    prev: noHash,
    seen: { seq: 0, hash: noHash },
    day: today,
    lang,
    signer: "source",
    directory: directory.hash,
    body,
    attachments: object?.files ?? [],
    source: sourceMember({
      mailbox: keys.mailboxAuth.publicKey,
      signing: keys.sourceSign.publicKey,
      reply: keys.reply.recipient,
      contentBlind: keys.contentBlind,
      readers,
      excluded: audience.excluded,
    }),
  };
  const sealedMessage = sealMessage(message, { recipient, reply }, root, keys.sourceSign, random);
  await pause(options.signal);
  const keyBlob = sealCaseKey(caseKey, audience.chosen.map((receiver) => receiver.recipient), random);
  sealing(0.9);
  await pause(options.signal);
  const title = input.answers.find((answer) => answer.q === "title")?.values[0] ?? "";
  const sheet = sealSheet(
    { case: caseKey.id, version: 1, channel: channel.id, directory: directory.hash, day: today, lang, title, category: "", severity: "", author: "source" },
    recipient,
    root,
    keys.sourceSign,
    random,
  );
  const given = input.identity;
  const custodians = custodiansOf(content, channel, today).filter((receiver) => given?.custodians.includes(receiver.id) === true);
  const identity = sealIdentity(
    caseKey.id,
    given && { name: given.name, contact: given.contact, custodians: custodians.map((receiver) => receiver.recipient) },
    random,
  );
  await pause(options.signal);
  const state = sealState(
    {
      case: caseKey.id,
      recipient,
      root: hex(root),
      directory: directory.hash,
      version: content.version,
      channel: channel.id,
      copy: input.copy,
      readers,
      excluded: audience.excluded,
    },
    keys.stateKey,
    keys.mailboxId,
    random,
  );
  const submission = buildSubmission(
    {
      origin: input.origin,
      directory: directory.hash,
      channel: channel.id,
      case: caseKey.id,
      access: base64url(caseKey.access.publicKey),
      attachments: object === undefined ? [] : [object],
      existence: existenceLeaf(keys.existenceBlind),
      content: contentLeaf(keys.contentBlind, message),
    },
    { keyBlob, sheet, message: sealedMessage, identity, state },
    keys.mailboxAuth,
  );
  sealing(1);
  return {
    words: wordsOf(entropy),
    caseId: caseKey.id,
    directory,
    size: keyBlob.length + sheet.length + sealedMessage.length + identity.length + state.length + (object?.size ?? 0),
    secret: { submission, object, upload: newUpload(), work: undefined },
  };
}

/**
 * Uploads, does the proof of work, sends, checks the promise. Can be called again after any failure with the same
 * prepared tip: it sends the same bytes and skips parts that were acknowledged. Progress: `uploading`, `working`,
 * `sending`, `checking`. Throws server codes, `network`, `cancelled`, or `promise-invalid` where what came back
 * does not prove what was sent; then the words must not be shown as a receipt.
 */
export async function sendTip(prepared: PreparedTip, api: SourceApi, random: Random, options: RunOptions = {}): Promise<SentTip> {
  const { secret } = prepared;
  const { signal } = options;
  if (secret.object !== undefined) {
    await uploadFromSource(api, secret.object, secret.upload, random, options);
  }
  secret.work = await work(api, secret.submission.manifest, secret.work, random, {
    signal,
    progress: (done) => options.progress?.({ step: "working", done }),
  });
  options.progress?.({ step: "sending", done: 0 });
  let answer: { readonly promise: string };
  try {
    answer = await api.tip(encodeBody(secret.submission, secret.work.nonce, secret.work.counter), signal);
  } catch (error) {
    if (error instanceof WhistleError && error.status !== undefined && error.status < 500) {
      // Refused, not lost: whatever the reason, the next attempt proves and uploads anew, with the same bytes.
      secret.work = undefined;
      Object.assign(secret.upload, newUpload());
    }
    throw error;
  }
  options.progress?.({ step: "checking", done: 0 });
  const promise = verifyPromise(answer.promise, prepared.directory);
  checkPromise(promise, parseManifest(secret.submission.manifest));
  options.progress?.({ step: "checking", done: 1 });
  return { words: prepared.words, caseId: prepared.caseId, promise, promiseNote: answer.promise };
}
