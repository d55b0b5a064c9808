import * as harness from '#host';
import { limitsSuite } from '../conformance/limits.suite.ts';

limitsSuite(harness);
