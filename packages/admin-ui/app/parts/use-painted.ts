import { useEffect, useState } from "react";

/**
 * Whether the page has been painted since `ready` was true: for what nobody sees at once, and would be in the way of
 * what they do. A page that is not in view is painted when it is looked at.
 */
export function usePainted(ready: boolean): boolean {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    if (!ready) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // the callback runs before the frame is painted, a task of its own after that
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setPainted(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [ready]);
  return painted;
}
