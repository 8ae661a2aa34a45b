/** Prices of AWS in us-east-1, in dollars. */
export const DOLLARS = {
  httpApiRequest: 1 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** arm64. */
  gigabyteSecond: 0.0000133334,
  /** 64 KB each. */
  sqsRequest: 0.4 / 1e6,
  sqsFifoRequest: 0.5 / 1e6,
  /** On demand: 1 KB. */
  write: 0.625 / 1e6,
  /** On demand: 4 KB, read strongly. */
  read: 0.125 / 1e6,
  secretRead: 0.05 / 1e4,
  secretMonth: 0.4,
  /** A key of KMS, for the topic of the alarms. */
  keyMonth: 1,
  /** For each metric an alarm looks at; the first ten are free and not taken off. */
  alarmMonth: 0.1,
  /** The first ten are free and not taken off. */
  metricMonth: 0.3,
  /** Of the ledger; the first 25 are free and not taken off. */
  gigabyteMonth: 0.25,
  /** Of its backup to any moment of the last 35 days. */
  backupMonth: 0.2,
  schedule: 1 / 1e6,
  logGigabyte: 0.5,
} as const;

export const SQS_CHUNK = 64 * 1024;

/** Lambda gives a function this part of a processor per MB; the processor is taken to be as fast as this one. */
export const MB_PER_PROCESSOR = 1769;

/** What a call takes inside AWS, ms; the emulators answer no faster. */
export const AWS_MS = { sqs: 10, dynamodb: 5, secretsManager: 15 } as const;

/**
 * Bytes that the stack has API Gateway log of a request, with what CloudWatch adds to every line. Lambda itself logs
 * nothing of a run that goes well: the stack has set its level to WARN.
 */
export const LOG_LINES = { request: 225, overhead: 26 } as const;
