import { encodeRecipient, type HybridIdentity } from "../../age.ts";
import { equal } from "../../bytes.ts";
import { openIdentityFile, splitPassphrase } from "../../desk/unlock.ts";
import type { DeskApi, Me } from "../../deskApi.ts";
import { acceptDirectory, personById, type Directory, type Person } from "../../directory.ts";
import { WhistleError } from "../../errors.ts";
import type { SigningKey } from "../../sign.ts";
import type { SourceApi } from "../../sourceApi.ts";
import type { Day, Hash, RunOptions } from "../../types.ts";
import { Versions } from "../../versions.ts";

// Signing in and unlocking.

/** After sign-in, before unlocking. `unlockSeed` is secret and is dropped after `unlockDesk`. */
export interface SignedIn {
  readonly me: Me;
  readonly unlockSeed: Uint8Array;
}

/** A signed-in person with open keys. Secret: memory only, dropped when the desk locks. */
export interface Desk {
  readonly origin: string;
  readonly me: Me;
  readonly person: Person;
  readonly directory: Directory;
  /** `directory` and the versions before it. */
  readonly versions: Versions;
  readonly identity: HybridIdentity;
  readonly signing: SigningKey;
}

/** Derives the sign-in password from the passphrase (Argon2id, a second or two) and signs in. Throws `sign-in-failed`, `sign-in-locked`. */
export async function signIn(
  api: DeskApi,
  request: { readonly origin: string; readonly login: string; readonly passphrase: string; readonly code: string },
  options: RunOptions = {},
): Promise<SignedIn> {
  const { salt } = await api.salt(request.login, options.signal);
  const { password, unlockSeed } = await splitPassphrase(request.passphrase, request.origin, request.login, salt);
  await api.signIn({ name: request.login, password, code: request.code }, options.signal);
  return { me: await api.me(options.signal), unlockSeed };
}

/** For a desk that is signed in but locked: derives the unlock seed again. A wrong passphrase shows at `unlockDesk`. */
export async function deriveUnlock(
  api: DeskApi,
  request: { readonly origin: string; readonly login: string; readonly passphrase: string },
  options: RunOptions = {},
): Promise<SignedIn> {
  const { salt } = await api.salt(request.login, options.signal);
  const { unlockSeed } = await splitPassphrase(request.passphrase, request.origin, request.login, salt);
  return { me: await api.me(options.signal), unlockSeed };
}

/**
 * Opens `identity.age` and checks the keys against the directory, whose root is the pinned one. An expired directory
 * still reads; it gives the case to nobody new. Throws `passphrase-wrong`, `no-keys` (an account without), `not-in-directory`
 * (not yet, no longer, or with other keys), `directory-*`.
 */
export async function unlockDesk(
  source: SourceApi,
  signedIn: SignedIn,
  context: { readonly origin: string; readonly today: Day; readonly pinnedRoot?: Hash | undefined; readonly seenVersion?: number | undefined },
  options: RunOptions = {},
): Promise<Desk> {
  const { me, unlockSeed } = signedIn;
  if (me.identity === undefined) {
    throw new WhistleError("no-keys");
  }
  const { identity, signing } = openIdentityFile(me.identity, unlockSeed);
  const directory = acceptDirectory(await source.directory(options.signal), {
    origin: context.origin,
    today: context.today,
    pinnedRoot: context.pinnedRoot ?? me.root,
    seenVersion: context.seenVersion,
    allowExpired: true,
  });
  const person = personById(directory.content, me.person.id);
  if (person === undefined || person.recipient !== encodeRecipient(identity.recipient) || !equal(person.signing, signing.publicKey)) {
    throw new WhistleError("not-in-directory");
  }
  return { origin: context.origin, me, person, directory, versions: new Versions(directory, source.earlierDirectory), identity, signing };
}
