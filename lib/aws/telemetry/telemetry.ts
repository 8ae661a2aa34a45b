import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import type { Gauges } from '../../core/ledger/telemetry/metrics.ts';
import type { Fields, Log, Metrics } from '../../core/ports/telemetry.ts';
import { metricsNamespace } from '../../environment.ts';
import { errorFields, scrub } from './scrub.ts';

export interface Telemetry {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Prints what was counted since the last time; nothing when nothing was. */
  flush(): void;
}

/**
 * The lines of Powertools without the rate of a sampling and the id of a trace, neither of which is made: each line is
 * paid for by the byte.
 */
class LineFormatter extends LogFormatter {
  override formatAttributes(...[line, fields]: Parameters<LogFormatter['formatAttributes']>): LogItem {
    const { logLevel: level, message, timestamp, serviceName: service } = line;
    const attributes = { level, message, timestamp: this.formatTimestamp(timestamp), service };
    return new LogItem({ attributes }).addAttributes(fields);
  }
}

/** Log lines as JSON and metrics in CloudWatch's embedded format, both on standard output. */
export function createTelemetry(service: string): Telemetry & { readonly gauges: Gauges } {
  const logger = new Logger({ serviceName: service, logFormatter: new LineFormatter() });
  const metrics = new PowertoolsMetrics({ namespace: metricsNamespace(), serviceName: service });
  return {
    log: {
      info: (message, fields = {}) => logger.info(message, masked(fields)),
      warn: (message, fields, cause) => logger.warn(message, linesOf(fields, cause)),
      error: (message, fields, cause) => logger.error(message, linesOf(fields, cause)),
    },
    metrics: { count: (name, value = 1) => void metrics.addMetric(name, MetricUnit.Count, value) },
    gauges: {
      show: (name, value, store) => {
        if (store !== undefined) {
          const own = metrics.singleMetric();
          own.addDimension('store', store);
          own.addMetric(name, MetricUnit.NoUnit, value);
        }
        metrics.singleMetric().addMetric(name, MetricUnit.NoUnit, value);
      },
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}

function linesOf(fields: Fields = {}, cause?: unknown): Fields {
  return { ...masked(fields), ...(cause !== undefined && errorFields(cause)) };
}

/** No caller means to log personal data; this keeps it out of the log if one does by mistake. */
function masked(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? scrub(value) : value]),
  );
}
