import { expect, it } from 'vitest';
import { EarlyCandidates } from '../../src/client/early-candidates.ts';

const candidate = (name: string, usernameFragment = 'now') => ({
  candidate: name,
  sdpMid: '0',
  usernameFragment,
});

/** What a connection is asked to add, where some is refused. */
function connection(refused: string) {
  const added: string[] = [];
  const one = {
    remoteDescription: { sdp: 'a=ice-ufrag:now' },
    signalingState: 'stable',
    async addIceCandidate({ candidate: name = '' }: RTCIceCandidateInit) {
      if (name === refused) throw new DOMException('no', 'OperationError');
      added.push(name);
    },
  };
  return { added, one: one as unknown as RTCPeerConnection };
}

it('goes on after a candidate that the browser refuses, and tells of it', async () => {
  const errors: unknown[] = [];
  const early = new EarlyCandidates((error) => errors.push(error));
  const { added, one } = connection('bad');
  early.add(['one', 'bad', 'two', ''].map((name) => candidate(name)));
  early.add([candidate('stale', 'before')]);
  await early.apply(one);
  expect(added).toEqual(['one', 'two', '']);
  expect(errors).toEqual([expect.objectContaining({ name: 'OperationError' })]);
});
