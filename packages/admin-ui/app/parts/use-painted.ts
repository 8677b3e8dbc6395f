import { useEffect, useState } from "react";

/**
 * Returns whether the page has been painted since `ready` became true. Work that is not visible at first waits for
 * this, so that it does not delay the rest. A page in the background is painted when it comes into view.
 */
export function usePainted(ready: boolean): boolean {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    if (!ready) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // the callback runs before the frame is painted, and a timer after that
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
