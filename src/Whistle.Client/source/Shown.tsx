import type { JSX } from "preact";
import { useSource } from "./context.ts";
import { Ask } from "./pages/Ask.tsx";
import { Burn, Burnt } from "./pages/Burn.tsx";
import { Channels } from "./pages/Channels.tsx";
import { Check } from "./pages/Check.tsx";
import { Done } from "./pages/Done.tsx";
import { Files } from "./pages/Files.tsx";
import { Lost } from "./pages/Lost.tsx";
import { MailboxPage } from "./pages/MailboxPage.tsx";
import { Me } from "./pages/Me.tsx";
import { Read } from "./pages/Read.tsx";
import { Return } from "./pages/Return.tsx";
import { Sending } from "./pages/Sending.tsx";
import { Start } from "./pages/Start.tsx";
import { Who } from "./pages/Who.tsx";
import { Words } from "./pages/Words.tsx";
import { WordsCheck } from "./pages/WordsCheck.tsx";
import type { Step } from "./trail.ts";

/** The page of a step. */
export function Shown({ step }: { readonly step: Step }): JSX.Element | null {
  const { inside, forgets } = useSource();
  switch (step.at) {
    case "start":
      return <Start />;
    case "channels":
      return <Channels />;
    case "read":
      return <Read />;
    case "ask":
      return <Ask key={step.page} page={step.page} />;
    case "files":
      return <Files />;
    case "who":
      return <Who />;
    case "me":
      return <Me />;
    case "check":
      return <Check />;
    case "sending":
      return <Sending />;
    case "words":
      return <Words />;
    case "words-check":
      return <WordsCheck />;
    case "done":
      return <Done />;
    case "lost":
      return <Lost />;
    case "return":
      return <Return key={forgets} />;
    case "mailbox":
      return inside === undefined ? <Return key={forgets} /> : <MailboxPage inside={inside} />;
    case "burn":
      return <Burn />;
    case "burnt":
      return <Burnt />;
  }
}
