import { type Finding, fails, skips, works } from './connection-report.ts';
import { REFUSALS } from './peer-failure.ts';

/** Whether a STUN server tells an address of this browser. */
export async function checkStun(url: string, signal: AbortSignal): Promise<Finding> {
  const gathered = await gather({ urls: url }, 'all', 'srflx', signal);
  if (gathered === 'found') return works;
  if (gathered.late || gathered.codes.length > 0) return fails('STUN_UNREACHABLE');
  // Without a router that translates addresses, there is no second candidate. Firefox tells of no failures.
  return skips('STUN_UNKNOWN');
}

/** Whether a TURN server, reached as its URL says, allocates a relay. */
export async function checkTurn(server: RTCIceServer, signal: AbortSignal): Promise<Finding> {
  const gathered = await gather(server, 'relay', 'relay', signal);
  if (gathered === 'found') return works;
  const isRefused = gathered.codes.some((code) => REFUSALS.has(code));
  return fails(isRefused ? 'TURN_REFUSED' : 'TURN_UNREACHABLE');
}

interface NothingFound {
  /** The codes of `icecandidateerror`. */
  readonly codes: readonly number[];
  /** Whether the browser was still looking. */
  readonly late: boolean;
}

/** Lets the browser look for candidates with this server alone. */
async function gather(
  server: RTCIceServer,
  iceTransportPolicy: RTCIceTransportPolicy,
  wanted: RTCIceCandidateType,
  signal: AbortSignal,
): Promise<'found' | NothingFound> {
  const connection = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy });
  const codes: number[] = [];
  try {
    connection.createDataChannel('check');
    const gathered = new Promise<'found' | NothingFound>((resolve) => {
      connection.onicecandidateerror = ({ errorCode }) => codes.push(errorCode);
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.type === wanted) resolve('found');
        else if (candidate === null) resolve({ codes, late: false });
      };
      signal.addEventListener('abort', () => resolve({ codes, late: true }));
    });
    await connection.setLocalDescription();
    return await gathered;
  } finally {
    connection.close();
  }
}
