import { createECDH } from 'node:crypto';

/** Whether two keys of P-256 in base64url are a pair. */
export function isKeyPair(publicKey: string, privateKey: string | undefined): boolean {
  try {
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(Buffer.from(privateKey ?? '', 'base64url'));
    return curve.getPublicKey('base64url') === publicKey;
  } catch {
    return false;
  }
}
