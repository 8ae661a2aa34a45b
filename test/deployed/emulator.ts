import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { httpsRequest } from './https-request.ts';

const PROGRAM = fileURLToPath(new URL('./emulator.py', import.meta.url));
const PATIENCE_MS = 60_000;
const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/** A running emulator of AWS with IAM enforced, empty, on a free port of 127.0.0.1 behind TLS. */
export interface Emulator {
  readonly port: number;
  /** The certificate that it shows, in PEM. */
  readonly certificate: string;
  /** As `cdk bootstrap` takes it. */
  readonly environment: string;
  /** What commands need in their environment to speak to it, and to nobody else. */
  readonly variables: Readonly<Record<string, string>>;
  /** What it said so far. */
  log(): Promise<string>;
  /** What roles did so far, and whether they were allowed to; each once. */
  decisions(): Promise<readonly Decision[]>;
  /** Ends it and the functions it runs. */
  stop(): Promise<void>;
}

/** What a role did first, or tried. */
export interface Decision {
  readonly isAllowed: boolean;
  /** The name of the role. */
  readonly role: string;
  readonly action: string;
  /** ARN. */
  readonly resource: string;
}

/** Variables of a shell without what would lead a command of AWS elsewhere. */
export function neutralEnvironment(): NodeJS.ProcessEnv {
  const led =
    /^(AWS_|CDK_|BRIDGE_|MAUTIC_|STORE_|TABLE_NAME$|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$|SSL_CERT_FILE$|REQUESTS_CA_BUNDLE$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !led.test(name)));
}

/** Starts it. @throws Error with the end of its log when it ends before it listens. */
export async function startEmulator(bin: string, folder: string): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${String(port)}`;
  const logFile = join(folder, 'emulator.log');
  const certificateFile = join(folder, 'ministack-tls', 'server.crt');
  await mkdir(folder, { recursive: true });
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const child = spawn(join(bin, 'python'), [PROGRAM], {
    cwd: folder,
    // A group of its own, so that the workers of the functions can be ended with it.
    detached: true,
    env: {
      ...neutralEnvironment(),
      ...credentials,
      // Functions run on the Node that runs this.
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      S3_DATA_DIR: join(folder, 's3'),
      STATE_DIR: join(folder, 'state'),
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      AUTH: 'true',
      USE_SSL: '1',
      // It tells functions where AWS is, but not where S3 is, for which `ingest` has no client of the SDK.
      AWS_ENDPOINT_URL_S3: endpoint,
      // It shares the processor with everything else: it may be slow, and is never away.
      AWS_CALL_TIMEOUT_MS: '20000',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const said = () => readFile(logFile, 'utf8');
  await untilListening(child, { port, certificateFile, said });
  return {
    port,
    certificate: await readFile(certificateFile, 'utf8'),
    environment: `aws://${ACCOUNT}/${REGION}`,
    variables: {
      ...credentials,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CA_BUNDLE: certificateFile,
      NODE_EXTRA_CA_CERTS: certificateFile,
    },
    log: said,
    decisions: async () => decisionsIn(await readFile(join(folder, 'decisions.txt'), 'utf8')),
    stop: () => stop(child),
  };
}

/** The last line may be half written. */
function decisionsIn(text: string): readonly Decision[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const [decision, role = '', action = '', resource = ''] = line.split('\t');
    return { isAllowed: decision === 'Allow', role, action, resource };
  });
}

interface Starting {
  readonly port: number;
  readonly certificateFile: string;
  readonly said: () => Promise<string>;
}

async function untilListening(child: ChildProcess, { port, certificateFile, said }: Starting): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end && isRunning(child)) {
    const certificate = await readFile(certificateFile, 'utf8').catch(() => undefined);
    const request = { port, certificate: certificate ?? '', method: 'GET', path: '/_ministack/health' };
    const status = await httpsRequest(request).catch(() => undefined);
    if (status === 200) return;
    await sleep(100);
  }
  await stop(child);
  throw new Error(`The emulator of AWS does not listen:\n${(await said()).slice(-2000)}`);
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function stop(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const ended = isRunning(child) ? once(child, 'exit') : undefined;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone.
  }
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
