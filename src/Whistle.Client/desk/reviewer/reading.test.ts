import assert from "node:assert/strict";
import { test } from "node:test";
import { deskApi } from "../../lib/deskApi.ts";
import { sourceApi } from "../../lib/sourceApi.ts";
import { origin, today } from "../../lib/world.testing.ts";
import type { LocalStore } from "../model/local.ts";
import { Workspace } from "./workspace.ts";
import { openDesk } from "./workspace.testing.ts";

// What a device reads, keeps between two openings of the desk, and lets go, in one tab and in several.

/** The database of one browser, with its tabs. */
class Browser {
  readonly all = new Map<string, Uint8Array>();
  private readonly waiting: (() => void)[] = [];
  private isHeld = false;
  private readonly listeners = new Set<(word: string) => void>();
  /** Takes nothing more. */
  fails = false;
  /** What a reading waits for. */
  slow: Promise<void> = Promise.resolve();

  get sealed(): string {
    return [...this.all.values()].map((octets) => Buffer.from(octets).toString("latin1")).join("");
  }

  tab(): LocalStore {
    return {
      get: async (name) => this.slow.then(() => this.all.get(name)),
      put: async (entries) => (this.fails ? Promise.reject(new Error("full")) : entries.forEach(([name, sealed]) => this.all.set(name, sealed))),
      remove: async (names) => names.forEach((name) => this.all.delete(name)),
      hold: (_, signal, act) => {
        const begin = (): void => {
          this.isHeld = true;
          signal.addEventListener("abort", () => {
            this.isHeld = false;
            this.waiting.shift()?.();
          });
          act();
        };
        if (this.isHeld) {
          this.waiting.push(begin);
        } else {
          begin();
        }
      },
      tell: (word) => queueMicrotask(() => this.listeners.forEach((told) => told(word))),
      listen: (signal, told) => {
        this.listeners.add(told);
        signal.addEventListener("abort", () => this.listeners.delete(told));
      },
    };
  }
}

/** Until something holds that comes by itself. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !holds() && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(holds());
}

/** A tip that a lead has claimed, and desks of that lead. */
async function readDesk() {
  const { server, workspace: first, desk, id } = await openDesk();
  await first.stop();
  const open = (store: LocalStore | undefined, fetch = server.fetch) =>
    new Workspace({ api: deskApi({ base: origin, fetch }), source: sourceApi({ base: origin, fetch: server.fetch }), desk, store, today: () => today, changed: () => undefined });
  const at = async (store: LocalStore | undefined) => {
    const workspace = open(store);
    await workspace.start();
    return workspace;
  };
  /** What the device still knows, after a desk that does nothing else. */
  const found = async (browser: Browser, word: string) => {
    const workspace = await at(browser.tab());
    const result = [workspace.unread().length, workspace.reading.index.hit(id, word)?.where];
    await workspace.stop();
    return result;
  };
  /** Reads the case and locks. */
  const readOnce = async (browser: Browser) => {
    const workspace = await at(browser.tab());
    await workspace.open(id);
    await workspace.stop();
  };
  const stored = server.cases.get(id);
  assert.ok(stored !== undefined);
  return { at, open, found, readOnce, id, desk, stored };
}

test("what was read is found again after the desk was locked, on this device alone", async () => {
  const { at, found, id } = await readDesk();
  const browser = new Browser();
  const reads = await at(browser.tab());
  assert.deepEqual(reads.unread(), [id]);
  await reads.readForSearch({ signal: new AbortController().signal, progress: () => undefined });
  assert.equal(reads.reading.index.hit(id, "falsified")?.where, "letter");
  const kept = reads.stop();
  assert.equal(reads.reading.index.words(id), "", "a locked desk knows nothing");
  await kept;
  assert.equal(browser.all.size, 16, "all parts are there, whichever has the case");
  assert.doesNotMatch(browser.sealed, /Falsified/);
  assert.deepEqual(await found(browser, "falsified"), [0, "letter"]);
  assert.deepEqual(await found(new Browser(), "falsified"), [1, undefined], "another device has not read it");

  const again = await at(browser.tab());
  await again.note(await again.open(id), "A note", []);
  await again.refresh();
  assert.deepEqual([again.unread(), again.reading.index.hit(id, "falsified")?.where], [[id], "letter"], "it was read before the note");
  await again.stop();
});

test("what was deleted is found no more, and leaves the device before anybody locks", async () => {
  const { at, readOnce, found, id, stored } = await readDesk();
  const browser = new Browser();
  await readOnce(browser);
  const later = await at(browser.tab());
  await later.reading.flush();
  const before = browser.sealed;
  assert.equal(later.reading.index.hit(id, "falsified")?.where, "letter");
  stored.deletions = 1;
  await later.refresh();
  assert.deepEqual([later.reading.index.hit(id, "falsified"), later.unread()], [undefined, [id]]);
  await until(() => browser.sealed !== before);
  stored.deletions = 0; // a server that says it never was
  await later.stop();
  assert.equal((await found(browser, "falsified"))[1], undefined);
});

test("an answer that was on its way brings back nothing that was deleted meanwhile", async () => {
  const { at, id, stored } = await readDesk();
  const workspace = await at(undefined);
  const late = await workspace.open(id);
  stored.deletions = 1;
  await workspace.refresh();
  workspace.reading.index.put(late, "me");
  assert.equal(workspace.reading.index.words(id), "");
  await workspace.stop();
});

test("a desk that locks while it still reads what is there loses nothing of it", async () => {
  const { open, readOnce, found } = await readDesk();
  const browser = new Browser();
  await readOnce(browser);
  const before = browser.sealed;
  let go = (): void => undefined;
  browser.slow = new Promise((resolve) => (go = resolve));
  const hasty = open(browser.tab());
  const started = hasty.start();
  const stopped = hasty.stop();
  go();
  await stopped;
  await started;
  assert.equal(browser.sealed, before);
  const cut = open(browser.tab(), () => Promise.reject(new TypeError("cut")));
  await cut.start();
  await cut.stop();
  assert.deepEqual(await found(browser, "falsified"), [0, "letter"], "nor one that never heard what is still held");
});

test("what is forgotten is forgotten in every tab, whatever one of them was doing", async () => {
  const { at, found, id } = await readDesk();
  const browser = new Browser();
  const one = await at(browser.tab());
  const two = await at(browser.tab());
  await one.open(id);
  await two.open(id);
  const writing = one.reading.flush();
  await two.reading.forget();
  await writing;
  await until(() => one.reading.index.isEmpty);
  assert.deepEqual([browser.all.size, two.reading.index.isEmpty], [0, true]);
  await one.refresh();
  await one.stop();
  assert.equal(browser.all.size, 0);
  await until(() => one.reading.index.isEmpty);
  await two.open(id); // it becomes the one that keeps
  await until(() => browser.all.size === 0);
  await two.reading.flush();
  await two.stop();
  const last = await at(browser.tab());
  await last.open(id);
  await last.stop();
  assert.deepEqual(await found(browser, "falsified"), [0, "letter"]);
});

test("of two tabs the one that keeps next takes what was read last", async () => {
  const { at, found, id } = await readDesk();
  const browser = new Browser();
  const one = await at(browser.tab());
  const two = await at(browser.tab());
  await two.open(id);
  await one.note(await one.open(id), "The okapi gauge", []);
  await one.open(id);
  await one.stop();
  await until(() => two.reading.index.hit(id, "okapi") !== undefined);
  await two.stop();
  assert.deepEqual(await found(browser, "okapi"), [0, "note"]);
});

test("who steps back from a case takes it off the device at once, in whichever tab", async () => {
  const { at, id } = await readDesk();
  const browser = new Browser();
  const keeps = await at(browser.tab());
  const other = await at(browser.tab());
  await keeps.open(id);
  await keeps.reading.flush();
  await other.open(id);
  const before = browser.sealed;
  const late = other.open(id);
  await other.recuse(id, "");
  await late.catch(() => undefined);
  assert.equal(other.reading.index.isEmpty, true);
  await until(() => keeps.reading.index.isEmpty && browser.sealed !== before);
  await Promise.all([keeps.stop(), other.stop()]);
  const again = await at(browser.tab());
  assert.equal(again.reading.index.isEmpty, true);
  await again.stop();
});

test("a case that was given up while the device still read what it had does not come back with it", async () => {
  const { open, readOnce, id } = await readDesk();
  const browser = new Browser();
  await readOnce(browser);
  let go = (): void => undefined;
  browser.slow = new Promise((resolve) => (go = resolve));
  const workspace = open(browser.tab());
  const started = workspace.start();
  await until(() => workspace.state.settled);
  await workspace.recuse(id, "");
  go();
  await started;
  assert.equal(workspace.reading.index.words(id), "");
  await workspace.stop();
  assert.equal(workspace.reading.index.isEmpty, true);
});

test("where a part of what is there cannot be read, none of it is written over", async () => {
  const { open, readOnce, id } = await readDesk();
  const browser = new Browser();
  await readOnce(browser);
  const before = browser.sealed;
  const tab = browser.tab();
  const workspace = open({ ...tab, get: async (name) => (name.endsWith(" 7") ? Promise.reject(new Error("busy")) : tab.get(name)) });
  await workspace.start();
  await workspace.open(id);
  await workspace.stop();
  assert.equal(browser.sealed, before);
});

test("a browser that keeps nothing, takes nothing more, or has another's octets, costs nothing but reading again", async () => {
  const { at, open, readOnce, id, desk } = await readDesk();
  const full = new Browser();
  await readOnce(full);
  full.fails = true;
  const read = await at(full.tab());
  read.reading.index.drop(id);
  await until(() => full.all.size === 0); // what cannot be written anew is taken away
  await read.stop();
  const planted = new Browser();
  planted.all.set(`search-index ${desk.person.id} 0`, new Uint8Array(70_000));
  const stuck: LocalStore = { ...new Browser().tab(), get: () => new Promise(() => undefined) };
  const broken: LocalStore = { ...new Browser().tab(), get: () => Promise.reject(new Error("no")) };
  for (const store of [full.tab(), planted.tab(), stuck, broken, undefined]) {
    const workspace = open(store);
    void workspace.start();
    await until(() => workspace.state.settled);
    assert.deepEqual([workspace.unread(), workspace.state.failure], [[id], undefined]);
    await workspace.open(id);
    assert.equal(workspace.reading.index.has(id), true);
    await workspace.stop();
  }
});
