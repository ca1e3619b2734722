import type { Page, WebSocketRoute } from 'playwright-core';
import type { SdkPage } from './sdk-page.ts';

/** A signal for one participant, in a message of graphql-transport-ws. */
interface Signal {
  readonly __typename: string;
  readonly from: string;
  sdp: string;
  readonly candidates: RTCIceCandidateInit[];
}

/**
 * Makes the server dishonest to two people who will call each other: it gives both the descriptions of a page in the
 * middle instead of each other's. Call it before the first joins.
 * @param mallory a page of the SDK's test page, without a user
 */
export async function beDishonest(mallory: Page, people: readonly SdkPage[]): Promise<void> {
  await mallory.evaluate(() => window.tester.beInTheMiddle());
  let offerer: string | null = null;
  /** Changes a signal; false withholds it. */
  const meddle = async (signal: Signal): Promise<boolean> => {
    const { from, sdp, candidates } = signal;
    switch (signal.__typename) {
      case 'OfferReceived':
        offerer ??= from;
        signal.sdp = await mallory.evaluate((given) => window.tester.middle.offer(given), sdp);
        return true;
      case 'AnswerReceived':
        signal.sdp = await mallory.evaluate((given) => window.tester.middle.answer(given), sdp);
        return true;
      case 'IceCandidatesReceived': {
        const given = [from === offerer, candidates] as const;
        await mallory.evaluate((all) => window.tester.middle.candidates(...all), given);
        return false;
      }
      default:
        return true;
    }
  };
  for (const { page } of people) {
    await page.routeWebSocket(/graphql/, (socket) => stepBetween(socket, meddle));
    await page.reload();
  }
}

function stepBetween(socket: WebSocketRoute, meddle: (signal: Signal) => Promise<boolean>): void {
  const server = socket.connectToServer();
  let earlier: Promise<void> = Promise.resolve();
  server.onMessage((text) => {
    earlier = earlier.then(async () => {
      const message = JSON.parse(String(text));
      const signal = message.payload?.data?.roomEvents;
      if (signal === undefined || (await meddle(signal))) socket.send(JSON.stringify(message));
    });
  });
}
