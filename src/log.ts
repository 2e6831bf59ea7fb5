import pino from 'pino';

export type Log = pino.Logger;

/** Structured logs, one JSON line each. Secrets are masked wherever a known name holds one. */
export const openLog = (level: string, destination?: pino.DestinationStream): Log =>
  pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'password',
          'token',
          'secret',
          'privateKey',
          'passphrase',
          '*.password',
          '*.token',
          '*.secret',
          '*.privateKey',
          '*.passphrase',
          'error.config',
          'error.sql',
          'error.sqlMessage',
          'err.sql',
          'err.sqlMessage',
        ],
        censor: '•••',
      },
      serializers: { error: pino.stdSerializers.err },
    },
    destination ?? pino.destination(2),
  );
