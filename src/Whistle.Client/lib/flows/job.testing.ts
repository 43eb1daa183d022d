import assert from "node:assert/strict";
import { utf8 } from "../bytes.ts";
import { deskApi } from "../deskApi.ts";
import { parseQuestionnaire } from "../documents.ts";
import { parseJson } from "../jcs.ts";
import { deterministicRandom } from "../random.testing.ts";
import { TestServer } from "../server.testing.ts";
import { sourceApi } from "../sourceApi.ts";
import type { PlainFile } from "../types.ts";
import { Versions } from "../versions.ts";
import { makeWorld, origin, questionnaire, today, type World } from "../world.testing.ts";
import type { Desk } from "./desk.ts";
import type { TipInput } from "./submit.ts";

// What every test of the flows starts from: one small organisation, one tip, a server and desks.

export const random = deterministicRandom(new Uint8Array(32).fill(3));
export const world = makeWorld(random);
export const sentinel = "The safety tests were falsified";

export function file(name: string, text: string): PlainFile {
  return { name, type: "text/plain", data: new Blob([text]) };
}

export function input(change: Partial<TipInput> = {}): TipInput {
  const channel = world.content.channels[0];
  assert.ok(channel !== undefined);
  return {
    origin,
    directory: world.directory,
    channel,
    questionnaire: parseQuestionnaire(parseJson(utf8(JSON.stringify(questionnaire)))),
    today,
    lang: "en",
    answers: [
      { q: "title", values: ["Falsified tests"] },
      { q: "what", values: [sentinel] },
      { q: "how", values: ["saw"] },
      { q: "whom", values: ["not asked, so never sent"] },
    ],
    files: [],
    unticked: [],
    copy: "none",
    ...change,
  };
}

export function set(w: World = world) {
  const server = new TestServer(w, random);
  return { server, source: sourceApi({ base: origin, fetch: server.fetch }), api: deskApi({ base: origin, fetch: server.fetch }) };
}

export function deskOf(n: number): Desk {
  const entry = world.people[n];
  assert.ok(entry !== undefined);
  const { person, identity, signing } = entry;
  return { origin, me: { person: { id: person.id, name: person.name, role: person.role, login: "x" }, demo: "no" }, person, directory: world.directory, versions: new Versions(world.directory), identity, signing };
}
