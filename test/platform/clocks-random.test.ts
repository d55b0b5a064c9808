import * as harness from '#host';
import { clocksRandomSuite } from '../conformance/clocks-random.suite.ts';

clocksRandomSuite(harness);
