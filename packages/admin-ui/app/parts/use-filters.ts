import { useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";

/** Milliseconds after the last change until the address is updated. */
const pauseMs = 150;

/**
 * Keeps filters in the address of the page. Typed values apply immediately, and the address is updated after a pause: a
 * field that took its value from the address would lose key presses and the position of its cursor.
 */
export function useFilters<T extends object>(address: T, write: (filters: T) => void): [T, (filters: T) => void] {
  const router = useRouter();
  const [typed, setTyped] = useState<T>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(write);
  latest.current = write;
  const set = useCallback(
    (next: T) => {
      setTyped(next);
      clearTimeout(timer.current);
      const { pathname } = router.latestLocation;
      timer.current = setTimeout(() => {
        timer.current = undefined;
        // the page stays mounted until the next one is loaded, and must not bring back a user who has left it
        if (router.latestLocation.pathname === pathname) latest.current(next);
      }, pauseMs);
    },
    [router],
  );
  const key = JSON.stringify(Object.entries(address).sort());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address has followed, or a link or button of the browser changed it
  useEffect(() => {
    if (timer.current === undefined) setTyped(undefined);
  }, [key]);
  // a pending update must not change the address of the next page
  useEffect(() => () => clearTimeout(timer.current), []);
  return [typed ?? address, set];
}
