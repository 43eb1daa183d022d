import assert from "node:assert/strict";
import { test } from "node:test";
import { base64url } from "../bytes.ts";
import { openIdentityRequest, sealIdentityAnswer, sealIdentityRequest } from "../desk/identityRequest.ts";
import { emptyRing } from "../desk/keyring.ts";
import { readerName, type Person } from "../directory.ts";
import { origin, today } from "../world.testing.ts";
import { answerIdentity, claimCase, findCases, loadIdentities, openCase, requestIdentity, type Desk, type DeskIdentityAsk, type IdentityInput } from "./desk.ts";
import { custodiansAsked } from "./desk/identity.ts";
import { deskOf, input, random, set, world } from "./job.testing.ts";
import { openMailbox } from "./mailbox.ts";
import { prepareTip, sendTip, type TipInput } from "./submit.ts";

// Asking a custodian who the source is: told first or with a ground, answered once, to the case and to nobody else.

const given = { name: "Ana Müller", contact: "+49 30 1234" };
const custodian = deskOf(4);

async function asked(change: Partial<TipInput> = {}) {
  const parts = set();
  const lead = deskOf(0);
  const { server, api, source } = parts;
  const sent = await sendTip(await prepareTip(input({ identity: { ...given, custodians: [custodian.person.id] }, ...change }), random), source, random);
  server.person = lead.person.id;
  const { ring } = await findCases(api, lead, emptyRing);
  await claimCase(api, lead, ring, sent.caseId);
  const as = <T>(person: string, act: () => Promise<T>): Promise<T> => {
    server.person = person;
    return act();
  };
  const open = () => as(lead.person.id, () => openCase(api, lead, ring, sent.caseId));
  const ask = async (more: Partial<IdentityInput> = {}) => {
    const file = await open();
    return requestIdentity(api, lead, file, { reason: "A court asks.", how: { letter: "A court asks for your name." }, custodians: file.custodians, lang: "en", today, ...more }, random);
  };
  const waiting = () => as(custodian.person.id, () => loadIdentities(api, custodian));
  const answer = async (decision: "release" | { readonly refuse: string }, which?: DeskIdentityAsk) => {
    const [first] = await waiting();
    assert.ok(which !== undefined || first !== undefined);
    return answerIdentity(api, custodian, which ?? (first as DeskIdentityAsk), decision, today, random);
  };
  const stored = () => {
    const entry = server.cases.get(sent.caseId);
    assert.ok(entry !== undefined);
    return entry;
  };
  return { ...parts, lead, sent, open, ask, waiting, answer, as, stored };
}

test("the source is told, the custodian is asked with the reason, and the name comes back to the case alone", async () => {
  const { ask, waiting, answer, open, source, sent } = await asked();
  await ask();
  const { letters } = await openMailbox(source, sent.words.join(" "), { origin, today });
  assert.equal(letters.at(-1)?.text, "A court asks for your name.");
  const [item] = await waiting();
  assert.equal(item?.problem, undefined);
  assert.deepEqual([item?.from?.name, item?.request?.reason, item?.request?.told?.text, item?.request?.ground], ["R. Moreau", "A court asks.", "A court asks for your name.", undefined]);
  assert.equal((await open()).identities[0]?.server.state, "waiting");

  assert.equal(await answer("release"), "released");
  const [read] = (await open()).identities;
  assert.deepEqual([read?.problem, read?.told, read?.answer?.outcome, read?.answer?.identity, read?.answer?.custodian?.name], [undefined, "A court asks for your name.", "released", given, "E. Silva"]);
  assert.deepEqual(await waiting(), []);
});

test("an override needs a ground, which every holder reads; neither a letter nor a ground is refused before anything is sent", async () => {
  const { ask, waiting, open, server } = await asked();
  const before = server.requests.length;
  await assert.rejects(ask({ how: { letter: "  " } }), { code: "source-untold" });
  await assert.rejects(ask({ how: { ground: "" } }), { code: "source-untold" });
  await assert.rejects(ask({ reason: " " }), { code: "reason-missing" });
  await assert.rejects(ask({ reason: "x".repeat(2001) }), { code: "text-too-long" });
  await assert.rejects(ask({ custodians: [] }), { code: "custodians-wrong" });
  await assert.rejects(ask({ custodians: [deskOf(3).person] }), { code: "custodians-wrong" });
  assert.deepEqual(server.requests.slice(before).filter(({ method }) => method === "POST"), []);

  await ask({ how: { ground: "It would warn the accused." } });
  const file = await open();
  assert.deepEqual([file.identities[0]?.ground, file.identities[0]?.told, file.letters.length], ["It would warn the accused.", undefined, 1]);
  assert.equal((await waiting())[0]?.request?.ground, "It would warn the accused.");
  await assert.rejects(ask(), { code: "identity-pending" });
});

test("a refusal comes with its reason; where nothing opens the answer says so; all three answers have one length and follow one path", async () => {
  const seen: { readonly path: string; readonly length: number }[][] = [];
  for (const [change, decision, outcome] of [
    [{}, "release", "released"],
    [{}, { refuse: "Not needed." }, "refused"],
    [{ identity: undefined }, "release", "none"],
  ] as const) {
    const { ask, answer, open, server } = await asked(change);
    await ask();
    const before = server.requests.length;
    await assert.rejects(answer({ refuse: " " }), { code: "reason-missing" });
    assert.equal(await answer(decision), outcome);
    const read = (await open()).identities[0]?.answer;
    assert.deepEqual([read?.outcome, read?.reason, read?.identity], [outcome, outcome === "refused" ? "Not needed." : undefined, outcome === "released" ? given : undefined]);
    seen.push(server.requests.slice(before).map(({ path, body }) => ({ path: path.replace(/[0-9a-f]{32}/g, "id"), length: body.length })));
  }
  assert.ok(seen[0]?.some(({ path }) => path.endsWith("/answer")));
  assert.deepEqual(seen[0], seen[1]);
  assert.deepEqual(seen[0], seen[2]);
});

test("a custodian whom the source left out, or who has another key since, is not asked", async () => {
  const left = await asked({ unticked: [custodian.person.id], identity: undefined });
  const file = await left.open();
  assert.deepEqual(file.custodians, []);
  await assert.rejects(left.ask({ custodians: [custodian.person] }), { code: "custodians-wrong" });
  assert.deepEqual((await (await asked()).open()).custodians.map(({ name }) => name), ["E. Silva"]);

  const channel = world.content.channels[0]?.id ?? "";
  const { content } = world.directory;
  const later = (change: Partial<Person>): Desk => ({
    ...deskOf(0),
    directory: { ...world.directory, content: { ...content, people: content.people.map((person) => (person.id === custodian.person.id ? { ...person, ...change } : person)) } },
  });
  const names = (desk: Desk, channels = [channel]) => custodiansAsked(desk, world.directory, channels, []).map(({ name }) => name);
  assert.deepEqual(names(later({})), ["E. Silva"]);
  assert.deepEqual(names(later({ recipient: deskOf(1).person.recipient })), []);
  assert.deepEqual(names(later({ role: "reviewer" })), []);
  assert.deepEqual(names(later({}), [channel, "ab".repeat(16)]), [], "the server names another channel than the sheet");
  assert.deepEqual(custodiansAsked(later({}), undefined, [channel], []), []);
});

test("a custodian's device answers nothing that was signed by another, asks another, or names a letter that does not lie in the mailbox", async () => {
  const forge = async (change: Partial<Parameters<typeof sealIdentityRequest>[0]>, signing = deskOf(0).signing) => {
    const parts = await asked();
    await parts.ask();
    const [ask] = parts.stored().identities;
    const file = await parts.open();
    assert.ok(ask !== undefined);
    const { signed: _signed, hash: _hash, ...request } = openIdentityRequest(new Uint8Array(Buffer.from(ask.ciphertext, "base64url")), custodian.identity);
    ask.ciphertext = base64url(sealIdentityRequest({ ...request, ...change }, [custodian.identity.recipient], world.directory.root, signing, random));
    const [item] = await parts.waiting();
    assert.ok(item !== undefined);
    if (item.problem !== undefined) {
      const before = parts.server.requests.length;
      await assert.rejects(parts.answer("release", item), { code: item.problem });
      assert.equal(parts.server.requests.slice(before).some(({ path }) => path.endsWith("/envelope")), false, "nothing is fetched");
    }
    return [item.problem, (await parts.open()).identities[0]?.problem, file.caseId.length] as const;
  };
  const [one, two] = [deskOf(1), deskOf(3)];
  assert.deepEqual((await forge({})).slice(0, 2), [undefined, undefined]);
  assert.deepEqual((await forge({}, one.signing)).slice(0, 2), ["signature-invalid", "signature-invalid"]);
  assert.equal((await forge({ from: one.person.id }, one.signing))[0], "request-differs");
  assert.equal((await forge({ to: [readerName(two.person)] }))[0], "custodian-unknown");
  assert.equal((await forge({ request: "ab".repeat(16) }))[0], "request-differs");
  assert.deepEqual((await forge({ told: { seq: 1, hash: "0".repeat(64), text: "Something milder" } })).slice(0, 2), ["source-untold", "source-untold"]);
  assert.equal((await forge({ told: undefined, ground: "Because" }))[0], "source-untold");
  assert.equal((await forge({ recipient: one.identity.recipient }))[0], "case-id-differs");
});

test("what the custodian is told the letter says is what it says", async () => {
  const { ask, open, stored } = await asked();
  await ask();
  const [entry] = stored().identities;
  assert.ok(entry !== undefined);
  const { signed: _signed, hash: _hash, ...request } = openIdentityRequest(new Uint8Array(Buffer.from(entry.ciphertext, "base64url")), custodian.identity);
  assert.ok(request.told !== undefined);
  entry.ciphertext = base64url(sealIdentityRequest({ ...request, told: { ...request.told, text: "We told the source all about it." } }, [custodian.identity.recipient], world.directory.root, deskOf(0).signing, random));
  assert.equal((await open()).identities[0]?.problem, "source-untold");
});

test("an envelope of another case is not passed on, and an answer to another request is not believed", async () => {
  const [first, second] = [await asked(), await asked()];
  await first.ask();
  const mine = first.stored();
  first.server.cases.set(first.sent.caseId, { ...mine, parts: { ...mine.parts, identity: second.stored().parts.identity } });
  await assert.rejects(first.answer("release"), { code: "identity-invalid" });
  assert.equal((await first.waiting()).length, 1, "nothing was answered");

  await second.ask();
  assert.equal(await second.answer("release"), "released");
  const [entry] = second.stored().identities;
  assert.ok(entry !== undefined);
  const answered = { ...entry };
  const read = async () => (await second.open()).identities[0]?.answer;
  // The answer of an earlier request, kept and shown again for a later one.
  await second.ask();
  Object.assign(second.stored().identities[1] ?? {}, { state: "answered", custodian: custodian.person.id, answer: answered.answer });
  assert.equal((await second.open()).identities[1]?.answer?.problem, "request-differs");
  assert.equal((await read())?.outcome, "released");
  // An answer that somebody else signed.
  const request = openIdentityRequest(new Uint8Array(Buffer.from(entry.ciphertext, "base64url")), custodian.identity);
  const sealed = (signing = custodian.signing, from = custodian.person.id) =>
    base64url(sealIdentityAnswer(request, { directory: world.directory.hash, from, day: today, decision: { outcome: "none" } }, world.directory.root, signing, random));
  entry.answer = sealed(deskOf(1).signing);
  assert.equal((await read())?.problem, "signature-invalid");
  entry.answer = sealed(deskOf(3).signing, deskOf(3).person.id);
  assert.equal((await read())?.problem, "signer-unknown");
  entry.answer = sealed();
  assert.equal((await read())?.outcome, "none");
  entry.custodian = deskOf(3).person.id;
  assert.equal((await read())?.problem, "custodian-unknown");
});

test("an answer belongs to one text of its request, comes from somebody who was asked, and nobody asks whom the source left out", async () => {
  const stranger = deskOf(1);
  const { ask, open, stored } = await asked({ unticked: [stranger.person.id] });
  await ask();
  const [entry] = stored().identities;
  assert.ok(entry !== undefined);
  const opened = () => openIdentityRequest(new Uint8Array(Buffer.from(entry.ciphertext, "base64url")), custodian.identity);
  const put = (change: Partial<Parameters<typeof sealIdentityRequest>[0]>, signing = deskOf(0).signing) => {
    const { signed: _signed, hash: _hash, ...request } = opened();
    entry.ciphertext = base64url(sealIdentityRequest({ ...request, ...change }, [custodian.identity.recipient], world.directory.root, signing, random));
  };
  const answer = () =>
    base64url(sealIdentityAnswer(opened(), { directory: world.directory.hash, from: custodian.person.id, day: today, decision: { outcome: "none" } }, world.directory.root, custodian.signing, random));
  const read = async () => (await open()).identities[0];
  Object.assign(entry, { state: "answered", custodian: custodian.person.id, answer: answer() });
  assert.equal((await read())?.answer?.problem, undefined);

  put({ reason: "Another reason under the same id" });
  assert.equal((await read())?.answer?.problem, "request-differs");

  put({ to: [readerName(deskOf(2).person)] });
  entry.answer = answer();
  assert.equal((await read())?.answer?.problem, "custodian-unknown");

  put({ from: stranger.person.id }, stranger.signing);
  Object.assign(entry, { from: stranger.person.id });
  assert.equal((await read())?.problem, "excluded");
});
