/** What looks like a secret, whoever made it. */
const PATTERNS: readonly RegExp[] = [
  // A JSON Web Token, a password hash, a Cookie or Authorization header.
  /eyJ[\w-]{8,}\.[\w-]+/,
  /\$argon2/,
  /peerql_session/,
  /set-cookie/i,
  /\bbearer\s+[\w.~+/-]{8,}/i,
  // What is carried for others: SDP and candidates.
  /"?v=0[\\\s]/,
  /candidate:\d/,
  // A token of a mail.
  /#(verifyEmail|resetPassword)=/,
];

/** What a server in development writes in the place of a mail, for its developer to read: it is there for its link. */
const DEVELOPMENT_MAIL = '"msg":"Mail (not sent: SMTP_URL is not set)"';

/** The secrets in a log, each with the line it stands in. */
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
