import { UPLOAD_ID, termsOf } from '../../test/support/uploads.js';
import { isOurLink, uploadLink } from './upload-link.policy.js';
import type { LinkSignature } from './uploads.commands.js';

const KEY = Buffer.alloc(32, 1);
const OTHER_ID = '0198c0de-0000-7000-8000-0000000000a2';

const partsOf = (link: string): LinkSignature => {
  const { searchParams } = new URL(link, 'http://x');
  return {
    expires: searchParams.get('expires') ?? undefined,
    signature: searchParams.get('signature') ?? undefined,
  };
};
const link = partsOf(uploadLink(UPLOAD_ID, termsOf(), KEY));

describe('the link of an upload', () => {
  it('is relative, names the upload and tells until when it is good', () => {
    expect(uploadLink(UPLOAD_ID, termsOf(), KEY)).toMatch(
      new RegExp(`^/api/uploads/${UPLOAD_ID}\\?expires=1767262501&signature=[\\w-]{43}$`),
    );
  });

  it('is the same each time', () => {
    expect(uploadLink(UPLOAD_ID, termsOf(), KEY)).toBe(uploadLink(UPLOAD_ID, termsOf(), KEY));
  });

  it('is known for what it is', () => {
    expect(isOurLink(UPLOAD_ID, termsOf(), link, KEY)).toBe(true);
  });

  it.each([
    ['another upload', OTHER_ID, termsOf()],
    ['another type', UPLOAD_ID, termsOf({ content_type: 'image/webp' })],
    ['another size', UPLOAD_ID, termsOf({ size: 5_001 })],
    ['another time', UPLOAD_ID, termsOf({ expires_at: '2026-01-01T10:15:02.000Z' })],
  ])('does not open %s', (_, id, terms) => {
    expect(isOurLink(id, terms, link, KEY)).toBe(false);
  });

  it('does not come from another key', () => {
    expect(isOurLink(UPLOAD_ID, termsOf(), link, Buffer.alloc(32, 2))).toBe(false);
  });

  const { signature = '' } = link;
  it.each([
    ['no signature', { ...link, signature: undefined }],
    ['an empty signature', { ...link, signature: '' }],
    ['half a signature', { ...link, signature: signature.slice(0, 20) }],
    ['a signature with something behind it', { ...link, signature: `${signature}AAAA` }],
    ['a changed signature', { ...link, signature: `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}` }],
    ['a signature that is no base64', { ...link, signature: '§'.repeat(43) }],
    ['no time', { ...link, expires: undefined }],
    ['a later time', { ...link, expires: '1767262502' }],
    ['the same time in other words', { ...link, expires: '1767262501.0' }],
    ['no number for a time', { ...link, expires: 'NaN' }],
  ])('is refused with %s', (_, changed) => {
    expect(isOurLink(UPLOAD_ID, termsOf(), changed, KEY)).toBe(false);
  });
});
