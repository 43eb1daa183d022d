import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeIdentity } from "../age.ts";
import { keyOf } from "../desk/keyring.ts";
import { openRecovered, sealRecovered } from "../desk/recovered.ts";
import { readerName } from "../directory.ts";
import { today, origin } from "../world.testing.ts";
import { emptyRing, claimCase, findCases, isUntold, openCase, tellOfMyself } from "./desk.ts";
import { deskOf, input, random, set } from "./job.testing.ts";
import { openMailbox, refreshMailbox } from "./mailbox.ts";
import { prepareTip, sendTip } from "./submit.ts";

// A case whose key came by the holders of recovery (SPEC 11.1).

const told = { text: "I read this from now on.", lang: "en", today };

test("whoever gets a case by recovery tells its source before anything else, and once", async () => {
  const [lead, reviewer] = [deskOf(0), deskOf(1)];
  const { server, source, api } = set();
  // The source left one reviewer unticked, and the key comes to the other by recovery.
  const tip = await sendTip(await prepareTip(input(), random), source, random);
  const mailbox = await openMailbox(source, tip.words.join(" "), { origin, today });
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, tip.caseId);
  assert.equal(isUntold(await openCase(api, lead, ring, tip.caseId), lead), false);

  const file = sealRecovered({ to: reviewer.person.id, recovery: "ab".repeat(16), keys: [encodeIdentity(keyOf(ring, tip.caseId).identity)] }, reviewer.identity.recipient, random);
  const [key] = openRecovered(file, reviewer.person.id, reviewer.identity);
  assert.equal(key?.id, tip.caseId);
  server.person = reviewer.person.id;
  // With another key than the one that the source sealed to, as after a new enrolment.
  const renewed = { ...reviewer, person: { ...reviewer.person, recipient: lead.person.recipient } };
  const recovered = { ...emptyRing, cases: [{ case: tip.caseId, key: encodeIdentity(key.identity) }] };
  await claimCase(api, reviewer, recovered, tip.caseId);
  const opened = await openCase(api, reviewer, recovered, tip.caseId);
  assert.equal(isUntold(opened, reviewer), false); // the source chose this person itself
  assert.equal(isUntold({ ...opened, readers: opened.readers.filter((reader) => reader !== readerName(reviewer.person)) }, reviewer), true);
  // Whatever the holders' program made of it: nobody left out is introduced, and nobody where recovery was left out.
  for (const refused of [{ ...opened, excluded: [readerName(reviewer.person)] }, { ...opened, readers: opened.readers.filter((reader) => !reader.startsWith("recovery/")) }]) {
    await assert.rejects(tellOfMyself(api, reviewer, refused, told, random), { code: "recovery-left-out" });
  }
  assert.equal((await openCase(api, reviewer, recovered, tip.caseId)).letters.length, 1);
  assert.notEqual(readerName(renewed.person), readerName(reviewer.person));

  await tellOfMyself(api, reviewer, opened, told, random);
  const again = await openCase(api, reviewer, recovered, tip.caseId);
  assert.ok(again.readers.includes(readerName(reviewer.person)));
  const { letters } = await refreshMailbox(source, mailbox, today);
  assert.deepEqual(letters.filter(({ dir }) => dir === "team").map(({ kind, status, text, signer }) => [kind, status, text, signer?.name]), [["reader", "readable", told.text, reviewer.person.name]]);
});
