// Publishes the built packages of this version, those first that others need. One that is there already is left out, so a
// run that failed half-way can be repeated.
//   node scripts/release/publish.mjs [--dry-run] [--registry URL] [--provenance]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { npm, packages, ROOT } from './packages.mjs';

/** @param options `registry`: another than npm's; `provenance`: only in a workflow that may ask for an OIDC token */
export async function publish({ dryRun = false, registry, provenance = false, env }) {
  const all = await packages();
  const version = all[0]?.version ?? '';
  const changes = await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8');
  if (
    !new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(
      changes,
    )
  ) {
    throw new Error(`CHANGELOG.md has no section of ${version} with its date.`);
  }
  const to = registry === undefined ? [] : ['--registry', registry];
  for (const { name, folder } of all) {
    if (!dryRun && (await isPublished(`${name}@${version}`, to, env))) {
      console.log(`${name} ${version} is published already`);
      continue;
    }
    if (provenance) await nameRepository(folder);
    const args = ['publish', '--json', '--ignore-scripts', '--access', 'public', ...to];
    if (version.includes('-')) args.push('--tag', 'next');
    if (dryRun) args.push('--dry-run');
    if (provenance) args.push('--provenance');
    const { size, unpackedSize, entryCount } = reportOf(await npm(args, { folder, env }), name);
    const kb = (bytes) => `${(bytes / 1000).toFixed(0)} kB`;
    const did = dryRun ? 'would be published' : 'is published';
    console.log(
      `${name} ${version} ${did}: ${entryCount} files, ${kb(size)}, unpacked ${kb(unpackedSize)}`,
    );
  }
}

function reportOf(text, name) {
  const report = JSON.parse(text);
  return report[name] ?? report;
}

async function isPublished(spec, to, env) {
  return npm(['view', spec, 'version', ...to], { env }).then(
    (told) => told.trim() !== '',
    (error) => {
      if (/E404/.test(error.stderr)) return false;
      throw error;
    },
  );
}

/** npm compares the repository of the manifest with the one whose workflow publishes. */
async function nameRepository(folder) {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  const url = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
  await npm(['pkg', 'set', 'repository.type=git', `repository.url=${url}`], { folder });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean' },
      registry: { type: 'string' },
      provenance: { type: 'boolean' },
    },
  });
  await publish({ ...values, dryRun: values['dry-run'], env: process.env });
}
