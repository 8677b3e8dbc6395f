import { performance } from "node:perf_hooks";
import { expect, it } from "vitest";
import { checkCryptHash } from "./crypt-hashes.js";
import { createPasswords } from "./passwords.js";

const passwords = createPasswords({ memory: 8, time: 1, parallelism: 1 });

/** Made by crypt(3) of libxcrypt 4.4. */
const known = [
  ["wonder", "$6$abcdefgh$BCZD4MZ76CcLzsq3Z/oJZrs85Zay4i7PQhYtp/EgUD76cHglMu8sPEcHVrZO9rYRjrSVhX44VDTFY7p4lwpMa1"],
  ["wonder", "$5$saltsalt$JuNF5Ru7okVD58N6eh6DVtqbCYLabS26H.Uw.jynqu/"],
  [
    "wonder-ü",
    "$6$rounds=1500$saltsalt$8zrjm96hvkCsvvmcPwZ22behklus3AMoNRLwhCUhgjchcmSbaMfuNx87JSc9PNaLLmokEHstzAVhmUJWSgn4M1",
  ],
  [
    "wonder",
    "$6$rounds=656000$saltsalt$tSgatWjXSs/X1vPq2xibMcWc.jo/NB/9lO84D85Z7RK.qwQi8axNug6uPRoGvIcb0/jXnb2h0qyLJRek7jzZK1",
  ],
  [
    "w".repeat(130),
    "$6$saltsalt$XKLh5y0w.9zQEUaoeAHGA7p5YrwJnNuy8LEHCOddz9aX5XDsCYlcvmHBDQDy0dzcOFKQLtehv/I4FP9hxWH.X0",
  ],
  ["wonder", "$2b$05$abcdefghijklmnopqrstuuLZNkQ1VL/QsuI/EN8Qq4Ia5232KBp7m"],
  ["wonder", "$2y$05$abcdefghijklmnopqrstuuLZNkQ1VL/QsuI/EN8Qq4Ia5232KBp7m"],
  ["wonder", "$2a$05$abcdefghijklmnopqrstuuLZNkQ1VL/QsuI/EN8Qq4Ia5232KBp7m"],
] as const;

it.each(known)("fits %s, and nothing else: %s", async (password, hashed) => {
  expect(await checkCryptHash(passwords, hashed, password)).toEqual({ matches: true });
  for (const other of ["", `${password}x`, password.slice(1), "x".repeat(1_000), `${password}\0`]) {
    expect(await checkCryptHash(passwords, hashed, other), other).toEqual({ matches: false });
  }
});

it("fits argon2", async () => {
  const hashed = await passwords.hash("wonder");
  expect(await checkCryptHash(passwords, hashed, "wonder")).toEqual({ matches: true });
  expect(await checkCryptHash(passwords, hashed, "x")).toEqual({ matches: false });
});

it.each([
  ["$y$j9T$abcdefgh$Pp59FJ8unfQW/aCJhrPfUJdKApBAmQ5WcpnVpLmx0BD", "yescrypt"],
  ["$1$salt$DJBS.RVFsn3vEVBPQty1G/", "md5-crypt"],
  ["$apr1$salt$DJBS.RVFsn3vEVBPQty1G/", "apr1"],
  ["ab5da3hZp5iFU", "DES-crypt"],
  ["_J9..rasmBYk8r9AiWNc", "BSDi"],
  ["{SSHA}abc", "LDAP"],
  ["x", "shadow"],
  ["", "shadow"],
  ["!", "locked"],
  ["*", "locked"],
  ["!$6$saltsalt$x", "locked"],
  [`$6$rounds=999999999$saltsalt$${"a".repeat(86)}`, "more than 1000000 rounds"],
  ["$6$saltsalt$short", "SHA-crypt"],
  [`$5$${"s".repeat(17)}$${"a".repeat(43)}`, "SHA-crypt"],
  ["$2b$31$abcdefghijklmnopqrstuuLZNkQ1VL/QsuI/EN8Qq4Ia5232KBp7m", "cost of more than 15"],
  ["$2b$05$short", "bcrypt"],
  ["$argon2id$broken", "argon2"],
  ["wonderland-in-the-clear", "unknown"],
])("refuses %s and names the scheme, never the hash", async (hashed, scheme) => {
  const verdict = await checkCryptHash(passwords, hashed, "wonder");
  expect(verdict).toEqual({ refused: expect.stringContaining(scheme) });
  if (hashed.length > 5) expect(JSON.stringify(verdict)).not.toContain(hashed);
});

it("refuses the passwords that the library hashes in a way of its own", async () => {
  const hashed = "$5$saltsalt$c/PqBiGunfwI9O/BurHAHcSbo/YOMVaFPiNCFWyHDhB";
  const verdict = await checkCryptHash(passwords, hashed, "w".repeat(64));
  expect(verdict).toEqual({ refused: expect.stringContaining("multiple of 32 bytes") });
});

it("leaves the event loop to others while it computes", async () => {
  const [password, hashed] = known[3];
  let longest = 0;
  let before = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }, 1);
  await checkCryptHash(passwords, hashed, password);
  clearInterval(timer);
  expect(longest).toBeLessThan(500);
});
