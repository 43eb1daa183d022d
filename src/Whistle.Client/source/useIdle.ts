import { useEffect, useRef, useState } from "preact/hooks";
import { idleState } from "./forgetting.ts";

const look = 5_000;

/** Watches for keys and pointers while `active`; any act starts the twenty minutes anew, so pressing "keep it open" needs no code. */
export function useIdle(active: boolean, onOver: () => void): "awake" | "soon" {
  const [state, setState] = useState<"awake" | "soon">("awake");
  const over = useRef(onOver);
  over.current = onOver;
  useEffect(() => {
    setState("awake");
    if (!active) {
      return undefined;
    }
    let last = Date.now();
    const check = (): void => {
      const now = idleState(last, Date.now());
      if (now === "over") {
        over.current();
      } else {
        setState(now);
      }
    };
    const act = (): void => {
      check(); // a laptop that was shut for an hour must not be woken up by the first key
      if (idleState(last, Date.now()) !== "over") {
        last = Date.now();
        setState("awake");
      }
    };
    const timer = setInterval(check, look);
    const events = ["keydown", "pointerdown", "input"] as const;
    for (const event of events) {
      addEventListener(event, act);
    }
    document.addEventListener("visibilitychange", check);
    return () => {
      clearInterval(timer);
      for (const event of events) {
        removeEventListener(event, act);
      }
      document.removeEventListener("visibilitychange", check);
    };
  }, [active]);
  return state;
}
