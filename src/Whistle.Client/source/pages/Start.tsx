import type { JSX } from "preact";
import { Page } from "../../ui/Page.tsx";
import { Button } from "../../ui/Button.tsx";
import { useSource } from "../context.ts";

/** The two doors: report something, or come back with the words. */
export function Start(): JSX.Element {
  const { m, go } = useSource();
  return (
    <Page name="start" heading={m.text("start.heading")} title={m.text("title")}>
      <div class="doors">
        <Door title={m.text("start.report")} about={m.text("start.report.about")} onClick={() => go("channels")} />
        <Door title={m.text("start.return")} about={m.text("start.return.about")} onClick={() => go("return")} />
      </div>
      <section class="stack-tight">
        <h2>{m.text("start.before")}</h2>
        <ul>
          <li>{m.text("start.device")}</li>
          <li>{m.text("start.tor")}</li>
          <li>{m.text("start.account")}</li>
        </ul>
        <p class="soft small">{m.text("start.leave")}</p>
      </section>
      <div>
        <Button kind="plain" onClick={() => go("lost")}>
          {m.text("start.lost")}
        </Button>
      </div>
    </Page>
  );
}

function Door({ title, about, onClick }: { readonly title: string; readonly about: string; readonly onClick: () => void }): JSX.Element {
  return (
    <button type="button" class="door" onClick={onClick}>
      <span class="door-title">{title}</span>
      <span class="door-about">{about}</span>
    </button>
  );
}
