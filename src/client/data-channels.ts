/** The data channels of one connection. */
export interface DataChannels {
  /** Messages that arrive whole and in order. */
  readonly reliable: RTCDataChannel;
  /** Messages that are sent once: they may be lost, and may arrive in another order. */
  readonly lossy: RTCDataChannel;
  /** Files, and the words about them. Apart from the messages, so that these need not wait for a file. */
  readonly files: RTCDataChannel;
}

/**
 * Opens the data channels. Both sides do so by the same fixed ids (`negotiated`, W3C WebRTC 6.2), so that nobody has to
 * wait for the other's. It has to be done before the first description is made, which then carries them.
 */
export function openDataChannels(connection: RTCPeerConnection): DataChannels {
  const open = (label: string, id: number, how: RTCDataChannelInit = {}) => {
    const channel = connection.createDataChannel(label, { ...how, negotiated: true, id });
    channel.binaryType = 'arraybuffer';
    return channel;
  };
  return {
    reliable: open('peerql-messages', 0),
    lossy: open('peerql-lossy-messages', 1, { ordered: false, maxRetransmits: 0 }),
    files: open('peerql-files', 2),
  };
}

/** Whether a description has data channels. */
export function hasDataChannels(sdp: string): boolean {
  return /^m=application [1-9]\d* /m.test(sdp);
}
