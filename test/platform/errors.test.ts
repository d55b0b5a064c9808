import * as harness from '#host';
import { errorsSuite } from '../conformance/errors.suite.ts';

errorsSuite(harness);
