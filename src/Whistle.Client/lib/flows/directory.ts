import { acceptDirectory, type Channel, type Directory, type DirectoryChecks } from "../directory.ts";
import { readDocument, type ChannelDocuments, parseQuestionnaire, parseTexts } from "../documents.ts";
import type { SourceApi } from "../sourceApi.ts";

/**
 * Fetches the directory and checks it as SPEC 6 says. Throws `no-directory` before the first one and the six
 * `directory-*` codes; the caller keeps what was typed.
 */
export async function loadDirectory(api: SourceApi, checks: DirectoryChecks, signal?: AbortSignal): Promise<Directory> {
  return acceptDirectory(await api.directory(signal), checks);
}

/** What a source reads of a channel, each document checked against its hash and its form. Throws `document-hash`, `document-malformed`. */
export async function loadDocuments(api: SourceApi, channel: Channel, signal?: AbortSignal): Promise<ChannelDocuments> {
  const load = async (hash: string) => readDocument(await api.document(hash, signal), hash);
  const [questionnaire, texts] = await Promise.all([load(channel.questionnaire), load(channel.texts)]);
  return { questionnaire: parseQuestionnaire(questionnaire), texts: parseTexts(texts) };
}
