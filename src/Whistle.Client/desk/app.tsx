import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { hex } from "../lib/bytes.ts";
import { parsePassphrase } from "../lib/desk/passphrase.ts";
import { normalLogin } from "../lib/desk/unlock.ts";
import type { DeskApi, Me } from "../lib/deskApi.ts";
import { deriveUnlock, signIn, unlockDesk, type Desk, type SignedIn } from "../lib/flows/desk.ts";
import type { SourceApi } from "../lib/sourceApi.ts";
import { DeskProvider } from "./context.ts";
import { Attempts } from "./entry/attempts.ts";
import { Locked } from "./entry/locked.tsx";
import { SignIn, type SignInStep } from "./entry/sign-in.tsx";
import type { DeskLanguage, DeskMessages } from "./messages.ts";
import { dayOf } from "./model/days.ts";
import { browserPins, keepPin, readPin } from "./model/pins.ts";
import { chipsOf, noFilter, type Filter } from "./model/queue.ts";
import { Home } from "./home.tsx";
import { Entry } from "./entry/entry.tsx";
import type { EntryLink } from "./entry/link.ts";
import { Frame } from "./parts/frame.tsx";

/** Minutes without a key or pointer until the content is gone from page and memory. */
const idleMinutes = 15;

export interface AppProps {
  readonly m: DeskMessages;
  readonly choose: (language: DeskLanguage) => void;
  readonly api: DeskApi;
  readonly source: SourceApi;
  readonly origin: string;
  readonly link: EntryLink | undefined;
  /** Registers what to do when the server says that the session is over. */
  readonly onSignedOut: (act: () => void) => void;
}

type Place =
  | { readonly at: "link"; readonly link: EntryLink }
  | { readonly at: "sign-in"; readonly login: string; readonly notice: string | undefined }
  | { readonly at: "locked"; readonly me: Me }
  /** `desk` is absent for admins and auditors, who hold no keys. */
  | { readonly at: "home"; readonly me: Me; readonly desk: Desk | undefined };

/** Where a person stands: at a link, at the door, locked, or at the desk. Keys exist only in the last. */
export function App({ m, choose, api, source, origin, link, onSignedOut }: AppProps): JSX.Element {
  const [place, setPlace] = useState<Place>(link === undefined ? { at: "sign-in", login: "", notice: undefined } : { at: "link", link });
  const [said, say] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => say(""), 8000); // long enough to read twice; the act itself stays visible
    return () => clearTimeout(timer);
  }, [said]);
  const today = dayOf(Date.now());
  const context = useMemo(() => ({ m, today, say }), [m, today]);
  const words = useRef(m);
  words.current = m;
  const here = useRef(place);
  here.current = place;
  const attempts = useRef(new Attempts()).current;
  // The chips outlive a locked desk, not a session, and leave no trace in the browser.
  const chips = useRef<Filter>(noFilter);

  useEffect(() => {
    onSignedOut(() => {
      const now = here.current;
      if (now.at === "home" || now.at === "locked") {
        attempts.end();
        chips.current = noFilter;
        setPlace({ at: "sign-in", login: now.me.person.login, notice: words.current.text("signin.over") });
      }
    });
  }, [onSignedOut, attempts]);

  const open = async (signed: SignedIn, step: (step: SignInStep) => void, signal: AbortSignal): Promise<Desk | undefined> => {
    if (signed.me.identity === undefined || signal.aborted) {
      return undefined;
    }
    step("unlocking");
    const pins = browserPins();
    const pin = readPin(pins);
    const context = { origin, today: dayOf(Date.now()), pinnedRoot: pin?.root, seenVersion: pin?.version };
    const desk = await unlockDesk(source, signed, context, { signal });
    keepPin(pins, { root: hex(desk.directory.root), version: desk.directory.content.version });
    return desk;
  };
  const enter = (begin: (signal: AbortSignal) => Promise<SignedIn>, step: (step: SignInStep) => void): Promise<void> =>
    attempts.run(
      async (signal) => {
        const signed = await begin(signal);
        return { me: signed.me, desk: await open(signed, step, signal) };
      },
      ({ me, desk }) => setPlace({ at: "home", me, desk }),
    );
  const signOut = async (): Promise<void> => {
    attempts.end();
    chips.current = noFilter;
    setPlace({ at: "sign-in", login: "", notice: m.text("signin.out") });
    await api.signOut().catch(() => say(m.text("signin.outFailed")));
  };
  const lock = useCallback((): void => {
    setPlace((now) => (now.at === "home" ? { at: "locked", me: now.me } : now));
  }, []);

  return (
    <DeskProvider value={context}>
      {place.at === "home" ? (
        <Home
          api={api}
          source={source}
          me={place.me}
          desk={place.desk}
          chips={chips.current}
          keepChips={(filter) => {
            chips.current = chipsOf(filter);
          }}
          idleMinutes={idleMinutes}
          lock={lock}
          signOut={() => void signOut()}
          choose={choose}
          said={said}
        />
      ) : (
        <Frame choose={choose} said={said}>
          {place.at === "link" ? (
            <Entry link={place.link} api={api} origin={origin} done={(login) => setPlace({ at: "sign-in", login, notice: m.text("enrol.done") })} />
          ) : place.at === "locked" ? (
            <Locked
              name={place.me.person.name}
              signOut={() => void signOut()}
              unlock={(passphrase, step) =>
                enter(async (signal) => deriveUnlock(api, { origin, login: place.me.person.login, passphrase: parsePassphrase(passphrase) }, { signal }), step)
              }
            />
          ) : (
            <SignIn
              key={`${place.login}${place.notice ?? ""}`}
              login={place.login}
              notice={place.notice}
              signIn={({ login, passphrase, code }, step) =>
                enter(async (signal) => signIn(api, { origin, login: normalLogin(login), passphrase: parsePassphrase(passphrase), code }, { signal }), step)
              }
            />
          )}
        </Frame>
      )}
    </DeskProvider>
  );
}
