import * as harness from '#host';
import { poolSuite } from '../conformance/pool.suite.ts';

poolSuite(harness);
