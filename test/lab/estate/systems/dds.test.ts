import { ddsconsole } from '../../../../lab/estate/apps/dds.ts';
import { onlyThen, type Seen, seesFaults } from '../seen.ts';

const SEEN: Readonly<Record<string, Seen>> = {
  'dds-data-source-failing': onlyThen(
    'ddsconsole-1',
    'Communications link failure',
    'ddsconsole/zdal/zdal-datasource.log',
  ),
  'dds-push-failing': onlyThen(
    'ddsconsole-1',
    'DrmPushService - push dds.datasource failed',
    'ddsconsole/common-error.log',
  ),
};

seesFaults(['DDS'], [{ ...ddsconsole, hosts: 1 }], SEEN);
