import { useRef } from "preact/hooks";
import { codeOf } from "../lib/errors.ts";
import { openMailbox, type Mailbox } from "../lib/flows/mailbox.ts";
import { useSource } from "./context.ts";

/**
 * Runs one act in the mailbox. The server forgets a session after 20 minutes by the clock; whoever is still
 * at it gets a new one from the words in memory, and the act is tried once more.
 */
export function useSession(): <T>(act: (mailbox: Mailbox) => Promise<T>) => Promise<T> {
  const { ground, inside, enter } = useSource();
  const latest = useRef(inside);
  latest.current = inside;
  return async (act) => {
    const now = latest.current;
    if (now === undefined) {
      throw new DOMException("the mailbox was closed", "AbortError");
    }
    try {
      return await act(now.mailbox);
    } catch (error) {
      if (codeOf(error) !== "session-over") {
        throw error;
      }
    }
    const mailbox = await openMailbox(ground.api, now.words, { origin: ground.origin, today: ground.today() });
    enter({ mailbox, words: now.words });
    return await act(mailbox);
  };
}
