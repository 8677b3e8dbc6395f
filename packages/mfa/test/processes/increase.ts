import { openDomain } from "../open-domain.js";

// increase.ts URL SERIAL TIMES: adds one to tokeninfo `k` and to the failcounter that many times
const [url = "", serial = "", times = ""] = process.argv.slice(2);
const { domain, database } = await openDomain(url);
await Promise.all(
  Array.from({ length: Number(times) }, async () => {
    await domain.tokens.increaseInfo(serial, "k", 1);
    await domain.tokens.changeFailCount(serial, 1);
  }),
);
await database.close();
