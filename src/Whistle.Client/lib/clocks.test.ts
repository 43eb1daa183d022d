import assert from "node:assert/strict";
import { test } from "node:test";
import { acknowledgeBy, type ClockPolicy, clockPolicies, keepUntil, meetBy, perhapsUntil, retentionClasses } from "./clocks.ts";
import { vectorJson } from "./vectors.testing.ts";

interface Vector {
  readonly first: number;
  readonly count: number;
  readonly policies: Readonly<Record<string, Readonly<Record<"acknowledgeBy" | "meetBy" | "perhapsUntil" | `keep${"Short" | "Standard" | "Long"}`, string>>>>;
}

test("the clocks are those of the server, on every day of three years", () => {
  const vector = vectorJson("clocks.json") as Vector;
  assert.deepEqual(Object.keys(vector.policies).sort(), [...clockPolicies].sort());
  assert.ok(vector.count > 1000);
  for (const [name, lists] of Object.entries(vector.policies)) {
    const policy = name as ClockPolicy;
    const days = { acknowledgeBy: numbers(lists.acknowledgeBy), meetBy: numbers(lists.meetBy), perhapsUntil: numbers(lists.perhapsUntil), short: numbers(lists.keepShort), standard: numbers(lists.keepStandard), long: numbers(lists.keepLong) };
    assert.deepEqual(Object.values(days).map((list) => list.length), Array.from({ length: 6 }, () => vector.count));
    for (let i = 0; i < vector.count; i++) {
      const day = vector.first + i;
      const by = acknowledgeBy(policy, day);
      assert.equal(by - day, days.acknowledgeBy[i], `${name} ${i}`);
      assert.equal((meetBy(policy, day) ?? day) - day, days.meetBy[i], `${name} ${i}`);
      for (const retention of retentionClasses) {
        assert.equal(keepUntil(policy, day, retention) - day, days[retention][i], `${name} ${retention} ${i}`);
      }
      assert.equal((perhapsUntil(policy, by) ?? day) - day, days.perhapsUntil[i], `${name} ${i}`);
    }
  }
});

function numbers(list: string): readonly number[] {
  return list.split(" ").map(Number);
}
