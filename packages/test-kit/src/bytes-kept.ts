import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Sends requests with a parameter of 200,000 characters, one after another, and returns how many bytes survived
 * collections of the young generation: 20 MB for 100 requests if each leaves its parameter behind until the next full
 * collection.
 */
export async function bytesKept(url: string, requests: number): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collectYoung = runInNewContext("() => gc({ type: 'minor' })") as () => void;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ text: "x".repeat(200_000) });
  const send = async (count: number) => {
    for (let n = 0; n < count; n++) {
      await (await fetch(url, { method: "POST", headers, body })).text();
      collectYoung();
    }
  };
  await send(20);
  const before = oldBytes();
  await send(requests);
  return oldBytes() - before;
}

function oldBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === "old_space" || name === "large_object_space")
    .reduce((sum, { space_used_size: size }) => sum + size, 0);
}
