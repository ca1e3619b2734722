import {
  RoomEventsDocument,
  SendAnswerDocument,
  SendIceCandidatesDocument,
  SendOfferDocument,
} from '@peerql/client/documents';
import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { type Person, RoomPeers } from '../../shared/room-peers.ts';

/** Stays in a room while the component is mounted, and returns the other participants. */
export function useRoom(
  roomId: string,
  media: MediaStream,
): { people: Person[]; end: string | null } {
  const client = useClient();
  const [people, setPeople] = useState<Person[]>([]);
  const [end, setEnd] = useState<string | null>(null);

  useEffect(() => {
    const signalId = () => crypto.randomUUID();
    const peers = new RoomPeers(
      media,
      {
        offer: (to, sdp) =>
          client
            .mutation(SendOfferDocument, { input: { roomId, to, sdp, signalId: signalId() } })
            .toPromise(),
        answer: (to, sdp) =>
          client
            .mutation(SendAnswerDocument, { input: { roomId, to, sdp, signalId: signalId() } })
            .toPromise(),
        candidates: (to, candidates) =>
          client
            .mutation(SendIceCandidatesDocument, {
              input: { roomId, to, candidates, signalId: signalId() },
            })
            .toPromise(),
      },
      setPeople,
    );
    const { unsubscribe } = client
      .subscription(RoomEventsDocument, {
        roomId,
        // Identifies this stay, so that the client gets it back after a lost connection.
        clientKey: crypto.randomUUID(),
        takeOver: true,
        media: { audio: true, video: true },
      })
      .subscribe(({ data, error }) => {
        const event = data?.roomEvents;
        if (error !== undefined) setEnd(error.message);
        else if (event?.__typename === 'JoinRefused') setEnd(event.error.message);
        else if (event !== undefined) peers.receive(event);
      });
    return () => {
      unsubscribe();
      peers.close();
    };
  }, [client, roomId, media]);

  return { people, end };
}
