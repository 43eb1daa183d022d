import { channelById, custodiansOf, receiversOf } from "../lib/directory.ts";
import { inLanguage } from "../lib/documents.ts";
import type { Chosen, Source } from "./context.ts";
import { askedOn, questionPages, type QuestionPage } from "./questionPages.ts";
import { answersOf } from "./draft.ts";
import { choicesOf, effectiveUnticked, laterReaders, type Choices } from "./readers.ts";

/** The chosen channel with its documents, where the list of readers is there and still has it. */
export function chosen({ directory: state, draft, language }: Source): Chosen | undefined {
  if (state.status !== "ready" || draft.channel === undefined) {
    return undefined;
  }
  const channel = channelById(state.directory.content, draft.channel);
  const documents = state.documents.get(draft.channel);
  return channel === undefined || documents === undefined
    ? undefined
    : { directory: state.directory, channel, documents, name: inLanguage(channel.name, language) ?? channel.entity };
}

export function choices(source: Source, { directory, channel }: Chosen): Choices {
  const today = source.ground.today();
  return choicesOf(receiversOf(directory.content, channel, today), custodiansOf(directory.content, channel, today), laterReaders(directory.content, channel, today));
}

/** Who is left, in the order of the channel. */
export function left(choices: Choices, unticked: readonly string[]): Pick<Choices, "people" | "later" | "custodians"> & { readonly recovery: boolean } {
  const out = effectiveUnticked(choices, unticked);
  return {
    people: choices.people.filter((person) => !out.includes(person.id)),
    later: choices.later.filter((person) => !out.includes(person.id)),
    recovery: choices.recovery !== undefined && !out.includes("recovery"),
    custodians: choices.custodians.filter((person) => !out.includes(person.id)),
  };
}

/** The pages of the questionnaire that have something to ask, with their places among all pages. */
export function pagesToAsk(source: Source, { documents: { questionnaire } }: Chosen): readonly QuestionPage[] {
  const answers = answersOf(source.draft, questionnaire);
  return questionPages(questionnaire).filter((page) => askedOn(page, questionnaire, answers).length > 0);
}

/** Files, who may open it, who you are, last look. */
const pagesAfterQuestions = 4;

/** "3 of 6": counted over everything that is still to be filled in, not over the questions alone. */
export function placeOf(source: Source, now: Chosen, place: { readonly question: number } | { readonly after: number }): { readonly n: number; readonly total: number } {
  const questions = pagesToAsk(source, now).length;
  return { n: "question" in place ? place.question + 1 : questions + place.after, total: questions + pagesAfterQuestions };
}
