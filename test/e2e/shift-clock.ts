// Loaded into a function's process before the function: its calendar is the test's, so that one schedule gives one release for ever.
const offsetMs = Number(process.env.E2E_CLOCK_OFFSET_MS ?? '0');
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...parts: unknown[]) {
    super(...((parts.length === 0 ? [RealDate.now() + offsetMs] : parts) as []));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
