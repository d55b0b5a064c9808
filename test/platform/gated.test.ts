import * as harness from '#host';
import { gatedSuite } from '../conformance/gated.suite.ts';

gatedSuite(harness);
