import type { Config } from '../../config/config.ts';
import type { Clock } from '../../domain/clock.ts';
import { IceServerIssuer } from '../../domain/signaling/ice-servers.ts';
import { type Check, type Finding, ok, optional, problem, warning } from './finding.ts';
import {
  ATTRIBUTE,
  errorCode,
  type LongTermCredential,
  METHOD,
  type StunAnswer,
  stunRequest,
  xorAddress,
} from './stun-message.ts';
import { openChannel, parseStunUri, type StunChannel } from './stun-transport.ts';

/** UDP, as REQUESTED-TRANSPORT names it (RFC 8656 §18.7). */
const RELAY_OVER_UDP = Buffer.from([17, 0, 0, 0]);
const NOTHING_LEFT = Buffer.alloc(4);

const REACH =
  'Check that the server runs, that host and port are right, and that no firewall blocks it (UDP and TCP 3478, TLS 5349, and the relay ports)';

/** Asks each STUN server for this machine's address, as a browser does (RFC 8489). */
export function checkStun({ stunUrls }: Config): Check {
  return {
    name: 'STUN',
    look: () => Promise.all(stunUrls.map((url) => through(url, askForAddress))),
  };
}

/** Allocates a relay on each TURN server with the kind of credential that browsers get, and releases it (RFC 8656). */
export function checkTurn(config: Config, clock: Clock): Check {
  const { turn } = config;
  return {
    name: 'TURN',
    async look() {
      if (turn === null) {
        const text =
          'there is no TURN server: people behind strict firewalls will not see or hear anybody';
        const tell = config.production ? warning : optional;
        return [tell(text, 'Run a TURN server, and set TURN_URLS and TURN_SECRET')];
      }
      const issued = new IceServerIssuer({ stunUrls: [], turn }, clock).issue('check').servers[0];
      const credential = {
        username: issued?.username ?? '',
        password: issued?.credential ?? '',
      };
      return Promise.all(
        turn.urls.map((url) => through(url, (channel) => allocate(url, channel, credential))),
      );
    },
  };
}

async function through(
  url: string,
  ask: (channel: StunChannel, url: string) => Promise<Finding>,
): Promise<Finding> {
  const address = parseStunUri(url);
  if (address === null) {
    const mend = 'Write it like turn:turn.example.com:3478?transport=udp (RFC 7065)';
    return problem(`${url} cannot be understood`, mend);
  }
  let channel: StunChannel | null = null;
  try {
    channel = await openChannel(address);
    return await ask(channel, url);
  } catch (error) {
    return problem(`${url} ${error instanceof Error ? error.message : error}`, REACH);
  } finally {
    channel?.close();
  }
}

async function askForAddress(channel: StunChannel, url: string): Promise<Finding> {
  const answer = await channel.ask(stunRequest(METHOD.Binding));
  const address = xorAddress(answer.attributes.get(ATTRIBUTE.XorMappedAddress));
  if (!answer.success) return problem(`${url} refuses (error ${errorCode(answer)})`, REACH);
  return ok(`${url} answers${address === null ? '' : `: it sees us as ${address}`}`);
}

async function allocate(
  url: string,
  channel: StunChannel,
  given: { username: string; password: string },
): Promise<Finding> {
  const transport = [[ATTRIBUTE.RequestedTransport, RELAY_OVER_UDP]] as const;
  const first = await channel.ask(stunRequest(METHOD.Allocate, transport));
  if (first.success) {
    const mend =
      'Turn on authentication (coturn: use-auth-secret); otherwise anybody may send through it';
    return problem(`${url} relays for everybody, without a credential`, mend);
  }
  const realm = first.attributes.get(ATTRIBUTE.Realm);
  const nonce = first.attributes.get(ATTRIBUTE.Nonce);
  if (errorCode(first) !== 401 || realm === undefined || nonce === undefined) {
    return refusal(url, first);
  }
  const credential: LongTermCredential = { ...given, realm, nonce };
  const answer = await channel.ask(stunRequest(METHOD.Allocate, transport, credential));
  if (!answer.success) return refusal(url, answer);
  await channel.ask(stunRequest(METHOD.Refresh, [[ATTRIBUTE.Lifetime, NOTHING_LEFT]], credential));
  const relay = xorAddress(answer.attributes.get(ATTRIBUTE.XorRelayedAddress));
  return ok(`${url} relays${relay === null ? '' : ` from ${relay}`}`);
}

function refusal(url: string, answer: StunAnswer): Finding {
  const code = errorCode(answer);
  switch (code) {
    case 401:
      return problem(
        `${url} refuses the credential`,
        'TURN_SECRET must be the static-auth-secret of that server, its use-auth-secret must be on, and both clocks must be right',
      );
    case 486:
    case 508:
      return problem(
        `${url} has nothing left to relay with (error ${code})`,
        'Raise its quotas or its range of relay ports',
      );
    default:
      return problem(`${url} refuses with error ${code}`, 'Look into the log of that server');
  }
}
