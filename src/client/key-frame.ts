/**
 * Sends a key frame next, which can be shown without the lost frames before it. Browsers that cannot be asked for one
 * (W3C webrtc-extensions, `encodingOptions`) send it when the other side has waited for some seconds.
 */
export async function sendKeyFrame(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  if (parameters.encodings.length === 0) return;
  const options = { encodingOptions: parameters.encodings.map(() => ({ keyFrame: true })) };
  await sender.setParameters(parameters, options);
}
