import * as harness from '#host';
import { writtenSuite } from '../conformance/written.suite.ts';

writtenSuite(harness);
