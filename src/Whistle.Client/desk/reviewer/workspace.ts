import type { ClockPolicy } from "../../lib/clocks.ts";
import { draftKinds, type DeskApi, type DraftKind } from "../../lib/deskApi.ts";
import { hex } from "../../lib/bytes.ts";
import { digest } from "../../lib/treeHash.ts";
import { channelById, personById } from "../../lib/directory.ts";
import type { ChannelDocuments } from "../../lib/documents.ts";
import { codeOf, WhistleError } from "../../lib/errors.ts";
import {
  addNote, claimCase, emptyRing, maxFilters, type SavedFilter, findCases, grantCase, isUntold, sealedStream, tellOfMyself, withRecovered, loadDraft, loadRing, mergeRings, moveCase, openCase, openCaseFile, pinCase, prepareReply, proposeSummary, proposeClosing, proposePurge, approveClosing, approvePurge,
  recuse, requestIdentity, saveDraft, saveRing, sendReply, updateSheet,
  type Desk, type DeskFile, type Found, type PreparedReply, type QueueRow, type ReplyInput, type Ring, type SummaryInput,
  noteOf, assertLinkable, fieldsOf, prepareFiling, sendFiling, completeFiling,
  type ClosingInput, type PurgeInput, type IdentityInput, type LinkKind, type CaseLink, type Filing, type PreparedFiling,
} from "../../lib/flows/desk.ts";
import { loadDocuments } from "../../lib/flows/directory.ts";
import { systemRandom } from "../../lib/random.ts";
import type { ProgressStep } from "../../lib/types.ts";
import type { SourceApi } from "../../lib/sourceApi.ts";
import { loadTaxonomy, type Taxonomy } from "../../lib/taxonomy.ts";
import type { CaseState } from "../model/case.ts";
import type { FileView } from "../model/views.ts";
import type { LocalStore } from "../model/local.ts";
import { Reading } from "./reading.ts";
import { readLetterWork } from "./letter-work.ts";
import { readWork } from "../summary/work.ts";
import { Drafts } from "./drafts.ts";
import type { RecordInput } from "./investigation.tsx";
import { Kept } from "./kept.ts";

/** What a reader needs of a channel, beyond what its source reads. */
export interface DeskDocuments extends ChannelDocuments {
  readonly taxonomy: Taxonomy;
}

export interface Opening {
  readonly done: number;
  readonly total: number;
}

/** What the page draws; replaced as a whole, never changed in place. */
export interface WorkspaceState {
  readonly rows: readonly QueueRow[];
  /** False until the first round is through: an empty list is then not yet an empty queue. */
  readonly settled: boolean;
  readonly opening: Opening | undefined;
  /** Why the last round in the background failed. */
  readonly failure: unknown;
  /** Grants that were not what they claimed to be; nothing of them was kept. */
  readonly refused: Found["refused"];
  readonly documents: ReadonlyMap<string, DeskDocuments>;
  /** Another number where the search index knows something else. */
  readonly read: number;
}

/**
 * The open desk of a reviewer: the keyring, the rows, and every act on a case. It lives in memory only and is
 * thrown away whole when the desk locks. Content goes to the page, and sealed into this device's search index.
 */
export class Workspace {
  readonly api: DeskApi;
  readonly desk: Desk;
  readonly kept = new Kept();
  readonly reading: Reading;
  readonly drafts = new Drafts((id, kind, text) => this.keepDraft(id, kind, text));
  private readonly source: SourceApi;
  private readonly today: () => number;
  private readonly changed: (state: WorkspaceState) => void;
  private readonly stopped = new AbortController();
  private ring: Ring = emptyRing;
  private round: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();
  /** When a progress was last shown. */
  private said = 0;
  private prepared: { readonly key: string; readonly files: readonly unknown[]; readonly reply: PreparedReply } | undefined;
  state: WorkspaceState = { rows: [], settled: false, opening: undefined, failure: undefined, refused: [], documents: new Map(), read: 0 };

  constructor(parts: { readonly api: DeskApi; readonly source: SourceApi; readonly desk: Desk; readonly store?: LocalStore | undefined; readonly today: () => number; readonly changed: (state: WorkspaceState) => void }) {
    this.api = parts.api;
    this.source = parts.source;
    this.desk = parts.desk;
    this.today = parts.today;
    this.changed = parts.changed;
    this.reading = new Reading({
      store: parts.store,
      desk: parts.desk,
      random: systemRandom,
      draw: () => this.set({ read: this.state.read + 1 }),
      look: () => void this.heard(),
    });
  }

  /** Ends everything in the background; nothing is drawn after it. Drafts that wait are sealed and sent first, and what was read is sealed: it ends when this device has that. */
  stop(): Promise<void> {
    void this.drafts.end();
    this.stopped.abort();
    return this.reading.stop();
  }

  private set(part: Partial<WorkspaceState>): void {
    if (!this.stopped.signal.aborted) {
      this.state = { ...this.state, ...part };
      this.changed(this.state);
    }
  }

  private get options() {
    return { signal: this.stopped.signal };
  }

  /** Loads what every round needs: the stored keyring and the channels' documents. */
  async start(): Promise<void> {
    const kept = this.reading.start();
    try {
      this.ring = await loadRing(this.api, this.desk, this.options);
    } catch (error) {
      if (codeOf(error) !== "keyring-invalid") {
        this.set({ failure: error, settled: true });
        return;
      }
      this.ring = emptyRing; // a cache that does not hold is rebuilt from the stream
    }
    await this.refresh();
    await kept;
  }

  /** One round at a time; a second wish while one runs waits for it. */
  async refresh(): Promise<void> {
    this.round ??= this.look().finally(() => {
      this.round = undefined;
    });
    await this.round;
  }

  /** Something about a claimed case changed, the server says: the list is read anew, and whoever shows a case is told. */
  async heard(): Promise<void> {
    await this.round; // a round that runs may have read the list before the change
    await this.refresh();
    if (this.stopped.signal.aborted) {
      return;
    }
    for (const told of this.listeners) {
      told();
    }
  }

  /** Calls back after a change was heard of; returns how to stop that. */
  onHeard(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async look(): Promise<void> {
    this.reading.roundBegins();
    try {
      const before = this.ring;
      const found = await findCases(this.api, this.desk, before, {
        ...this.options,
        rows: (rows) => this.set({ rows: this.current(rows) }),
        progress: ({ step, at, of }) => {
          // Said often enough to be seen to move, and not for each of ten thousand.
          if (step === "opening" && at !== undefined && of !== undefined && of > 0 && performance.now() - this.said > 100) {
            this.said = performance.now();
            this.set({ opening: { done: at, total: of } });
          }
        },
      });
      // A case that was opened or given up while the round ran keeps its pin, or stays away.
      // What was saved or taken away of the filters meanwhile stands as it is now.
      this.ring = this.ring === before ? found.ring : { ...mergeRings(this.ring, found.ring), filters: this.ring.filters };
      const rows = found.rows.filter((row) => !this.ring.recused.includes(row.caseId));
      await this.loadDocumentsOf([...found.channels, ...rows.filter((row) => row.server !== undefined).map((row) => row.channel)]);
      this.reading.roundEnds(rows.flatMap(({ caseId, server }) => (server === undefined ? [] : [[caseId, server] as const])));
      this.set({ rows, refused: found.refused, settled: true, opening: undefined, failure: undefined });
      if (found.changed) {
        await this.keepRing();
      }
    } catch (error) {
      if (codeOf(error) !== "cancelled") {
        this.set({ settled: true, opening: undefined, failure: error });
      }
    }
  }

  /** Rows of a round that is not over: what was claimed or done at this desk meanwhile stands. */
  private current(rows: readonly QueueRow[]): QueueRow[] {
    const now = new Map(this.state.rows.map((row) => [row.caseId, row]));
    return rows
      .filter((row) => !this.ring.recused.includes(row.caseId))
      .map((row) => {
        const server = now.get(row.caseId)?.server;
        return server !== undefined && server.version >= (row.server?.version ?? 0) ? { ...row, server } : row;
      });
  }

  /** The keyring is a cache: where another device was faster, its version is read and this round's finds are added next time. */
  private async keepRing(): Promise<void> {
    try {
      this.ring = await saveRing(this.api, this.desk, this.ring, systemRandom, this.options);
    } catch (error) {
      if (codeOf(error) !== "stale") {
        throw error;
      }
      const theirs = await loadRing(this.api, this.desk, this.options);
      this.ring = mergeRings(theirs, this.ring);
      this.ring = await saveRing(this.api, this.desk, this.ring, systemRandom, this.options);
    }
  }

  /** Of every channel that is read: asking for one channel's alone would tell the server where an unclaimed case lies. */
  private async loadDocumentsOf(channels: readonly string[]): Promise<void> {
    const documents = new Map(this.state.documents);
    for (const id of new Set(channels)) {
      const channel = channelById(this.desk.directory.content, id);
      if (channel !== undefined && !documents.has(id)) {
        const { signal } = this.stopped;
        const [read, taxonomy] = await Promise.all([loadDocuments(this.source, channel, signal), loadTaxonomy(this.source, channel.taxonomy, signal)]);
        documents.set(id, { ...read, taxonomy });
      }
    }
    if (documents.size > this.state.documents.size) {
      this.set({ documents });
    }
  }

  private row(id: string): QueueRow | undefined {
    return this.state.rows.find((row) => row.caseId === id);
  }

  private updateRow(id: string, part: Partial<QueueRow>): void {
    this.set({ rows: this.state.rows.map((row) => (row.caseId === id ? { ...row, ...part } : row)) });
  }

  /** The first opening, after "I have no conflict". */
  async claim(id: string): Promise<DeskFile> {
    const server = await claimCase(this.api, this.desk, this.ring, id, this.options);
    this.reading.claimed(id, server);
    this.updateRow(id, { server });
    return this.open(id);
  }

  /** Takes what the holders of recovery gave to this person: the cases stand in the list then, to be opened as any other. Says how many. */
  async takeRecovered(file: Uint8Array): Promise<number> {
    const next = withRecovered(this.ring, file, this.desk);
    const taken = next.cases.length - this.ring.cases.length;
    if (taken > 0) {
      this.ring = next;
      await this.keepRing();
      await this.round;
      await this.refresh();
    }
    return taken;
  }

  /** Tells the source of this person, where the key came by recovery and nobody did yet; the case as it is then. Steps back where the source does not let them. */
  async introduced(file: DeskFile, explanation: { readonly text: string; readonly lang: string }): Promise<DeskFile> {
    if (!isUntold(file, this.desk)) {
      return file;
    }
    try {
      await tellOfMyself(this.api, this.desk, file, { ...explanation, today: this.today() }, systemRandom, this.options);
    } catch (error) {
      if (codeOf(error) === "recovery-left-out") {
        await this.recuse(file.caseId, "");
      }
      throw error;
    }
    return this.open(file.caseId);
  }

  sealedStream(channel: string, progress: (done: number, of: number) => void): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    return sealedStream(this.api, channel, progress, this.options);
  }

  /** Opens a claimed case and marks the source's messages as read by this person. */
  async open(id: string): Promise<DeskFile> {
    const file = await openCase(this.api, this.desk, this.ring, id, this.options);
    const pinned = pinCase(this.ring, file);
    if (pinned !== this.ring) {
      this.ring = pinned;
      await this.keepRing();
    }
    this.reading.put(file);
    this.updateRow(id, { server: file.server.case, ...(file.sheet === undefined ? {} : { sheet: file.sheet }) });
    const last = Math.max(0, ...file.letters.filter((letter) => letter.dir === "source").map((letter) => letter.seq));
    if (file.server.case.unread > 0 && last > 0) {
      await this.api.seen(id, last, this.stopped.signal);
      this.updateRow(id, { server: { ...file.server.case, unread: 0 } });
    }
    return file;
  }

  get filters(): readonly SavedFilter[] {
    return this.ring.filters;
  }

  /** Kept in the keyring, which is sealed to this person; one of the same name is replaced. The page offers no more than there is room for. */
  async saveFilter(filter: SavedFilter): Promise<void> {
    await this.keepFilters([...this.ring.filters.filter(({ name }) => name !== filter.name), filter].slice(-maxFilters));
  }

  async removeFilter(name: string): Promise<void> {
    await this.keepFilters(this.ring.filters.filter((filter) => filter.name !== name));
  }

  private async keepFilters(filters: readonly SavedFilter[]): Promise<void> {
    this.ring = { ...this.ring, filters };
    this.set({});
    await this.keepRing();
  }

  /** The claimed cases that no search looks into yet. */
  unread(): readonly string[] {
    return this.state.rows.filter(({ caseId, server }) => server !== undefined && !this.reading.index.has(caseId)).map(({ caseId }) => caseId);
  }

  /**
   * Reads them for the search, one after the other. Each is an access and stands in the case's custody; nothing is marked as
   * read, and the source is told nothing. A case that can't be read is passed over.
   */
  async readForSearch(options: { readonly signal: AbortSignal; readonly progress: (done: number, of: number) => void }): Promise<void> {
    const wanted = this.unread();
    for (const [done, id] of wanted.entries()) {
      if (options.signal.aborted || this.stopped.signal.aborted) {
        return;
      }
      options.progress(done, wanted.length);
      const file = await openCase(this.api, this.desk, this.ring, id, this.options).catch(() => undefined);
      if (file !== undefined) {
        this.reading.put(file);
      }
    }
  }

  /** "I must step back": for good, on the server and in the keyring. */
  async recuse(id: string, reason: string): Promise<void> {
    this.ring = await recuse(this.api, this.desk, this.ring, id, { text: reason, today: this.today() }, systemRandom, this.options);
    this.drafts.drop(id);
    this.kept.dropCase(id);
    this.reading.gaveUp(id);
    this.set({ rows: this.state.rows.filter((row) => row.caseId !== id) });
    await this.keepRing();
  }

  /** Sends a reply. The same text sent again after a failure goes out as the same bytes, so it can arrive only once. */
  async reply(file: DeskFile, input: ReplyInput, progress: (step: "sealing" | "uploading" | "sending") => void): Promise<void> {
    const key = JSON.stringify([file.caseId, file.server.case.version, input.text, input.counts, input.meeting ?? "", input.questions ?? [], input.transcript === true, input.lang]);
    const written = this.drafts.text(file.caseId, "reply");
    const same = this.prepared !== undefined && this.prepared.key === key && this.prepared.files.length === input.files.length && input.files.every((f, i) => this.prepared?.files[i] === f.data);
    progress("sealing");
    const reply = same && this.prepared !== undefined ? this.prepared.reply : await prepareReply(this.desk, file, input, systemRandom, this.options);
    this.prepared = { key, files: input.files.map((f) => f.data), reply };
    progress(input.files.length > 0 ? "uploading" : "sending");
    const server = await sendReply(this.api, file, reply, this.options);
    this.prepared = undefined;
    this.updateRow(file.caseId, { server });
    // They are sent; the next letter must not carry them again.
    const sent = new Set<unknown>(input.files.map((f) => f.data));
    this.drafts.attach(file.caseId, this.drafts.files(file.caseId).filter((f) => !sent.has(f)));
    await this.drafts.sent(file.caseId, "reply", written);
  }

  async note(file: DeskFile, text: string, mentions: readonly string[]): Promise<void> {
    await addNote(this.api, this.desk, file, { text, mentions, today: this.today() }, systemRandom, this.options);
    await this.drafts.sent(file.caseId, "note", text);
  }

  /** Files are hashed before they are sealed: a copy can be compared with `sha256sum`. */
  async record(file: DeskFile, input: RecordInput): Promise<void> {
    const files = input.files ?? [];
    const sha256 = await Promise.all(files.map(async (f) => hex(await digest(new Uint8Array(await f.arrayBuffer())))));
    const fields = fieldsOf({ ...input.fields, ...(input.kind === "evidence" ? { sha256 } : {}) });
    const record = { kind: input.kind, fields, ...(input.about === undefined ? {} : { about: input.about }) };
    const plain = files.map((f) => ({ name: f.name, type: f.type === "" ? "application/octet-stream" : f.type, data: f }));
    await addNote(this.api, this.desk, file, { text: input.text, mentions: [], today: this.today(), record, files: plain }, systemRandom, this.options);
  }

  /** Both cases are opened: who can read them stands in their first messages. Throws the codes of `linkProblem`. */
  async link(file: DeskFile, to: string, relation: LinkKind, text: string): Promise<void> {
    const other = await openCase(this.api, this.desk, this.ring, to, this.options);
    assertLinkable(file, other, relation === "duplicate");
    await this.record(file, { kind: "link", text, fields: { to, relation, readers: other.readers, state: "standing" } });
    if (relation === "duplicate") {
      await this.lead(file, to);
    }
  }

  async endLink(file: DeskFile, link: CaseLink): Promise<void> {
    await this.record(file, { kind: "link", about: link.id, text: "", fields: { state: "ended" } });
    if (file.sheet?.leading === link.to) {
      await this.lead(file, null);
    }
  }

  /** Names the case that leads in the sheet, or none. */
  private async lead(file: DeskFile, leading: string | null): Promise<void> {
    const { title = "", category = "", severity = "" } = file.sheet ?? {};
    this.drawSheet(file, await updateSheet(this.api, this.desk, file, { title, category, severity, leading, today: this.today() }, systemRandom, this.options));
  }

  async label(file: DeskFile, labels: { readonly severity: string; readonly category: string; readonly stage?: string }): Promise<void> {
    this.drawSheet(file, await updateSheet(this.api, this.desk, file, { title: file.sheet?.title ?? "", ...labels, today: this.today() }, systemRandom, this.options));
  }

  /** A new sheet is a change by the team: it raises the version of the case that was read for it, so that this person's next act names that. */
  private drawSheet(file: DeskFile, sheet: QueueRow["sheet"] & { readonly version: number }): void {
    const server = this.row(file.caseId)?.server;
    const isNext = server !== undefined && server.version === file.server.case.version;
    this.updateRow(file.caseId, { sheet, ...(isNext ? { server: { ...server, version: server.version + 1, sheetVersion: sheet.version } } : {}) });
  }

  /** `reason` goes with a case that is reopened. */
  async move(file: DeskFile, to: CaseState, reason = ""): Promise<void> {
    this.updateRow(file.caseId, { server: await moveCase(this.api, this.desk, file, to, reason, this.today(), systemRandom, this.options) });
  }

  async hold(file: DeskFile, until: number | undefined, reason: string): Promise<void> {
    const note = noteOf(this.desk, file, { text: reason, mentions: [], today: this.today() }, systemRandom);
    this.updateRow(file.caseId, { server: await this.api.hold(file.caseId, file.server.case.version, until, note, this.stopped.signal) });
  }

  async proposeClosing(file: DeskFile, input: Omit<ClosingInput, "today" | "approvers"> & { readonly approvers: readonly string[] }): Promise<void> {
    const approvers = input.approvers.flatMap((id) => personById(this.desk.directory.content, id) ?? []);
    await proposeClosing(this.api, this.desk, file, { ...input, approvers, today: this.today() }, systemRandom, this.options);
    await this.drafts.sent(file.caseId, "closing", input.text);
  }

  async approveClosing(file: DeskFile, id: string): Promise<void> {
    const closing = file.closings.find(({ server }) => server.id === id);
    if (closing !== undefined) {
      await approveClosing(this.api, this.desk, closing, this.options);
    }
  }

  async proposePurge(file: DeskFile, input: Omit<PurgeInput, "today" | "approvers"> & { readonly approvers: readonly string[] }): Promise<void> {
    const approvers = input.approvers.flatMap((id) => personById(this.desk.directory.content, id) ?? []);
    await proposePurge(this.api, this.desk, file, { ...input, approvers, today: this.today() }, systemRandom, this.options);
  }

  async approvePurge(file: DeskFile, id: string): Promise<void> {
    const purge = file.purges.find(({ server }) => server.id === id);
    if (purge !== undefined) {
      await approvePurge(this.api, this.desk, purge, this.options);
    }
  }

  async assign(file: DeskFile, person: string): Promise<void> {
    this.updateRow(file.caseId, { server: await this.api.assign(file.caseId, file.server.case.version, person, this.stopped.signal) });
  }

  /** Gives a case that is not open to somebody: by the version that the list knows, so that nobody's newer act is passed over. Throws `stale`, `assignee-without-claim`, `not-found`. */
  async assignListed(id: string, person: string): Promise<void> {
    const version = this.row(id)?.server?.version;
    if (version === undefined) {
      throw new WhistleError("not-found");
    }
    this.updateRow(id, { server: await this.api.assign(id, version, person, this.stopped.signal) });
  }

  /** Labels a case that is not open: it is read for that, which stands in its custody; nothing is marked as read. What is not named stays. */
  async labelListed(id: string, labels: { readonly severity?: string; readonly category?: string; readonly stage?: string }): Promise<void> {
    const file = await openCase(this.api, this.desk, this.ring, id, this.options);
    this.reading.put(file);
    await this.label(file, { severity: file.sheet?.severity ?? "", category: file.sheet?.category ?? "", ...labels });
  }

  /** Readers of a channel file what reached them otherwise. Repeating after a failure goes on where it stopped. */
  async fileReport(filing: Filing, before: PreparedFiling | undefined, keep: (prepared: PreparedFiling) => void, progress: (step: ProgressStep) => void): Promise<void> {
    const options = { ...this.options, progress: ({ step }: { readonly step: ProgressStep }) => progress(step) };
    const prepared = before ?? (await prepareFiling(this.desk, filing, systemRandom, options));
    keep(prepared);
    this.ring = await sendFiling(this.source, this.ring, prepared, systemRandom, options);
    await this.keepRing();
    await completeFiling(this.api, this.desk, this.ring, prepared, systemRandom, this.options);
    await this.refresh();
  }

  async reclock(file: DeskFile, policy: ClockPolicy): Promise<void> {
    this.updateRow(file.caseId, { server: await this.api.reclock(file.caseId, file.server.case.version, policy, this.stopped.signal) });
  }

  async grant(file: DeskFile, person: string, explanation: { readonly text: string; readonly lang: string }): Promise<void> {
    const to = personById(this.desk.directory.content, person);
    if (to !== undefined) {
      await grantCase(this.api, this.desk, file, to, { ...explanation, today: this.today() }, systemRandom, this.options);
    }
  }

  /** Tells the source and asks the custodians, or writes the ground on which it is not told. */
  async askIdentity(file: DeskFile, input: { readonly reason: string; readonly how: IdentityInput["how"]; readonly custodians: readonly string[]; readonly lang: string }): Promise<void> {
    const custodians = file.custodians.filter(({ id }) => input.custodians.includes(id));
    await requestIdentity(this.api, this.desk, file, { ...input, custodians, today: this.today() }, systemRandom, this.options);
  }

  async withdrawIdentity(file: DeskFile): Promise<void> {
    await this.api.withdrawIdentity(file.caseId);
  }

  async file(file: DeskFile, attachment: FileView): Promise<Blob> {
    return openCaseFile(this.api, file, attachment, this.options);
  }

  async propose(file: DeskFile, input: Omit<SummaryInput, "today" | "approvers"> & { readonly approvers: readonly string[] }): Promise<void> {
    const { content } = this.desk.directory;
    const written = this.drafts.text(file.caseId, "summary");
    const approvers = input.approvers.flatMap((id) => personById(content, id) ?? []);
    await proposeSummary(this.api, this.desk, file, { ...input, approvers, today: this.today() }, systemRandom, this.options);
    await this.drafts.sent(file.caseId, "summary", written);
  }

  /** Sealed to its author; an empty one is taken away. Not ended by `stop`: what was written last is still saved then. */
  private async keepDraft(id: string, kind: DraftKind, text: string): Promise<void> {
    if (text === "") {
      await this.api.removeDraft(id, kind);
    } else {
      await saveDraft(this.api, this.desk, id, { kind, text }, systemRandom);
    }
  }

  /** Brings back what the server keeps of every kind. Where one cannot be read, the others still come back. */
  async loadDrafts(id: string): Promise<void> {
    const found = await Promise.allSettled(
      draftKinds.map(async (kind) => {
        const draft = await loadDraft(this.api, this.desk, id, kind, this.options);
        if (kind === "summary") {
          readWork(draft?.text ?? "", ""); // whether it is one
        } else if (kind === "reply") {
          readLetterWork(draft?.text ?? "");
        }
        this.drafts.restore(id, kind, draft?.text ?? "");
      }),
    );
    const failed = found.find((result) => result.status === "rejected");
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  /** Whether this row still has to be claimed before it may be opened. */
  isUnclaimed(id: string): boolean {
    return this.row(id)?.server === undefined;
  }
}
