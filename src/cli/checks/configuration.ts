import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../domain/errors.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/**
 * Finds settings that are valid but risky, and mistakes in the files that they name. The configuration itself has been
 * read already.
 */
export function checkConfiguration(config: Config): Check {
  return {
    name: 'configuration',
    async look() {
      const mode = config.production ? 'production' : 'development';
      const findings = [
        ok(`it can be read (${mode})`),
        ...ofSecret(config),
        ...ofFrontends(config),
      ];
      const { persistedOperations } = config;
      if (persistedOperations !== null) findings.push(...(await ofOperations(persistedOperations)));
      return findings;
    },
  };
}

function ofSecret({ jwtSecrets, dataDir }: Config): Finding[] {
  const path = join(dataDir, 'jwt-secret');
  if (jwtSecrets.length > 0 || !existsSync(path)) return [];
  const { mode, size } = statSync(path);
  if (size < 32) return [problem(`${path} is too short`, 'Delete it to get a new one')];
  if ((mode & 0o077) === 0) return [];
  return [warning(`${path} can be read by others on this machine`, `chmod 600 ${path}`)];
}

function ofFrontends({ frontendOrigins }: Config): Finding[] {
  const wild = frontendOrigins.filter((one) => one.includes('*'));
  if (wild.length === 0) return [];
  const text = `pages of every subdomain are allowed (${wild.join(', ')})`;
  return [warning(text, 'Name the subdomains in FRONTEND_URL, unless only you can create them')];
}

async function ofOperations(path: string): Promise<Finding[]> {
  try {
    const documents: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof documents !== 'object' || documents === null)
      throw new Error('it is not a JSON object');
    return [];
  } catch (error) {
    const reason = messageOf(error);
    const mend = 'Set PERSISTED_OPERATIONS to the file that GraphQL Code Generator writes';
    return [problem(`${path} cannot be read: ${reason}`, mend)];
  }
}
