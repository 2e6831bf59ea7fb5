import { defineConfig } from 'vitest/config';
import { testsByNeed } from './test/projects.ts';

const { pure, services } = testsByNeed(import.meta.dirname);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 4,
    projects: [
      { extends: true, test: { name: 'pure', include: [...pure] } },
      {
        extends: true,
        test: { name: 'services', include: [...services], globalSetup: ['test/support/services.ts'] },
      },
    ],
  },
});
