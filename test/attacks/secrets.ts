/** What looks like a secret, whoever made it. */
const PATTERNS: readonly RegExp[] = [
  // A JSON Web Token, a password hash, a Cookie or Authorization header.
  /eyJ[\w-]{8,}\.[\w-]+/,
  /\$argon2/,
  /peerql_session/,
  /authorization"?\s*:\s*"?bearer/i,
  // What is carried for others: SDP and candidates.
  /"?v=0[\\\s]/,
  /candidate:\d/,
  // A token of a mail.
  /#(verifyEmail|resetPassword)=/,
];

/** The secrets in a log, each with the line it stands in. */
export function findSecrets(log: string, known: readonly string[]): string[] {
  return log
    .split('\n')
    .filter(
      (line) =>
        PATTERNS.some((pattern) => pattern.test(line)) ||
        known.some((secret) => secret !== '' && line.includes(secret)),
    );
}
