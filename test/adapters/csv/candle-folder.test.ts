import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCandleFolder } from '#shared/adapters/csv/candle-folder.ts';
import { readInstrumentsFile } from '#shared/adapters/csv/instruments-file.ts';
import { sha256Hex } from '#shared/core/sha256.ts';

const TEXT = 'date,open,high,low,close,volume,quote_volume\n2024-02-28,1,2,0.5,1.5,10,15\n';
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'candles-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, bytes: string | Uint8Array): void {
  writeFileSync(join(directory, name), bytes);
}

describe('candle folder', () => {
  it('reads plain and packed files in symbol order with their digests', async () => {
    write('XYZUSDT.csv', TEXT);
    write('ABCUSDT.csv.gz', gzipSync(TEXT));
    write('notes.txt', 'not a candle file');
    const folder = await readCandleFolder(directory, { invalidRows: 'quarantine' });
    expect(folder.series.map((series) => series.symbol)).toEqual(['ABCUSDT', 'XYZUSDT']);
    expect(folder.files[1]).toEqual({ symbol: 'XYZUSDT', file: 'XYZUSDT.csv', bytes: TEXT.length, sha256: sha256Hex(TEXT) });
    expect(folder.findings).toEqual([]);
  });

  it('names every file it leaves out and reads the rest', async () => {
    write('GOODUSDT.csv', TEXT);
    write('CUTUSDT.csv.gz', gzipSync(TEXT).subarray(0, 40));
    write('BOMBUSDT.csv.gz', gzipSync(Buffer.alloc(8_000_000)));
    write('EMPTYUSDT.csv', '');
    write('=CMD()USDT.csv', TEXT);
    write('ＢＴＣUSDT.csv', TEXT);
    write('TWOUSDT.csv', TEXT);
    write('TWOUSDT.csv.gz', gzipSync(TEXT));
    mkdirSync(join(directory, 'DIRUSDT.csv'));
    const folder = await readCandleFolder(directory, { invalidRows: 'quarantine' });
    expect(folder.series.map((series) => series.symbol)).toEqual(['GOODUSDT']);
    expect(Object.fromEntries(folder.findings.map((f) => [f.file, f.code]))).toEqual({
      '=CMD()USDT.csv': 'symbol_charset',
      'BOMBUSDT.csv.gz': 'input_too_large',
      'CUTUSDT.csv.gz': 'file_unreadable',
      'DIRUSDT.csv': 'file_unreadable',
      'EMPTYUSDT.csv': 'csv_form',
      'TWOUSDT.csv': 'csv_semantics',
      'TWOUSDT.csv.gz': 'csv_semantics',
      'ＢＴＣUSDT.csv': 'symbol_charset',
    });
  });

  it.skipIf(process.getuid?.() === 0)('names a file without the right to read', async () => {
    write('LOCKUSDT.csv', TEXT);
    chmodSync(join(directory, 'LOCKUSDT.csv'), 0);
    const folder = await readCandleFolder(directory, { invalidRows: 'keep' });
    expect(folder.findings).toMatchObject([{ code: 'file_unreadable', file: 'LOCKUSDT.csv' }]);
  });

  it('fails for a missing and for an empty folder', async () => {
    await expect(readCandleFolder(join(directory, 'nowhere'), { invalidRows: 'keep' })).rejects.toMatchObject({
      code: 'INPUT_FOLDER_UNREADABLE',
    });
    await expect(readCandleFolder(directory, { invalidRows: 'keep' })).rejects.toMatchObject({ code: 'NO_CANDLE_FILES' });
  });
});

describe('instruments file', () => {
  const header = 'symbol,status,base_asset,quote_asset,is_spot_trading_allowed,permissions\n';
  const read = (text: string) => {
    write('instruments.csv', text);
    return readInstrumentsFile(join(directory, 'instruments.csv'));
  };

  it('reads rows in symbol order', async () => {
    const file = await read(`${header}XUSDT,BREAK,X,USDT,False,\nAUSDT,TRADING,A,USDT,True,\n`);
    expect(file.instruments).toEqual([
      { symbol: 'AUSDT', status: 'TRADING', baseAsset: 'A', quoteAsset: 'USDT', isSpotTradingAllowed: true },
      { symbol: 'XUSDT', status: 'BREAK', baseAsset: 'X', quoteAsset: 'USDT', isSpotTradingAllowed: false },
    ]);
  });

  it.each([
    ['a symbol twice', `${header}AUSDT,TRADING,A,USDT,True,\nAUSDT,BREAK,A,USDT,True,\n`, /line 3, symbol.*twice/],
    ['another boolean', `${header}AUSDT,TRADING,A,USDT,yes,\n`, /line 2, is_spot_trading_allowed/],
    ['a missing column', 'symbol,status\nAUSDT,TRADING\n', /base_asset, quote_asset/],
    ['CRLF', `${header}AUSDT,TRADING,A,USDT,True,\r\n`, /csv_form/],
    ['an empty cell', `${header}AUSDT,TRADING,,USDT,True,\n`, /line 2, base_asset/],
    ['a cut file', `${header}AUSDT,TRADING,A,USDT,Tr`, /may be cut/],
    ['an empty file', '', /may be cut/],
  ])('refuses %s', async (_name, text, message) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'INSTRUMENTS_INVALID', message: expect.stringMatching(message) });
  });
});
