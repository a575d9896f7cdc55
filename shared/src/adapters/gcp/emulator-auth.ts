import type { GoogleAuth } from 'google-auth-library';

/** Authentication that sends nothing and looks nowhere: a client of an emulator must not search for real credentials. */
export async function emulatorAuth(): Promise<GoogleAuth> {
  const { GoogleAuth: Auth, PassThroughClient } = await import('google-auth-library');
  return new Auth({ authClient: new PassThroughClient() });
}
