import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  type status,
} from '@grpc/grpc-js';

/** How a call is spoilt: refused on the way there, answered with an error although it took effect, or passed on late. */
export type RelayFault = RelayError | RelayDelay;

interface RelayError {
  /** Last segment of the method path, `Commit`. */
  readonly method: string;
  readonly when: 'before' | 'after';
  /** gRPC status code of the answer. */
  readonly code: status;
  /** Calls to spoil, default 1. */
  readonly times?: number;
}

interface RelayDelay {
  readonly method: string;
  readonly when: 'late';
  readonly delayMs: number;
}

/** Stands between a client and an emulator and passes every call on as bytes, unless a fault is planned. */
export interface GrpcRelay {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** Method names in the order of their arrival. */
  readonly calls: string[];
  /** Spoils the next calls of the method. */
  readonly plan: (fault: RelayFault) => void;
  readonly stop: () => void;
}

export interface RelayedService {
  /** Full name, `google.firestore.v1.Firestore`. */
  readonly name: string;
  readonly unary: readonly string[];
  readonly serverStreams: readonly string[];
}

/** Starts a relay to `target` (`host:port`, without TLS). */
export async function startGrpcRelay(target: string, service: RelayedService): Promise<GrpcRelay> {
  const upstream = new Client(target, credentials.createInsecure());
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const faults: RelayFault[] = [];
  const calls: string[] = [];
  const takeFault = (method: string): RelayFault | undefined => {
    calls.push(method);
    const index = faults.findIndex((fault) => fault.method === method);
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  };
  for (const method of service.unary) {
    const path = `/${service.name}/${method}`;
    server.register(
      path,
      relayUnary(upstream, path, () => takeFault(method)),
      asIs,
      asIs,
      'unary',
    );
  }
  for (const method of service.serverStreams) {
    const path = `/${service.name}/${method}`;
    server.register(
      path,
      relayStream(upstream, path, () => takeFault(method)),
      asIs,
      asIs,
      'serverStream',
    );
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    host: `127.0.0.1:${port}`,
    calls,
    plan: (fault) => {
      const times = fault.when === 'late' ? 1 : (fault.times ?? 1);
      faults.push(...Array.from({ length: times }, () => fault));
    },
    stop: () => {
      server.forceShutdown();
      upstream.close();
    },
  };
}

function relayUnary(upstream: Client, path: string, takeFault: () => RelayFault | undefined) {
  return (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => {
    const fault = takeFault();
    const passOn = (): void => {
      upstream.makeUnaryRequest(path, asIs, asIs, call.request, passed(call.metadata), (error, value) => {
        if (fault?.when === 'after') answer(spoilt(fault));
        else answer(error, value);
      });
    };
    if (fault?.when === 'before') answer(spoilt(fault));
    else if (fault?.when === 'late') setTimeout(passOn, fault.delayMs);
    else passOn();
  };
}

function relayStream(upstream: Client, path: string, takeFault: () => RelayFault | undefined) {
  return (call: ServerWritableStream<Buffer, Buffer>): void => {
    const fault = takeFault();
    const passOn = (): void => {
      const source = upstream.makeServerStreamRequest(path, asIs, asIs, call.request, passed(call.metadata));
      source.on('data', (value: Buffer) => call.write(value));
      source.on('end', () => call.end());
      source.on('error', (error) => call.emit('error', error));
    };
    if (fault === undefined) passOn();
    else if (fault.when === 'late') setTimeout(passOn, fault.delayMs);
    else call.emit('error', spoilt(fault));
  };
}

function spoilt({ code }: RelayError): { readonly code: status; readonly details: string } {
  return { code, details: 'spoilt by the relay' };
}

/** What the service needs to know about the caller; connection headers stay behind. */
function passed(metadata: Metadata): Metadata {
  const kept = new Metadata();
  for (const key of ['authorization', 'google-cloud-resource-prefix', 'x-goog-request-params']) {
    for (const value of metadata.get(key)) kept.add(key, value);
  }
  return kept;
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}
