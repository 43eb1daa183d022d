// The other implementation: age-encryption and noble, as the browser client uses them.
// Reads a JSON array of orders from standard input, writes a JSON array of answers. Bytes are Base 64.
import { existsSync } from "node:fs";

const modules = new URL("../../../src/Whistle.Client/node_modules/", import.meta.url);
if (!existsSync(new URL("age-encryption/", modules))) {
  process.stderr.write("age-encryption is not installed: run `npm ci --ignore-scripts` in src/Whistle.Client\n");
  process.exit(3);
}
const age = await import(new URL("age-encryption/dist/index.js", modules));
const { MLKEM768X25519 } = await import(new URL("@noble/post-quantum/hybrid.js", modules));

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (value) => Buffer.from(value).toString("base64");

const orders = {
  async encrypt({ recipients, passphrase, plaintext }) {
    const encrypter = new age.Encrypter();
    if (passphrase !== undefined) {
      encrypter.setPassphrase(passphrase);
      encrypter.setScryptWorkFactor(10);
    }
    for (const recipient of recipients ?? []) encrypter.addRecipient(recipient);
    return text(await encrypter.encrypt(bytes(plaintext)));
  },
  async decrypt({ identity, passphrase, file }) {
    const decrypter = new age.Decrypter();
    if (passphrase !== undefined) decrypter.addPassphrase(passphrase);
    if (identity !== undefined) decrypter.addIdentity(identity);
    return text(await decrypter.decrypt(bytes(file)));
  },
  async recipient({ identity }) {
    return await age.identityToRecipient(identity);
  },
  async dearmor({ armored }) {
    return text(age.armor.decode(armored));
  },
  // X-Wing with the 64 random bytes given instead of drawn.
  async encapsulate({ key, seed }) {
    return text(MLKEM768X25519.encapsulate(bytes(key), bytes(seed)).cipherText);
  },
};

let input = "";
for await (const part of process.stdin) input += part;
const answers = [];
for (const order of JSON.parse(input)) answers.push(await orders[order.do](order));
process.stdout.write(JSON.stringify(answers));
