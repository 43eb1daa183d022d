import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyRing, findCases, loadRing, maxFilters, mergeRings, saveRing, type Ring, type SavedFilter } from "./desk.ts";
import { deskOf, random, set } from "./job.testing.ts";

const named = (name: string, only: readonly string[] = ["overdue"]): SavedFilter => ({ name, only });

test("saved filters come back from the keyring, and a round over the stream keeps them", async () => {
  const { server, api } = set();
  const lead = deskOf(0);
  server.person = lead.person.id;
  const filters = [{ name: "Überfällig", severity: "high", only: ["overdue"] }, named("Mine")];
  const stored = await saveRing(api, lead, { ...emptyRing, filters }, random);
  assert.deepEqual((await loadRing(api, lead)).filters, filters);
  assert.deepEqual((await findCases(api, lead, stored)).ring.filters, filters);
  await saveRing(api, lead, { ...stored, filters: [] }, random);
  assert.deepEqual((await loadRing(api, lead)).filters, []);
});

test("of two devices both keep their filters, one of the same name as the later one has it, and never more than there is room for", () => {
  const ring = (filters: readonly SavedFilter[]): Ring => ({ ...emptyRing, filters });
  assert.deepEqual(mergeRings(ring([named("a"), named("b")]), ring([named("b", ["unread"]), named("c")])).filters, [named("a"), named("b", ["unread"]), named("c")]);
  const many = (prefix: string) => Array.from({ length: maxFilters }, (_, n) => named(`${prefix}${n}`));
  assert.equal(mergeRings(ring(many("a")), ring(many("b"))).filters.length, maxFilters);
});
