import argon2 from 'argon2';

interface Credentials {
  email: string;
  password: string;
}

// The same cost as PeerQL's: Argon2id, 19 MiB, two passes, one lane.
const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const hashes = new Map<string, string>();

/** Hashes and stores the password; false when the email is taken. */
export async function register({ email, password }: Credentials): Promise<boolean> {
  const hash = await argon2.hash(password, cost);
  if (hashes.has(email)) return false;
  hashes.set(email, hash);
  return true;
}

/** Whether the password is the registered one. */
export async function login({ email, password }: Credentials): Promise<boolean> {
  const hash = hashes.get(email);
  return hash !== undefined && (await argon2.verify(hash, password));
}
