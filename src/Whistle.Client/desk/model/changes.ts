import { base64url } from "../../lib/bytes.ts";
import type { Channel, DirectoryContent, Person } from "../../lib/directory.ts";
import { inLanguage } from "../../lib/documents.ts";
import type { DeskMessages } from "../messages.ts";
import { dayWords } from "./days.ts";

/**
 * What a directory version changes, found on this device from the two texts themselves. The server's own list is not
 * shown: a root holder must not sign what the server says about a text, but what stands in it.
 */
export type Change =
  | { readonly kind: "organisation" | "origins" | "log-key" | "log-policy" | "log-policy-removed" | "log-mirror" | "log-mirror-removed" | "root"; readonly name: string }
  | { readonly kind: "person-added"; readonly person: Person }
  | { readonly kind: "person-removed" | "person-keys" | "person-dates"; readonly person: Person }
  | { readonly kind: "person-renamed"; readonly person: Person; readonly before: string }
  | { readonly kind: "person-role" | "person-place"; readonly person: Person }
  | { readonly kind: "channel-added" | "channel-removed" | "channel-renamed" | "channel-entity" | "channel-policy" | "channel-recovery" | "channel-questionnaire" | "channel-texts" | "channel-taxonomy"; readonly channel: Channel }
  | { readonly kind: `channel-${"reader" | "approver" | "custodian"}-${"added" | "removed"}`; readonly channel: Channel; readonly who: string }
  | { readonly kind: "recovery-key" | "recovery-holders" | "recovery-removed"; readonly name: string };

export function changesBetween(before: DirectoryContent | undefined, after: DirectoryContent): Change[] {
  return [...common(before, after), ...people(before, after), ...channels(before, after), ...recovery(before, after)];
}

function common(before: DirectoryContent | undefined, after: DirectoryContent): Change[] {
  const root = (content: DirectoryContent): string =>
    JSON.stringify([content.root.threshold, content.root.keys.map((k) => `${k.name} ${base64url(k.key)}`).sort()]);
  return [
    ...(before?.organisation === after.organisation ? [] : [{ kind: "organisation" as const, name: after.organisation }]),
    ...(same(before?.origins, after.origins) ? [] : [{ kind: "origins" as const, name: after.origins.join(", ") }]),
    ...(before === undefined || (before.log.name === after.log.name && base64url(before.log.key) === base64url(after.log.key))
      ? []
      : [{ kind: "log-key" as const, name: after.log.name }]),
    ...(before?.log.policy === after.log.policy
      ? []
      : [after.log.policy === undefined ? { kind: "log-policy-removed" as const, name: "" } : { kind: "log-policy" as const, name: after.log.policy.trim().split("\n").join(" · ") }]),
    ...(before?.log.mirror === after.log.mirror
      ? []
      : [after.log.mirror === undefined ? { kind: "log-mirror-removed" as const, name: "" } : { kind: "log-mirror" as const, name: after.log.mirror }]),
    ...(before === undefined || root(before) === root(after) ? [] : [{ kind: "root" as const, name: after.root.keys.map((k) => k.name).join(", ") }]),
  ];
}

function people(before: DirectoryContent | undefined, after: DirectoryContent): Change[] {
  const old = new Map(before?.people.map((person) => [person.id, person]));
  const changes: Change[] = [];
  for (const person of after.people) {
    const was = old.get(person.id);
    old.delete(person.id);
    if (was === undefined) {
      changes.push({ kind: "person-added", person });
      continue;
    }
    if (was.name !== person.name) {
      changes.push({ kind: "person-renamed", person, before: was.name });
    }
    if (was.role !== person.role) {
      changes.push({ kind: "person-role", person });
    }
    if (was.place !== person.place) {
      changes.push({ kind: "person-place", person });
    }
    if (was.recipient !== person.recipient || base64url(was.signing) !== base64url(person.signing)) {
      changes.push({ kind: "person-keys", person });
    } else if (was.from !== person.from || was.until !== person.until) {
      changes.push({ kind: "person-dates", person });
    }
  }
  return [...changes, ...[...old.values()].map((person): Change => ({ kind: "person-removed", person }))];
}

function channels(before: DirectoryContent | undefined, after: DirectoryContent): Change[] {
  const names = new Map([...(before?.people ?? []), ...after.people].map((person) => [person.id, person.name]));
  const old = new Map(before?.channels.map((channel) => [channel.id, channel]));
  const changes: Change[] = [];
  for (const channel of after.channels) {
    const was = old.get(channel.id);
    old.delete(channel.id);
    if (was === undefined) {
      changes.push({ kind: "channel-added", channel });
    } else {
      for (const part of ["entity", "policy", "recovery", "questionnaire", "texts", "taxonomy"] as const) {
        if (was[part] !== channel[part]) {
          changes.push({ kind: `channel-${part}`, channel });
        }
      }
      if (JSON.stringify(Object.entries(was.name).sort()) !== JSON.stringify(Object.entries(channel.name).sort())) {
        changes.push({ kind: "channel-renamed", channel });
      }
    }
    for (const [list, kind] of [["readers", "reader"], ["approvers", "approver"], ["custodians", "custodian"]] as const) {
      const then = was?.[list] ?? [];
      const who = (id: string): string => names.get(id) ?? id;
      changes.push(...channel[list].filter((id) => !then.includes(id)).map((id): Change => ({ kind: `channel-${kind}-added`, channel, who: who(id) })));
      changes.push(...then.filter((id) => !channel[list].includes(id)).map((id): Change => ({ kind: `channel-${kind}-removed`, channel, who: who(id) })));
    }
  }
  return [...changes, ...[...old.values()].map((channel): Change => ({ kind: "channel-removed", channel }))];
}

function recovery(before: DirectoryContent | undefined, after: DirectoryContent): Change[] {
  const was = before?.recovery;
  const now = after.recovery;
  if (now === undefined) {
    return was === undefined ? [] : [{ kind: "recovery-removed", name: "" }];
  }
  const name = now.holders.map((holder) => holder.name).join(", ");
  return [
    ...(was?.recipient === now.recipient ? [] : [{ kind: "recovery-key" as const, name }]),
    ...(was === undefined || (was.threshold === now.threshold && JSON.stringify(was.holders) === JSON.stringify(now.holders)) ? [] : [{ kind: "recovery-holders" as const, name }]),
  ];
}

function same(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((value, i) => value === b[i]);
}

/** One change as a sentence: "Adds R. Moreau as reviewer, inside the organisation, from 5 March." */
export function changeWords(m: DeskMessages, change: Change, today: number): string {
  const day = (value: number): string => dayWords(m.language, value, today);
  if ("person" in change) {
    const { person } = change;
    return m.text(`change.${change.kind}`, {
      name: person.name,
      before: "before" in change ? change.before : "",
      role: m.text(`role.${person.role}`),
      place: m.text(person.place === "outside" ? "place.outside" : "place.inside"),
      from: day(person.from),
      until: day(person.until),
    });
  }
  if ("channel" in change) {
    const { channel } = change;
    return m.text(`change.${change.kind}`, {
      name: inLanguage(channel.name, m.language) ?? "",
      entity: channel.entity,
      policy: m.text(`policy.${channel.policy}`),
      recovery: m.text(`recovery.${channel.recovery}`),
      who: "who" in change ? change.who : "",
    });
  }
  return m.text(`change.${change.kind}`, { name: change.name });
}

/** Words for the first and last day of a directory version. */
export function validityWords(m: DeskMessages, issued: number, expires: number, today: number): string {
  return m.text("directory.validity", { from: dayWords(m.language, issued, today), until: dayWords(m.language, expires, today) });
}
