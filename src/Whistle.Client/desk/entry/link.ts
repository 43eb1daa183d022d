/** A one-time link: its token stands after `#`, so that it never reaches a server's log. */
export type EntryLink = { readonly kind: "invite" | "setup"; readonly token: string };

export function readLink(hash: string): EntryLink | undefined {
  const [, kind, token] = /^#(invite|enrol|setup)=([\w.~-]{8,512})$/.exec(hash) ?? [];
  return token === undefined ? undefined : { kind: kind === "setup" ? "setup" : "invite", token };
}
