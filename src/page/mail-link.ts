/** What a mailed link is for. */
export interface MailLink {
  readonly action: 'verifyEmail' | 'resetPassword';
  readonly token: string;
}

/**
 * Reads a mailed link and removes it from the address, so that the token is in no history and no bookmark; null when
 * there is none.
 */
export function takeMailLink(): MailLink | null {
  const parameters = new URLSearchParams(location.hash.slice(1));
  for (const action of ['verifyEmail', 'resetPassword'] as const) {
    const token = parameters.get(action);
    if (token === null) continue;
    history.replaceState(null, '', location.pathname + location.search);
    return { action, token };
  }
  return null;
}
