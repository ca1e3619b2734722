/** Anything that looks like a secret. */
const PATTERNS: readonly RegExp[] = [
  // A JSON Web Token, a password hash, a Cookie or Authorization header.
  /eyJ[\w-]{8,}\.[\w-]+/,
  /\$argon2/,
  /peerql_session/,
  /set-cookie/i,
  /\bbearer\s+[\w.~+/-]{8,}/i,
  // What participants send each other: SDP and candidates.
  /"?v=0[\\\s]/,
  /candidate:\d/,
  // A token in a mailed link.
  /#(verifyEmail|resetPassword)=/,
];

/** A server in development logs mails instead of sending them, so this line may contain a link. */
const DEVELOPMENT_MAIL = '"msg":"Mail (not sent: SMTP_URL is not set)"';

/** The secrets in a log, each with its line. */
export function findSecrets(log: string, known: Iterable<string>): string[] {
  const secrets = [...new Set(known)].filter((secret) => secret !== '');
  return log
    .split('\n')
    .filter((line) => !line.includes(DEVELOPMENT_MAIL))
    .filter(
      (line) =>
        PATTERNS.some((pattern) => pattern.test(line)) ||
        secrets.some((secret) => line.includes(secret)),
    );
}
