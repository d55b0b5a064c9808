import * as harness from '#host';
import { schedulesSuite } from '../conformance/schedules.suite.ts';

schedulesSuite(harness);
