import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeIdentity, newIdentity, type HybridIdentity } from "../age.ts";
import { hex } from "../bytes.ts";
import { newCaseKey, sealCaseKey, tryOpenCaseKey } from "../caseKey.ts";
import { emptyRing, sealRing, type Ring, type RingCase } from "../desk/keyring.ts";
import type { DeskApi, DeskCase } from "../deskApi.ts";
import { sealSheet } from "../sheet.ts";
import { today } from "../world.testing.ts";
import { findCases, loadRing, saveRing, updateSheet, claimCase, openCase, type QueueRow } from "./desk.ts";
import { deskOf, input, random, set, world } from "./job.testing.ts";
import { prepareTip, sendTip } from "./submit.ts";

/** An identity that counts how often it is put to a stanza: each unwrapping reads the ML-KEM secret once. */
function counting(identity: HybridIdentity) {
  const count = { unwraps: 0 };
  const { kemSecret, ...rest } = identity;
  return {
    count,
    identity: {
      ...rest,
      get kemSecret() {
        count.unwraps++;
        return kemSecret;
      },
    },
  };
}

test("a blob that is for somebody else costs exactly sixteen unwraps, and one of ours at most that", () => {
  const me = newIdentity(random);
  const key = newCaseKey(random);
  const { identity, count } = counting(me);
  for (let i = 0; i < 3; i++) {
    count.unwraps = 0;
    assert.equal(tryOpenCaseKey(sealCaseKey(key, [newIdentity(random).recipient], random), identity), undefined);
    assert.equal(count.unwraps, 16);
  }
  let hits = 0;
  for (let i = 0; i < 16; i++) {
    count.unwraps = 0;
    assert.equal(tryOpenCaseKey(sealCaseKey(key, [me.recipient], random), identity)?.id, key.id);
    assert.ok(count.unwraps >= 1 && count.unwraps <= 16);
    hits += count.unwraps;
  }
  assert.ok(hits < 16 * 16, "our stanza is not always the last");
});

test("a device that knows the newest sheet of a case asks for none and opens none; a newer one is opened once", async () => {
  const { server, source, api } = set();
  const lead = deskOf(0);
  const prepared = await prepareTip(input(), random);
  await sendTip(prepared, source, random);
  server.person = lead.person.id;
  const first = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, first.ring, prepared.caseId);
  const asked = () => server.requests.filter(({ path }) => path.startsWith("/api/desk/sheets")).length;

  const held = await findCases(api, lead, first.ring);
  assert.deepEqual([held.rows[0]?.sheet?.title, asked()], ["Falsified tests", 0], "version 1 came with the stream");
  const file = await openCase(api, lead, held.ring, prepared.caseId);
  await updateSheet(api, lead, file, { title: "Renamed", category: "safety", severity: "high", today }, random);
  const drawn: (readonly QueueRow[])[] = [];
  const again = await findCases(api, lead, held.ring, { rows: (rows) => drawn.push(rows) });
  assert.deepEqual([drawn[0]?.[0]?.sheet?.title, again.rows[0]?.sheet?.title, again.rows[0]?.sheet?.severity, asked()], ["Falsified tests", "Renamed", "high", 1]);
  assert.ok(again.changed);

  // Another device of the same person, with the keyring that this one stored.
  await saveRing(api, lead, again.ring, random);
  const { count, identity } = counting(lead.identity);
  const ring = await loadRing(api, lead);
  const warm = await findCases(api, { ...lead, identity }, ring, { rows: (rows) => drawn.push(rows) });
  assert.deepEqual([drawn.at(-1)?.[0]?.sheet?.title, warm.rows[0]?.sheet?.category, asked(), count.unwraps, warm.changed], ["Renamed", "safety", 1, 0, false]);
});

test("a sheet that does not hold is not kept, and says so again the next time", async () => {
  const { server, source, api } = set();
  const lead = deskOf(0);
  const prepared = await prepareTip(input(), random);
  await sendTip(prepared, source, random);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, prepared.caseId);
  const stored = server.cases.get(prepared.caseId);
  assert.ok(stored !== undefined);
  stored.sheetVersion = 2;
  stored.sheet = new Uint8Array(stored.sheet.length);
  let found = await findCases(api, lead, ring);
  assert.equal(found.rows[0]?.problem, "sealed-unreadable");
  found = await findCases(api, lead, found.ring);
  assert.equal(found.rows[0]?.problem, "sealed-unreadable");
});

test("ten thousand held cases stand there before anything is opened, sheets are opened a few at a time, and all are told apart", async () => {
  const lead = deskOf(0);
  const keys = Array.from({ length: 3 }, () => newCaseKey(random));
  const cases: RingCase[] = Array.from({ length: 10_000 }, (_, i) => ({
    case: keys[i]?.id ?? hex(random(16)),
    key: encodeIdentity(keys[i]?.identity ?? { seed: random(32) }),
    channel: world.content.channels[0]?.id ?? "",
    ...(i < keys.length ? {} : { sheet: { day: today, lang: "en", title: `Case ${i}`, version: 3, category: "safety", severity: "high" } }),
  }));
  const ring: Ring = { ...emptyRing, version: 1, cases };
  assert.ok(sealRing(ring, lead.person.id, lead.identity, lead.directory.root, lead.signing, random).length < 2 ** 23, "it fits what the server keeps");
  const held: DeskCase[] = cases.map((entry) => ({
    id: entry.case, channel: entry.channel ?? "", policy: "eu", state: "received", version: 1, received: today, acknowledgeBy: today + 7, feedbackBy: today + 90,
    unread: 0, present: 1, source: "here", sheetVersion: 3, changes: 1, deletions: 0,
  }));
  const asked: string[][] = [];
  const api = {
    channels: async () => [],
    cases: async () => held,
    inbox: async () => [],
    sheets: async (ids: readonly string[]) => {
      asked.push([...ids]);
      return ids.map((id) => {
        const key = keys.find((entry) => entry.id === id);
        assert.ok(key !== undefined);
        const sheet = { case: id, version: 3, channel: world.content.channels[0]?.id ?? "", directory: lead.directory.hash, day: today, lang: "en", title: "Opened", category: "", severity: "", author: lead.person.id };
        return { case: id, version: 3, ciphertext: sealSheet(sheet, key.identity.recipient, lead.directory.root, lead.signing, random) };
      });
    },
  } as unknown as DeskApi;
  const drawn: (readonly QueueRow[])[] = [];
  const progress: string[] = [];
  const found = await findCases(api, lead, ring, { rows: (rows) => drawn.push(rows), progress: ({ at, of }) => progress.push(`${at} of ${of}`) });

  assert.equal(drawn[0]?.length, 10_000);
  assert.equal(drawn[0]?.filter((row) => row.opening === true).length, 3);
  assert.equal(drawn[0]?.filter((row) => row.sheet !== undefined).length, 9997);
  assert.deepEqual(asked, [keys.map(({ id }) => id)]);
  assert.deepEqual(progress.slice(0, 3), ["1 of 3", "2 of 3", "3 of 3"]);
  assert.deepEqual(found.rows.slice(0, 4).map((row) => row.sheet?.title), ["Opened", "Opened", "Opened", "Case 3"]);
});
