import type { JSX } from "preact";
import type { DeskApi } from "../../lib/deskApi.ts";
import { newPassphrase } from "../../lib/desk/passphrase.ts";
import { systemRandom } from "../../lib/random.ts";
import { enrolAccount } from "./enrol-account.ts";
import { Enrol } from "./enrol.tsx";
import type { EntryLink } from "./link.ts";
import { SetupPage } from "./setup.tsx";

export interface EntryProps {
  readonly link: EntryLink;
  readonly api: DeskApi;
  readonly origin: string;
  readonly done: (login: string) => void;
}

export function Entry({ link, api, origin, done }: EntryProps): JSX.Element {
  return link.kind === "setup" ? (
    <SetupPage api={api} token={link.token} />
  ) : (
    <Enrol
      open={(signal) => api.openInvitation(link.token, signal)}
      newPassphrase={() => newPassphrase(systemRandom)}
      enrol={(invitation, request, step) => enrolAccount(api, { origin, token: link.token, role: invitation.role, ...request }, systemRandom, step)}
      done={done}
    />
  );
}
