import { formatPartialDay } from "../../lib/days.ts";
import { meetingOf, meetingWord, type MeetingWord } from "../../lib/meeting.ts";
import { channelById, isExcluded, isValidOn, personById, readerName, splitReader, type Person } from "../../lib/directory.ts";
import { inLanguage, type ByLanguage, type ChannelDocuments } from "../../lib/documents.ts";
import { checkIns, checkInWord } from "../../lib/checkIn.ts";
import { answered, pairAnswers, transcriptWord } from "../../lib/questions.ts";
import { foldRecords, grantProblem, investigationOf, recordKinds, translationsOf, type Duty, type Translation, type Desk, type DeskFile, type DeskIdentityRead, type QueueRow } from "../../lib/flows/desk.ts";
import type { Letter, LetterFile } from "../../lib/flows/mailbox.ts";
import { meaningOf } from "../../lib/taxonomy.ts";
import type { Row } from "../model/case.ts";
import { dayOf } from "../model/days.ts";
import type { AnswerView, CaseView, ChannelView, IdentityView, LetterView, MemberView, PersonView, PurgeTargetView } from "../model/views.ts";
import type { DeskDocuments } from "./workspace.ts";

/** A row for the list. A sheet that can't be trusted leaves title and labels empty: the row says so by being untitled. */
export function toRow(row: QueueRow, today: number, known: { readonly others?: ReadonlyMap<string, QueueRow>; readonly duties?: readonly Duty[] } = {}): Row {
  const leading = row.sheet?.leading === undefined ? undefined : known.others?.get(row.sheet.leading);
  return {
    ...(row.opening === true ? { opening: true as const } : {}),
    ...(leading === undefined ? {} : { leading: leading.sheet?.title ?? "" }),
    ...(row.sheet?.stage === undefined ? {} : { stage: row.sheet.stage }),
    id: row.caseId,
    channel: row.channel,
    title: row.sheet?.title ?? "",
    category: row.sheet?.category ?? "",
    severity: row.sheet?.severity ?? "",
    day: row.server?.received ?? row.sheet?.day ?? today,
    ...(row.server === undefined ? {} : { facts: row.server }),
    duties: known.duties ?? [],
  };
}

export function toChannel(desk: Desk, id: string, documents: DeskDocuments | undefined, language: string): ChannelView {
  const channel = channelById(desk.directory.content, id);
  const taxonomy = documents?.taxonomy;
  const choices = (list: readonly { readonly id: string; readonly label: ByLanguage }[]) =>
    list.map((entry) => ({ id: entry.id, label: inLanguage(entry.label, language) ?? entry.id }));
  const words = (texts: ByLanguage | undefined) => (texts === undefined ? undefined : inLanguage(texts, language));
  return {
    id,
    name: channel === undefined ? "" : (inLanguage(channel.name, language) ?? ""),
    entity: channel?.entity ?? "",
    policy: channel?.policy ?? "eu",
    severities: choices(taxonomy?.severities ?? []),
    stages: (taxonomy?.stages ?? []).map(({ id: stage, state, label }) => ({ id: stage, state, label: inLanguage(label, language) ?? stage })),
    categories: choices(taxonomy?.categories ?? []),
    judging: words(taxonomy?.guide?.about),
    meaning: (category, severity) => (taxonomy === undefined ? undefined : words(meaningOf(taxonomy, category, severity))),
  };
}

function toPerson(person: Person): PersonView {
  return { id: person.id, name: person.name, role: person.role, place: person.place };
}

export interface ViewContext {
  readonly desk: Desk;
  readonly documents: ChannelDocuments | undefined;
  readonly language: string;
  readonly today: number;
}

/** Everything the case page draws, from a case whose parts the library has checked. */
export function toView(file: DeskFile, context: ViewContext): CaseView {
  const { desk, today, language } = context;
  const { content } = desk.directory;
  const server = file.server.case;
  const nameOf = (id: string): string => personById(content, id)?.name ?? id;
  const excluded = new Set(file.excluded.map((reader) => splitReader(reader).id));
  const held = new Map(file.server.people.map((person) => [person.id, person.since]));
  const away = new Map(file.server.people.map((person) => [person.id, person]));
  const people: MemberView[] = [];
  for (const id of new Set([...held.keys(), ...file.readers.map((reader) => splitReader(reader).id)])) {
    const person = personById(content, id);
    const since = held.get(id);
    if (person !== undefined) {
      const absence = away.get(id);
      people.push({
        ...toPerson(person),
        ...(since === undefined ? {} : { since: dayOf(since * 1000) }),
        ...(absence?.away === undefined
          ? {}
          : { away: { until: absence.away, ...(absence.deputy === undefined ? {} : { deputy: nameOf(absence.deputy) }), deputyHolds: absence.deputy !== undefined && held.has(absence.deputy) } }),
      });
    }
  }
  const channel = channelById(content, server.channel);
  const approvers = new Set([...(channel?.approvers ?? []), ...held.keys()]);
  const asked = content.people.filter((p) => approvers.has(p.id) && !isExcluded(file.excluded, readerName(p)) && p.id !== desk.person.id && isValidOn(p, today));
  // SPEC 12.1: where no lead holds the case and the channel has no approver, any two who hold it.
  const anyTwo = (channel?.approvers ?? []).length === 0 && ![...held.keys()].some((id) => personById(content, id)?.role === "lead");
  const records = foldRecords(file.notes);
  const investigation = investigationOf(records);
  const translations = translationsOf(records);
  const targets = purgeTargets(file);
  const lastSource = Math.max(0, ...file.letters.filter((l) => l.dir === "source").map((l) => l.seq));
  return {
    row: {
      id: file.caseId,
      channel: server.channel,
      title: file.sheet?.title ?? "",
      category: file.sheet?.category ?? "",
      severity: file.sheet?.severity ?? "",
      ...(file.sheet?.stage === undefined ? {} : { stage: file.sheet.stage }),
      day: server.received,
      facts: server,
      duties: [],
    },
    letters: file.letters.map((letter) => toLetter(letter, file, context, lastSource - server.unread, translations)),
    notes: file.notes.filter(isNote).map((note) => ({
      id: note.id,
      author: note.author?.name ?? "",
      at: note.at,
      text: note.text,
      signature: note.problem === undefined ? ("good" as const) : note.problem === "signature-invalid" ? ("bad" as const) : ("unknown" as const),
      readable: note.problem === undefined,
      mentions: note.mentions.map(nameOf),
      mine: note.mentions.includes(desk.person.id),
    })),
    investigation,
    noteFiles: file.notes.flatMap((note) => note.files),
    transcripts: investigation.interviews.flatMap((interview) => (interview.role === "source" ? interview.steps.map((step) => step.text) : [])),
    custody: file.server.history.filter(isAccess).map((entry) => ({ at: entry.at, actor: entry.actor === undefined ? "" : nameOf(entry.actor), ...(entry.file === undefined ? {} : { file: entry.file }) })),
    history: file.server.history.filter((entry) => !isAccess(entry)).map((entry) => ({ at: entry.at, actor: entry.actor === undefined ? "" : nameOf(entry.actor), act: entry.act })),
    people,
    sharable: content.people.filter((person) => grantProblem(file, desk, person, today) === undefined).map(toPerson),
    excluded: [...new Set([...excluded].flatMap((id) => (id === "recovery" ? (content.recovery?.holders ?? []).map((holder) => holder.name) : [nameOf(id)])))],
    summaries: file.summaries.map((summary) => ({
      id: summary.server.id,
      state: summary.server.state,
      ...(summary.server.code === undefined ? {} : { refusal: summary.server.code }),
      title: summary.text?.title ?? "",
      text: summary.text?.text ?? "",
      outcome: summary.text?.outcome ?? "open",
      proposer: summary.proposer?.name ?? "",
    })),
    // Whoever the source left out must not see a summary either, and nobody approves their own.
    approvers: asked.map(toPerson),
    meeting: meetingOf(file.letters, server.policy),
    checkIns: checkIns.map((mark) => {
      const letter = file.letters.find((l) => l.status === "readable" && checkInWord(l)?.mark === mark);
      const word = letter && checkInWord(letter)?.word;
      return { mark, due: (file.letters[0]?.day ?? server.received) + mark, ...(letter === undefined || word === undefined ? {} : { word, day: letter.day }) };
    }),
    sourceLang: file.letters.filter(({ dir, status }) => dir === "source" && status === "readable").at(-1)?.lang ?? file.sheet?.lang ?? language,
    closings: file.closings.map(({ server: closing, proposer, text, problem }) => ({
      id: closing.id,
      state: closing.state,
      ...(closing.code === undefined ? {} : { refusal: closing.code }),
      ...(text === undefined ? {} : { outcome: text.outcome, retention: text.retention }),
      text: text?.text ?? "",
      proposer: proposer?.name ?? "",
      mine: proposer?.id === desk.person.id,
      asked: closing.approvers.includes(desk.person.id),
      approvers: closing.approvers.map(nameOf),
      signature: problem === undefined ? ("good" as const) : problem === "signature-invalid" ? ("bad" as const) : ("unknown" as const),
    })),
    closers: asked.filter((p) => desk.person.role === "lead" || p.role !== "reviewer" || anyTwo).map(toPerson),
    purges: file.purges.map(({ server: purge, proposer, approver, text, problem, target }) => ({
      id: purge.id,
      state: purge.state,
      ...(purge.code === undefined ? {} : { refusal: purge.code }),
      ...targetOf(targets.find(({ hash }) => hash === target)),
      ...(text === undefined ? {} : { ground: text.ground }),
      text: text?.text ?? "",
      proposer: proposer?.name ?? "",
      ...(approver === undefined ? {} : { approver: approver.name }),
      mine: proposer?.id === desk.person.id,
      asked: purge.approvers.includes(desk.person.id),
      approvers: purge.approvers.map(nameOf),
      signature: problem === undefined ? ("good" as const) : problem === "signature-invalid" ? ("bad" as const) : ("unknown" as const),
    })),
    purgeable: targets.filter(({ gone }) => !gone),
    identities: file.identities.map((asked) => toIdentity(asked, nameOf)),
    custodians: file.custodians.filter((person) => isValidOn(person, today) && !held.has(person.id)).map(toPerson),
    problems: file.problems,
  };
}

/** Letters of the source but the first, and what came as files together, of letters of the source and of notes. */
function purgeTargets(file: DeskFile): readonly (PurgeTargetView & { readonly gone: boolean })[] {
  const source = file.letters.filter(({ dir }) => dir === "source");
  const files = (all: readonly LetterFile[], of: { readonly seq?: number; readonly day?: number }) => {
    const [first] = all;
    return first === undefined ? [] : [{ hash: first.cipher, kind: "files" as const, names: all.map(({ name }) => name), gone: first.gone, ...of }];
  };
  return [
    ...source.flatMap(({ seq, day, hash, status }) => (seq === 1 || (status !== "readable" && status !== "purged") ? [] : [{ hash, kind: "letter" as const, seq, day, names: [], gone: status === "purged" }])),
    ...source.flatMap(({ files: all, seq, day }) => files(all, { seq, day })),
    ...file.notes.flatMap((note) => files(note.files, {})),
  ];
}

function targetOf(target: PurgeTargetView | undefined): { readonly target?: PurgeTargetView } {
  return target === undefined ? {} : { target };
}

function toIdentity({ server, from, reason, told, ground, problem, answer }: DeskIdentityRead, nameOf: (id: string) => string): IdentityView {
  return {
    id: server.id,
    state: server.state,
    from: from?.name ?? nameOf(server.from),
    day: dayOf(server.at * 1000),
    asked: server.to.map(nameOf),
    reason,
    ...(told === undefined ? {} : { told }),
    ...(ground === undefined ? {} : { ground }),
    ...(problem === undefined ? {} : { problem }),
    ...(answer === undefined
      ? {}
      : {
          answer: {
            custodian: answer.custodian?.name ?? "",
            ...(answer.outcome === undefined ? {} : { outcome: answer.outcome }),
            ...(answer.identity === undefined ? {} : { name: answer.identity.name, contact: answer.identity.contact }),
            ...(answer.reason === undefined ? {} : { reason: answer.reason }),
            ...(answer.problem === undefined ? {} : { problem: answer.problem }),
          },
        }),
  };
}

/** What is a record that this desk knows is shown as one; all else, and what nobody vouches for, as a note. */
function isNote(note: DeskFile["notes"][number]): boolean {
  return note.problem !== undefined || !recordKinds.some((kind) => kind === note.record?.kind);
}

/** Answers that a letter says in words of its own. */
const worded = ["meeting", "reader", "content", "transcript", "checkin"];

/** Reading is no act upon the case: it stands in the list of custody. */
function isAccess({ act }: { readonly act: string }): boolean {
  return act === "case.read" || act === "file.opened";
}

function toLetter(letter: Letter, { letters }: DeskFile, { desk, documents, language }: ViewContext, read: number, translations: readonly Translation[]): LetterView {
  const readable = letter.status === "readable";
  const target = answered(letter, letters);
  const { paired, rest } = pairAnswers(target?.questions ?? [], letter.answers);
  const seenIn = letters.find(({ dir, status, seen }) => dir === "source" && status === "readable" && seen >= letter.seq);
  const checkIn = checkInWord(letter);
  const word = target?.kind === "transcript" ? transcriptWord(letter) : undefined;
  return {
    key: `${letter.dir}-${letter.seq}`,
    dir: letter.dir,
    seq: letter.seq,
    day: letter.day,
    kind: readable ? letter.kind : letter.status === "purged" ? "purged" : "unreadable",
    ...(letter.signer === undefined ? {} : { author: letter.signer.name }),
    mine: letter.signer?.id === desk.person.id,
    signature: readable || letter.status === "purged" ? "good" : letter.status === "signature-invalid" || letter.status === "chain-broken" ? "bad" : "unknown",
    text: letter.text,
    hash: letter.hash,
    lang: letter.lang,
    questions: letter.questions,
    ...(word === undefined ? {} : { transcript: word }),
    ...(checkIn === undefined || !readable ? {} : { checkIn: checkIn.word }),
    ...(letter.dir === "team" && readable ? { received: seenIn?.day ?? ("no" as const) } : {}),
    translations: translations
      .filter(({ message }) => message === letter.hash)
      .map(({ id, lang, text, steps: [{ author, at }] }) => ({ id, lang, text, author: author?.name ?? "", at })),
    answers:
      letter.kind === "report"
        ? letter.answers.flatMap((answer) => toAnswer(answer, documents, language))
        : [
            ...paired.map(({ question, value }) => ({
              question: question.label,
              ...(question.type === "yesno" ? { yesNo: true as const } : {}),
              values: [question.type === "date" ? formatPartialDay(value, language === "en" ? "en-GB" : language) : value],
            })),
            ...rest.filter(({ q }) => !worded.includes(q)).map(({ q, values }) => ({ question: q, values })),
          ],
    files: letter.files,
    ...(readable && meetingWord(letter) !== undefined ? { meeting: meetingWord(letter) as MeetingWord } : {}),
    fresh: letter.dir === "source" && letter.seq > read,
  };
}

/** An answer in the words of the questionnaire; one that it does not know keeps its own name. */
function toAnswer(answer: { readonly q: string; readonly values: readonly string[] }, documents: ChannelDocuments | undefined, language: string): AnswerView[] {
  if (answer.q === "what" || answer.q === "title" || answer.values.length === 0) {
    return []; // they are the letter's text and the row's title
  }
  const question = documents?.questionnaire.questions.find((q) => q.id === answer.q);
  return [
    {
      question: question === undefined ? answer.q : (inLanguage(question.label, language) ?? answer.q),
      ...(question?.type === "yesno" ? { yesNo: true as const } : {}),
      values: answer.values.map((value) => {
        const option = question?.options?.find((o) => o.id === value);
        if (option !== undefined) {
          return inLanguage(option.label, language) ?? value;
        }
        return question?.type === "date" ? formatPartialDay(value, language === "en" ? "en-GB" : language) : value;
      }),
    },
  ];
}
