import assert from "node:assert/strict";
import { test } from "node:test";
import { Attempts } from "./attempts.ts";

function later<T>() {
  let arrive: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (arrive = resolve));
  return { promise, arrive };
}

test("who signs out while keys are derived finds no open desk afterwards", async () => {
  const attempts = new Attempts();
  const keys = later<string>();
  const opened: string[] = [];
  let told: AbortSignal | undefined;
  const attempt = attempts.run(
    (signal) => {
      told = signal;
      return keys.promise;
    },
    (desk) => opened.push(desk),
  );
  attempts.end();
  assert.equal(told?.aborted, true);
  keys.arrive("keys");
  await assert.rejects(attempt, { code: "cancelled" });
  assert.deepEqual(opened, []);
});

test("a second attempt ends the first, and an attempt that nobody ended arrives", async () => {
  const attempts = new Attempts();
  const [first, second] = [later<string>(), later<string>()];
  const opened: string[] = [];
  const one = attempts.run(() => first.promise, (desk) => opened.push(desk));
  const two = attempts.run(() => second.promise, (desk) => opened.push(desk));
  second.arrive("second");
  first.arrive("first");
  await assert.rejects(one, { code: "cancelled" });
  await two;
  assert.deepEqual(opened, ["second"]);
});
