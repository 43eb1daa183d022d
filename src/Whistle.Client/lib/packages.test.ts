import assert from "node:assert/strict";
import { test } from "node:test";
import { armor, Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from "age-encryption";
import * as vectors from "cctv-age";

// age-encryption was made for older releases of its dependencies than the one copy that all of the
// client shares. These tests are what allows that: they fail where a newer release means other bytes.

test("what age-encryption seals to a hybrid recipient it opens", async () => {
  const identity = await generateHybridIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  assert.equal(await decrypter.decrypt(await encrypter.encrypt("a tip"), "text"), "a tip");
});

interface Vector {
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly file: Uint8Array;
}

/** A CCTV vector: `name: value` lines, an empty line, and the age file. */
function parse(bytes: Uint8Array): Vector {
  const fields = new Map<string, string[]>();
  let at = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, at);
    const line = new TextDecoder().decode(bytes.subarray(at, end));
    at = end + 1;
    if (line === "") {
      return { fields, file: bytes.subarray(at) };
    }
    const [name = "", value = ""] = line.split(": ", 2);
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
}

/** Opens a vector the way a caller would: the plaintext, or the error. */
async function open({ fields, file }: Vector): Promise<Uint8Array | Error> {
  const decrypter = new Decrypter();
  for (const identity of fields.get("identity") ?? []) {
    decrypter.addIdentity(identity);
  }
  try {
    const input = fields.get("armored")?.[0] === "yes" ? armor.decode(new TextDecoder().decode(file)) : file;
    return await decrypter.decrypt(input, "uint8array");
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const table: Readonly<Record<string, Uint8Array>> = { ...vectors };
const names = Object.keys(table).filter((name) => /^(armor_)?(hybrid|x25519)/.test(name));

test("the public vectors of hybrid and X25519 recipients are there", () => assert.ok(names.length >= 30, `${names.length}`));

for (const name of names) {
  const bytes = table[name];
  assert.ok(bytes !== undefined);
  const vector = parse(bytes);
  if (vector.fields.get("compressed") !== undefined) {
    continue; // only the payload streams of the stream_* family are compressed
  }
  const expect = vector.fields.get("expect")?.[0];
  test(`public vector ${name}: ${expect}`, async () => {
    const opened = await open(vector);
    if (expect !== "success") {
      assert.ok(opened instanceof Error, "was opened");
      return;
    }
    assert.ok(!(opened instanceof Error), String(opened));
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", new Uint8Array(opened))).toString("hex");
    assert.equal(hash, vector.fields.get("payload")?.[0]);
  });
}
