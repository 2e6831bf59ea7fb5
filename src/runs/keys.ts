import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

/** A private key that signs what people ask for and agree to, with the id under which others know it. */
export interface SigningKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Public keys by id. Several stand side by side while keys are being changed. */
export type PublicKeys = ReadonlyMap<string, KeyObject>;

export interface KeyPair {
  readonly id: string;
  readonly privatePem: string;
  readonly publicPem: string;
}

export function makeKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    id: keyId(publicKey),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** The first sixteen hex digits of the sha256 of the key's SPKI. */
export const keyId = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

/** Throws with a sentence when the text is not one private Ed25519 key. */
export function readSigningKey(pem: string): SigningKey {
  const key = ed25519(() => createPrivateKey(pem), 'it is not a private key in PEM (PKCS8)');
  return { id: keyId(createPublicKey(key)), key };
}

const PUBLIC_BLOCK = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;

/** Every public key of the text. Throws with a sentence when there is none, or when anything in it is not a public Ed25519 key. */
export function readPublicKeys(pem: string): PublicKeys {
  const blocks = pem.match(PUBLIC_BLOCK) ?? [];
  if (blocks.length === 0 || blocks.length !== (pem.match(/-----BEGIN /g) ?? []).length)
    throw new Error('it holds something other than public keys in PEM, or none');
  return new Map(
    blocks.map((block) => {
      const key = ed25519(() => createPublicKey(block), 'a key in it cannot be read');
      return [keyId(key), key];
    }),
  );
}

export const publicHalf = ({ id, key }: SigningKey): PublicKeys => new Map([[id, createPublicKey(key)]]);

export const publicPemOf = (keys: PublicKeys): string =>
  [...keys.values()].map((key) => key.export({ type: 'spki', format: 'pem' }).toString()).join('');

function ed25519(read: () => KeyObject, problem: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new Error(problem);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('a key in it is not an Ed25519 key');
  return key;
}
