import * as harness from '#host';
import { endingsSuite } from '../conformance/endings.suite.ts';

endingsSuite(harness);
