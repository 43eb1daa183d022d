import { argon2id } from "hash-wasm";
import { fileSize, identityFromSeed, seal, encodeIdentity, decodeIdentity, type HybridIdentity } from "../age.ts";
import { base64url, h, hkdf, lp, utf8 } from "../bytes.ts";
import { WhistleError } from "../errors.ts";
import { canonical, pad } from "../jcs.ts";
import type { Random } from "../random.ts";
import { openJson } from "../sealed.ts";
import * as shape from "../shape.ts";
import { signingKey, type SigningKey } from "../sign.ts";

// SPEC 11, Unlock.

const plaintextSize = 1024;
export const identityFileSize = fileSize(1, plaintextSize);

export interface PassphraseKeys {
  /** What Identity sees as the password. */
  readonly password: string;
  /** Seed of the unlock identity; never leaves the device. */
  readonly unlockSeed: Uint8Array;
}

/** NFKC, lower-case, trimmed. */
export function normalLogin(login: string): string {
  return login.normalize("NFKC").toLowerCase().trim();
}

/** `H("whistle/pw/v1" || lp(directory origin) || lp(login name) || server salt)[:16]`. */
export function passphraseSalt(origin: string, login: string, serverSalt: Uint8Array): Uint8Array {
  return h(utf8("whistle/pw/v1"), lp(utf8(origin)), lp(utf8(normalLogin(login))), serverSalt).slice(0, 16);
}

/** Argon2id (64 MiB, 3 passes, 1 lane, 32 bytes), then split. About a second; loads WebAssembly on first use. */
export async function splitPassphrase(passphrase: string, origin: string, login: string, serverSalt: Uint8Array): Promise<PassphraseKeys> {
  const m = await argon2id({
    password: utf8(passphrase),
    salt: passphraseSalt(origin, login, serverSalt),
    memorySize: 65536,
    iterations: 3,
    parallelism: 1,
    hashLength: 32,
    outputType: "binary",
  });
  return splitHash(m);
}

/** The two halves of Argon2id's output: neither says anything about the other. */
export function splitHash(m: Uint8Array): PassphraseKeys {
  return { password: base64url(hkdf(m, "whistle/pw/v1", "login")), unlockSeed: hkdf(m, "whistle/pw/v1", "unlock") };
}

const identityFileShape = shape.object({ v: shape.just(1), identity: shape.text(80), signing: shape.bytes(32) });

/** `identity.age`: a reviewer's two keys, sealed to the unlock identity. */
export function sealIdentityFile(identity: HybridIdentity, signing: SigningKey, unlockSeed: Uint8Array, random: Random): Uint8Array {
  const text = canonical({ v: 1, identity: encodeIdentity(identity), signing: base64url(signing.seed) });
  return seal(pad(text, plaintextSize), [identityFromSeed(unlockSeed).recipient], 1, random);
}

/** Throws `passphrase-wrong` where it does not open, `identity-malformed` where what is inside is no key pair. */
export function openIdentityFile(file: Uint8Array, unlockSeed: Uint8Array): { readonly identity: HybridIdentity; readonly signing: SigningKey } {
  let json;
  try {
    json = openJson(file, identityFromSeed(unlockSeed), [plaintextSize], 1);
  } catch {
    throw new WhistleError("passphrase-wrong");
  }
  const { identity, signing } = shape.read(identityFileShape, json, "identity-malformed");
  return { identity: decodeIdentity(identity), signing: signingKey(signing) };
}

