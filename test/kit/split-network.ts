import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One of these 256 is chosen, because other runs, or remains of a killed run, may use some of them. */
const RANGE = '10.203';
const NEAR_HOST = 1;
const FIRST_FAR_HOST = 2;
/** Enough addresses for all the moves of a test. */
const BITS = 28;
const NOWHERE = '02:00:00:00:00:01';

/** Whether this user can create network namespaces: root with CAP_NET_ADMIN, and `ip` of iproute2. */
export async function canSplitNetwork(): Promise<boolean> {
  try {
    await run('unshare', ['--net', 'ip', 'link']);
    return true;
  } catch {
    return false;
  }
}

/** The first three bytes of addresses that this machine does not use. */
async function freePrefix(): Promise<string> {
  const { stdout: taken } = await run('ip', ['-4', '-oneline', 'address']);
  for (let tried = 0; tried < 256; tried += 1) {
    const prefix = `${RANGE}.${(process.pid + tried) % 256}`;
    if (!taken.includes(` ${prefix}.`)) return prefix;
  }
  throw new Error(`This machine has addresses of all of ${RANGE}.0.0/16.`);
}

/**
 * A second network on this machine, connected to the first by one virtual cable that can be cut. A program started by
 * {@link command} runs in it and reaches this side at {@link nearAddress}, with all protocols.
 */
export class SplitNetwork {
  readonly nearAddress: string;
  /** A program that starts `program` on the far side, with the same arguments and file descriptors. */
  readonly command: string;
  readonly #folder: string;
  readonly #prefix: string;
  readonly #name: string;
  readonly #links: { near: string; far: string };
  /** The number of addresses that the far side has had. */
  #moves = 0;

  private constructor(folder: string, name: string, prefix: string) {
    this.#folder = folder;
    this.#prefix = prefix;
    this.nearAddress = `${prefix}.${NEAR_HOST}`;
    this.#name = name;
    this.#links = { near: `${name}a`, far: `${name}b` };
    this.command = join(folder, 'far');
  }

  static async create(program: string): Promise<SplitNetwork> {
    const folder = await mkdtemp(join(tmpdir(), 'peerql-net-'));
    const network = new SplitNetwork(folder, `pql${process.pid}`, await freePrefix());
    const { near, far } = network.#links;
    const name = network.#name;
    await run('ip', ['netns', 'add', name]);
    await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name]);
    await run('ip', ['address', 'add', `${network.nearAddress}/${BITS}`, 'dev', near]);
    await run('ip', ['link', 'set', near, 'up']);
    await network.#far('address', 'add', `${network.#address}/${BITS}`, 'dev', far);
    await network.#far('link', 'set', 'lo', 'up');
    await network.#far('link', 'set', far, 'up');
    await network.#write(network.command, program);
    return network;
  }

  /** Another program like {@link command}, which starts Node.js on the far side. */
  async nodeCommand(): Promise<string> {
    const command = join(this.#folder, 'far-node');
    await this.#write(command, process.execPath);
    return command;
  }

  async #write(command: string, program: string): Promise<void> {
    const line = `exec ip netns exec ${this.#name} '${program}' "$@"`;
    await writeFile(command, `#!/bin/sh\n${line}\n`);
    await chmod(command, 0o755);
  }

  get #address(): string {
    return `${this.#prefix}.${FIRST_FAR_HOST + this.#moves}`;
  }

  /** Replaces the far side's address with another one, as when a phone changes its network. */
  async move(): Promise<void> {
    const { far } = this.#links;
    await this.#far('address', 'delete', `${this.#address}/${BITS}`, 'dev', far);
    this.#moves += 1;
    await this.#far('address', 'add', `${this.#address}/${BITS}`, 'dev', far);
  }

  /** Drops every packet in both directions, without telling either side. */
  async cut(): Promise<void> {
    const { near, far } = this.#links;
    const lost = ['lladdr', NOWHERE, 'nud', 'permanent'];
    await run('ip', ['neighbour', 'replace', this.#address, ...lost, 'dev', near]);
    await this.#far('neighbour', 'replace', this.nearAddress, ...lost, 'dev', far);
  }

  /** Lets packets through again. */
  async mend(): Promise<void> {
    const { near, far } = this.#links;
    await run('ip', ['neighbour', 'delete', this.#address, 'dev', near]);
    await this.#far('neighbour', 'delete', this.nearAddress, 'dev', far);
  }

  /** Unplugs the cable on the far side, which notices this. */
  async unplug(): Promise<void> {
    await run('ip', ['link', 'set', this.#links.near, 'down']);
  }

  async plug(): Promise<void> {
    await run('ip', ['link', 'set', this.#links.near, 'up']);
  }

  async close(): Promise<void> {
    await run('ip', ['netns', 'delete', this.#name]).catch(() => {});
    await run('ip', ['link', 'delete', this.#links.near]).catch(() => {});
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #far(...command: string[]): Promise<void> {
    await run('ip', ['-netns', this.#name, ...command]);
  }
}
