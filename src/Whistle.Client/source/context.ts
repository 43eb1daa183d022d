import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Channel, Directory } from "../lib/directory.ts";
import type { ChannelDocuments } from "../lib/documents.ts";
import type { PreparedTip } from "../lib/flows/submit.ts";
import type { Mailbox } from "../lib/flows/mailbox.ts";
import type { Random } from "../lib/random.ts";
import type { SourceApi } from "../lib/sourceApi.ts";
import type { Day } from "../lib/types.ts";
import type { Messages } from "../ui/i18n.ts";
import type { Draft } from "./draft.ts";
import type { Language, SourceKey } from "./language.ts";
import type { StepName } from "./trail.ts";

/** What the page stands on; `main.tsx` makes it from the browser. */
export interface Ground {
  readonly api: SourceApi;
  readonly random: Random;
  readonly origin: string;
  readonly today: () => Day;
}

export type DirectoryState =
  | { readonly status: "loading" }
  | { readonly status: "problem"; readonly code: string }
  | { readonly status: "ready"; readonly directory: Directory; readonly documents: ReadonlyMap<string, ChannelDocuments> };

/** A tip that is on its way: the same draft keeps the same sealed bytes. */
export interface Outgoing {
  readonly draft: Draft;
  readonly prepared: PreparedTip;
}

export interface SentReport {
  /** Until two of them were asked back; from then on nothing in this page knows them. */
  readonly words: readonly string[] | undefined;
  /** The day of the server's promise, whose signature was checked. */
  readonly received: Day;
  readonly channelName: string;
  readonly policy: Channel["policy"];
  readonly asked: readonly [number, number];
}

export interface Inside {
  readonly mailbox: Mailbox;
  /** For a new session while the person is still here; forgotten with the rest. */
  readonly words: string;
}

export interface Source {
  readonly ground: Ground;
  readonly m: Messages<SourceKey>;
  readonly language: Language;
  readonly directory: DirectoryState;
  /** Reads the list of readers again, never accepting an older or otherwise rooted one. Resolves to whether it is the same as before. */
  readonly reload: () => Promise<"same" | "changed" | "problem">;
  readonly draft: Draft;
  readonly write: (change: Partial<Draft>) => void;
  readonly setDraft: (draft: Draft) => void;
  readonly go: (at: StepName, page?: number) => void;
  /** Goes on to a page that takes the place of this one. */
  readonly swap: (at: StepName, page?: number) => void;
  readonly back: () => void;
  /** Sealed bytes that wait to be sent, kept over pages. */
  readonly outgoing: { current: Outgoing | undefined };
  readonly sent: SentReport | undefined;
  readonly finishSending: (report: SentReport) => void;
  /** Two of the words were asked back: forgets them, and goes on to the page that takes the place of the question. */
  readonly confirmWords: () => void;
  readonly inside: Inside | undefined;
  readonly enter: (inside: Inside) => void;
  /** Something was typed that leaving would lose (beyond the draft). */
  readonly hold: (unsaved: boolean) => void;
  /** Forgets keys, words and letters; `why` decides what the next page says. */
  readonly forget: (why: "idle" | "burnt") => void;
  readonly forgotten: boolean;
  /** How often something was forgotten: a page with another number is a new page, with empty fields. */
  readonly forgets: number;
  /** Words stand in a field, so that a page left alone has something to forget. */
  readonly holdWords: (typed: boolean) => void;
  readonly leave: () => void;
}

export const SourceContext = createContext<Source | undefined>(undefined);

export function useSource(): Source {
  const source = useContext(SourceContext);
  if (source === undefined) {
    throw new Error("a page of the source side stands outside its context");
  }
  return source;
}

/** What the pages between choosing a channel and sending share; those pages are shown only when it is there. */
export interface Chosen {
  readonly directory: Directory;
  readonly channel: Channel;
  readonly documents: ChannelDocuments;
  readonly name: string;
}
