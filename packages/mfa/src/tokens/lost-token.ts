import type { DomainContext } from "../database/domain-context.js";
import { tokenError } from "../errors/mfa-error.js";
import { randomText, readable } from "../secrets/random.js";
import type { ByWhom, LostTokenReplacement, TokenService } from "./types.js";

const passwordLength = 16;
const validDays = 10;

/** Creates the function that replaces a lost token with a password token, see `TokenService.lost`. */
export function createLostToken({ clock, random }: DomainContext, tokens: TokenService) {
  return async (lostSerial: string, by?: ByWhom): Promise<LostTokenReplacement> => {
    const lost = await tokens.require(lostSerial);
    if (lost.owner === null) throw tokenError(`The token ${JSON.stringify(lostSerial)} is not assigned to a user.`);
    const until = new Date(clock().getTime() + validDays * 86_400_000).toISOString();
    const serial = `lost${lostSerial}`;
    const former = (await tokens.find(serial))?.owner;
    if (former && (former.uid !== lost.owner.uid || former.resolver !== lost.owner.resolver)) {
      throw tokenError(`The token ${JSON.stringify(serial)} belongs to another user.`);
    }
    const password = randomText(random, readable, passwordLength);
    await tokens.init({
      type: "pw",
      serial,
      otpkey: password,
      description: `temporary replacement for ${lostSerial}`,
      validity_period_end: until,
    });
    try {
      await tokens.copyPin(lostSerial, serial);
      await tokens.copyUser(lostSerial, serial, by);
    } catch (error) {
      await tokens.delete({ serial });
      throw error;
    }
    await tokens.disable({ serial: lostSerial });
    return {
      serial,
      type: "pw",
      password,
      end_date: until.slice(0, 16).replace("T", " "),
      pin: true,
      user: true,
      disable: true,
    };
  };
}
