import type { JSX } from "preact";
import { channelById } from "../../lib/directory.ts";
import { inLanguage } from "../../lib/documents.ts";
import { WhistleError } from "../../lib/errors.ts";
import { approveClosing, approvePurge, approveSummary, loadApprovals, refuseProposal, type Desk, type DeskApprovalRead } from "../../lib/flows/desk.ts";
import type { DeskApi } from "../../lib/deskApi.ts";
import { Notice } from "../../ui/Notice.tsx";
import { useDesk } from "../context.ts";
import { useAct, useLoad } from "../parts/load.ts";
import { parseProposal } from "../../lib/desk/summary.ts";
import { Approvals, type ApprovalView } from "./approvals.tsx";
import { earlierOf, type Shown } from "./earlier.ts";

/** Loads what waits for this person, opened with their own key, and signs what they decide. */
export function ApprovalsPage({ api, desk }: { readonly api: DeskApi; readonly desk: Desk }): JSX.Element {
  const { m, say } = useDesk();
  const loaded = useLoad((signal) => loadApprovals(api, desk, { signal }));
  const act = useAct();
  const find = (id: string): DeskApprovalRead => {
    const found = loaded.value?.find(({ server }) => server.id === id);
    if (found === undefined) {
      throw new WhistleError("not-found");
    }
    return found;
  };
  const decide = async (decision: () => Promise<void>, words: string): Promise<void> => {
    if (await act.run(decision)) {
      say(words);
      loaded.reload();
    }
  };
  if (loaded.error !== undefined) {
    return <div class="page"><Notice kind="warn" live title={loaded.error} /></div>;
  }
  if (loaded.value === undefined) {
    return <p class="page" role="status">{m.text("loading")}</p>;
  }
  return (
    <Approvals
      items={toItems(loaded.value, desk, m.language, { closing: m.text("closing.title"), purge: m.text("purge.title") })}
      working={act.working}
      error={act.error}
      approve={(id) => {
        const found = find(id);
        void (found.kind === "closing"
          ? decide(() => approveClosing(api, desk, found), m.text("closing.approved"))
          : found.kind === "purge"
            ? decide(() => approvePurge(api, desk, found), m.text("purge.approved"))
            : decide(() => approveSummary(api, desk, found), m.text("approvals.approved")));
      }}
      refuse={(id, code) => void decide(() => refuseProposal(api, id, code), m.text("approvals.refused"))}
    />
  );
}

/** Of what has no title of its own. */
type Titles = Readonly<Record<"closing" | "purge", string>>;

function toItems(read: readonly DeskApprovalRead[], desk: Desk, language: string, titles: Titles): ApprovalView[] {
  // A text whose signature does not hold is compared with nothing.
  const shown = read.flatMap((item): Shown[] =>
    item.kind !== "summary" || item.text === undefined ? [] : [{ id: item.server.id, case: parseProposal(item.server.proposal).case, decided: item.server.state !== "proposed", text: item.text.text }],
  );
  return read.map((item) => {
    const own = shown.find((entry) => entry.id === item.server.id);
    const earlier = own === undefined ? undefined : earlierOf(own, shown);
    return { ...toItem(item, desk, language, titles), ...(earlier === undefined ? {} : { earlier }) };
  });
}

function toItem(item: DeskApprovalRead, desk: Desk, language: string, titles: Titles): ApprovalView {
  const released = item.kind === "summary" ? item.text : undefined;
  const channel = released === undefined ? undefined : channelById(desk.directory.content, released.channel);
  return {
    id: item.server.id,
    kind: item.kind,
    state: item.server.state,
    proposer: item.proposer?.name ?? "",
    mine: item.proposer?.id === desk.person.id,
    signature: item.text === undefined ? "bad" : "good",
    title: item.kind === "summary" ? (released?.title ?? "") : titles[item.kind],
    text: item.text?.text ?? "",
    channel: channel === undefined ? "" : (inLanguage(channel.name, language) ?? ""),
    outcome: item.kind === "purge" ? "open" : (item.text?.outcome ?? "open"),
    ...(item.kind === "purge" && item.text !== undefined ? { ground: item.text.ground } : {}),
    quarter: released?.quarter ?? "",
  };
}
