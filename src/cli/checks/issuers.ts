import type { Config } from '../../config/config.ts';
import { systemClock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import { IssuerKeys } from '../../issuers/issuer-keys.ts';
import { type Check, type Finding, ok, problem } from './finding.ts';

const MEND =
  'Check that "issuer" in TRUSTED_ISSUERS is exactly the "iss" of its tokens, to the last slash, and that it can be reached from here; set "jwksUrl" if it has no discovery document';

/** Whether the keys of each trusted issuer can be fetched, in the same way as the server does. */
export function checkIssuers(config: Config): Check {
  return {
    name: 'issuers',
    look: () => Promise.all(config.trustedIssuers.map((trusted) => askIssuer(trusted, config))),
  };
}

async function askIssuer(
  trusted: Config['trustedIssuers'][number],
  { production, limits }: Config,
): Promise<Finding> {
  const keys = new IssuerKeys(trusted, {
    clock: systemClock,
    log: { warn() {} },
    production,
    timeoutMs: limits.issuerTimeoutMs,
    maxBytes: limits.issuerBytes,
  });
  try {
    await keys.refresh();
    const { count } = keys;
    if (count > 0)
      return ok(`${trusted.issuer} answers, and has ${count === 1 ? 'one key' : `${count} keys`}`);
    return problem(`${trusted.issuer} has no keys`, MEND);
  } catch (error) {
    const reason = messageOf(error);
    return problem(`the keys of ${trusted.issuer} cannot be fetched: ${reason}`, MEND);
  }
}
