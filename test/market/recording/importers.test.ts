import { describe, expect, it } from 'vitest';
import { importJsonLines } from '#shared/market/recording/import-json-lines.ts';
import { importMarkedText } from '#shared/market/recording/import-marked-text.ts';
import { importStampedLines } from '#shared/market/recording/import-stamped-lines.ts';

describe('importers', () => {
  it('read marked text', () => {
    const text = [
      'wss://ws.example/v2 <-> 1618678132.3858151',
      'wss://ws.example/v2 <- 1618678132.8: {"event":"subscribe"}',
      '1618678132.8258188: {"a": 1}',
      'https://api.example/depth?x=1 -> 1618678133.5: [1]',
      'configuration: {"trades":[]}',
      '',
      'what is this',
    ].join('\n');
    expect(importMarkedText(text)).toEqual([
      { kind: 'connect', tsRecvMs: 1618678132385, url: 'wss://ws.example/v2', text: '' },
      { kind: 'send', tsRecvMs: 1618678132800, url: 'wss://ws.example/v2', text: '{"event":"subscribe"}' },
      { kind: 'recv', tsRecvMs: 1618678132825, url: '', text: '{"a": 1}' },
      { kind: 'http', tsRecvMs: 1618678133500, url: 'https://api.example/depth?x=1', text: '[1]' },
      { kind: 'header', tsRecvMs: null, url: '', text: '{"trades":[]}' },
      { kind: 'unreadable', tsRecvMs: null, url: '', text: 'what is this' },
    ]);
  });

  it('read JSON lines, with and without time', () => {
    const text = '{"t":"recv","ts":1786309548.5,"data":"{\\"x\\":1}"}\r\n{"channel":"heartbeat"}\n{"t":"other"}\n{oops';
    expect(importJsonLines(text)).toEqual([
      { kind: 'recv', tsRecvMs: 1786309548500, url: '', text: '{"x":1}' },
      { kind: 'recv', tsRecvMs: null, url: '', text: '{"channel":"heartbeat"}' },
      { kind: 'unreadable', tsRecvMs: null, url: '', text: '{"t":"other"}' },
      { kind: 'unreadable', tsRecvMs: null, url: '', text: '{oops' },
    ]);
  });

  it('read lines stamped in nanoseconds', () => {
    expect(importStampedLines('1723161256172210766 {"a":1}\nno stamp')).toEqual([
      { kind: 'recv', tsRecvMs: 1723161256172, url: '', text: '{"a":1}' },
      { kind: 'unreadable', tsRecvMs: null, url: '', text: 'no stamp' },
    ]);
  });
});
