import type { Flag } from "@bookend/store-sql";
import type { Generated } from "kysely";

/**
 * Tables of the reference app's domain. Instants are milliseconds since 1970. Columns named `*_sealed` are encrypted by
 * the vault.
 */
export interface DomainSchema {
  /** Always has exactly one row. */
  configuration_revision: { id: number; revision: number };
  setting: { key: string; value: string };
  resolver: { name: string; type: string; settings: string; secret_sealed: string | null };
  realm: { name: string; is_default: Flag };
  realm_resolver: { realm: string; resolver: string; priority: number | null };
  user_account: {
    id: string;
    resolver: string;
    username: string;
    password_hash: string | null;
    givenname: string;
    surname: string;
    email: string;
    phone: string;
    mobile: string;
  };
  user_attribute: { resolver: string; user_id: string; realm: string; key: string; value: string };
  admin: { username: string; password_hash: string; email: string };
  token: TokenTable;
  token_info: { token_id: number; key: string; value: string };
  token_realm: { token_id: number; realm: string };
  challenge: ChallengeTable;
  smtp_server: { name: string; settings: string; password_sealed: string };
  sms_gateway: { name: string; settings: string; secrets_sealed: string };
  container: ContainerTable;
  container_token: { token_id: number; container_id: number };
  container_owner: { container_id: number; user_id: string; login: string; resolver: string; realm: string };
  container_state: { container_id: number; state: string };
  container_realm: { container_id: number; realm: string };
  container_info: { container_id: number; key: string; value: string };
  token_group: { id: Generated<number>; name: string; description: string };
  token_group_member: { token_id: number; group_id: number };
  token_application: {
    id: Generated<number>;
    token_id: number;
    application: string;
    machine_id: string;
    options: string;
  };
  federation_server: { name: string; settings: string };
}

/** A token. Lists are in separate tables. */
export interface TokenTable {
  id: Generated<number>;
  serial: string;
  type: string;
  description: string;
  active: Flag;
  revoked: Flag;
  pin_hash: string | null;
  key_sealed: string | null;
  otp_length: number;
  /** The next HOTP counter, or the TOTP step after the last one used. */
  counter: number;
  fail_count: number;
  max_fail_count: number;
  count_window: number;
  sync_window: number;
  rollout_state: string;
  owner_id: string | null;
  owner_login: string | null;
  owner_resolver: string | null;
  owner_realm: string | null;
}

/** A challenge of a token, or of the registration of a container; it may have expired. */
export interface ChallengeTable {
  transaction_id: string;
  serial: string;
  session: string;
  data: string;
  /** The code that was sent, or the nonce of a registration; null if there is neither. */
  answer_sealed: string | null;
  /** `pending`, or the decision that arrived out of band: `accept`, `declined`. */
  status: string;
  created_at: number;
  expires_at: number;
}

/** A container. Lists are in separate tables. */
export interface ContainerTable {
  id: Generated<number>;
  serial: string;
  type: string;
  description: string;
  last_authentication: number | null;
  last_synchronization: number | null;
}
