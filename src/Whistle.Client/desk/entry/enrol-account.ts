import type { DeskApi, Role } from "../../lib/deskApi.ts";
import { encodeRecipient } from "../../lib/age.ts";
import { enrolmentProof, newPersonKeys } from "../../lib/desk/enrol.ts";
import { parsePassphrase } from "../../lib/desk/passphrase.ts";
import { normalLogin, sealIdentityFile, splitPassphrase } from "../../lib/desk/unlock.ts";
import type { Random } from "../../lib/random.ts";
import type { EnrolStep } from "./enrol.tsx";

export interface EnrolAccount {
  readonly origin: string;
  readonly token: string;
  readonly role: Role;
  readonly login: string;
  readonly passphrase: string;
  readonly code: string;
}

/**
 * Turns an invitation into an account. Admins and auditors open nothing, so they get no keys. The server receives
 * the login half of the stretched passphrase, public keys, and the secret ones sealed to the other half.
 */
export async function enrolAccount(api: DeskApi, account: EnrolAccount, random: Random, step: (step: EnrolStep) => void): Promise<void> {
  const { origin, token, role, code } = account;
  const login = normalLogin(account.login);
  step("deriving");
  const { salt } = await api.salt(login);
  const { password, unlockSeed } = await splitPassphrase(parsePassphrase(account.passphrase), origin, login, salt);
  if (role === "admin" || role === "auditor") {
    step("sending");
    await api.enrol({ token, login, password, code });
    return;
  }
  step("keys");
  const keys = newPersonKeys(random);
  const identity = sealIdentityFile(keys.identity, keys.signing, unlockSeed, random);
  step("sending");
  await api.enrol({
    token,
    login,
    password,
    code,
    identity,
    recipient: encodeRecipient(keys.identity.recipient),
    signing: keys.signing.publicKey,
    proof: enrolmentProof(keys, origin, token),
  });
}
