/**
 * The addresses from which the owner of an account has signed in. Attempts from other addresses are counted separately,
 * so that strangers cannot make the owner wait.
 */
export interface KnownPlaces {
  /** Whether the account of this email was signed in from the address in the last weeks. */
  knows(email: string, address: string): Promise<boolean>;
  /** Notes that the account was signed in from the address. */
  remember(email: string, address: string): Promise<void>;
}

/** The key by which attempts on an account are counted. Each known address of the account has its own key. */
export async function countedAs(
  places: KnownPlaces,
  email: string,
  address: string,
): Promise<string> {
  return (await places.knows(email, address)) ? `${email} ${address}` : email;
}
