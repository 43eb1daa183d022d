import { render } from "preact";
import { deskApi } from "../lib/deskApi.ts";
import { sourceApi } from "../lib/sourceApi.ts";
import { loadMessages, pickLanguage } from "../ui/i18n.ts";
import { App } from "./app.tsx";
import { readLink } from "./entry/link.ts";
import { deskLanguages, type DeskKey, type DeskLanguage } from "./messages.ts";
import "./desk.css";

let signedOut: () => void = () => undefined;

const api = deskApi({
  // One place notices that a session ended, whatever the page was doing.
  fetch: async (input, init) => {
    const answer = await fetch(input, init);
    const path = typeof input === "string" ? input : "";
    if (answer.status === 401 && !(path.endsWith("/session") && init?.method === "POST")) {
      signedOut();
    }
    return answer;
  },
});
const source = sourceApi({});
const link = readLink(location.hash);
if (link !== undefined) {
  history.replaceState(null, "", location.pathname); // the token must not stay in the address bar or the history
}

async function show(root: Element, language: DeskLanguage): Promise<void> {
  const m = await loadMessages<DeskKey>("desk", language);
  document.documentElement.lang = m.language;
  document.documentElement.dir = m.direction;
  document.title = m.text("title");
  render(
    <App
      m={m}
      choose={(chosen) => void show(root, chosen)}
      api={api}
      source={source}
      origin={location.origin}
      link={link}
      onSignedOut={register}
    />,
    root,
  );
}

function register(act: () => void): void {
  signedOut = act;
}

const root = document.getElementById("page");
if (root !== null) {
  await show(root, pickLanguage(deskLanguages, navigator.languages));
}
