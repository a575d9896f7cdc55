import { expect, it } from 'vitest';
import { isSensitiveName, redactField, redactText } from '#shared/core/redact.ts';

it.each([
  ['GET /o?symbol=BTCUSDT&signature=ab12&timestamp=1', 'GET /o?symbol=BTCUSDT&signature=***&timestamp=1'],
  ['API-Sign: kQ9==', 'API-Sign: ***'],
  ['Authorization: Bearer a.b-c', 'Authorization: ***'],
  ['x-mbx-apikey: k1\r\naccept: */*', 'x-mbx-apikey: ***\r\naccept: */*'],
  ['body {"api_key":"a\\"b","symbol":"BTCUSDT"}', 'body {"api_key":"***","symbol":"BTCUSDT"}'],
  ['key\n-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\nend', 'key\n***\nend'],
  ['cut -----BEGIN EC PRIVATE KEY-----\nMC4C', 'cut ***'],
  ['a release of 5 symbols, token count 7', 'a release of 5 symbols, token count 7'],
])('redacts %j', (text, shown) => {
  expect(redactText(text)).toBe(shown);
});

it('takes long texts without a value in them as they are', () => {
  const texts = ['y', 'x-', 'token', '-----BEGIN ', 'secret"  '].map((part) => part.repeat(60_000 / part.length));
  for (const text of texts) expect(redactText(text)).toBe(text);
});

it('knows sensitive names', () => {
  for (const name of [
    'apiKey',
    'api-key',
    'CLIENT_SECRET',
    'x-gate-sign',
    'set-cookie',
    'access_token',
    'private_key',
    'passphrase',
  ]) {
    expect(isSensitiveName(name), name).toBe(true);
  }
  for (const name of ['signature_valid', 'symbol', 'key_id', 'design', 'tokens_per_s'])
    expect(isSensitiveName(name), name).toBe(false);
  expect([redactField('token', 7), redactField('n', 7), redactField('url', '?token=1')]).toEqual(['***', 7, '?token=***']);
});
