/**
 * Sends a picture next that can be shown without those before it, which were lost. Browsers that cannot be asked for
 * it (W3C webrtc-extensions, `encodingOptions`) do so when the other side has waited for some seconds.
 */
export async function sendKeyFrame(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  if (parameters.encodings.length === 0) return;
  const options = { encodingOptions: parameters.encodings.map(() => ({ keyFrame: true })) };
  await sender.setParameters(parameters, options);
}
