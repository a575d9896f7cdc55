/**
 * Hands a message to a handler; whether it took it. A turn of the loop passes between sending and delivery: no subscriber runs inside the
 * sender's call.
 */
export async function isHandled<M>(handler: (message: M) => unknown, message: M): Promise<boolean> {
  try {
    await new Promise((resolve) => setImmediate(resolve));
    await handler(message);
    return true;
  } catch {
    return false;
  }
}
