import assert from "node:assert/strict";
import { utf8 } from "../../lib/bytes.ts";
import { deskApi } from "../../lib/deskApi.ts";
import { parseQuestionnaire } from "../../lib/documents.ts";
import type { Desk } from "../../lib/flows/desk.ts";
import { prepareTip, sendTip } from "../../lib/flows/submit.ts";
import { parseJson } from "../../lib/jcs.ts";
import { deterministicRandom } from "../../lib/random.testing.ts";
import { TestServer } from "../../lib/server.testing.ts";
import { sourceApi } from "../../lib/sourceApi.ts";
import { Versions } from "../../lib/versions.ts";
import { makeWorld, origin, questionnaire, today } from "../../lib/world.testing.ts";
import { Workspace } from "./workspace.ts";

export const random = deterministicRandom(new Uint8Array(32).fill(9));
export const world = makeWorld(random);

/** A desk with one case, claimed, and a line to its server that can be cut. */
export async function openDesk() {
  const server = new TestServer(world, random);
  const line = { cut: false };
  const fetch: typeof globalThis.fetch = (input, init) => (line.cut ? Promise.reject(new TypeError("cut")) : server.fetch(input, init));
  const source = sourceApi({ base: origin, fetch });
  const api = deskApi({ base: origin, fetch });
  const [channel] = world.content.channels;
  const [lead] = world.people;
  assert.ok(channel !== undefined && lead !== undefined);
  const answers = [{ q: "title", values: ["Tests"] }, { q: "what", values: ["Falsified"] }, { q: "how", values: ["saw"] }];
  const prepared = await prepareTip(
    { origin, directory: world.directory, channel, questionnaire: parseQuestionnaire(parseJson(utf8(JSON.stringify(questionnaire)))), today, lang: "en", answers, files: [], unticked: [], copy: "none" },
    random,
  );
  await sendTip(prepared, source, random);
  const { person, identity, signing } = lead;
  server.person = person.id;
  const desk: Desk = { origin, me: { person: { id: person.id, name: person.name, role: person.role, login: "x" }, demo: "no" }, person, directory: world.directory, versions: new Versions(world.directory), identity, signing };
  const workspace = new Workspace({ api, source, desk, today: () => today, changed: () => undefined });
  await workspace.start();
  const file = await workspace.claim(prepared.caseId);
  return { server, line, api, desk, workspace, file, id: prepared.caseId };
}
