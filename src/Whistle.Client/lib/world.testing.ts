import { encodeRecipient, newIdentity, type HybridIdentity } from "./age.ts";
import { base64url, hex, utf8, h } from "./bytes.ts";
import { acceptDirectory, rootFingerprint, type Directory, type DirectoryContent, type Person } from "./directory.ts";
import { canonicalText, type JsonObject } from "./jcs.ts";
import type { Random } from "./random.ts";
import { signingKey, type SigningKey } from "./sign.ts";
import { joinNote, signNote } from "./signedNote.ts";

// A small organisation for tests: one channel, three readers, an approver, a custodian, recovery, two root keys of two.

export const origin = "http://localhost:5080";
export const today = 20_000;

export interface TestPerson {
  readonly person: Person;
  readonly identity: HybridIdentity;
  readonly signing: SigningKey;
}

export interface World {
  readonly people: readonly TestPerson[];
  readonly recovery: HybridIdentity;
  readonly log: SigningKey;
  readonly roots: readonly { readonly name: string; readonly key: SigningKey }[];
  readonly content: DirectoryContent;
  readonly directory: Directory;
  readonly documents: ReadonlyMap<string, Uint8Array>;
}

export const questionnaire = {
  v: 1,
  id: "general",
  questions: [
    { id: "title", type: "text", label: { en: "In one line" }, required: "yes" },
    { id: "what", type: "longtext", label: { en: "What happened?" }, required: "yes", max: 5000 },
    { id: "how", type: "choice", label: { en: "How do you know?" }, required: "yes", options: [{ id: "saw", label: { en: "I saw it" } }, { id: "heard", label: { en: "I heard" } }] },
    { id: "whom", type: "text", label: { en: "From whom?" }, required: "yes", when: { question: "how", is: ["heard"] } },
    { id: "since", type: "date", label: { en: "Since when?" }, required: "no" },
    { id: "again", type: "yesno", label: { en: "Does it go on?" }, required: "no" },
    { id: "areas", type: "multiple", label: { en: "Areas" }, required: "no", options: [{ id: "a", label: { en: "A" } }, { id: "b", label: { en: "B" } }] },
  ],
};

const texts = {
  v: 1,
  privacy: { en: ["p"] },
  protects: { en: ["p"] },
  limits: { en: ["p"] },
  rights: { en: ["p"] },
  emergency: { number: "112", note: { en: "n" } },
  authorities: [{ name: { en: "A" }, about: { en: "b" }, url: "https://authority.example", phone: "1" }],
};

const taxonomy = {
  v: 1,
  categories: [{ id: "safety", label: { en: "Safety" } }],
  severities: [{ id: "high", label: { en: "High" }, guide: { en: "g" } }],
};

export function makeWorld(random: Random, on = today): World {
  const id = () => hex(random(16));
  const make = (name: string, role: Person["role"]): TestPerson => {
    const identity = newIdentity(random);
    const signing = signingKey(random(32));
    const person = { id: id(), name, role, place: "inside" as const, recipient: encodeRecipient(identity.recipient), signing: signing.publicKey, from: 0, until: 30_000 };
    return { person, identity, signing };
  };
  const people = [make("R. Moreau", "lead"), make("B. Weiss", "reviewer"), make("C. Ito", "reviewer"), make("D. Okafor", "approver"), make("E. Silva", "custodian")];
  const roots = ["ethics", "council"].map((name) => ({ name, key: signingKey(random(32)) }));
  const recovery = newIdentity(random);
  const log = signingKey(random(32));
  const documents = new Map<string, Uint8Array>();
  const add = (document: unknown) => {
    const bytes = utf8(JSON.stringify(document));
    documents.set(hex(h(bytes)), bytes);
    return hex(h(bytes));
  };
  const ids = people.map((entry) => entry.person.id);
  const content: DirectoryContent = {
    v: 1,
    version: 3,
    previous: "ab".repeat(32),
    issued: on - 10,
    expires: on + 50,
    organisation: "Example Works",
    origins: [origin],
    root: { threshold: 2, keys: roots.map(({ name, key }) => ({ name, key: key.publicKey })) },
    log: { name: "localhost", key: log.publicKey },
    people: people.map((entry) => entry.person),
    channels: [
      {
        id: id(),
        name: { en: "Works council" },
        entity: "Example Works GmbH",
        readers: ids.slice(0, 3),
        approvers: ids.slice(3, 4),
        custodians: ids.slice(4, 5),
        recovery: "offered",
        policy: "eu",
        questionnaire: add(questionnaire),
        texts: add(texts),
        taxonomy: add(taxonomy),
      },
    ],
    recovery: { recipient: encodeRecipient(recovery.recipient), threshold: 2, holders: [{ name: "C. Ito", place: "inside" }, { name: "Dr. Kern", place: "outside" }] },
  };
  const note = directoryNote(content, roots);
  return { people, recovery, log, roots, content, documents, directory: acceptDirectory(note, { origin, today: on }) };
}

/** The wire's form of a directory, keys in base64url. */
export function directoryJson(content: DirectoryContent): JsonObject {
  return {
    ...content,
    root: { ...content.root, keys: content.root.keys.map(({ name, key }) => ({ name, key: base64url(key) })) },
    log: { ...content.log, key: base64url(content.log.key) },
    people: content.people.map((person) => ({ ...person, signing: base64url(person.signing) })),
    channels: content.channels.map((channel) => ({ ...channel })),
    recovery: content.recovery && { ...content.recovery, holders: content.recovery.holders.map((holder) => ({ ...holder })) },
  };
}

export function directoryText(content: DirectoryContent): string {
  return `whistle/directory/v1\n${hex(rootFingerprint(content.root))}\n${canonicalText(directoryJson(content))}\n`;
}

export function directoryNote(content: DirectoryContent, signers: readonly { readonly name: string; readonly key: SigningKey }[], text = directoryText(content)): string {
  return joinNote(text, signers.map(({ name, key }) => signNote(text, name, key)));
}
