import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../lib/bytes.ts";
import { claimCase, emptyRing, findCases, openCase } from "../../lib/flows/desk.ts";
import { deskOf, input, random, set, world } from "../../lib/flows/job.testing.ts";
import { prepareTip, sendTip } from "../../lib/flows/submit.ts";
import { parseJson } from "../../lib/jcs.ts";
import { parseTaxonomy } from "../../lib/taxonomy.ts";
import { vectorJson } from "../../lib/vectors.testing.ts";
import { today } from "../../lib/world.testing.ts";
import { toChannel, toView } from "./view.ts";

test("nobody left out is offered for a summary or a case, under another name and with the same key neither", async () => {
  const [, reviewer, , approver] = world.people.map((entry) => entry.person);
  assert.ok(reviewer !== undefined && approver !== undefined);
  const { server, source, api } = set();
  const sent = await sendTip(await prepareTip(input({ unticked: [reviewer.id, approver.id] }), random), source, random);
  const lead = deskOf(0);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  const file = await openCase(api, lead, ring, sent.caseId);

  const twins = [{ ...reviewer, id: "e1".repeat(16) }, { ...approver, id: "e2".repeat(16) }];
  const [first] = twins.map((person) => person.id);
  const second = { ...approver, id: "e3".repeat(16), recipient: world.people[4]?.person.recipient ?? "" };
  const channels = world.content.channels.map((channel) => ({ ...channel, readers: [...channel.readers, first ?? ""], approvers: [...channel.approvers, "e2".repeat(16), second.id] }));
  const content = { ...world.content, people: [...world.content.people, ...twins, second], channels };
  const view = toView(file, { desk: { ...lead, directory: { ...world.directory, content } }, documents: undefined, language: "en", today });
  assert.deepEqual(view.approvers.map((person) => person.id), [second.id]);
  assert.deepEqual(view.sharable, []);
});

test("the desk reads the guide in the reader's language, and none where a channel's documents are not there yet", () => {
  const { taxonomy: text } = vectorJson("by-hand/taxonomies.json") as { readonly taxonomy: string };
  const documents = { taxonomy: parseTaxonomy(parseJson(utf8(text))) } as Parameters<typeof toChannel>[2];
  const german = toChannel(deskOf(0), world.content.channels[0]?.id ?? "", documents, "de");
  assert.deepEqual([german.meaning("a", "high"), german.meaning("b", "high"), german.meaning("a", "")], ["Hoch in A", "High in general", undefined]);
  assert.equal(german.judging, "How to judge");
  assert.deepEqual(german.severities, [{ id: "low", label: "Low" }, { id: "high", label: "High" }]);
  const bare = toChannel(deskOf(0), world.content.channels[0]?.id ?? "", undefined, "de");
  assert.deepEqual([bare.meaning("a", "high"), bare.judging, bare.severities], [undefined, undefined, []]);
});
