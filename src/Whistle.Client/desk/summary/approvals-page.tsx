import type { JSX } from "preact";
import { channelById } from "../../lib/directory.ts";
import { inLanguage } from "../../lib/documents.ts";
import { WhistleError } from "../../lib/errors.ts";
import { approveSummary, loadApprovals, refuseSummary, type Desk, type DeskSummaryRead } from "../../lib/flows/desk.ts";
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
  const find = (id: string): DeskSummaryRead => {
    const found = loaded.value?.find((summary) => summary.server.summary === id);
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
      items={toItems(loaded.value, desk, m.language)}
      working={act.working}
      error={act.error}
      approve={(id) => void decide(async () => approveSummary(api, desk, find(id)), m.text("approvals.approved"))}
      refuse={(id, code) => void decide(() => refuseSummary(api, id, code), m.text("approvals.refused"))}
    />
  );
}

function toItems(summaries: readonly DeskSummaryRead[], desk: Desk, language: string): ApprovalView[] {
  // A text whose signature does not hold is compared with nothing.
  const shown = summaries.flatMap(({ server, released }): Shown[] =>
    released === undefined ? [] : [{ id: server.summary, case: parseProposal(server.proposal).case, state: server.state, text: released.text }],
  );
  return summaries.map((summary) => {
    const own = shown.find((entry) => entry.id === summary.server.summary);
    const earlier = own === undefined ? undefined : earlierOf(own, shown);
    return { ...toItem(summary, desk, language), ...(earlier === undefined ? {} : { earlier }) };
  });
}

function toItem(summary: DeskSummaryRead, desk: Desk, language: string): ApprovalView {
  const { released } = summary;
  const channel = released === undefined ? undefined : channelById(desk.directory.content, released.channel);
  return {
    id: summary.server.summary,
    state: summary.server.state,
    proposer: summary.proposer?.name ?? "",
    mine: summary.proposer?.id === desk.person.id,
    signature: released === undefined ? "bad" : "good",
    title: released?.title ?? "",
    text: released?.text ?? "",
    channel: channel === undefined ? "" : (inLanguage(channel.name, language) ?? ""),
    outcome: released?.outcome ?? "open",
    quarter: released?.quarter ?? "",
  };
}
